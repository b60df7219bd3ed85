/** Two small networks, trained alike: one with pooling, one without; and what each still reads. */

import { percent } from "../../../cnn/web/decision.js";
import { networkFromFile, read } from "../../../cnn/web/network.js";
import { many } from "./counts.js";
import { sum } from "./maths.js";
import measured from "./measured-pooling.js";
import { answerOf, moved, signed } from "./moves.js";

const NAMES = { pooled: "with pooling", plain: "without" };
const KINDS = Object.keys(NAMES);
const WAYS = {
  right: { said: "moved", axis: "cells to the right", unit: "",
    asked: (amount) => `${Math.abs(amount)} to the ${amount < 0 ? "left" : "right"}` },
  turn: { said: "turned", axis: "degrees, with the clock", unit: "°",
    asked: (amount) => `${Math.abs(amount)}° ${amount < 0 ? "against" : "with"} the clock` },
  scale: { said: "scaled", axis: "size, %", unit: " %", asked: (amount) => `to ${amount} %` },
};
const trainings = measured.ways.turn.pooled.length;
/** How many digits the shares are of, and how often each network was trained: for a text. */
export const COUNTS = { digits: () => many(measured.digits), trainings: () => trainings };
/** The steps of a change: so many to each side of none. */
export const FAR = (measured.ways.turn.amounts.length - 1) / 2;
/** The ways of a change, for `kit.choice`. */
export const WAY_OPTIONS = Object.entries(WAYS).map(([way, { said }]) => [way, said]);

/** The amount of a change: `far` counts its steps. */
const amountOf = ({ way, far }) => measured.ways[way].amounts[FAR + far];
/** The same as text, "30°": what stands behind the slider. */
export const amountIn = (state) => signed(`${amountOf(state)}${WAYS[state.way].unit}`);
/** The drawing, changed so. */
export const changed = (state) => moved(state.picture, { [state.way]: amountOf(state) });

/** The share of digits that a network reads right at one step, in the mean of its trainings. */
const shareAt = (way, kind, at) =>
  sum(measured.ways[way][kind].map((shares) => shares[at])) / trainings;

/** Both shares as text, with pooling and without, where the digits are changed by this. */
export const sharesAt = (way, amount) => () => {
  const at = measured.ways[way].amounts.indexOf(amount);
  return KINDS.map((kind) => percent(shareAt(way, kind, at))).join(" and ");
};

/** Lines: the shares of both networks over all amounts, and a dot where `far` stands. */
export const shareLines = (kit) => kit.lines((state) => {
  const { amounts } = measured.ways[state.way];
  return {
    series: KINDS.map((kind) => ({ name: NAMES[kind],
      points: amounts.map((amount, at) => [amount, shareAt(state.way, kind, at)]) })),
    x: { name: WAYS[state.way].axis, from: amounts[0], to: amounts.at(-1) },
    y: { name: "read right", from: 0, to: 1 },
    dot: [amountOf(state), shareAt(state.way, "pooled", FAR + state.far)],
  };
}, { name: `Share of ${many(measured.digits)} new digits read right` });

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const networks = {};
const readings = {}; // of each network two, whose arrays are used again

/** What a network makes of a picture; another one with the same `use` takes its place. */
function readBy(kind, picture, use) {
  networks[kind] ??= networkFromFile(bytes(measured.networks[kind]).buffer);
  const key = kind + use;
  readings[key] = read(networks[kind], picture.flat(), readings[key]);
  return readings[key].probabilities;
}

/** Bars: how sure each network still is of what it read in the drawing as it was. */
export const sureBars = (kit) => kit.bars((state) => KINDS.map((kind) => {
  const digit = answerOf({ probabilities: readBy(kind, state.picture, "before") });
  const value = readBy(kind, changed(state), "now")[digit];
  return { name: `${NAMES[kind]}: ${digit}`, value, text: percent(value),
    isStrong: kind === "pooled" };
}), { name: "How sure each still is of its first answer" });

/** Ask which of both reads more digits right, where all trainings say the same. */
export function askWhich({ pick }) {
  const all = WAY_OPTIONS.flatMap(([way]) => measured.ways[way].amounts.flatMap((amount, at) => {
    const { pooled, plain } = measured.ways[way];
    const wins = pooled.map((shares, i) => Math.sign(shares[at] - plain[i][at]));
    return Math.abs(sum(wins)) < trainings ? [] : [{ way, amount, isPooled: wins[0] > 0 }];
  }));
  const { way, amount, isPooled } = pick(all);
  return {
    text: `Predict: the new digits are ${WAYS[way].said} ${WAYS[way].asked(amount)}. Which of both`
      + " networks reads more of them?",
    options: Object.values(NAMES),
    answer: isPooled ? 0 : 1,
    hint: "Choose the way, and look where its lines lie.",
    because: `It is ${sharesAt(way, amount)()}, with pooling and without.`,
  };
}
