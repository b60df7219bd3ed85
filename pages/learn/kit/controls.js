/** What a person moves and presses: sliders, choices, buttons, and the walk of a window. */

import { make, tell } from "../../layers/frontend/draw.js";
import { number } from "../../layers/frontend/names.js";
import { makePlay } from "./play.js";
import { placesOf } from "./window.js";

// Milliseconds from step to step of what plays by itself.
const BEAT = 600;
let names = 0;

/**
 * A slider of the state's field; `set(value)` instead of it for what is no field of its own, and
 * `text`, of the state, for what is not told by a number and its unit.
 */
export function makeSlider(kit, of, told) {
  const { name, min, max, step = 1, decimals = 0, unit = "", text, set } = told;
  const input = make("input", { type: "range", min, max, step, "aria-label": name,
    oninput: () => (set ?? ((value) => kit.set(of, value)))(Number(input.value)) });
  const value = make("output");
  kit.onDraw(() => {
    const now = kit.get(of);
    if (Number(input.value) !== now) input.value = now;
    tell(value, text ? kit.get(text) : `${number(now, decimals)}${unit}`);
    tell(input, value.textContent, "aria-valuetext");
  });
  return make("label", { class: "slider" }, make("span", {}, name), input, value);
}

/** A choice of the state's field among [value, text] pairs, all of which are seen. */
export function makeChoice(kit, of, { name, options }) {
  const group = `choice-${++names}`;
  const inputs = options.map(([value]) => make("input", { type: "radio", name: group,
    onchange: () => kit.set(of, value) }));
  kit.onDraw(() => options.forEach(([value], i) => {
    inputs[i].checked = kit.get(of) === value;
  }));
  return make("div", { class: "choice", role: "radiogroup", "aria-label": name },
    make("span", {}, name), ...options.map(([, text], i) => make("label", {}, inputs[i],
      make("span", {}, text))));
}

/** A button that does something with the state. */
export const makeButton = (kit, text, act) =>
  make("button", { type: "button", onclick: () => act(kit.state, kit) }, text);

/**
 * Two buttons that move a window place by place, row by row: one step, or all of them.
 *
 * `at`, `size` and `stride` are those of the window, `of` the cells that it slides over.
 */
export function makeWalk(kit, of, { at, size, stride = 1 }) {
  const places = () => {
    const cells = kit.get(of);
    const across = placesOf(cells[0].length, kit.get(size), kit.get(stride));
    return { across, all: across * placesOf(cells.length, kit.get(size), kit.get(stride)) };
  };
  const now = () => kit.state[at].row * places().across + kit.state[at].column;
  const go = (to) => {
    const { across } = places();
    kit.set(at, { row: Math.floor(to / across), column: to % across });
  };
  const step = () => go((now() + 1) % places().all);
  const isLast = () => now() === places().all - 1;

  const begin = () => isLast() && go(0);
  const play = makePlay(kit, { beat: BEAT, begin, step, isLast });
  const next = make("button", { type: "button",
    onclick: () => {
      play.stop();
      step();
    } }, "Step");
  return make("div", { class: "buttons" }, next, play.button);
}
