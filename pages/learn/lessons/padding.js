/** Padding: what becomes of the rim, and how large the result is. */

import { along, convolve, grid, padded } from "../kit/maths.js";

// A convolution of the network, and its pictures.
const [PICTURE, FILTER] = [28, 5];
const KINDS = [["VALID", "VALID"], ["SAME", "SAME"]];

/** An input of so many cells, with numbers that one can follow. */
const input = ({ n }) => grid(n, n, (row, column) => (3 * row + 2 * column) % 4);

/** A filter of which each weight is 1: it adds up its window. */
const ones = ({ k }) => grid(k, k, () => 1);

const side = ({ n, k, stride, padding }) => along(n, k, stride, padding);

/** The input with the zeros that its padding puts around it. */
function around(state) {
  const { before, after } = side(state);
  return padded(input(state), [before, before, after, after]);
}

const isRim = (row, column, state) => {
  const { before } = side(state);
  const isOut = (place) => place < before || place >= before + state.n;
  return isOut(row) || isOut(column);
};

const output = (state) => convolve(input(state), ones(state), state);
const isHere = (row, column, { at }) => row === at.row && column === at.column;
const window = { at: "at", size: "k", stride: "stride" };

/** Both grids, the input with its zeros. */
const grids = (kit) => kit.row(
  kit.grid(around, { name: "Input", decimals: 0, faint: isRim, window, most: 6 }),
  kit.grid(output, { name: "Feature map", decimals: 0, mark: isHere }));

const sliders = (kit) => kit.column(
  kit.slider("n", { name: "Input n", min: 4, max: 8 }),
  kit.slider("k", { name: "Filter k", min: 2, max: 4 }),
  kit.slider("stride", { name: "Stride s", min: 1, max: 3 }));

/** How large a picture of the network is after one or two layers. */
const after = (padding, ...layers) =>
  layers.reduce((cells, [size, stride]) => along(cells, size, stride, padding).out, PICTURE);

/** The drawing after a blur, so many times: with each, VALID takes a rim away. */
function blurred({ picture, times, padding }) {
  const mean = grid(FILTER, FILTER, () => 1 / FILTER ** 2);
  return Array.from({ length: times }).reduce((map) => convolve(map, mean, { padding }), picture);
}

const size = (cells) => `${cells.length} × ${cells[0].length}`;

/** A question about a size that nobody has seen yet. */
function ask({ whole, pick }, what) {
  const [n, k, s] = [whole(9, 40), whole(2, 7), whole(1, 4)];
  const [padding] = pick(KINDS);
  const text = `Predict: ${n} cells in a row, a filter ${k} wide, stride ${s}, ${padding} padding.`;
  return { found: along(n, k, s, padding), text: `${text} ${what}`, padding };
}

export default {
  number: 4,
  title: "Padding",
  does: "Put zeros around a picture, and see how large the result becomes.",
  minutes: 8,
  terms: {
    "padding": "Cells put around an input before a filter slides over it. They hold 0.",
    "VALID": "No padding: the filter stays inside of the input.",
    "SAME": "As many zeros as it takes for one output per stride: with stride 1, the size stays.",
  },
  notes: {
    needs: "Needs “A moving filter”.",
    misunderstandings: [
      "“Padding makes the picture larger.” It keeps the result from getting smaller.",
      "“The zeros tell the network something.” In these pictures 0 is paper: just more"
        + " of it.",
      "“SAME always gives the same size.” With stride 2 it gives half.",
    ],
  },
  state: () => ({ n: 6, k: 3, stride: 1, padding: "VALID", at: { row: 0, column: 0 }, times: 2 }),
  screens: [
    {
      title: "The rim gets lost",
      text: [
        "A filter must lie on cells with all of its weights. So its middle never comes to the rim,"
          + " and the map is smaller than the input.",
        "Here {n} cells in a row become {out}. Drag the frame to each corner. Then make the filter"
          + " wider. What happens to the map?",
      ],
      live: { n: "n", out: (state) => side(state).out },
      show: (kit) => [
        kit.slider("k", { name: "Filter k", min: 2, max: 4 }),
        grids(kit),
      ],
    },
    {
      title: "Zeros around it",
      text: [
        "**Padding** puts zeros around the input. Then the filter can begin outside.",
        "Without it one speaks of **VALID** padding. With **SAME** padding there are as many zeros"
          + " as it takes to keep the size, as long as the stride is 1.",
        "Switch between both. Rows of zeros with SAME: {before} above, {after} below.",
      ],
      live: {
        before: (state) => side({ ...state, padding: "SAME" }).before,
        after: (state) => side({ ...state, padding: "SAME" }).after,
      },
      show: (kit) => [
        kit.choice("padding", { name: "Padding", options: KINDS }),
        kit.slider("k", { name: "Filter k", min: 2, max: 4 }),
        grids(kit),
      ],
    },
    {
      title: "Two formulas",
      text: [
        "The size is the same along rows and columns. Round up what is in the brackets ⌈ ⌉:",
        "VALID: `out = ⌈(n − k + 1) / s⌉`, which is ⌈({n} − {k} + 1) / {s}⌉ = {valid}.",
        "SAME: `out = ⌈n / s⌉`, which is ⌈{n} / {s}⌉ = {same}.",
        "Move the sliders. Does the map always have the size that the formula gives?",
      ],
      live: {
        n: "n", k: "k", s: "stride",
        valid: (state) => side({ ...state, padding: "VALID" }).out,
        same: (state) => side({ ...state, padding: "SAME" }).out,
      },
      show: (kit) => [
        kit.choice("padding", { name: "Padding", options: KINDS }),
        sliders(kit),
        grids(kit),
      ],
      ask: [
        {
          number(random) {
            const { text, found, padding } = ask(random, "How many outputs are there?");
            return { text, answer: found.out, decimals: 0, hint: padding === "SAME"
              ? "Divide the cells by the stride, and round up."
              : "Take the filter's width off, add 1, divide by the stride, and round up." };
          },
        },
        {
          number({ whole }) {
            const k = 2 * whole(1, 6) + 1;
            return {
              text: `Predict: stride 1, SAME padding, a filter ${k} wide. How many zeros stand at`
                + " each end of a row?",
              answer: along(40, k, 1, "SAME").before,
              decimals: 0,
              hint: "The filter's middle must come to the first cell. What of it is left over?",
            };
          },
        },
      ],
    },
    {
      title: "In the network",
      text: [
        "Your digit has 28 × 28 cells. The network's filters are 5 wide. With VALID padding {valid}"
          + " cells in a row are left, with SAME padding {same}.",
        "The network takes SAME. Only its pooling makes the maps smaller, as it has stride 2:"
          + " {sizes}.",
        "See what both do to your digit when a blur is done again and again. Each VALID step takes"
          + " {lost} rows and columns off. A few more layers, and nothing would be left.",
      ],
      live: {
        valid: () => after("VALID", [FILTER, 1]),
        same: () => after("SAME", [FILTER, 1]),
        sizes: () => [[], [[2, 2]], [[2, 2], [2, 2]]].map((layers) => after("SAME", ...layers))
          .join(" → "),
        lost: () => PICTURE - after("VALID", [FILTER, 1]),
      },
      show: (kit) => [
        kit.choice("padding", { name: "Padding", options: KINDS }),
        kit.slider("times", { name: "Times", min: 1, max: 6 }),
        kit.row(
          kit.pad({ wide: 12 }),
          kit.map(blurred, { name: "Blurred", colours: "ink",
            wide: (state) => (12 * blurred(state).length) / PICTURE,
            note: (state) => size(blurred(state)) })),
      ],
      ask: [{
        choose({ pick }) {
          const value = pick([0, 1]);
          const options = ["paper", "ink"];
          return {
            text: `In your digit's picture, paper is 0 and ink is 1. What would a rim of ${value}s`
              + " look like to the filter?",
            options: options.map((word) => `Like more ${word}`),
            answer: value,
            hint: "Which of the two has this number?",
            because: value ? "So it would find lines that nobody drew."
              : "So it adds nothing.",
          };
        },
      }],
    },
  ],
};
