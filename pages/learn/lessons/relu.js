/** ReLU: what is negative becomes zero, and why without it two layers were one. */

import { convolution, eachOf, strongest, sumsOf } from "../kit/layers.js";
import { convolve, grid, mapOf, relu, sum } from "../kit/maths.js";

// Where each of three units begins to rise, and how far the picture of them goes.
const BEGINS = [-1, 0, 1];
const [REACH, HIGH] = [2, 3];
// Many grids stand side by side.
const SMALL = "2.25rem";
const WHEN = [[false, "before ReLU"], [true, "after"]];
const BETWEEN = [[false, "nothing"], [true, "ReLU"]];

const isAlike = (a, b) => a.flat().every((value, i) => Math.abs(value - b.flat()[i]) < 1e-4);
const positive = (value) => Math.max(value, 0);

/** The one filter that does what two do, one after the other: each weight times each. */
const both = ({ one, two }) => grid(3, 3, (row, column) => sum(one.map((line, i) =>
  sum(line.map((weight, j) => weight * (two[row - i]?.[column - j] ?? 0))))));

const middle = ({ input, one }) => convolve(input, one);
const kept = (state) => relu(middle(state));
const inTwo = (state, hasRelu) => convolve(hasRelu ? kept(state) : middle(state), state.two);
const inOne = (state) => convolve(state.input, both(state));
const differ = (state, hasRelu) => !isAlike(inTwo(state, hasRelu), inOne(state));
const isLost = (row, column, state) => middle(state)[row][column] < 0;
const isOther = (row, column, state) =>
  Math.abs(inTwo(state, true)[row][column] - inOne(state)[row][column]) > 1e-4;

/** Two layers, with ReLU between them or nothing; below them the one that should do the same. */
function twoWays(kit, hasRelu) {
  const line = (...grids) => {
    const row = kit.row(...grids);
    row.style.setProperty("--cell", SMALL);
    return row;
  };
  const mark = hasRelu ? isOther : undefined;
  return [
    line(
      kit.grid("input", { name: "Input", edit: true }),
      kit.grid("one", { name: "Filter 1", edit: true, most: 3 }),
      kit.grid(hasRelu ? kept : middle, { name: hasRelu ? "After ReLU" : "Middle", most: 9,
        mark: hasRelu ? isLost : undefined }),
      kit.grid("two", { name: "Filter 2", edit: true, most: 3 }),
      kit.grid((state) => inTwo(state, hasRelu), { name: "Result", most: 20, mark })),
    line(
      kit.grid((state) => state.input, { name: "Input" }),
      kit.grid(both, { name: "One filter for both", most: 9 }),
      kit.grid(inOne, { name: "Result", most: 20, mark })),
    kit.words("Both results are {alike}.", { alike: (state) =>
      (differ(state, hasRelu) ? "different" : "the same") }),
  ];
}

const layer = (state) => convolution(state, 1);
const sums = (state) => sumsOf(state, layer(state), state.map);
const outputs = (state) => mapOf(layer(state), state.read(), state.map);
const allMaps = (state) => eachOf(layer(state), (i) => ({ name: `Map ${i}`, cells: state.isAfter
  ? mapOf(layer(state), state.read(), i) : sumsOf(state, layer(state), i) }));
const negative = (state) => sums(state).flat().filter((value) => value < 0).length;

/** What three units make of a number x, each times its weight. */
const made = ({ hasRelu, weights }, x) => sum(weights.map((weight, i) =>
  weight * (hasRelu ? positive(x - BEGINS[i]) : x - BEGINS[i])));

function curve(state) {
  const steps = grid(1, 81, (_, i) => -REACH + (i * REACH) / 40)[0];
  const points = steps.map((x) => [x, made(state, x)]);
  return { series: [{ name: "output", points }], x: { name: "input x", from: -REACH, to: REACH },
    y: { name: "output", from: -HIGH, to: HIGH }, dot: [0, made(state, 0)] };
}

const isBump = (state) => made(state, 0) >= 1
  && [-REACH, REACH].every((x) => Math.abs(made(state, x)) < 0.01);

export default {
  number: 5,
  title: "ReLU",
  does: "Cut off what is negative, and find out why a network is nothing without it.",
  minutes: 10,
  terms: {
    "linear": "A sum of inputs, each times a fixed weight. Its curve is a straight line.",
    "activation function": "What is done to each sum before it is handed on, such as ReLU.",
  },
  notes: {
    needs: "Needs “A moving filter”; negative numbers.",
    misunderstandings: [
      "“What ReLU cuts off is an error.” It only means that the pattern is not there.",
      "“ReLU has weights.” It has none: it is the same for every cell.",
      "“More layers are always more powerful.” Without ReLU they are one.",
    ],
  },
  state: () => ({
    before: [[2, -1, 0.5], [-3, 4, -0.5], [1, -2, 3]],
    x: -1,
    map: null,
    isAfter: false,
    input: [[1, 0, 2, 1], [0, 3, 1, 0], [2, 1, 0, 2], [1, 0, 1, 3]],
    one: [[1, 2], [0, 1]],
    two: [[1, -1], [2, 0]],
    hasRelu: true,
    weights: [1, -1, 0],
  }),
  screens: [
    {
      title: "Nothing below zero",
      text: [
        "A filter's sum can be negative: then the window is rather the opposite of its pattern."
          + " **ReLU** makes such a sum 0, and leaves all others as they are.",
        "`ReLU(x) = max(0, x)`. Here ReLU({x}) = {y}. What is done to each sum like this is called"
          + " an **activation function**.",
        "Move the slider, and change the grid on the left.",
      ],
      live: { x: "x", y: ({ x }) => positive(x) },
      show: (kit) => [
        kit.row(
          kit.grid("before", { name: "Sums", edit: true, most: 4 }),
          kit.grid(({ before }) => relu(before), { name: "After ReLU", most: 4,
            mark: (row, column, { before }) => before[row][column] < 0 })),
        kit.slider("x", { name: "x", min: -3, max: 3, step: 0.1, decimals: 1 }),
        kit.lines(({ x }) => ({
          series: [{ name: "ReLU", points: [[-3, 0], [0, 0], [3, 3]] }],
          x: { name: "x", from: -3, to: 3 }, y: { name: "ReLU(x)", from: -1, to: 3 },
          dot: [x, positive(x)],
        }), { name: "ReLU" }),
      ],
      ask: [{
        number({ whole }) {
          const cells = grid(1, 5, () => whole(-9, 9));
          return {
            text: `Predict: a map holds ${cells[0].join(", ").replaceAll("-", "−")}. What is the`
              + " sum of all its numbers after ReLU?",
            answer: sum(relu(cells)),
            decimals: 0,
            hint: "Leave out what is negative, then add up.",
          };
        },
      }],
    },
    {
      title: "On your digit",
      needs: "a convolution",
      text: [
        "This is map {map} of layer 1 for your digit. Of its {all} sums {negative} are negative."
          + " After ReLU all of these are 0.",
        "What is left says: here is my pattern. Blue, its opposite, is gone. Switch between before"
          + " and after, choose another map, and draw.",
      ],
      live: { map: "map", all: (state) => sums(state).flat().length, negative },
      show(kit, state) {
        state.map ??= strongest(state, layer(state)).filter;
        return [
          kit.row(
            kit.column(kit.pad({ wide: 11 })),
            kit.row(
              kit.map(sums, { name: "Before", wide: 11 }),
              kit.map(outputs, { name: "After ReLU", wide: 11 }))),
          kit.choice("isAfter", { name: "Show all", options: WHEN }),
          kit.maps(allMaps, { name: "All maps", chosen: "map", wide: 2.3 }),
        ];
      },
    },
    {
      title: "Two layers that are one",
      text: [
        "Why bother? Let one filter follow the other, with nothing between. Then there is one"
          + " larger filter that does the work of both at once. Sums of sums are sums: all is"
          + " **linear**.",
        "Change any number of the first row. The larger filter follows: both results stay {alike}.",
        "So without ReLU a hundred layers could do no more than one.",
      ],
      live: { alike: (state) => (differ(state, false) ? "different" : "the same") },
      show: (kit) => twoWays(kit, false),
      ask: [{
        number({ whole }) {
          const [one, two] = [[whole(-5, 5), whole(1, 5)], [whole(1, 5), whole(-5, 5)]];
          const said = [one, two].map((row) => row.join(" and ").replaceAll("-", "−"));
          return {
            text: `Predict: filter 1 is a row of two weights, ${said[0]}. Filter 2 is ${said[1]}.`
              + " Which weight stands in the middle of the row of three that does both?",
            answer: both({ one: [one, [0, 0]], two: [two, [0, 0]] })[0][1],
            decimals: 0,
            hint: "The middle cell is seen in two ways: by 1's right and 2's left weight, and by"
              + " the other two. Multiply both pairs, and add.",
          };
        },
      }],
    },
    {
      title: "With ReLU between",
      text: [
        "Now ReLU stands between both filters. The one larger filter is the same as before. As"
          + " long as nothing in the middle is negative, it still keeps up.",
        "But let a sum become negative. ReLU cuts it off, which is framed red, and no single"
          + " filter can do that. Now two layers are more than one.",
      ],
      show: (kit) => twoWays(kit, true),
      ask: [{
        task: "Change the input or a filter, so that both results differ.",
        done: (state) => differ(state, true),
        hint: (state) => (sum(relu(middle(state))) === sum(middle(state))
          ? "Nothing in the middle is negative yet. Give filter 1 a negative weight."
          : "ReLU cuts something off, but filter 2 does not use it. Change a weight of filter 2."),
        solve: (_, kit) => kit.set("one", [[1, -2], [0, 1]]),
      }],
    },
    {
      title: "What can bend",
      text: [
        "Three units get one number `x`. Each is 0 up to its own place, then rises. The output adds"
          + " them up, each times a weight.",
        "With ReLU the line can bend at three places. Take ReLU away: whatever the weights, it is"
          + " straight. With enough such bends, a network comes close to any curve.",
      ],
      show: (kit) => [
        kit.choice("hasRelu", { name: "In each unit", options: BETWEEN }),
        kit.lines(curve, { name: "What comes out" }),
        ...BEGINS.map((_, i) => kit.slider(({ weights }) => weights[i], { name: `Weight ${i + 1}`,
          min: -3, max: 3, step: 0.5, decimals: 1, set: (value) =>
            kit.set("weights", kit.state.weights.map((old, j) => (j === i ? value : old))) })),
      ],
      ask: [{
        task: "Make a bump: 0 at both ends, and at least 1 in the middle.",
        done: isBump,
        hint(state) {
          if (!state.hasRelu) return "A straight line has no bump. Put ReLU back.";
          return made(state, 0) < 1 ? "The first weight lifts the middle: make it at least 1."
            : "Behind the middle it must fall again, and then stop falling.";
        },
        solve(_, kit) {
          kit.set("hasRelu", true);
          kit.set("weights", [1, -2, 1]);
        },
      }],
    },
  ],
};
