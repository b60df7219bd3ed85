/**
 * The kit: what lessons are made of. `.github/CONTRIBUTING.md` shows how a lesson uses it.
 *
 * A lesson has one state, a plain object. Widgets show what they are told `of`: a field's name, or
 * a function of all. Whatever changes the state does so by `kit.set`; then all that is seen is
 * drawn again, once a frame.
 */

import { makeCommand } from "./command.js";
import { makeButton, makeChoice, makeSlider, makeWalk } from "./controls.js";
import { makeColumns } from "./columns.js";
import { makeGrid } from "./grid.js";
import { makeLegend, makeMap } from "./map.js";
import { makeMaps } from "./maps.js";
import { makeNodes } from "./nodes.js";
import { makePad } from "./pad.js";
import { makePhases } from "./phases.js";
import { makeBars, makeLines } from "./plots.js";
import { makeStack } from "./stack.js";
import { makeStages } from "./stages.js";
import { makeSum, makeWords } from "./words.js";
import { makeZoom } from "./zoom.js";

/** What all widgets are made by, with the kit as their first argument. */
const WIDGETS = {
  grid: makeGrid, map: makeMap, maps: makeMaps, legend: makeLegend, pad: makePad,
  slider: makeSlider, choice: makeChoice, button: makeButton, walk: makeWalk, bars: makeBars,
  lines: makeLines, nodes: makeNodes, phases: makePhases, sum: makeSum, words: makeWords,
  zoom: makeZoom, columns: makeColumns, stack: makeStack,
  stages: makeStages, command: makeCommand,
};

/**
 * Make the kit of a screen.
 *
 * `state` is the lesson's, `drawing` the page's (`frontend/drawing.js`), `ask` has a frame drawn,
 * `terms` are the words of the field that are still to be explained.
 */
export function makeKit({ state, drawing, ask, terms }) {
  const draws = [];
  const leaves = [];
  const kit = {
    state,
    drawing,
    terms,
    /** What a widget shows: a field of the state, what a function makes of it, or itself. */
    get: (of) => (typeof of === "function" ? of(state) : typeof of === "string" ? state[of] : of),
    /** Change a field of the state. */
    set(name, value) {
      state[name] = value;
      ask();
    },
    /** Have something drawn when its screen is seen, and again whenever anything changes. */
    onDraw: (draw) => draws.push(draw),
    /** Have something ended when the screen is left. */
    onLeave: (end) => leaves.push(end),
    draw: () => draws.forEach((draw) => draw()),
    leave: () => leaves.forEach((end) => end()),
    /** Lay widgets side by side, as far as there is room; each may be a text. */
    row: (...widgets) => box("row", widgets),
    /** Lay widgets one below the other. */
    column: (...widgets) => box("column", widgets),
  };
  for (const [name, makeWidget] of Object.entries(WIDGETS)) {
    kit[name] = (...told) => makeWidget(kit, ...told);
  }
  return kit;
}

function box(kind, widgets) {
  const element = document.createElement("div");
  element.className = kind;
  element.append(...widgets);
  return element;
}
