/** One cell's arithmetic as tables and bars, from what the server explains of it. */

import { Sheet, paintMap } from "../../../cnn/web/paint.js";
import { css, diverging, grey, make, readable, tell } from "./draw.js";
import { scalesShown } from "./maps.js";
import { mapName, number, shortName } from "./names.js";
import { partialSums } from "./paths.js";
import { middleOfField } from "./pictures.js";

const SHARES = "Each score becomes a power of e, above 0: its share of their sum is how sure.";
const TALL = 64; // pixels from the most positive partial sum's bar to the most negative's

/** Show how the cell's value came about; where the kernel slides, that of the column it is at. */
export function showArithmetic(view) {
  const { kind } = view.layer(view.explanation.cell.layer);
  const build = { convolution, pooling, averaging, dense, softmax, flatten: origin, input: origin };
  const { how = "", totals = [], body = [], parts = [] } = build[kind](view, view.explanation);
  tell(view.roots.cell.querySelector(".how"), how);
  view.roots.cell.querySelector(".totals").replaceChildren(...totals);
  view.roots.cell.querySelector(".arithmetic").replaceChildren(...body);
  view.roots.cell.querySelector(".parts").replaceChildren(...parts);
}

/** The colour of a layer's values, as its map has it. */
function colourOf(view, layer, channel) {
  if (layer.kind === "input") return grey;
  return diverging(scalesShown(view, layer)[channel], view.colours);
}

/** A table of numbers in colours; `mark(row, column)` names a class for some of its cells. */
function grid(caption, rows, colour, mark = () => "") {
  const cell = (value, row, column) => {
    if (value === null) return make("td", { class: "none" }, "–");
    const background = colour(value);
    const style = `background: ${css(background)}; color: ${readable(background)}`;
    return make("td", { style, class: mark(row, column) }, number(value));
  };
  return make("table", { class: "grid" }, make("caption", {}, caption),
    ...rows.map((values, row) =>
      make("tr", {}, ...values.map((value, column) => cell(value, row, column)))));
}

/** Name and number pairs, the numbers right-aligned; the last is the result. */
function sums(...lines) {
  return make("table", { class: "sums" }, ...lines.map(([name, value], i) =>
    make("tr", { class: i === lines.length - 1 ? "result" : "" },
      make("th", { scope: "row" }, name),
      make("td", { "data-name": name }, number(value, 4)))));
}

const upTo = (count) => [...Array(count).keys()];

/** What the kernel covers of one map, [height][width]; padding counts as 0. */
function patchAt(values, { shape: [height, width, channels] }, windows, place, channel) {
  const [top, left] = startOf(windows, place);
  return upTo(windows.size[0]).map((i) => upTo(windows.size[1]).map((j) => {
    const [row, column] = [top + i, left + j];
    const isInside = row >= 0 && column >= 0 && row < height && column < width;
    return isInside ? values[(row * width + column) * channels + channel] : 0;
  }));
}

/** Where a cell's window begins on the layer before; below 0 on padding. */
const startOf = ({ stride, padding }, { row, column }) =>
  [row * stride[0] - padding[0], column * stride[1] - padding[1]];

/** The weights between a map of the layer before and one of this, [height][width]. */
function kernelOf({ weights, shape, windows: { size } }, channels, from, to) {
  return upTo(size[0]).map((i) => upTo(size[1]).map((j) =>
    weights[((i * size[1] + j) * channels + from) * shape[2] + to]));
}

const times = (a, b) => a.map((row, y) => row.map((value, x) => value * b[y][x]));
const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

function convolution(view, { cell }) {
  const layer = view.layer(cell.layer);
  const source = view.layer(layer.source);
  const channels = source.shape[2];
  const place = { row: cell.row, column: view.sliding ?? cell.column };
  const inputs = view.reading.values[source.name];
  const parts = partialSums(layer, source, inputs, { ...place, channel: cell.channel });
  const patch = patchAt(inputs, source, layer.windows, place, view.opened);
  const kernel = kernelOf(layer, channels, view.opened, cell.channel);
  const products = times(patch, kernel);
  const padding = isPadding(source, layer.windows, place);
  const equation = make("div", { class: "equation" },
    grid(mapName(source, view.opened), patch, colourOf(view, source, view.opened), padding),
    make("b", {}, "×"),
    grid(channels > 1 ? "Its slice of the filter" : "The filter", kernel,
      diverging(largest(kernel.flat()), view.colours)),
    make("b", {}, "="),
    grid(`Products, sum ${number(parts[view.opened], 4)}`, products,
      diverging(largest(products.flat()), view.colours), padding));
  const bias = layer.bias[cell.channel];
  const sum = parts.reduce((a, b) => a + b, 0);
  const name = channels > 1 ? `Sum of ${channels} partial sums` : "Sum of the products";
  const hint = "Struck-out places lie beyond the map: padding, which counts as 0.";
  const isAtBorder = equation.querySelector(".padding");
  return {
    how: howConvolved(layer, source, parts[view.opened] === Math.max(...parts)),
    totals: [sums([name, sum], ["Bias", bias], ...results(layer, sum + bias)),
      ...(isAtBorder ? [make("p", { class: "quiet" }, hint)] : [])],
    body: [equation],
    parts: channels > 1 ? partsRow(view, source, parts) : [],
  };
}

/** What a convolution does, in a sentence. */
function howConvolved({ windows: { size } }, source, isMost) {
  const patch = `${size[0]}×${size[1]} patch`;
  if (source.shape[2] === 1) return `It weighs a ${patch} of the ${source.title.toLowerCase()}.`;
  return `It weighs a ${patch} of each of the ${source.shape[2]} maps of ${source.title}`
    + (isMost ? "; this one adds the most:" : "; this is one:");
}

/** A sum with its bias, before and after ReLU where one follows. */
const results = (layer, before) => layer.relu
  ? [["Before ReLU", before], ["After ReLU", Math.max(before, 0)]] : [["Value", before]];

/** Tells the class of a place of a window: whether it lies beyond the map. */
function isPadding({ shape: [height, width] }, windows, place) {
  const [top, left] = startOf(windows, place);
  return (row, column) => top + row < 0 || top + row >= height
    || left + column < 0 || left + column >= width ? "padding" : "";
}

/** What each map of the layer before adds, largest first, as bars; a click opens its products. */
function partsRow(view, source, parts) {
  const sorted = [...parts.keys()].sort((a, b) => parts[b] - parts[a]);
  const [highest, lowest] = [Math.max(...parts, 0), Math.min(...parts, 0)];
  const toPixels = TALL / (highest - lowest || 1);
  const above = Math.round(toPixels * highest);
  const colour = diverging(largest([...parts]), view.colours);
  const open = (channel) => {
    view.open(channel);
    view.roots.cell.querySelector(`[data-part="${channel}"]`).focus();
  };
  const bar = (channel) => {
    const value = parts[channel];
    const height = Math.round(toPixels * Math.abs(value));
    const style = `height: ${height}px; background: ${css(colour(value))}; `
      + `margin-top: ${value < 0 ? above : above - height}px`;
    const figure = number(value, 4);
    return make("li", {}, make("button", { "aria-pressed": String(channel === view.opened),
      "data-part": channel, title: `Map ${channel}: ${figure}`, onclick: () => open(channel) },
      make("i", { style }), make("span", { class: "short", "aria-hidden": "true" }, `${channel}`),
      make("span", { class: "unseen name" }, `Map ${channel}`), " ",
      make("span", { class: "unseen figure" }, figure)));
  };
  return [
    make("h4", {}, `What each of the ${parts.length} maps adds`,
      make("span", { class: "quiet" }, "largest first; a click shows its products")),
    make("ol", { class: "bars row", style: `--tall: ${TALL}px` }, ...sorted.map(bar)),
    make("button", { class: "quiet-link", onclick: () => openSource(view, source) },
      `Open ${mapName(source, view.opened)} at the middle of the patch`)];
}

/** Go to the cell of the layer before that lies in the middle of the field. */
function openSource(view, source) {
  view.choose({ layer: source.name, channel: view.opened, ...middleOfField(view, source) });
}

/** Bars about zero, each with its number, each a button. */
function bars(title, lines, view) {
  const most = largest(lines.map((line) => line.value)) || 1;
  const colour = diverging(2, view.colours); // of the middle of either arm
  return make("div", { class: "bars list" }, make("h4", {}, title),
    make("ol", {}, ...lines.map((line) => {
      const share = (50 * Math.abs(line.value)) / most;
      const left = line.value < 0 ? 50 - share : 50;
      const background = css(colour(Math.sign(line.value)));
      const style = `left: ${left}%; width: ${share}%; background: ${background}`;
      return make("li", {}, make("button", { onclick: line.open },
        make("span", { class: "name" }, line.name),
        make("span", { class: "track" }, make("i", { style })),
        make("span", { class: "figure" }, number(line.value, 4))));
    })));
}

function pooling(view, { window, winner, after }) {
  const source = view.layer(view.layer(view.explanation.cell.layer).source);
  const [top, left] = view.explanation.fields[source.name];
  const won = (row, column) =>
    top + row === winner.row && left + column === winner.column ? "won" : "";
  return {
    how: "It keeps the largest value of its window.",
    totals: [sums(["Largest of the window", after]),
      make("button", { class: "quiet-link", onclick: () => view.choose(winner) },
        `Open the cell that won: row ${winner.row}, column ${winner.column}`)],
    body: [windowOf(view, source, window, won)],
  };
}

function averaging(view, { window, count, sum, after }) {
  const source = view.layer(view.layer(view.explanation.cell.layer).source);
  return {
    how: "It takes the mean of its window.",
    totals: [sums([`Sum of ${count} cells`, sum], [`Mean: the sum divided by ${count}`, after])],
    body: [windowOf(view, source, window)],
  };
}

const windowOf = (view, source, window, mark) =>
  grid(`${mapName(source, view.explanation.cell.channel)}, the window`, window,
    colourOf(view, source, view.explanation.cell.channel), mark);

function dense(view, explanation) {
  const layer = view.layer(view.explanation.cell.layer);
  const list = (title, lines) => bars(title, lines.map(({ cell, value }) => ({
    name: shortName(view.layer(cell.layer), cell), value, open: () => view.choose(cell) })), view);
  const { count, sum, bias, maps_of: of, maps_sum: together } = explanation;
  return { how: "Each value of the layer before adds itself times a weight.", body: [
    make("div", { class: "beside" },
      list("Largest positive contributions", explanation.positive),
      list("Largest negative contributions", explanation.negative),
      make("div", {},
        sums([`Sum of ${count.toLocaleString("en")} contributions`, sum], ["Bias", bias],
          ...results(layer, explanation.before)),
        make("h4", {}, `Traced back to ${view.layer(of).title}`),
        make("div", { class: "traced" },
          ...explanation.maps.map((map) => tracedMap(view, explanation, map))),
        make("p", { class: "quiet" }, `All of its maps together add ${number(together, 4)}; `
          + `biases add ${number(explanation.before - together, 4)}.`))),
  ] };
}

/** One pooled map's contributions, cell by cell: a button that opens its largest. */
function tracedMap(view, explanation, { cell, sum, values }) {
  const [height, width] = [values.length, values[0].length];
  const canvas = make("canvas", { "aria-hidden": "true",
    style: `width: ${width * Math.max(1, Math.floor(49 / width))}px` });
  const sheet = new Sheet(canvas);
  sheet.resize(width, height);
  paintMap(sheet, 0, 0, 1, values.flat(), [height, width, 1], 0, view.colours,
    explanation.maps_most || 1);
  sheet.show();
  return make("button", { onclick: () => view.choose(cell) }, canvas,
    make("span", {}, `Map ${cell.channel}`), make("span", { class: "figure" }, number(sum, 4)));
}

/** A share or a power: small ones with their exponent, as most are far below a millionth. */
const fraction = (value) => (value < 0.001 ? value.toExponential(2) : value.toFixed(6));

function softmax(view, explanation) {
  const head = ["Digit", "Logit", "exp(logit − largest)", "Share of the sum"];
  const rows = explanation.logits.map((logit, digit) => make("tr",
    { class: digit === view.explanation.cell.channel ? "chosen" : "" },
    make("th", { scope: "row" }, String(digit)),
    make("td", {}, make("button", { class: "quiet-link", "aria-label": `Open logit ${digit}`,
      onclick: () => view.choose({ layer: "logits", channel: digit, row: 0, column: 0 }) },
      number(logit, 4))),
    make("td", {}, fraction(explanation.powers[digit])),
    make("td", {}, fraction(explanation.probabilities[digit]))));
  const sum = explanation.powers.reduce((a, b) => a + b, 0);
  return { how: SHARES, body: [make("table", { class: "sums wide" },
    make("tr", {}, ...head.map((text) => make("th", { scope: "col" }, text))), ...rows,
    make("tr", { class: "result" }, make("th", { scope: "row" }, "Sum"), make("td", {}),
      make("td", {}, fraction(sum)), make("td", {}, fraction(1))))] };
}

function origin(view, { after, origin: cell }) {
  const line = sums(["Value", after]);
  if (!cell) return { totals: [line] };
  const name = mapName(view.layer(cell.layer), cell.channel);
  return { totals: [line, make("button", { class: "quiet-link", onclick: () => view.choose(cell) },
    `Open ${name}, row ${cell.row}, column ${cell.column}`)] };
}
