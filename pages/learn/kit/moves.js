/** What becomes of a picture that is shifted, turned or scaled, and how much numbers change. */

import { percent } from "../../../cnn/web/decision.js";
import { isMap } from "../../../cnn/web/network.js";
import { grid, mapOf, shapeOf, sum } from "./maths.js";

// So many pictures are kept of each: what is asked for again in a frame is made once.
const KEPT = 12;
const made = new WeakMap();

/**
 * A picture moved by so many cells, turned by degrees with the clock, and scaled by per cent, about
 * its middle. What is asked for again is the same object, which the network reads once.
 */
export function moved(picture, { right = 0, down = 0, turn = 0, scale = 100 } = {}) {
  if (!made.has(picture)) made.set(picture, new Map());
  const [kept, key] = [made.get(picture), [right, down, turn, scale].join()];
  if (!kept.has(key)) {
    kept.set(key, resampled(picture, { right, down, turn, scale }));
    if (kept.size > KEPT) kept.delete(kept.keys().next().value);
  }
  return kept.get(key);
}

/** Each cell looks back to where it came from: between cells the four around count by nearness. */
function resampled(picture, { right, down, turn, scale }) {
  const [rows, columns] = shapeOf(picture);
  const [middleRow, middleColumn] = [(rows - 1) / 2, (columns - 1) / 2];
  const radians = (turn * Math.PI) / 180;
  const [cos, sin] = [Math.cos, Math.sin].map((give) => (100 * give(radians)) / scale);
  const cell = (row, column) => picture[row]?.[column] ?? 0;
  return grid(rows, columns, (row, column) => {
    const [x, y] = [column - right - middleColumn, row - down - middleRow];
    const [fromRow, fromColumn] = [middleRow + cos * y - sin * x, middleColumn + cos * x + sin * y];
    const [top, left] = [Math.floor(fromRow), Math.floor(fromColumn)];
    const [below, after] = [fromRow - top, fromColumn - left];
    return (1 - below) * ((1 - after) * cell(top, left) + after * cell(top, left + 1))
      + below * ((1 - after) * cell(top + 1, left) + after * cell(top + 1, left + 1));
  });
}

/** How much numbers change: all differences, added up, as a share of all numbers, added up. */
export function changeOf(before, after) {
  let [differences, all] = [0, 0];
  for (let i = 0; i < before.length; i++) {
    differences += Math.abs(after[i] - before[i]);
    all += Math.abs(before[i]);
  }
  return all ? differences / all : 0;
}

/** A share as text: "59 %". */
export const inPercent = (share) => signed(`${(100 * share).toFixed(0)} %`);

/** A text with true minus signs. */
export const signed = (text) => String(text).replaceAll("-", "−");

/** Amounts from one to another, in steps. */
export const steps = (from, to, step) =>
  Array.from({ length: (to - from) / step + 1 }, (_, i) => from + i * step);

/** All layers that have maps. */
export const layersWithMaps = ({ network }) => network.layers.filter(isMap);

/** How much each layer with maps changes where the drawing is moved: { name, isPooled, value }. */
export function changesOf(state, how) {
  const [before, after] = [state.read(), state.read(moved(state.picture, how))];
  return layersWithMaps(state).map(({ name, title, kind }) => ({ name: title,
    isPooled: kind === "pooling" || kind === "averaging",
    value: changeOf(before.values[name], after.values[name]) }));
}

/** What comes into one map of a layer, above 0, and what goes, where the drawing is moved. */
export function differencesOf(state, how, layer, channel) {
  const [before, after] = [state.picture, moved(state.picture, how)].map((picture) =>
    mapOf(layer, state.read(picture), channel));
  return before.map((row, i) => row.map((value, j) => after[i][j] - value));
}

/** What each pooled layer takes away of the change of the layer before it: { name, value }. */
const takenAway = (changes) => changes.flatMap(({ name, isPooled, value }, i) =>
  (isPooled ? [{ name, value: 1 - value / (changes[i - 1].value || 1) }] : []));

/** The digit that the network finds most likely. */
export const answerOf = ({ probabilities }) => probabilities.indexOf(Math.max(...probabilities));

/** How likely a moved drawing still is what the network reads in it as it was drawn. */
export const stillSure = ({ picture, read }, how) =>
  read(moved(picture, how)).probabilities[answerOf(read(picture))];

/**
 * Compute something of the drawing for each of many things, one a frame, so that nobody waits.
 *
 * Returns { run(kit), found(state) }: the first begins it on a screen, the second gives what is
 * known so far, in the order of the things.
 */
function oneByOne(things, compute) {
  const known = new WeakMap();
  const found = ({ picture }) => {
    if (!known.has(picture)) known.set(picture, []);
    return known.get(picture);
  };
  const run = (kit) => kit.onDraw(() => {
    const so = found(kit.state);
    if (so.length === things.length) return;
    so.push(compute(kit.state, things[so.length]));
    kit.set("known", so.length);
  });
  return { run, found };
}

// How far a drawing is moved in each way, and what that is called on an axis.
const WAYS = {
  right: { amounts: steps(-10, 10, 1), name: "cells to the right" },
  turn: { amounts: steps(-60, 60, 5), name: "degrees, with the clock" },
  scale: { amounts: steps(40, 160, 5), name: "size, %" },
};

/** The axis of a way. */
export const axisOf = (way) => {
  const { amounts, name } = WAYS[way];
  return { name, from: amounts[0], to: amounts.at(-1) };
};

/**
 * How a drawing fares that is moved, turned or scaled further and further.
 *
 * Returns { run(kit), points(state, way), kept(way, middle) }: `points` are [amount, how sure the
 * network is still], and `kept` gives a text that follows the state: from where to where around the
 * middle it is at least `least` sure, "…" until that is known.
 */
export function sweepOf(least) {
  const all = Object.entries(WAYS).flatMap(([way, { amounts }]) =>
    amounts.map((amount) => ({ way, amount })));
  const { run, found } = oneByOne(all, (state, { way, amount }) =>
    [amount, stillSure(state, { [way]: amount })]);
  const points = (state, way) => found(state).filter((_, i) => all[i].way === way);
  const kept = (way, middle = 0) => (state) => (found(state).length < all.length ? "…"
    : signed(rangeOf(points(state, way), middle, least).join(" to ")));
  return { run, points, kept };
}

/** From where to where around an amount the points [amount, share] stay above a share. */
function rangeOf(points, middle, least) {
  const isKept = (at) => points[at]?.[1] >= least;
  let low = points.findIndex(([amount]) => amount === middle);
  let high = low;
  while (isKept(low - 1)) low -= 1;
  while (isKept(high + 1)) high += 1;
  return [points[low][0], points[high][0]];
}

// A little of each way, and more of it.
const MOVES = [["moved 1 cell", { right: 1 }], ["turned 10°", { turn: 10 }],
  ["size 90 %", { scale: 90 }], ["moved 3 cells", { right: 3 }], ["turned 30°", { turn: 30 }],
  ["size 70 %", { scale: 70 }]];

/**
 * What pooling takes away of small changes, and of larger ones.
 *
 * Returns { run(kit), bars(state, isLarge), mean(isLarge), last(move) }: bars, as far as they are
 * known, and texts that follow the state: the mean of these, and by how much the last layer with
 * maps still changes by one of the moves.
 */
export function lossesOf() {
  const { run, found } = oneByOne(MOVES, (state, [said, how]) => {
    const all = changesOf(state, how);
    return { said, last: all.at(-1).value, bars: takenAway(all).map(({ name, value }) =>
      ({ name: `${said}, ${name.toLowerCase()}`, value, text: inPercent(value),
        isStrong: value > 0 })) };
  });
  const half = MOVES.length / 2;
  const bars = (state, isLarge) => found(state).filter((_, i) => (i >= half) === isLarge)
    .flatMap((each) => each.bars);
  const mean = (isLarge) => (state) => {
    const values = bars(state, isLarge).map(({ value }) => value);
    return values.length ? inPercent(sum(values) / values.length) : "…";
  };
  const last = (move) => (state) => {
    const known = found(state).find(({ said }) => said === move);
    return known ? inPercent(known.last) : "…";
  };
  return { run, bars, mean, last };
}

/** Bars: how much each layer changes where the drawing is moved, as `how(state)` tells. */
export const changeBars = (kit, how) => kit.bars((state) => changesOf(state, how(state)).map(
  (bar) => ({ ...bar, text: inPercent(bar.value), isStrong: bar.isPooled })),
{ name: "How much changes", most: 2 });

/** What the network reads, and how sure it is of that before and after. */
export const verdict = (how) => (state) => {
  const before = state.read();
  const digit = answerOf(before);
  const [first, now] = [before.probabilities[digit], stillSure(state, how(state))].map(percent);
  return `${digit}, ${first} before, ${now} now`;
};
