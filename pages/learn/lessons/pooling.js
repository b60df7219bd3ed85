/** Pooling: one number for each window, and fewer numbers to go on with. */

import { strongestMap } from "../kit/counts.js";
import { along, grid, mapOf, padded, pool, relu, shapeOf, windowOn } from "../kit/maths.js";

const SIZE = 2;
const FIRST = [[1, 0, 2, 3, 1], [4, 6, 6, 8, 0], [3, 1, 1, 0, 5], [1, 2, 2, 4, 2], [0, 7, 1, 1, 3]];
const [ROWS, COLUMNS] = shapeOf(FIRST);
const KINDS = [["max", "largest"], ["mean", "mean"], ["L2", "L2 norm"]];
const WORDS = { max: "the largest", mean: "the mean", L2: "the L2 norm" };

/** The 5×5 grid with the zeros that SAME padding puts behind and below it. */
function around(cells) {
  const [down, across] = shapeOf(cells).map((length) => along(length, SIZE, SIZE, "SAME"));
  return padded(cells, [down.before, across.before, down.after, across.after]);
}

const isRim = (row, column) => row >= ROWS || column >= COLUMNS;
const isHere = (row, column, { at }) => row === at.row && column === at.column;
const pooled = ({ input }) => pool(input);
const areAlike = (a, b) => a.flat().join() === b.flat().join();

/** The cells of the window by their numbers, "in 1, in 2, in 6, in 7", and the largest. */
function said({ input, at }) {
  const places = grid(SIZE, SIZE, (i, j) => [at.row * SIZE + i, at.column * SIZE + j]).flat();
  const names = places.map(([row, column]) =>
    (isRim(row, column) ? "pad" : `in ${row * COLUMNS + column + 1}`));
  const out = pool(input);
  return `out ${at.row * out.length + at.column + 1} = max(${names.join(", ")})`
    + ` = ${out[at.row][at.column]}`;
}

const shown = ({ sums, isAfter }) => (isAfter ? relu(sums) : sums);
const padPooled = (state) => pool(around(shown(state)));

/** The windows in which a zero of the padding is larger than all that is real. */
const wins = (state) => {
  const real = pool(shown(state));
  return padPooled(state).flatMap((row, i) => row.map((value, j) => [value, real[i][j]]))
    .filter(([withZeros, without]) => withZeros > without).length;
};

/** One of the first layer's maps, as a grid, and what is pooled of it. */
const mapsOf = ({ network, read, map }) => network.layers.slice(1, 3).map((layer) =>
  mapOf(layer, read(), map));

/** The numbers in the window of the second screen. */
const seen = ({ even, place }) =>
  windowOn(even, place.row * SIZE, place.column * SIZE, SIZE).flat();

export default {
  number: 6,
  title: "Pooling",
  does: "Keep one number of each window, and find out what gets lost and what stays.",
  minutes: 10,
  terms: {
    "pooling": "From each window of a map one number is kept, such as the largest.",
    "max pooling": "Pooling that keeps the largest number of each window.",
    "L2 norm": "The root of the sum of all squares.",
  },
  notes: {
    needs: "Needs “Padding”; for the L2 norm, squares and roots.",
    misunderstandings: [
      "“Pooling has weights that are learned.” It has none.",
      "“Pooling mixes the maps.” Each map is pooled by itself.",
      "“The largest value's place is known later.” No: only that it was in this window.",
    ],
  },
  state: () => ({
    input: around(FIRST),
    at: { row: 0, column: 0 },
    even: [[1, 3, 0, 2], [2, 4, 0, 0], [6, 0, 3, 3], [0, 8, 3, 3]],
    place: { row: 0, column: 0 },
    by: "max",
    sums: [[2, -1, 3, 0.5, -2], [1, -3, -1, 2, -1], [-2, 4, 1, -1, -3], [0.5, 1, -2, 3, -1],
      [-1, -2, -4, -1, -2]],
    isAfter: false,
    map: null,
  }),
  screens: [
    {
      title: "Only the largest",
      text: [
        "**Pooling** also slides a window over a map. But it has no weights. **Max pooling** keeps"
          + " only the largest number of each window.",
        "The window is 2 × 2 and moves 2 cells: no cell is seen twice. A 5 × 5 grid has an odd cell"
          + " at each end, so SAME padding adds one row and one column of zeros. {rows} outputs in"
          + " a row come out.",
        "{said}",
      ],
      live: { said, rows: (state) => pooled(state).length },
      show: (kit) => [
        kit.row(
          kit.grid("input", { name: "Input, zeros hatched", edit: true, min: 0, faint: isRim,
            window: { at: "at", size: SIZE, stride: SIZE, label: "The window" } }),
          kit.grid(pooled, { name: "Pooled", mark: isHere })),
        kit.walk("input", { at: "at", size: SIZE, stride: SIZE }),
      ],
      ask: [{
        task: "Change at least one cell of the input, so that the pooled grid stays exactly as it"
          + " was at first.",
        done: ({ input }) => !areAlike(input, around(FIRST))
          && areAlike(pool(input), pool(around(FIRST))),
        hint: ({ input }) => (areAlike(input, around(FIRST))
          ? "Nothing is changed yet. Which cells of a window do not count?"
          : "You have changed a largest one, or made a new one. Make a small one smaller."),
        solve: (_, kit) => kit.set("input", around(FIRST).map((row, i) =>
          row.map((value, j) => (i || j ? value : 0)))),
      }],
    },
    {
      title: "Other ways to pool",
      text: [
        "One can also keep the mean of a window, or its **L2 norm**: the root of the sum of the"
          + " squares.",
        "Here the window holds {cells}. Its L2 norm is √({squares}) = {norm}.",
        "This network has max pooling; a network can be trained with means, too. The L2 norm is no"
          + " layer of this app: the page works it out for you.",
      ],
      live: {
        cells: (state) => seen(state).join(", "),
        squares: (state) => seen(state).map((value) => `${value}²`).join(" + "),
        norm: ({ even, place }) => pool(even, { by: "L2" })[place.row][place.column],
      },
      show: (kit) => [
        kit.choice("by", { name: "Keep the", options: KINDS }),
        kit.row(
          kit.grid("even", { name: "Input", edit: true, min: 0,
            window: { at: "place", size: SIZE, stride: SIZE, label: "The window" } }),
          kit.grid(({ even, by }) => pool(even, { by }), { name: "Pooled",
            mark: (row, column, { place }) => row === place.row && column === place.column })),
      ],
      ask: [{
        number({ whole, pick }) {
          const cells = grid(SIZE, SIZE, () => whole(0, 9));
          const [by] = pick(KINDS);
          return {
            text: `Predict: a window holds ${cells.flat().join(", ")}. What is ${WORDS[by]}?`
              + (by === "L2" ? " Two decimals are enough." : ""),
            answer: pool(cells, { by })[0][0],
            hint: { max: "One of the four is kept.", mean: "Add up all four, divide by 4.",
              L2: "Square each, add up, take the root." }[by],
          };
        },
      }],
    },
    {
      title: "Can a zero win?",
      text: [
        "The zeros of the padding are no part of the map. Could one of them be the largest, and"
          + " push out what is real?",
        "Before ReLU it could: here that happens in {wins} windows. After ReLU nothing is below 0."
          + " Then a zero can be as large as the rest, but never larger. So it changes nothing.",
      ],
      live: { wins: (state) => wins({ ...state, isAfter: false }) },
      show: (kit) => [
        kit.choice("isAfter", { name: "Pooled",
          options: [[false, "before ReLU"], [true, "after ReLU"]] }),
        kit.row(
          kit.grid((state) => around(shown(state)), { name: "Map, zeros hatched", faint: isRim,
            window: { at: "at", size: SIZE, stride: SIZE, label: "The window" } }),
          kit.column(
            kit.grid(padPooled, { name: "With zeros", mark: isHere }),
            kit.grid((state) => pool(shown(state)), { name: "Without", mark: isHere }))),
        kit.words("A zero wins in {now} windows now.", { now: wins }),
      ],
    },
    {
      title: "Your digit, pooled",
      needs: "a convolution",
      text: [
        "This is map {map} of the network's first layer for your digit, and what is pooled of it."
          + " It has {before} numbers before and {after} after: a quarter.",
        "Draw, and go through the maps. The pattern stays, only its exact place gets lost.",
      ],
      live: {
        map: "map",
        before: (state) => mapsOf(state)[0].flat().length,
        after: (state) => mapsOf(state)[1].flat().length,
      },
      show(kit, state) {
        state.map ??= strongestMap(state.network.layers[1], state.read());
        return [
          kit.slider("map", { name: "Map", min: 0, max: state.network.layers[1].shape[2] - 1 }),
          kit.row(
            kit.pad({ wide: 11 }),
            kit.map((now) => mapsOf(now)[0], { name: "Layer 1", wide: 11 }),
            kit.map((now) => mapsOf(now)[1], { name: "Pooled 1", wide: 11 })),
        ];
      },
      ask: [{
        number({ whole }) {
          const side = 4 * whole(5, 60);
          return {
            text: `Predict: a picture of ${side} × ${side} is pooled twice, 2 × 2 with stride 2.`
              + " How many cells has a row then?",
            answer: [1, 2].reduce((cells) => along(cells, SIZE, SIZE, "SAME").out, side),
            decimals: 0,
            hint: "Each time half of the cells are left.",
          };
        },
      }],
    },
  ],
};
