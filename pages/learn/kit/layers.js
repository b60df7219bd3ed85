/** The network's convolutions taken apart: filters, slices, and what one cell is the sum of. */

import { grid, mapOf, products, sum } from "./maths.js";

/** The network's convolution of a number, from 1 on; where it has fewer, its last one. */
export function convolution({ network }, number) {
  const all = network.layers.filter(({ kind }) => kind === "convolution");
  return all[Math.min(number, all.length) - 1];
}

/** The layer from which another one gets its inputs. */
export const sourceOf = ({ network }, { source }) =>
  network.layers.find(({ name }) => name === source);

/** What `makeOne` gives for each of a layer's channels. */
export const eachOf = ({ shape }, makeOne) =>
  Array.from({ length: shape[2] }, (_, i) => makeOne(i));

/** How many numbers training has found for a layer: weights and biases. */
export const parametersOf = ({ weights, bias }) => (weights ? weights.length + bias.length : 0);

/** How the parameters of a convolution are counted: "5 × 5 × 1 × 32 + 32 = 832". */
export function factorsOf(state, layer) {
  const [channels, filters] = [sourceOf(state, layer).shape[2], layer.shape[2]];
  return `${[...layer.windows.size, channels, filters].join(" × ")} + ${filters}`
    + ` = ${parametersOf(layer).toLocaleString("en")}`;
}

/** The part of a filter that lies on one channel, as a grid. */
export function sliceOf(state, layer, filter, channel = 0) {
  const [channels, filters] = [sourceOf(state, layer).shape[2], layer.shape[2]];
  const [rows, columns] = layer.windows.size;
  return grid(rows, columns, (i, j) =>
    layer.weights[((i * columns + j) * channels + channel) * filters + filter]);
}

/** A map of a layer's sums for the drawing, before ReLU, as a grid. */
export function sumsOf(state, layer, channel) {
  const { sums, values } = state.read();
  return mapOf(layer, { values: layer.relu ? sums : values }, channel);
}

/** All that a layer gives for the drawing: { values, shape }, for a stack. */
export const valuesOf = (state, { name, shape }) => ({ values: state.read().values[name], shape });

/** Where the window of a cell { row, column } begins on the layer's inputs: [row, column]. */
const cornerOf = ({ windows: { stride, padding } }, { row, column }) =>
  [row * stride[0] - padding[0], column * stride[1] - padding[1]];

/** What the window of a cell covers of the layer's inputs: { top, left, bottom, right }. */
export function seenBy(state, layer, cell) {
  const [rows, columns] = sourceOf(state, layer).shape;
  const [top, left] = cornerOf(layer, cell);
  const [high, wide] = layer.windows.size;
  return { top: Math.max(top, 0), left: Math.max(left, 0), bottom: Math.min(top + high, rows),
    right: Math.min(left + wide, columns) };
}

/** The numbers in the window of a cell, on one channel; what lies outside is 0. */
export function windowOf(state, layer, cell, channel) {
  const map = mapOf(sourceOf(state, layer), state.read(), channel);
  const [top, left] = cornerOf(layer, cell);
  return grid(...layer.windows.size, (i, j) => map[top + i]?.[left + j] ?? 0);
}

/** What each channel adds to the sum of a cell { row, column } of a filter's map. */
export const partsOf = (state, layer, cell, filter) =>
  eachOf(sourceOf(state, layer), (channel) => sum(products(
    windowOf(state, layer, cell, channel), sliceOf(state, layer, filter, channel))));

/** The cell that answers most to the drawing: { row, column, filter }. */
export function strongest(state, layer) {
  const { values, shape: [, columns, channels] } = valuesOf(state, layer);
  const at = values.indexOf(Math.max(...values));
  const cell = Math.floor(at / channels);
  return { row: Math.floor(cell / columns), column: cell % columns, filter: at % channels };
}
