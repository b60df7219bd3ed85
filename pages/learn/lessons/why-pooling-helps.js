/** Why pooling helps: what a shift, a turn and another size do to maps before pooling and after. */

import { percent } from "../../../cnn/web/decision.js";
import { LINE_NAMES, lineMap } from "../kit/examples.js";
import { strongestMap } from "../kit/counts.js";
import { pool } from "../kit/maths.js";
import {
  answerOf, axisOf, changeBars, changeOf, changesOf, differencesOf, inPercent, layersWithMaps,
  lossesOf, moved, signed, steps, stillSure, sweepOf, verdict,
} from "../kit/moves.js";
import * as both from "../kit/with-without.js";

// Whoever is less sure of an answer no longer gives it.
const SURE = 0.5;

/** The line of the first screen where it was, and moved; and how much that changes of it. */
const line = ({ line: name }) => lineMap(name, 0);
const movedLine = ({ line: name, by }) => lineMap(name, by);
const lineChange = (of) => (state) =>
  inPercent(changeOf(of(line(state)).flat(), of(movedLine(state)).flat()));

const shift = ({ right, down }) => ({ right, down });
const turned = ({ turn, scale }) => ({ turn, scale });
const lastName = (state) => layersWithMaps(state).at(-1).title;
const changeAt = (place) => (state) => inPercent(changesOf(state, shift(state))[place].value);

const losses = lossesOf();
const sweep = sweepOf(SURE);

export default {
  number: 7,
  title: "Why pooling helps",
  does: "Move, turn and scale your digit, and measure what stays the same.",
  minutes: 12,
  terms: {
    "relative change": "All differences added up, divided by all numbers added up.",
    "orientation": "Which way something is turned.",
  },
  notes: {
    needs: "Needs “Pooling” and per cent.",
    misunderstandings: [
      "“After pooling nothing changes.” Less changes than before, not nothing.",
      "“Pooling lets a network read turned digits.” It only forgives steps of a cell or two.",
    ],
  },
  state: () => ({ line: "thin", by: 0, right: 1, down: 0, turn: 10, scale: 100, map: null,
    isLarge: false, way: "right", far: 4 }),
  screens: [
    {
      title: "One cell further",
      text: [
        "Move the line one cell: each number stays in its window, and the pooled map stays as it"
          + " was. Move it once more: now it comes into the next window.",
        "To compare, take the **relative change**: add up how much each number changes, then"
          + " divide by the sum of all numbers. The map changes by {map}, the pooled map by"
          + " {pooled}.",
        "Then try the other lines. How far do these get until the pooled map changes?",
      ],
      live: { map: lineChange((cells) => cells), pooled: lineChange(pool) },
      show: (kit) => [
        kit.choice("line", { name: "Line", options: LINE_NAMES.map((name) => [name, name]) }),
        kit.slider("by", { name: "To the right", min: 0, max: 3 }),
        kit.row(
          kit.grid(movedLine, { name: "Map, moved", most: 9 }),
          kit.column(
            kit.grid((state) => pool(line(state)), { name: "Pooled before", most: 9 }),
            kit.grid((state) => pool(movedLine(state)), { name: "Pooled now", most: 9,
              mark: (row, column, state) => pool(movedLine(state))[row][column]
                !== pool(line(state))[row][column] }))),
      ],
      ask: [{
        number({ whole }) {
          const k = whole(2, 6);
          const column = k * whole(0, 4) + whole(1, k - 1);
          return {
            text: `Predict: windows are ${k} cells wide. The only number stands in column`
              + ` ${column}, counted from 1. How many cells can it move to the right, and the`
              + " pooled map stays?",
            answer: Math.ceil(column / k) * k - column,
            decimals: 0,
            hint: `Windows end at columns ${k}, ${2 * k} and so on. Where does its own end?`,
          };
        },
      }],
    },
    {
      title: "Your digit, a cell further",
      needs: "a convolution",
      text: [
        "Now your digit: it is moved by whole cells, and the network reads both. The bars show how"
          + " much of each layer changes. 200 % is the most if nothing stays in its place.",
        "Filters look closely: layer 1 changes by {layer}. Pooled, it changes by {pooled}. The"
          + " pictures show what went in blue, and what came in orange.",
        "And the answer? {verdict}.",
      ],
      live: { layer: changeAt(1), pooled: changeAt(2), verdict: verdict(shift) },
      show(kit, state) {
        state.map ??= strongestMap(layersWithMaps(state)[1], state.read());
        return [
          kit.row(
            kit.pad({ wide: 10 }),
            kit.map((now) => moved(now.picture, shift(now)),
              { name: "Input, moved", colours: "ink", wide: 8.5 }),
            ...[`Layer 1, map ${state.map}`, "The same, pooled"].map((name, i) =>
              kit.map((now) => differencesOf(now, shift(now), layersWithMaps(now)[i + 1], now.map),
                { name, wide: 8.5 }))),
          kit.slider("right", { name: "Right", min: -4, max: 4 }),
          kit.slider("down", { name: "Down", min: -4, max: 4 }),
          changeBars(kit, shift),
        ];
      },
      ask: [{
        choose({ whole, pick }, state) {
          const [right, down] = [pick([-4, -3, -2, -1, 1, 2, 3, 4]), whole(0, 4)];
          const found = changesOf(state, { right, down });
          const least = Math.min(...found.map(({ value }) => value));
          return {
            text: `Predict: your digit, as it is now, is moved ${signed(right)} to the right and`
              + ` ${down} down. What changes least?`,
            options: found.map(({ name }) => name),
            answer: found.findIndex(({ value }) => value === least),
            hint: "Do it with the sliders, and compare the bars.",
            because: `${found.map(({ name, value }) => `${name} ${inPercent(value)}`).join(", ")}.`,
          };
        },
      }],
    },
    {
      title: "Turned, and of another size",
      needs: "a convolution",
      text: [
        "Now change its **orientation** and its size. A turned line does not only come to another"
          + " place. Other filters answer to it, and each map is pooled by itself.",
        "{name} changes by {last}. Still, the answer may stay: {verdict}. What comes after, the"
          + " dense layers, can bear a lot.",
        "On the Draw page a digit is first scaled and put in the middle. Here we change what the"
          + " network gets.",
      ],
      live: {
        name: lastName, last: (state) => inPercent(changesOf(state, turned(state)).at(-1).value),
        verdict: verdict(turned),
      },
      show: (kit) => [
        kit.slider("turn", { name: "Turn", min: -90, max: 90, step: 5, unit: "°" }),
        kit.slider("scale", { name: "Size", min: 30, max: 160, step: 5, unit: " %" }),
        kit.row(
          kit.pad({ wide: 10 }),
          kit.map((now) => moved(now.picture, turned(now)),
            { name: "Input, changed", colours: "ink", wide: 10 })),
        changeBars(kit, turned),
      ],
      ask: [{
        task: "Turn or scale your digit until the network no longer reads it: less than 50 % for"
          + " what it read before.",
        done: (state) => stillSure(state, turned(state)) < SURE,
        hint: (state) => `It is still ${percent(stillSure(state, turned(state)))} sure. Go further,`
          + " or do both.",
        solve(state, kit) {
          const all = steps(-90, 90, 15).map((turn) => ({ turn, scale: 100 - Math.abs(turn) / 2 }));
          const found = all.find((how) => stillSure(state, how) < SURE) ?? { turn: 90, scale: 30 };
          Object.entries(found).forEach((field) => kit.set(...field));
        },
      }],
    },
    {
      title: "What the tutorial says",
      needs: "a convolution",
      text: [
        "The tutorial says that pooling makes a network steadier when scale and orientation"
          + " change. Is that so? The bars show how much of the change is gone after pooling.",
        "What holds: of small changes, pooling takes away {little} on average, of larger ones"
          + " {more}.",
        "What does not hold: the maps do not stay the same. Turned by 10°, {name} still changes"
          + " by {turn}, and at 90 % of its size by {scale}.",
      ],
      live: { little: losses.mean(false), more: losses.mean(true), name: lastName,
        turn: losses.last("turned 10°"), scale: losses.last("size 90 %") },
      show(kit) {
        losses.run(kit);
        return [
          kit.choice("isLarge", { name: "Changes", options: [[false, "small"], [true, "larger"]] }),
          kit.row(kit.pad({ wide: 10 }),
            kit.bars((state) => losses.bars(state, state.isLarge),
              { name: "What pooling takes away of the change" })),
        ];
      },
    },
    {
      title: "How far does it hold?",
      needs: "network",
      text: [
        "How sure is the network of its answer, the further your digit is changed? It reads all of"
          + " these pictures now, one by one.",
        "It keeps its answer if your digit is moved {right} cells, turned {turn} degrees, or"
          + " scaled {scale} per cent.",
        "Where that is more than a cell or two, it cannot be pooling alone: the layers after it"
          + " have learned from digits of many hands.",
      ],
      live: { right: sweep.kept("right"), turn: sweep.kept("turn"),
        scale: sweep.kept("scale", 100) },
      show(kit) {
        sweep.run(kit);
        return [
          kit.choice("way", { name: "Your digit is", options: both.WAY_OPTIONS }),
          kit.row(kit.pad({ wide: 10 }), kit.lines((state) => ({
            series: [{ points: sweep.points(state, state.way) }],
            x: axisOf(state.way),
            y: { name: "probability", from: 0, to: 1 },
          }), { name: "How sure it is of its first answer" })),
        ];
      },
      ask: [{
        number({ pick }, state) {
          const [turn, scale] = [pick(steps(-75, 75, 15)), pick([40, 55, 70, 85, 100, 115, 130])];
          return {
            text: `Predict: your digit, as it is now, is turned by ${signed(turn)}° and scaled to`
              + ` ${scale} %. Which digit does the network read?`,
            answer: answerOf(state.read(moved(state.picture, { turn, scale }))),
            decimals: 0,
            hint: "Try it two screens back: set both sliders.",
          };
        },
      }],
    },
    {
      title: "With pooling, and without",
      text: [
        "Two small networks learned from the same digits. One pools after each convolution, one"
          + " never does. Change your digit: which answer suffers more?",
        "One digit may be chance. So both were trained {trainings} times, and read {digits} new"
          + " digits. The lines show the share that is read right.",
        "What holds: pooling helps where digits move or grow. With it and without, {moved} are read"
          + " right moved by 4 cells, {large} at 140 % of the size.",
        "What does not hold: it helps nothing where they turn or shrink. Turned by 30°, {turned}"
          + " are read right, at 60 % of the size {small}.",
      ],
      live: { ...both.COUNTS, moved: both.sharesAt("right", 4), turned: both.sharesAt("turn", 30),
        large: both.sharesAt("scale", 140), small: both.sharesAt("scale", 60) },
      show: (kit) => [
        kit.choice("way", { name: "Digits are", options: both.WAY_OPTIONS }),
        kit.slider("far", { name: "How far", min: -both.FAR, max: both.FAR, text: both.amountIn }),
        kit.row(kit.pad({ wide: 10 }),
          kit.map(both.changed, { name: "Your digit, changed", colours: "ink", wide: 10 })),
        kit.row(both.sureBars(kit), both.shareLines(kit)),
      ],
      ask: [{ choose: both.askWhich }],
    },
  ],
};
