/** From maps to an answer: how 784 numbers become ten, and which weights that takes. */

import {
  connectedOf, half, many, parametersOf, partsOf, sizeOf, stagesOf, total,
} from "../kit/counts.js";
import { grid, sum } from "../kit/maths.js";
import { ACCURACIES } from "../kit/measured.js";
import { short } from "../kit/words.js";

// The tutorial's networks, and the number that its text has once.
const TUTORIAL = { side: 28, filter: 5, first: 32, second: 64, units: 1000, digits: 10, hidden: 300,
  slip: 3164 };

/** Of a thousand digits, how many are misread: the fewest and the most. */
const misread = Object.entries(ACCURACIES).map(([name, accuracies]) => {
  const wrong = accuracies.map((accuracy) => Math.round(10 * (100 - accuracy)));
  const [least, most] = [Math.min(...wrong), Math.max(...wrong)];
  return { name, value: most, text: least < most ? `${least} to ${most}` : String(most),
    isStrong: name.endsWith("filters") };
});

const factors = ({ rows, columns, maps }) => [rows, columns, maps];
const rowOf = (state) => sizeOf(factors(state));
/** Maps of the learner's own size; each cell is darker than those before it. */
const blocks = (state) => [{ kind: "pooling", zoom: 2, shape: factors(state),
  values: Float32Array.from({ length: rowOf(state) }, (_, i) => 1 + Math.floor(i / state.maps)) }];

const parts = ({ network, read, digit }) => partsOf(network, read(), digit);
const unitsOf = (values) => ({ kind: "dense", zoom: 4, shape: [values.length], values });
const all = (state) => total(parametersOf(state));
const convolutions = (state) => total(parametersOf(state).slice(0, 2));
const ours = all(TUTORIAL);
// What makes the maps of layer 1 without filters.
const [{ count: withoutFilters }] = connectedOf({ ...TUTORIAL, hidden: 28 ** 2 * TUTORIAL.first });

export default {
  number: 8,
  title: "From maps to an answer",
  does: "Follow your digit from 784 numbers to ten, and count the weights on the way.",
  minutes: 12,
  terms: {
    "flatten": "To lay all numbers of all maps out in one row.",
    "dense layer": "A layer in which each unit sees all numbers of the layer before.",
    "unit": "One number of a dense layer: a sum of all it sees, each times a weight.",
    "bias": "A number that a filter or a unit adds to its sum, whatever it sees.",
    "parameters": "All weights and biases: the numbers that training finds.",
  },
  notes: {
    needs: "Needs “Many filters, many channels” and “Pooling”.",
    misunderstandings: [
      "“Most weights are in the filters.” Nearly all are in one dense layer.",
      "“Flattening computes something.” It only writes the same numbers in a row.",
    ],
  },
  state: () => ({ ...TUTORIAL, rows: 14, columns: 14, maps: 32, digit: 7 }),
  screens: [
    {
      title: "The whole way",
      needs: "network",
      text: [
        "On top is your digit as the network gets it. Each row below is what the next layer makes"
          + " of it. Draw, and follow it down.",
        "Filters make more maps, and pooling makes them smaller. {from} numbers become {most}, and"
          + " in the end there are only {end}: one score for each digit.",
      ],
      live: {
        from: ({ network }) => many(sizeOf(network.layers[0].shape)),
        most: ({ network }) => many(Math.max(...network.layers.map(({ shape }) => sizeOf(shape)))),
        end: ({ network }) => sizeOf(network.layers.at(-1).shape),
      },
      show: (kit) => kit.row(kit.pad({ wide: 10 }),
        kit.stages(({ network, read }) => stagesOf(network, read()),
          { name: "What each layer gives: rows × columns × maps" })),
      ask: [{
        number({ whole }) {
          const [side, filters] = [2 * whole(8, 32), 8 * whole(1, 12)];
          return {
            text: `Predict: a picture of ${side} × ${side} goes through ${filters} filters with`
              + " SAME padding, then is pooled 2 × 2. How many numbers come out?",
            answer: half(side) ** 2 * filters,
            decimals: 0,
            hint: "Half the rows, half the columns, and one map for each filter.",
          };
        },
      }],
    },
    {
      title: "3,164 or 3,136?",
      text: [
        "To **flatten** is to write all numbers of all maps in one row. How long is it? The"
          + " tutorial's text says {slip} once and 3,136 later. Only one of them can be right.",
        "Set the sliders to the maps after the second pooling: the picture has 28 rows, which are"
          + " halved twice. The second layer has 64 filters. The length is {length}.",
        "And {slip}? Shared out to {cells} cells, that makes {share} maps. It fits only if this is"
          + " a whole number.",
      ],
      live: {
        slip: ({ slip }) => many(slip),
        length: (state) => many(rowOf(state)),
        cells: ({ rows, columns }) => `${rows} · ${columns}`,
        share: ({ slip, rows, columns }) => slip / (rows * columns),
      },
      show: (kit) => [
        kit.column(
          kit.slider("rows", { name: "Rows", min: 1, max: 28 }),
          kit.slider("columns", { name: "Columns", min: 1, max: 28 }),
          kit.slider("maps", { name: "Maps", min: 1, max: 80 })),
        kit.bars((state) => [
          { name: factors(state).join(" · "), value: rowOf(state), isStrong: true },
          { name: "in the tutorial once", value: state.slip },
        ].map((bar) => ({ ...bar, text: many(bar.value) })), { name: "Numbers in the row",
          most: (state) => Math.max(rowOf(state), 2 * state.slip) }),
        kit.stages(blocks, { name: "Your maps" }),
      ],
      ask: [{
        task: "Set the sliders so that the row is as long as the one that this network flattens.",
        done: ({ rows, columns, maps, side, second }) =>
          rows === half(half(side)) && columns === rows && maps === second,
        hint: ({ rows, columns, side }) => (rows === half(half(side)) && columns === rows
          ? "The cells are right. Now one map for each filter of the second layer."
          : "Pooling halves rows and columns. It does so twice."),
        solve: ({ side, second }, kit) => Object.entries({ rows: half(half(side)),
          columns: half(half(side)), maps: second }).forEach((field) => kit.set(...field)),
      }],
    },
    {
      title: "How a score comes about",
      needs: "network",
      text: [
        "A **dense layer** has **units**. Each one sees all numbers of the layer before. It"
          + " multiplies each by a weight of its own, adds up, and adds its **bias**.",
        "So each of {units} units speaks for a digit, or against it. For the {digit} they add up"
          + " to {up}, against it to {down}. With the bias {bias} its score is {score}. Choose"
          + " another.",
      ],
      live: {
        units: (state) => many(parts(state).added.length),
        digit: "digit",
        ...Object.fromEntries(["up", "down", "bias", "score"].map((name) =>
          [name, (state) => parts(state)[name]])),
      },
      show: (kit) => [
        kit.slider("digit", { name: "Digit", min: 0, max: 9 }),
        kit.row(kit.pad({ wide: 10 }), kit.bars((state) => [
          { name: "for it", value: parts(state).up },
          { name: "against it", value: -parts(state).down },
          { name: "score", value: parts(state).score, isStrong: true },
        ], { name: "All units together", most: 12, decimals: 1 })),
        kit.stages((state) => [unitsOf(parts(state).added)],
          { name: "What each unit adds: orange for it, blue against it" }),
      ],
      ask: [{
        number({ whole }) {
          const [units, weights] = [0, -4].map((least) => grid(1, 3, () => whole(least, 6) / 2)[0]);
          const bias = whole(-3, 3);
          return {
            text: `Predict: three units give ${units.join(", ")}. Their weights for a digit are`
              + ` ${weights.map(short).join(", ")}, its bias is ${short(bias)}. What is its score?`,
            answer: sum(units.map((unit, i) => unit * weights[i])) + bias,
            hint: "Multiply each unit by its weight, add up, and add the bias.",
          };
        },
      }],
    },
    {
      title: "Count the weights",
      text: [
        "Weights and biases together are a network's **parameters**. A filter has one weight for"
          + " each of its cells, in each map that it sees. Each filter and each unit has one bias.",
        "The network has {total} of them. Its two convolutions need only {few}: {share} of all."
          + " The rest is in the dense layers.",
        "Make the filters larger, or the dense layer smaller. What changes the total most?",
      ],
      live: {
        total: (state) => many(all(state)),
        few: (state) => many(convolutions(state)),
        share: (state) => `${(100 * convolutions(state) / all(state)).toFixed(1)} %`,
      },
      show: (kit) => [
        kit.column(
          kit.slider("filter", { name: "Filter side", min: 1, max: 9, step: 2 }),
          kit.slider("first", { name: "Filters 1", min: 8, max: 64, step: 8 }),
          kit.slider("second", { name: "Filters 2", min: 8, max: 128, step: 8 }),
          kit.slider("units", { name: "Units", min: 50, max: 2000, step: 50 })),
        kit.bars((state) => [...parametersOf(state).map(({ name, text, count }) =>
          ({ name: `${name}: ${text}`, value: count, text: many(count) })),
        { name: "all together", value: all(state), isStrong: true,
          text: many(all(state)) }],
        { name: "Parameters of each layer", most: (state) => all(state) }),
      ],
      ask: [{
        number({ whole, pick }) {
          const [k, maps, filters] = [pick([3, 5, 7]), 8 * whole(1, 8), 8 * whole(1, 12)];
          return {
            text: `Predict: a layer sees ${maps} maps. It has ${filters} filters of ${k} × ${k}.`
              + " How many parameters is that, with all biases?",
            answer: k * k * maps * filters + filters,
            decimals: 0,
            hint: "Each filter has a slice for each map, and one bias.",
          };
        },
      }],
    },
    {
      title: "Filters or full connections?",
      text: [
        "The tutorial's first network has no filters: {hidden} units see all 784 pixels, and ten"
          + " scores see all units. That makes {connected} parameters. Ours has {ours}.",
        "So filters do not win by fewer numbers in all. But to make the maps of layer 1 without"
          + " filters, each cell would have to see all pixels: {full} parameters, not {few}.",
        "Who reads better? The tutorial says 97 to 98 % against 99 %. The bars show the same as"
          + " errors: how many of 1,000 digits are misread.",
      ],
      live: {
        hidden: "hidden",
        connected: (state) => many(total(connectedOf(state))),
        ours: () => many(ours),
        full: () => many(withoutFilters),
        few: () => many(parametersOf(TUTORIAL)[0].count),
      },
      show: (kit) => [
        kit.slider("hidden", { name: "Units", min: 50, max: 5000, step: 50 }),
        kit.bars((state) => [
          { name: "fully connected", value: total(connectedOf(state)) },
          { name: "with filters", value: ours, isStrong: true },
        ].map((bar) => ({ ...bar, text: many(bar.value) })),
        { name: "Parameters", most: (state) => Math.max(total(connectedOf(state)), ours) }),
        kit.bars(misread, { name: "Misread of 1,000 test digits", most: 30 }),
      ],
      ask: [{
        number({ whole }) {
          const [few, more] = [whole(3, 15), whole(18, 60)];
          const [low, high] = [more, few].map((wrong) => (100 - wrong / 10).toFixed(1));
          return {
            text: `One network reads ${low} % right, another ${high} %. How many times as many`
              + " errors has the first? One decimal is enough.",
            answer: more / few,
            decimals: 1,
            hint: "Do not divide what is right. What is missing to 100 % are the errors.",
          };
        },
      }],
    },
  ],
};
