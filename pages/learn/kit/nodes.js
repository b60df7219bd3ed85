/** Two layers as nodes and lines: which inputs each output sees, and by which weights. */

import { colour, coloursOn } from "../../../cnn/web/paint.js";
import { css, make, readable } from "../../layers/frontend/draw.js";
import { short } from "./words.js";
import { draw } from "./svg.js";

const [WIDE, RADIUS, GAP] = [320, 13, 32];

/**
 * Make a diagram. `of` gives { inputs, outputs, links, chosen }: two lists of values, a list of
 * { from, to, weight, number }, and which output's lines stand out. `choose(output)` is what a
 * click on an output does. Lines of one `number` share their weight, and have one dash.
 */
export function makeNodes(kit, of, { name, choose }) {
  const picture = draw("svg", { class: "nodes", role: "group", "aria-label": name });
  kit.onDraw(() => {
    const focused = picture.getRootNode().activeElement?.dataset?.output;
    const { inputs, outputs, links, chosen } = kit.get(of);
    const height = GAP * Math.max(inputs.length, outputs.length);
    picture.setAttribute("viewBox", `0 0 ${WIDE} ${height}`);
    const placeOf = (list, x) => list.map((_, i) => [x, height * (i + 0.5) / list.length]);
    const left = placeOf(inputs, RADIUS + 2);
    const right = placeOf(outputs, WIDE - RADIUS - 2);
    const colours = coloursOn(picture);
    const most = Math.max(...links.map(({ weight }) => Math.abs(weight))) || 1;
    const lines = links.map(({ from, to, weight, number }) => draw("line", {
      x1: left[from][0] + RADIUS, y1: left[from][1], x2: right[to][0] - RADIUS, y2: right[to][1],
      class: `link kind-${number}${to === chosen ? " chosen" : ""}`,
      stroke: css(colour(weight ? weight / most : 0, colours)) }));
    const nodes = [[inputs, left, "input"], [outputs, right, "output"]].flatMap(
      ([values, places, kind]) => values.map((value, i) =>
        node(value, places[i], kind, i, { colours, values, chosen, choose })));
    picture.replaceChildren(...lines, ...nodes);
    if (focused !== undefined) picture.querySelector(`[data-output="${focused}"]`)?.focus();
  });
  return make("figure", { class: "diagram" }, make("figcaption", {}, make("b", {}, name)), picture);
}

function node(value, [x, y], kind, i, { colours, values, chosen, choose }) {
  const most = Math.max(...values.map(Math.abs)) || 1;
  const shade = colour(value / most, colours);
  const isButton = kind === "output" && choose;
  const group = draw("g", isButton ? { role: "button", tabindex: 0, "data-output": i,
    "aria-label": `Output ${i + 1}: ${short(value)}`, "aria-pressed": i === chosen } : {});
  group.append(draw("circle", { cx: x, cy: y, r: RADIUS, fill: css(shade) }),
    draw("text", { x, y, fill: readable(shade) }, short(value)));
  if (isButton) {
    group.addEventListener("click", () => choose(i));
    group.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      choose(i);
    });
  }
  return group;
}
