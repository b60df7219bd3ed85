/** What a step of training is made of, on the network that the browser reads with. */

import { read } from "../../../cnn/web/network.js";
import { costOfLogits, grid, gridOf } from "./maths.js";

/** A network's convolutions, from the first to the last. */
export const convolutionsOf = ({ layers }) => layers.filter(({ kind }) => kind === "convolution");

/** The layer that gives the logits, and the one before it. */
export function lastLayersOf({ layers }) {
  const logits = layers.findLast(({ kind }) => kind === "dense");
  return { logits, before: layers.find(({ name }) => name === logits.source) };
}

/** A filter of the first convolution, as a grid; `numbers` are its weights, or their gradients. */
export function filterIn({ windows: { size: [rows, columns] }, shape }, numbers, filter) {
  return grid(rows, columns, (row, column) =>
    numbers[(row * columns + column) * shape[2] + filter]);
}

/** The number of the map of a layer that gives most in all. */
export function strongestMap({ name, shape: [, , channels] }, { values }) {
  const totals = new Float64Array(channels);
  values[name].forEach((value, i) => (totals[i % channels] += value));
  return totals.indexOf(Math.max(...totals));
}

/** What an answer to a picture costs, if it shows this digit. */
export const costOfReading = ({ values }, digit) => costOfLogits([...values.logits], digit);

const scratch = new WeakMap(); // of each network two readings, whose arrays are used again

/** A reading whose sums keep 16 digits, or the usual 7. */
function readingOf(network, isFine) {
  if (!scratch.has(network)) scratch.set(network, {});
  const kept = scratch.get(network);
  const arrays = () => (isFine ? wide(network) : {});
  return (kept[isFine] ??= { values: arrays(), sums: arrays() });
}

const wide = ({ layers }) => Object.fromEntries(layers.map(({ name, shape }) =>
  [name, new Float64Array(shape.reduce((product, extent) => product * extent, 1))]));

/**
 * The slope of the cost by one weight: it is moved up and down, and each time the picture is read.
 *
 * Weights are float32, so they move by a little more or less than `nudge`: what counts is by how
 * much they did. `isFine` has all sums computed in float64.
 */
export function slopeOf(network, picture, digit, { weights }, { place, nudge, isFine }) {
  const old = weights[place];
  const numbers = picture.flat();
  const costAt = (weight) => {
    weights[place] = weight;
    const reading = read(network, numbers, readingOf(network, isFine));
    return [weights[place], costOfReading(reading, digit)];
  };
  try {
    const [[high, up], [low, down]] = [costAt(old + nudge), costAt(old - nudge)];
    return (up - down) / (high - low);
  } finally {
    weights[place] = old;
  }
}

/** Where a weight of a filter with one slice lies among its layer's. */
export const placeOf = ({ windows: { size }, shape }, { filter, cell }) =>
  (cell.row * size[1] + cell.column) * shape[2] + filter;

/** The opposite: { filter, cell } of a place. */
export function placeIn({ windows: { size }, shape }, place) {
  const cell = Math.floor(place / shape[2]);
  return { filter: place % shape[2],
    cell: { row: Math.floor(cell / size[1]), column: cell % size[1] } };
}

/** Numbers from −127 to 127 that came as base64. */
export const bytesOf = (text) => Int8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** Pictures of side × side shades, which came as base64, as grids of numbers in 0..1. */
export function gridsOf(text, side) {
  const shades = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return Array.from({ length: shades.length / side ** 2 }, (_, i) =>
    gridOf([...shades.subarray(i * side ** 2, (i + 1) * side ** 2)].map((shade) => shade / 255),
      side));
}

/** A number with three digits that count, however small it is, as in books: 2.1 × 10⁻⁹. */
export function fine(value) {
  if (value === 0) return "0";
  const sign = value < 0 ? "−" : "";
  const size = Math.abs(value);
  if (size >= 0.0001) return sign + String(Number(size.toPrecision(3)));
  const [digits, power] = size.toExponential(1).split("e-");
  return `${sign}${digits} × 10⁻${[...power].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("")}`;
}
