/**
 * The arithmetic of the lessons, on grids: arrays of rows of numbers.
 *
 * What is a layer of the network is computed by the network's own code (`cnn/web/network.js`); a
 * test holds all of it to what NumPy and TensorFlow say.
 */

import { read } from "../../../cnn/web/network.js";

/** A grid of rows × columns, each cell of which `cell(row, column)` gives. */
export const grid = (rows, columns, cell) =>
  Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_, column) =>
    cell(row, column)));

/** Numbers that lie row by row, as a grid that is so many columns wide. */
export const gridOf = (numbers, columns) =>
  grid(numbers.length / columns, columns, (row, column) => numbers[row * columns + column]);

/** One map of what a network's layer gives, as a grid: `reading` is what `state.read` returns. */
export const mapOf = ({ name, shape: [rows, columns, channels] }, { values }, channel) =>
  grid(rows, columns, (row, column) => values[name][(row * columns + column) * channels + channel]);

/** A grid's size: [rows, columns]. */
export const shapeOf = (cells) => [cells.length, cells[0].length];

/** The part of a grid that a window of size × size covers, whose upper left cell this is. */
export const windowOn = (cells, row, column, size) =>
  grid(size, size, (i, j) => cells[row + i][column + j]);

/** The products of two grids of one size, cell by cell. */
export const products = (a, b) => a.map((row, i) => row.map((value, j) => value * b[i][j]));

/** The sum of a grid, or of a list of numbers. */
export const sum = (cells) => cells.flat().reduce((total, value) => total + value, 0);

/** A grid with a rim of zeros: so many rows and columns [above, left, below, right]. */
export function padded(cells, [above, left, below, right]) {
  const [rows, columns] = shapeOf(cells);
  return grid(above + rows + below, left + columns + right, (row, column) =>
    cells[row - above]?.[column - left] ?? 0);
}

/**
 * How many windows of a size fit along so many cells, and the zeros that are put before and behind
 * them, as TensorFlow has it: { out, before, after }. VALID puts none; SAME so many that each
 * stride begins one window.
 */
export function along(cells, size, stride, padding) {
  if (padding === "VALID") {
    return { out: Math.ceil((cells - size + 1) / stride), before: 0, after: 0 };
  }
  const out = Math.ceil(cells / stride);
  const zeros = Math.max((out - 1) * stride + size - cells, 0);
  return { out, before: Math.floor(zeros / 2), after: Math.ceil(zeros / 2) };
}

/** A convolution by one filter, a grid: what it gives at each place, as a grid. */
export const convolve = (cells, filter, { stride = 1, padding = "VALID", bias = 0 } = {}) =>
  layerOn(cells, filter.length, stride, padding, { kind: "convolution",
    weights: Float32Array.from(filter.flat()), bias: Float32Array.of(bias) });

/** Pooling: of each window the "max", the "mean", or its "L2" norm, which is no layer here. */
export function pool(cells, { size = 2, stride = size, padding = "SAME", by = "max" } = {}) {
  if (by !== "L2") {
    return layerOn(cells, size, stride, padding, { kind: by === "max" ? "pooling" : "averaging" });
  }
  const squares = cells.map((row) => row.map((value) => value ** 2));
  const ones = grid(size, size, () => 1);
  return convolve(squares, ones, { stride, padding }).map((row) => row.map(Math.sqrt));
}

/** ReLU: what is negative becomes zero. */
export const relu = (cells) => cells.map((row) => row.map((value) => Math.max(value, 0)));

/** Softmax: from logits, any numbers, to probabilities, which sum to 1. */
export function softmax(logits) {
  const [input, layer] = [inputOf([logits.length]), { kind: "softmax", shape: [logits.length] }];
  return [...run(input, layer, logits)];
}

/** What a probability of the right answer costs: −log p, which is infinite where p is 0. */
export const costOf = (probability) => -Math.log(probability);

/** The same from the logits, which needs no probability: finite in any case. */
export function costOfLogits(logits, right) {
  const most = Math.max(...logits);
  return Math.log(sum(logits.map((logit) => Math.exp(logit - most)))) + most - logits[right];
}

const inputOf = (shape) => ({ name: "input", kind: "input", shape });

/** Have the network's code compute one layer. */
function run(input, layer, numbers) {
  const layers = [input, { name: "layer", source: "input", ...layer }];
  return read({ layers }, numbers).values.layer;
}

function layerOn(cells, size, stride, padding, layer) {
  const [rows, columns] = shapeOf(cells);
  const [down, across] = [rows, columns].map((cells) => along(cells, size, stride, padding));
  const windows = { size: [size, size], stride: [stride, stride],
    padding: [down.before, across.before] };
  const shape = [down.out, across.out, 1];
  const values = run(inputOf([rows, columns, 1]), { ...layer, windows, shape }, cells.flat());
  return gridOf(values, across.out);
}
