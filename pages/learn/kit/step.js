/**
 * One step of training as a lesson's state has it.
 *
 * Its fields are `digit`, what the picture is said to be, null before anybody has said it; `rate`;
 * `filter` and `cell` of a weight of layer 1; `unit` and `logit` of one of the last layer; `batch`,
 * which one; `isFine`, whether
 * slopes are measured by 16 digits; and `told`, what the server has answered to `asks` and `asksBatch`.
 */

import { convolutionsOf, costOfReading, filterIn, fine, gridsOf, lastLayersOf, placeIn, placeOf,
  slopeOf, strongestMap } from "./learning.js";
import { number } from "../../layers/frontend/names.js";
import { grid, softmax, sum } from "./maths.js";

/** A share, in percent. */
export const percent = (share) =>
  `${(100 * share).toFixed(share < 0.001 ? 4 : share < MUCH ? 1 : 0)} %`;
/** How far a weight is nudged to measure a slope. */
const NUDGES = [0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001, 0.00001];
/** Units in a row of their picture. */
export const WIDE = 32;
const SIDE = 28;
// A share that is not told more closely.
const MUCH = 9;

/** What the network makes of the picture. */
export const logitsOf = ({ read }) => [...read().values.logits];

/** What the picture is said to be: at first the network's second guess. */
export function target(state) {
  if (state.digit !== null) return state.digit;
  const logits = logitsOf(state);
  return logits.indexOf([...logits].sort((a, b) => b - a)[1]);
}

/** A convolution of the network, by its number from 0 on. */
export const convolution = ({ network }, i = 0) => convolutionsOf(network)[i];

/** By how much each probability is wrong: the gradients of the logits. */
export const errors = (state) =>
  softmax(logitsOf(state)).map((p, digit) => p - (digit === target(state)));

/** The step for the picture. */
export const asks = (state) => {
  const [first, second] = convolutionsOf(state.network);
  const maps = first ? [state.filter, second ? strongestMap(second, state.read()) : 0] : [];
  return { name: "digit", rate: state.rate, digit: target(state), picture: state.picture, maps };
};

/** The step for a batch of training digits. */
export const asksBatch = ({ rate, batch }) =>
  ({ name: "batch", rate, digit: batch, picture: null, maps: [] });

/** The weights of the chosen filter, as a grid; their gradients; what the step makes of them. */
export const weightsOf = (state) =>
  filterIn(convolution(state), convolution(state).weights, state.filter);
export const gradientsOf = (state, told = state.told.digit) =>
  filterIn(convolution(state), told.filters, state.filter);
export const changed = (state, told) => weightsOf(state).map((row, i) =>
  row.map((weight, j) => weight - state.rate * gradientsOf(state, told)[i][j]));

/** Of such a grid the chosen cell. */
const at = (cells, { cell }) => cells[cell.row][cell.column];

/** Where the weight of layer 1 is that the step moves most: { filter, cell }. */
export function steepest({ told: { digit }, network }) {
  const sizes = digit.filters.map(Math.abs);
  return placeIn(convolutionsOf(network)[0], sizes.indexOf(Math.max(...sizes)));
}

/** What the answer costs, before the step and after it. */
export const costNow = (state) => costOfReading(state.read(), target(state));
export const after = ({ told: { digit } }) => digit.lossAfter ?? Infinity;

/** All that is to be said of the chosen weight of layer 1; it has digits enough to see it move. */
export function filterWeight(state) {
  const gradient = at(gradientsOf(state), state);
  const [old, next] = [weightsOf(state), changed(state, state.told.digit)]
    .map((cells) => number(at(cells, state), 5));
  return { old, next, rate: state.rate, gradient: inBrackets(gradient) };
}

const inBrackets = (value) => (value < 0 ? `(${fine(value)})` : fine(value));

/** All that is to be said of a step for a batch. */
export function batchStep(state) {
  const { batch } = state.told;
  const largest = Math.max(...gradientsOf(state, batch).flat().map(Math.abs));
  return { digits: batch.labels.length, picked: pictures(state)[state.picked].name.toLowerCase(),
    before: fine(batch.loss), most: fine(state.rate * largest),
    after: batch.lossAfter === null ? "beyond all numbers" : fine(batch.lossAfter) };
}

/** All that is to be said of the nudge that comes closest. */
export function nudgeWords(state) {
  const { slope = 0, nudge = 0, off: share = 0 } = best(state) ?? {};
  return { gradient: fine(at(gradientsOf(state), state)), slope: fine(slope), nudge: fine(nudge),
    off: percent(share) };
}

/** How far off each measured slope is, as bars. */
export const errorBars = (state, kit) => slopes(state, kit).map((slope, i) => {
  const error = off(slope, at(gradientsOf(state), state));
  return { name: `±${NUDGES[i]}`, value: error, isStrong: NUDGES[i] === best(state).nudge,
    text: error > MUCH ? `over ${percent(MUCH)}` : percent(error) };
});

/** How many weights and biases the network has. */
export const count = ({ network }) => sum(network.layers.map(({ weights, bias }) =>
  (weights ? weights.length + bias.length : 0)));

/** Whether the network reads the picture as what it is said to be. */
export const isRight = (state) => Math.max(...logitsOf(state)) === logitsOf(state)[target(state)];

/** The slopes measured so far; one more at each frame, so that no frame waits. */
function slopes(state, kit) {
  const key = [state.filter, state.cell.row, state.cell.column, target(state),
    state.isFine].join();
  if (state.measured.key !== key || state.measured.picture !== state.picture) {
    state.measured = { key, picture: state.picture, slopes: [] };
  }
  const { slopes: found } = state.measured;
  if (found.length < NUDGES.length) {
    const layer = convolution(state);
    found.push(slopeOf(state.network, state.picture, target(state), layer,
      { place: placeOf(layer, state), nudge: NUDGES[found.length], isFine: state.isFine }));
    kit.set("measured", state.measured);
  }
  return found;
}

/** By which share a slope differs from a gradient. */
const off = (slope, gradient) => (gradient ? Math.abs(slope / gradient - 1) : 0);

/** The nudge whose slope comes closest, of those measured: { nudge, slope, off }. */
const best = (state) => {
  const gradient = at(gradientsOf(state), state);
  return (state.measured.slopes ?? []).map((slope, i) => ({ nudge: NUDGES[i], slope,
    off: off(slope, gradient) })).sort((a, b) => a.off - b.off)[0];
};

/** The number of the chosen unit; the last row of their picture may have more places than units. */
const unitNumber = ({ unit, network }) => Math.min(unit.row * WIDE + unit.column,
  lastLayersOf(network).before.shape[0] - 1);

/** The gradients of the ten weights from the chosen unit to the logits. */
export const gradientsOfUnit = (state) =>
  state.told.digit.units[unitNumber(state)] ?? Array(10).fill(0);

/** What the units of the layer before the logits give, as a grid. */
export const unitsOf = (state) => {
  const values = state.read().values[lastLayersOf(state.network).before.name];
  return grid(Math.ceil(values.length / WIDE), WIDE, (i, j) => values[i * WIDE + j] ?? 0);
};

/** All that is to be said of the weight from the chosen unit to the chosen logit. */
export function logitWeight(state) {
  const [unit, logit] = [unitNumber(state), state.logit.column];
  const old = lastLayersOf(state.network).logits.weights[unit * 10 + logit];
  const gradient = gradientsOfUnit(state)[logit];
  return { unit, logit, a: fine(unitsOf(state).flat()[unit]),
    p: fine(softmax(logitsOf(state))[logit]), y: logit === target(state) ? 1 : 0,
    gradient: fine(gradient), old: number(old, 5), next: number(old - state.rate * gradient, 5) };
}

/** The batch's pictures, those that cost most first. */
export function pictures({ told: { batch } }) {
  batch.sorted ??= gridsOf(batch.pictures, SIDE)
    .map((cells, i) => ({ cells, cost: batch.costs[i], label: batch.labels[i],
      name: `A ${batch.labels[i]} that costs ${fine(batch.costs[i])}` }))
    .sort((one, other) => other.cost - one.cost);
  return batch.sorted;
}

/** What a lesson's words follow: each part of what `of` tells of the state. */
export const wordsOf = (of, names) =>
  Object.fromEntries(names.map((name) => [name, (state) => of(state)[name]]));
