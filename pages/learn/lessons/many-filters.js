/** Many filters, many channels: what filters do to a digit, and why those of layer 2 are deep. */

import { convolution, eachOf, factorsOf, parametersOf, partsOf, seenBy, sliceOf, sourceOf,
  strongest, sumsOf, valuesOf, windowOf } from "../kit/layers.js";
import { convolve, grid, mapOf, sum } from "../kit/maths.js";
import { short } from "../kit/words.js";

const only = (i, j) => grid(3, 3, (row, column) => (row === i && column === j ? 1 : 0));
const KNOWN = {
  "Blur": grid(3, 3, () => 1 / 9),
  "Upright edges": grid(3, 3, (_, column) => [-1, 0, 1][column]),
  "Level edges": grid(3, 3, (row) => [-1, 0, 1][row]),
  "Outline": grid(3, 3, (row, column) => (row === 1 && column === 1 ? 8 : -1)),
  "Unchanged": only(1, 1),
};
const count = (number) => number.toLocaleString("en");

const ownMap = ({ picture, own }) => convolve(picture, own, { padding: "SAME" });
const isMoved = ({ picture, own }) => ownMap({ picture, own }).every((row, i) =>
  row.every((value, j) => Math.abs(value - (picture[i][j + 1] ?? 0)) < 1e-6));

const first = (state) => convolution(state, 1);
const second = (state) => convolution(state, 2);
const inputs = (state) => sourceOf(state, second(state));
const filterOf = (state, filter) => sliceOf(state, first(state), filter);
const sumMap = (state, channel) => sumsOf(state, first(state), channel);
const parts = (state) => partsOf(state, second(state), state.cell, state.filter);

/** Show a screen, at first where layers 1 and 2 answer most to the drawing. */
const begun = (show) => (kit, state) => {
  if (!state.cell) {
    state.map = strongest(state, first(state)).filter;
    const { filter, ...cell } = strongest(state, second(state));
    Object.assign(state, { cell, filter });
    state.channel = parts(state).indexOf(Math.max(...parts(state)));
  }
  return show(kit, state);
};

const ownCount = ({ k, c, f }) => k * k * c * f + f;

/** A bar for each layer that has parameters, and for the learner's own. */
const counted = (state) => [
  ...state.network.layers.filter(({ weights }) => weights).map((layer) =>
    [layer.title, parametersOf(layer), layer.kind === "convolution"]),
  ["Yours", ownCount(state), true],
].map(([name, value, isStrong]) => ({ name, value, text: count(value), isStrong }));

export default {
  number: 3,
  title: "Many filters, many channels",
  does: "Try filters on your digit, see the network's own, and take one cell of layer 2 apart.",
  minutes: 15,
  terms: {
    "channel": "One of the maps that a layer gives or gets: its place in the third dimension.",
    "slice": "The part of a filter that lies on one channel.",
    "bias": "A number that a filter adds to each of its sums. Training finds it, too.",
    "parameters": "All numbers that training finds: weights and biases.",
    "convolution": "What a layer does that slides filters over its inputs.",
  },
  notes: {
    needs: "Needs “A moving filter”.",
    misunderstandings: [
      "“Each filter of layer 2 looks at one map.” It looks at all of them, by a slice for each.",
      "“Each slice makes a map.” Their sums are added up, so one filter makes one map.",
      "“Somebody has chosen the filters.” Training has found them.",
    ],
  },
  state: () => ({ own: KNOWN.Blur, map: 0, channel: 0, filter: 0, cell: null, k: 5, c: 3, f: 16 }),
  screens: [
    {
      title: "What a filter can do",
      text: [
        "Nine weights, and your digit looks quite different. A blur takes the mean of neighbours."
          + " An edge filter takes one side from the other. Try all, then change weights.",
      ],
      show: (kit) => [
        kit.row(...Object.keys(KNOWN).map((name) =>
          kit.button(name, () => kit.set("own", KNOWN[name])))),
        kit.row(
          kit.column(kit.pad({ wide: 11 })),
          kit.row(kit.grid("own", { name: "Filter", edit: true, most: 2 }),
            kit.map(ownMap, { name: "What it makes", wide: 11 }))),
        kit.legend(),
      ],
      ask: [{
        task: "Make a filter that only moves your digit one cell to the left.",
        done: (state) => sum(state.picture) > 0 && isMoved(state),
        hint: ({ own }) => (own.flat().filter((weight) => weight !== 0).length > 1
          ? "One weight is enough. Set all others to 0."
          : "Each cell must get the number of its neighbour on the right."),
        solve: (_, kit) => kit.set("own", only(1, 2)),
      }],
    },
    {
      title: "The network's own filters",
      needs: "a convolution",
      text: [
        "Nobody has written these. Training has found them: layer 1 has {filters} filters of {size}"
          + " weights. Such a layer is called a **convolution**.",
        "Each slides over your whole digit and makes a map, orange where it finds its pattern."
          + " Choose some. Which find edges?",
        "To each of its sums a filter adds one more number, its **bias**. Where there is only"
          + " paper, the bias is all that is left: here {bias}.",
      ],
      live: {
        filters: (state) => first(state).shape[2],
        size: (state) => first(state).windows.size.join(" × "),
        bias: (state) => first(state).bias[state.map],
      },
      show: begun((kit, state) => [
        kit.row(
          kit.column(kit.pad({ wide: 10 })),
          kit.row(kit.map((now) => filterOf(now, now.map), { name: "Filter", wide: 10,
            note: (now) => `Filter ${now.map}` }),
          kit.map((now) => sumMap(now, now.map), { name: "Its map", wide: 10 }))),
        kit.maps((now) => eachOf(first(now), (i) => filterOf(now, i)),
          { name: "All filters", chosen: "map", wide: 2.3 }),
        kit.maps((now) => eachOf(first(now), (i) => sumMap(now, i)),
          { name: "Their maps, in the same order", chosen: "map", wide: 2.3 }),
      ]),
    },
    {
      title: "The third dimension",
      needs: "a convolution",
      text: [
        "One picture goes in, {channels} maps come out. Put them one behind the other, as cards in"
          + " a box. Now the numbers have three dimensions: rows, columns and **channels**. Here"
          + " these are {size}.",
        "That is what layer 1 hands on, once ReLU has made all that is negative 0. Pull out a card:"
          + " click, or drag across the box. Then draw, and see all cards change.",
      ],
      live: { size: (state) => first(state).shape.join(" × "),
        channels: (state) => first(state).shape[2] },
      show: begun((kit, state) => [
        kit.stack((now) => valuesOf(now, first(now)), { name: "Layer 1 gives", chosen: "map" }),
        kit.row(
          kit.pad({ wide: 11 }),
          kit.map((now) => mapOf(first(now), now.read(), now.map),
            { name: "The card", wide: 11, note: (now) => `Channel ${now.map}` })),
      ]),
    },
    {
      title: "Filters as deep as the box",
      needs: "two convolutions",
      text: [
        "Layer 2 gets a box of {channels} channels: layer 1's maps, made smaller by pooling. Its"
          + " filters look through all of them at one place. So each needs {channels} **slices**,"
          + " one for each channel. Here they are {size} weights each.",
        "The red tunnel is what one cell of layer 2 sees. On the chosen channel, cells and slice"
          + " are multiplied and added up, as ever. That makes {part}.",
      ],
      live: {
        channels: (state) => inputs(state).shape[2],
        size: (state) => second(state).windows.size.join(" × "),
        part: (state) => parts(state)[state.channel],
      },
      show: begun((kit, state) => [
        kit.stack((now) => valuesOf(now, inputs(now)), { name: "What layer 2 gets",
          chosen: "channel", frame: (now) => seenBy(now, second(now), now.cell),
          note: (now) => `Channel ${now.channel}` }),
        kit.row(
          kit.grid((now) => windowOf(now, second(now), now.cell, now.channel),
            { name: "What it sees there" }),
          kit.grid((now) => sliceOf(now, second(now), now.filter, now.channel),
            { name: "The slice for it", decimals: 2 })),
      ]),
      ask: [{
        choose({ whole, shuffled }) {
          const [from, to] = shuffled([whole(3, 20), whole(21, 90)]);
          return {
            text: `Predict: a layer gets ${from} maps, and makes ${to}. How many slices has each`
              + " of its filters?",
            options: [from, to, from * to],
            answer: 0,
            hint: "A filter must look at each map that comes in.",
            because: `And there are ${to} such filters, one for each map that comes out.`,
          };
        },
      }],
    },
    {
      title: "One cell, one sum",
      needs: "two convolutions",
      text: [
        "Each channel adds its part. Parts above the line speak for the pattern, those below"
          + " against it. All {channels} together make {parts}.",
        "The bias adds {bias}: that makes {sum}. The network itself says {network}.",
        "So one filter makes one map, however many channels it looks through. Drag the frame to"
          + " another cell, or take another filter.",
      ],
      live: {
        channels: (state) => inputs(state).shape[2],
        parts: (state) => sum(parts(state)),
        bias: (state) => second(state).bias[state.filter],
        sum: (state) => sum(parts(state)) + second(state).bias[state.filter],
        network: (state) =>
          sumsOf(state, second(state), state.filter)[state.cell.row][state.cell.column],
      },
      show: begun((kit, state) => [
        kit.columns(parts, { name: "What each channel adds", chosen: "channel", label: "Channel",
          note: (now) => `Channel ${now.channel} adds ${short(parts(now)[now.channel])}` }),
        kit.slider("filter", { name: "Filter", min: 0, max: second(state).shape[2] - 1 }),
        kit.row(
          kit.pad({ wide: 11 }),
          kit.map((now) => mapOf(second(now), now.read(), now.filter), { name: "Its map in layer 2",
            wide: 11, window: { at: "cell", size: 1, label: "The cell" } })),
      ]),
    },
    {
      title: "Weights counted",
      needs: "two convolutions",
      text: [
        "`k · k · c · f + f`: a filter has `k · k` weights in each of `c` slices. There are `f`"
          + " such filters, each with its bias. All that training finds are the layer's"
          + " **parameters**.",
        "Layer 1: {first}.",
        "Layer 2: {second}.",
        "A few filters do for the whole picture, as they slide. The layer behind them connects"
          + " everything with everything. See what that costs.",
      ],
      live: {
        first: (state) => factorsOf(state, first(state)),
        second: (state) => factorsOf(state, second(state)),
      },
      show: (kit) => [
        kit.bars(counted, { name: "Parameters",
          most: (now) => Math.max(...now.network.layers.map(parametersOf)) }),
        kit.words("A layer of yours: {k} × {k} × {c} × {f} + {f} = {own}", { k: "k", c: "c", f: "f",
          own: (now) => count(ownCount(now)) }),
        kit.slider("k", { name: "Width k", min: 1, max: 9 }),
        kit.slider("c", { name: "Channels c", min: 1, max: 128 }),
        kit.slider("f", { name: "Filters f", min: 1, max: 128 }),
      ],
      ask: [{
        number({ whole }) {
          const layer = { k: 2 * whole(1, 3) + 1, c: whole(2, 40), f: whole(2, 40) };
          return {
            text: `Predict: ${layer.f} filters, each ${layer.k} × ${layer.k} over ${layer.c}`
              + " channels, with a bias. How many parameters are these?",
            answer: ownCount(layer),
            decimals: 0,
            hint: "Count one filter with all of its slices, add its bias, then take all filters.",
          };
        },
      }],
    },
  ],
};
