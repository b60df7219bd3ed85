/** The whole network, left to right: every map of every layer, on one canvas a layer. */

import { isDeep, isMap } from "../../../cnn/web/network.js";
import { FLOOR, Sheet, gradient, ink, paintMap, scalesOf } from "../../../cnn/web/paint.js";
import { make } from "./draw.js";
import { columnsOf, cornerOf, plansOf, shownLayers } from "./layout.js";
import { makeOutput } from "./output.js";
import { cellAt, pointAt } from "./pointing.js";

const TOUCHED = matchMedia("(pointer: coarse)");
const SHARE = 0.36; // of the window's height, for the tallest layer
const [LOWEST, HIGHEST] = [231, 700];

/** What is shown of a layer: its values, or its sums before ReLU. */
export const shownOf = ({ choices, reading }, layer) =>
  (choices.relu === "before" && layer.relu ? reading.sums : reading.values)[layer.name];

/**
 * The end of each map's scale: its own, or its layer's largest value. It is that after ReLU in any
 * case, so that nothing but the blue goes with ReLU.
 */
export function scalesShown(view, layer) {
  const count = isMap(layer) ? layer.shape[2] : layer.shape[0];
  const scales = scalesOf(view.reading.values[layer.name], count);
  if (isMap(layer) && view.choices.scale === "map") return scales;
  return scales.fill(scales.reduce((a, b) => Math.max(a, b)));
}

/** The colours of a layer, and the ends of its maps' scales. */
export const coloursOf = (view, layer) => layer.kind === "input"
  ? { colours: ink, scales: [1] }
  : { colours: view.colours, scales: scalesShown(view, layer) };

/** Each map's mean. */
function strengthsOf(values, count) {
  const sums = new Float32Array(count);
  for (let i = 0; i < values.length; i++) sums[i % count] += values[i];
  return sums;
}

/** The order in which a layer's maps are shown. */
function orderOf(view, layer, { count }) {
  const channels = [...Array(count).keys()];
  if (!isMap(layer) || view.choices.sort === "number") return channels;
  const weights = view.choices.sort === "strength"
    ? strengthsOf(view.reading.values[layer.name], count)
    : view.explanation?.shares[layer.name];
  return weights ? channels.sort((a, b) => weights[b] - weights[a]) : channels;
}

function paintLayer(view, { layer, sheet, channels, plan }) {
  const values = shownOf(view, layer);
  const { colours, scales } = coloursOf(view, layer);
  channels.forEach((channel, at) => {
    const [left, top] = cornerOf(plan, at);
    paintMap(sheet, left, top, plan.zoom, values, plan.shape, channel, colours, scales[channel]);
  });
  sheet.show();
}

/** Move the keyboard's mark from map to map; Enter chooses the map it is on. */
function mapKeys(view, layer, event) {
  const { channels, plan } = view.figures.get(layer.name);
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -plan.columns, ArrowDown: plan.columns }[
    event.key];
  const now = view.focused?.channel ?? channels[0];
  const to = channels.indexOf(now) + step;
  if (to >= 0 && to < plan.count) focusOn(view, layer, channels[to]);
  else if (event.key === "Escape") pointAt(view, null);
  else if (event.key === "Enter" || event.key === " ") view.choose(sameCellOn(view, layer, now));
  else if (!step) return;
  event.preventDefault();
}

/** Put the keyboard's mark on a map, or take it away. */
function focusOn(view, layer, channel) {
  view.focused = channel === null ? null : { layer: layer.name, channel };
  describe(view, layer);
  pointAt(view, view.focused && sameCellOn(view, layer, channel));
}

/** The cell of another map of a layer at the place chosen now, else at its middle. */
function sameCellOn(view, layer, channel) {
  const { plan } = view.figures.get(layer.name);
  const isHere = view.cell?.layer === layer.name;
  return { layer: layer.name, channel,
    row: isHere ? view.cell.row : Math.floor(plan.height / 2),
    column: isHere ? view.cell.column : Math.floor(plan.width / 2) };
}

function describe(view, layer) {
  const unit = isMap(layer) ? "map" : "unit";
  const at = view.focused?.layer === layer.name ? `, ${unit} ${view.focused.channel}` : "";
  view.figures.get(layer.name).canvas.setAttribute("aria-label",
    `${layer.title}, ${sizeOf(layer)}${at}. `
    + `Arrow keys move from ${unit} to ${unit}, Enter chooses.`);
}

const sizeOf = (layer) =>
  isMap(layer)
    ? `${layer.shape[2] > 1 ? `${layer.shape[2]} of ` : ""}${layer.shape[1]}×${layer.shape[0]}`
    : layer.shape[0].toLocaleString("en");

/** Make the figures anew, when the network is another one. */
export function makeFigures(view) {
  const { network, roots } = view;
  view.figures = new Map();
  const place = roots.network.querySelector(".network");
  const columns = columnsOf(shownLayers(network)).map((column) =>
    make("div", { class: "column" }, ...column.map((layer) => figureOf(view, layer))));
  for (const old of place.querySelectorAll(".column")) old.remove();
  place.prepend(...columns, make("div", { class: "column" }, makeOutput(view)));
}

function figureOf(view, layer) {
  const canvas = make("canvas", { tabindex: 0, role: "application", "data-layer": layer.name,
    onclick: (event) => {
      const cell = cellAt(view, layer, event);
      if (cell) view.choose(cell);
    },
    onpointermove: (event) => {
      // A finger shows nothing before it chooses.
      if (event.pointerType !== "touch") pointAt(view, cellAt(view, layer, event));
    },
    onpointerleave: () => pointAt(view, null),
    onfocus: () => {
      if (!canvas.matches(":focus-visible")) return;
      const [first] = view.figures.get(layer.name).channels;
      focusOn(view, layer, view.cell?.layer === layer.name ? view.cell.channel : first);
    },
    onblur: () => focusOn(view, layer, null),
    onkeydown: (event) => mapKeys(view, layer, event) });
  view.figures.set(layer.name, { layer, canvas, sheet: new Sheet(canvas), channels: [] });
  const caption = make("figcaption", {}, make("b", {}, layer.title),
    make("span", { class: "quiet" }, sizeOf(layer)));
  return make("figure", { class: "layer" }, caption, canvas);
}

/** Lay all maps out anew: their order, and how large they are. */
export function layOut(view) {
  const place = view.roots.network.querySelector(".network");
  const height = Math.min(Math.max(SHARE * innerHeight, LOWEST), HIGHEST);
  const plans = plansOf(view.network,
    { width: place.clientWidth, height, isTouched: TOUCHED.matches });
  const { room } = plans.values().next().value;
  place.classList.toggle("wrapped", Boolean(room.isWrapped));
  place.classList.toggle("deep", isDeep(view.network) && !room.isWrapped);
  for (const figure of view.figures.values()) {
    const plan = figure.plan = plans.get(figure.layer.name);
    figure.sheet.resize(plan.columns * plan.across - plan.gap, plan.rows * plan.down - plan.gap);
    clearBeyond(view, figure);
    figure.channels = orderOf(view, figure.layer, plan);
    describe(view, figure.layer);
  }
  showLegend(view);
}

/** The places that are left over are empty paper, without a grid. */
function clearBeyond({ colours }, { sheet, plan }) {
  const [height, width, count] = plan.shape;
  const nothing = new Float32Array(height * width);
  for (let at = count; at < plan.columns * plan.rows; at++) {
    const [left, top] = cornerOf(plan, at);
    paintMap(sheet, left, top, plan.zoom, nothing, [height, width, 1], 0, colours, 1);
  }
}

/** Paint what the network makes of the picture. */
export function paintMaps(view) {
  for (const figure of view.figures.values()) paintLayer(view, figure);
}

/** Say what the colours mean. */
function showLegend(view) {
  const isSigned = view.choices.relu === "before";
  const legend = view.roots.network.querySelector(".legend");
  legend.querySelector(".from").textContent = isSigned ? "as much below 0" : "0";
  legend.querySelector(".ramp").style.background = gradient(isSigned ? -1 : 0, 1, view.colours);
  legend.querySelector(".floor").textContent = view.choices.scale === "map"
    ? `at least ${100 * FLOOR} % of the layer's` : "";
}
