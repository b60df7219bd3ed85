/** Plots: bars, and lines over an axis. */

import { make, tell } from "../../layers/frontend/draw.js";
import { number } from "../../layers/frontend/names.js";
import { short } from "./words.js";
import { draw } from "./svg.js";

const [WIDE, HIGH] = [320, 200];
const EDGE = { left: 40, right: 10, top: 10, bottom: 36 };

/**
 * Make bars, one below the other. `of` gives a list of { name, value, text, isStrong }; `most` is
 * the value of a full bar. `text` stands behind a bar, without it the value does.
 */
export function makeBars(kit, of, { name, most = 1, decimals = 2 }) {
  const list = make("ul", { class: "bars", "aria-label": name });
  const rows = [];
  kit.onDraw(() => {
    const bars = kit.get(of);
    while (rows.length < bars.length) rows.push(addBar(list));
    rows.forEach(({ row }, i) => (row.hidden = i >= bars.length));
    const end = kit.get(most) || 1;
    bars.forEach(({ name: title, value, text, isStrong }, i) => {
      const { row, label, bar, said } = rows[i];
      tell(label, String(title));
      tell(said, text ?? number(value, decimals));
      const share = Math.min(Math.max(value / end, 0), 1) || (value === Infinity ? 1 : 0);
      bar.style.width = `${(100 * share).toFixed(2)}%`;
      row.classList.toggle("strong", Boolean(isStrong));
    });
  });
  return make("figure", { class: "plot" }, make("figcaption", {}, make("b", {}, name)), list);
}

function addBar(list) {
  const [label, bar, said] = ["name", "bar", "value"].map((kind) => make("span", { class: kind }));
  const row = make("li", {}, label, make("span", { class: "track" }, bar), said);
  list.append(row);
  return { row, label, bar, said };
}

/**
 * Make lines. `of` gives { series, x, y, dot }: series is a list of { name, points: [[x, y], …] },
 * x and y are { name, from, to }, and `dot`, if there is one, a point [x, y] to mark.
 */
export function makeLines(kit, of, { name }) {
  const picture = draw("svg", { class: "lines", viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img",
    "aria-label": name });
  const key = make("p", { class: "key" });
  kit.onDraw(() => {
    const { series, x, y, dot } = kit.get(of);
    const across = scale(x, EDGE.left, WIDE - EDGE.right);
    const down = scale(y, HIGH - EDGE.bottom, EDGE.top);
    const inside = ([, value]) => Number.isFinite(value) && value <= y.to && value >= y.from;
    const lines = series.map(({ points }, i) => draw("polyline", { class: `series-${i}`,
      points: points.filter(inside).map(([a, b]) => `${across(a)},${down(b)}`).join(" ") }));
    const marks = dot && inside(dot)
      ? [draw("circle", { class: "dot", cx: across(dot[0]), cy: down(dot[1]), r: 5 })] : [];
    picture.replaceChildren(...axes(x, y, across, down), ...lines, ...marks);
    key.replaceChildren(...(series.length > 1 ? series : []).map((each, i) =>
      make("span", { class: `series-${i}` }, each.name)));
  });
  return make("figure", { class: "plot" }, make("figcaption", {}, make("b", {}, name)), picture,
    key);
}

/** A function from values of an axis to places of the picture. */
const scale = ({ from, to }, first, last) => (value) =>
  Number((first + ((value - from) / (to - from)) * (last - first)).toFixed(2));

function axes(x, y, across, down) {
  const [left, bottom] = [across(x.from), down(y.from)];
  const text = (words, at, anchor) => draw("text", { ...at, "text-anchor": anchor }, words);
  const middle = (axis) => (axis.from + axis.to) / 2;
  return [
    draw("path", { class: "axis", d: `M${left} ${down(y.to)}V${bottom}H${across(x.to)}` }),
    ...[x.from, middle(x), x.to].map((value, i) =>
      text(short(value), { x: across(value), y: bottom + 14 }, ["start", "middle", "end"][i])),
    ...[y.from, middle(y), y.to].map((value) =>
      text(short(value), { x: left - 6, y: down(value) + 4 }, "end")),
    text(x.name, { x: across(middle(x)), y: HIGH - 4 }, "middle"),
    text(y.name, { x: 12, y: down(middle(y)), transform: `rotate(-90 12 ${down(middle(y))})` },
      "middle"),
  ];
}
