/** The whole network, left to right: every map of every layer, on one canvas a layer. */

import { FLOOR, gradient, scalesOf } from "../../../cnn/web/paint.js";
import { Sheet, inkPalette, make, outline, paintMap, palette } from "./draw.js";
import { columnsOf, cornerOf, isDeep, placeAt, planOf } from "./layout.js";
import { cellName, indexOf, isMap, number } from "./names.js";
import { makeOutput } from "./output.js";

/** Whether a layer's sums before ReLU are shown, and not its values. */
const showsSums = (view, layer) => view.choices.relu === "before" && layer.relu;

/** What is shown of a layer. */
export const shownOf = (view, layer) =>
  (showsSums(view, layer) ? view.reading.sums : view.reading.values)[layer.name];

/** The end of each map's scale: its own, or its layer's largest value. */
export function scalesShown(view, layer) {
  const count = isMap(layer) ? layer.shape[2] : layer.shape[0];
  const scales = scalesOf(shownOf(view, layer), count);
  if (isMap(layer) && view.choices.scale === "map") return scales;
  return scales.fill(scales.reduce((a, b) => Math.max(a, b)));
}

/** The colours of a layer, and the ends of its maps' scales. */
export const coloursOf = (view, layer) => layer.kind === "input"
  ? { colours: inkPalette, scales: [1] }
  : { colours: palette(view.dark), scales: scalesShown(view, layer) };

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

/** Paint a layer, and outline on it the chosen cell's map and field. */
function paintLayer(view, layer) {
  const { sheet, channels, plan } = view.figures.get(layer.name);
  const values = shownOf(view, layer);
  const { colours, scales } = coloursOf(view, layer);
  channels.forEach((channel, at) => {
    const [left, top] = cornerOf(plan, at);
    paintMap(sheet, left, top, plan.zoom, values, plan.shape, channel, colours, scales[channel]);
  });
  sheet.show();
  if (view.cell) outlineCell(view, layer);
  if (view.focused?.layer !== layer.name) return;
  const { context } = sheet;
  const [left, top] = cornerOf(plan, channels.indexOf(view.focused.channel));
  context.setLineDash([3, 2]);
  outline(context, left + 1, top + 1, plan.width * plan.zoom - 2, plan.height * plan.zoom - 2, 1);
  context.setLineDash([]);
}

/** Outline the chosen cell's map, or what the cell sees of an earlier layer. */
function outlineCell(view, layer) {
  const { sheet: { context }, channels, plan } = view.figures.get(layer.name);
  const [width, height] = [plan.width * plan.zoom, plan.height * plan.zoom];
  const field = view.explanation?.fields[layer.name];
  if (layer.name === view.cell.layer) {
    outline(context, ...cornerOf(plan, channels.indexOf(view.cell.channel)), width, height);
  } else if (field && isMap(layer)) {
    const opened = view.opened < plan.count ? view.opened : 0;
    const [left, top] = cornerOf(plan, channels.indexOf(opened));
    const [row, column, rows, columns] = field;
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    outline(context, left + column * plan.zoom, top + row * plan.zoom,
      columns * plan.zoom, rows * plan.zoom, 1);
    context.restore();
  }
}

/** The cell of a layer under the pointer, or none in the gaps. */
function cellAt(view, layer, event) {
  const { canvas, channels, plan } = view.figures.get(layer.name);
  const box = canvas.getBoundingClientRect();
  const place = placeAt(plan, ((event.clientX - box.left) * canvas.width) / box.width,
    ((event.clientY - box.top) * canvas.height) / box.height);
  return place
    && { layer: layer.name, channel: channels[place.at], row: place.row, column: place.column };
}

/** What a cell is called, and the value that is shown of it. */
const nameOf = (view, layer, cell) =>
  `${cellName(layer, cell)}: ${number(shownOf(view, layer)[indexOf(layer, cell)])}`;

/** Move the keyboard's mark from map to map; Enter chooses the map it is on. */
function mapKeys(view, layer, event) {
  const { channels, plan } = view.figures.get(layer.name);
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -plan.columns, ArrowDown: plan.columns }[
    event.key];
  if (step) {
    const to = channels.indexOf(view.focused?.channel ?? channels[0]) + step;
    if (to >= 0 && to < plan.count) view.focused = { layer: layer.name, channel: channels[to] };
  } else if (event.key === "Enter" || event.key === " ") {
    view.choose(sameCellOn(view, layer, view.focused?.channel ?? channels[0]));
  } else return;
  event.preventDefault();
  describe(view, layer);
  paintLayer(view, layer);
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
  place.classList.toggle("deep", isDeep(network));
  const shown = network.layers.filter((layer) => !["logits", "softmax"].includes(layer.name));
  place.replaceChildren(
    ...columnsOf(shown).map((column) =>
      make("div", { class: "column" }, ...column.map((layer) => figureOf(view, layer)))),
    make("div", { class: "column" }, makeOutput(view)));
}

function figureOf(view, layer) {
  const canvas = make("canvas", { tabindex: 0, role: "application", "data-layer": layer.name,
    onclick: (event) => {
      const cell = cellAt(view, layer, event);
      if (cell) view.choose(cell);
    },
    onpointermove: (event) => {
      const cell = cellAt(view, layer, event);
      canvas.title = cell ? nameOf(view, layer, cell) : "";
    },
    onfocus: () => {
      const now = view.cell?.layer === layer.name ? view.cell.channel : null;
      const [first] = view.figures.get(layer.name).channels;
      view.focused = canvas.matches(":focus-visible")
        ? { layer: layer.name, channel: now ?? first } : null;
      describe(view, layer);
      paintLayer(view, layer);
    },
    onblur: () => {
      view.focused = null;
      paintLayer(view, layer);
    },
    onkeydown: (event) => mapKeys(view, layer, event) });
  view.figures.set(layer.name, { layer, canvas, sheet: new Sheet(canvas), channels: [] });
  const caption = make("figcaption", {}, layer.title,
    make("span", { class: "quiet" }, sizeOf(layer)));
  return make("figure", { class: "layer" }, caption, canvas);
}

/** Lay all maps out anew: their order, and how large they are. */
export function layOut(view) {
  for (const figure of view.figures.values()) {
    const plan = figure.plan = planOf(view.network, figure.layer);
    figure.sheet.resize(plan.columns * plan.across - plan.gap, plan.rows * plan.down - plan.gap);
    clearBeyond(view, figure);
    figure.channels = orderOf(view, figure.layer, plan);
    describe(view, figure.layer);
  }
  showLegend(view);
}

/** The places that are left over are empty paper, without a grid. */
function clearBeyond({ dark }, { sheet, plan }) {
  const [height, width, count] = plan.shape;
  const nothing = new Float32Array(height * width);
  for (let at = count; at < plan.columns * plan.rows; at++) {
    const [left, top] = cornerOf(plan, at);
    paintMap(sheet, left, top, plan.zoom, nothing, [height, width, 1], 0, palette(dark), 1);
  }
}

/** Paint what the network makes of the picture. */
export function paintMaps(view) {
  for (const { layer } of view.figures.values()) paintLayer(view, layer);
}

/** Say what the colours mean. */
function showLegend(view) {
  const isSigned = view.choices.relu === "before";
  const end = view.choices.scale === "map"
    ? `strongest of the map, at least ${100 * FLOOR} % of the layer's`
    : "strongest of the layer";
  view.roots.network.querySelector(".legend").replaceChildren(
    isSigned ? "negative" : "0",
    make("i", { class: "ramp", style: `background: ${gradient(isSigned ? -1 : 0, 1, view.dark)}` }),
    isSigned ? `positive: ${end}` : end);
}

