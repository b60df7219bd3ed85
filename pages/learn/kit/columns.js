/** Columns up and down from zero, one of which is chosen: what each channel adds to a sum. */

import { make, tell } from "../../layers/frontend/draw.js";
import { short } from "./words.js";
import { draw } from "./svg.js";

const [WIDE, HIGH, GAP] = [480, 150, 0.2];
const MOVES = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
const [UP, DOWN] = ["light-dark(#e08a2b, #f4983e)", "light-dark(#3f7fcb, #62a4f2)"];

/**
 * Make columns. `of` gives a list of numbers; `chosen` names the field of the one that stands out,
 * which click and arrow keys choose. `label` is what one is called, `note(state)` stands below.
 */
export function makeColumns(kit, of, { name, chosen, label = "Number", note }) {
  const picture = draw("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "slider", tabindex: 0,
    "aria-label": name, "aria-valuemin": 0, style: "display: block; width: 100%; cursor: pointer" });
  const choose = (number) => kit.set(chosen,
    Math.min(Math.max(number, 0), kit.get(of).length - 1));

  kit.onDraw(() => {
    const values = kit.get(of);
    const now = kit.state[chosen];
    tell(picture, String(values.length - 1), "aria-valuemax");
    tell(picture, String(now), "aria-valuenow");
    tell(picture, `${label} ${now}: ${short(values[now])}`, "aria-valuetext");
    const [most, least] = [Math.max(...values, 0), Math.min(...values, 0)];
    const scale = (HIGH - 4) / (most - least || 1);
    const [zero, wide] = [2 + most * scale, WIDE / values.length];
    picture.replaceChildren(
      draw("rect", { x: now * wide, y: 0, width: wide, height: HIGH, rx: 2, fill: "currentColor",
        opacity: 0.14 }),
      ...values.map((value, i) => draw("rect", { x: (i + GAP / 2) * wide, width: (1 - GAP) * wide,
        y: value > 0 ? zero - value * scale : zero, height: Math.abs(value) * scale,
        style: `fill: ${value > 0 ? UP : DOWN}` })),
      draw("path", { d: `M0 ${zero}H${WIDE}`, stroke: "currentColor", opacity: 0.5 }));
  });
  picture.addEventListener("click", ({ clientX }) => {
    const { left, width } = picture.getBoundingClientRect();
    choose(Math.floor(((clientX - left) / width) * kit.get(of).length));
  });
  picture.addEventListener("keydown", (event) => {
    if (!(event.key in MOVES)) return;
    event.preventDefault();
    choose(kit.state[chosen] + MOVES[event.key]);
  });
  const figure = make("figure", { class: "map", style: "--wide: 41rem" },
    make("figcaption", {}, make("b", {}, name)), picture);
  if (note) figure.append(kit.words("{note}", { note }));
  return figure;
}
