/** A moving filter: numbers first, then a filter of one's own over one's own digit. */

import { convolve, grid, products, shapeOf, sum, windowOn } from "../kit/maths.js";

const SIZE = 2;
const [OWN, ROWS, COLUMNS] = [5, 3, 3];
// What a digit's lines weigh, and how much more the ones must than the others.
const CLEARLY = 3;

/** What the filter gives where it stands. */
const here = ({ input, weights, at, stride }) =>
  sum(products(windowOn(input, at.row * stride, at.column * stride, SIZE), weights));

const seen = ({ input, weights, at, stride }) =>
  ({ cells: windowOn(input, at.row * stride, at.column * stride, SIZE), weights });

const output = ({ input, weights, stride }) => convolve(input, weights, { stride });
const isAhead = (row, column, { at }) => row > at.row || (row === at.row && column > at.column);
const isHere = (row, column, { at }) => row === at.row && column === at.column;

/** The input, over which the filter can be dragged. */
const input = (kit, stride = 1) => kit.grid("input", { name: "Input", edit: true, min: 0,
  decimals: 1, window: { at: "at", size: SIZE, stride } });

/** A picture with one line, level or upright, as wide as a digit's. */
const line = (isLevel) => grid(15, 15, (row, column) => {
  const [across, along] = isLevel ? [row, column] : [column, row];
  return Math.abs(across - 7) <= 1 && along > 1 && along < 13 ? 1 : 0;
});

/** How strongly a filter answers to a line somewhere along it, away from its ends. */
const answer = (filter, isLevel) => {
  const map = convolve(line(isLevel), filter);
  const along = isLevel ? map.map((row) => row[5]) : map[5];
  return Math.max(...along);
};

const answers = ({ own }) => [answer(own, true), answer(own, false)];
const ownMap = ({ picture, own }) => convolve(picture, own, { padding: "SAME" });

/** The lines of the diagram: each output sees four inputs, by the four weights. */
function links({ weights }) {
  const [rows, columns] = [ROWS - SIZE + 1, COLUMNS - SIZE + 1];
  const linksOf = (row, column) => weights.flatMap((part, i) => part.map((weight, j) => ({
    from: (row + i) * COLUMNS + column + j, to: row * columns + column, weight,
    number: i * SIZE + j })));
  return grid(rows, columns, linksOf).flat(2);
}

const small = (state) => state.input.slice(0, ROWS).map((row) => row.slice(0, COLUMNS));
const smallOutput = (state) => convolve(small(state), state.weights);

export default {
  number: 2,
  title: "A moving filter",
  does: "Slide a filter over numbers. Then make one that finds lines in your own digit.",
  minutes: 12,
  link: "own",
  terms: {
    "filter": "A small grid of weights that slides over a picture. Also called a kernel.",
    "weight": "A number that an input is multiplied by. Training finds the weights.",
    "stride": "How many cells a filter moves at each step.",
    "feature map": "What a filter gives at all places, as a grid.",
    "shared weights": "All places of a map use one and the same filter.",
    "sparse connections": "Each output sees a few inputs, not all of them.",
  },
  notes: {
    needs: "Needs sums and products of decimals, no more.",
    misunderstandings: [
      "“The filter picks out numbers.” It adds up all of them, each times its weight.",
      "“Each place has a filter of its own.” It is the same one everywhere.",
      "“A filter draws.” It only measures how alike the window and its weights are.",
    ],
  },
  state: () => ({
    input: [
      [2, 3, 0, 1, 0],
      [2, 1.5, 0.5, 0, 3],
      [1, 0, 1, 2, 1],
      [0, 2, 0, 1.5, 0],
      [3, 0, 1, 0, 2],
    ],
    weights: [[0.5, 0.5], [0.5, 0.5]],
    at: { row: 0, column: 0 },
    stride: 1,
    own: grid(OWN, OWN, (row, column) => (row === column ? 1 : 0)),
    spot: { row: 12, column: 12 },
  }),
  screens: [
    {
      title: "One window",
      text: [
        "A **filter** is a small grid of numbers. These numbers are its **weights**. Here all four"
          + " are 0.5.",
        "The filter covers four cells of the input. Multiply each cell by the weight on top of it."
          + " Then add up. That gives {here}.",
        "Now drag the frame one cell to the right, or press Step. Can you say the next sum before"
          + " you see it?",
      ],
      live: { here },
      show: (kit) => [
        kit.row(
          input(kit),
          kit.grid("weights", { name: "Filter", edit: true, decimals: 2, most: 2 })),
        kit.walk("input", { at: "at", size: SIZE }),
        kit.sum(seen),
      ],
    },
    {
      title: "A map of answers",
      text: [
        "The filter goes on, row by row. Each place gives one number. Together they are a new grid,"
          + " the **feature map**.",
        "Press Play and watch it fill. Then change a cell of the input. Only those places change"
          + " that can see it.",
      ],
      show: (kit) => [
        kit.row(
          input(kit),
          kit.grid(output, { name: "Feature map", decimals: 2, mark: isHere, empty: isAhead })),
        kit.walk("input", { at: "at", size: SIZE }),
        kit.sum(seen),
      ],
      ask: [{
        number({ whole }, { weights }) {
          const cells = grid(SIZE, SIZE, () => whole(0, 8) / 2);
          return {
            text: `Predict: the filter's weights are ${weights.flat().join(", ")}. Its window holds`
              + ` ${cells.flat().join(", ")}. What does it give?`,
            answer: sum(products(cells, weights)),
            hint: "Multiply each cell by its weight, then add up all four.",
          };
        },
      }],
    },
    {
      title: "Longer steps",
      text: [
        "The **stride** is how far the filter moves at each step. With stride 2 it leaves out every"
          + " second place. So the map has half as many rows and columns.",
        "`out = (n − k) / s + 1`, rounded down: `n` cells, a filter `k` wide, stride `s`. That"
          + " makes {size} here.",
      ],
      live: { size: (state) => shapeOf(output(state)).join(" × ") },
      show: (kit) => [
        kit.choice("stride", { name: "Stride", options: [[1, "1"], [2, "2"]] }),
        kit.row(
          input(kit, "stride"),
          kit.grid(output, { name: "Feature map", decimals: 2, mark: isHere })),
        kit.walk("input", { at: "at", size: SIZE, stride: "stride" }),
      ],
      ask: [{
        number({ whole }) {
          const [n, k, s] = [whole(6, 30), whole(2, 5), whole(1, 3)];
          return {
            text: `Predict: ${n} cells in a row, a filter ${k} wide, stride ${s}. How many places`
              + " does it have?",
            answer: convolve(grid(k, n, () => 0), grid(k, k, () => 0), { stride: s })[0].length,
            hint: "Take the filter's width off, divide by the stride, round down, and add 1.",
          };
        },
      }],
    },
    {
      title: "The same as nodes",
      text: [
        "You may know networks as dots and lines. This is the same filter, on nine cells. Choose an"
          + " output to see its four lines.",
        "Most lines are missing: these are **sparse connections**. And the four weights come again"
          + " at each output: these are **shared weights**. Change one, and all four outputs move.",
        "A fully connected layer needs a weight for each line from all 9 inputs to all 4 outputs:"
          + " {full}. The filter needs {few}.",
      ],
      live: {
        full: (state) => small(state).flat().length * smallOutput(state).flat().length,
        few: ({ weights }) => weights.flat().length,
      },
      show: (kit, state) => kit.row(
        kit.nodes((now) => ({ inputs: small(now).flat(), links: links(now), chosen: now.output ?? 0,
          outputs: smallOutput(now).flat() }),
        { name: "Nine inputs, four outputs", choose: (i) => kit.set("output", i) }),
        kit.grid("weights", { name: "Filter", edit: true, decimals: 2, most: 2 })),
      ask: [{
        number({ whole }) {
          const [n, k] = [whole(8, 28), whole(2, 5)];
          const outputs = convolve(grid(n, n, () => 0), grid(k, k, () => 0)).flat().length;
          return {
            text: `Predict: a picture of ${n} × ${n} cells, a filter of ${k} × ${k}, stride 1. How`
              + " many weights does a fully connected layer need for the same outputs?",
            answer: n * n * outputs,
            decimals: 0,
            hint: `There are ${outputs} outputs. Each has a line from each cell.`,
            because: `The filter needs ${k * k}.`,
          };
        },
      }],
    },
    {
      title: "A filter of your own",
      text: [
        "Here is your digit, and a filter of 5 × 5 that you can write yourself. The map shows"
          + " orange where the filter finds its pattern, and blue where it finds the opposite.",
        "Draw, and change the weights: the map follows. Positive weights want ink. Negative weights"
          + " want none.",
        "To a level line it answers {level}, to an upright one {upright}.",
      ],
      live: { level: (state) => answers(state)[0], upright: (state) => answers(state)[1] },
      show: (kit) => [
        kit.row(
          kit.pad({ wide: 10 }),
          kit.grid("own", { name: "Your filter", edit: true, most: 3 }),
          kit.map(ownMap, { name: "What it finds", most: 6, wide: 10,
            window: { at: "spot", size: 1, label: "Place" } })),
        kit.legend(),
      ],
      ask: [{
        task: "Make a filter that answers to level lines only. It must give at least 3 at a level"
          + " line, and at an upright one less than a third of that.",
        done(state) {
          const [level, upright] = answers(state);
          return level >= CLEARLY && upright < level / CLEARLY;
        },
        hint(state) {
          const [level, upright] = answers(state);
          return level < CLEARLY
            ? "Put positive weights in one row, where the line's ink lies."
            : `It gives ${upright.toFixed(1)} at an upright line, too: put negative weights above`
              + " and below the row.";
        },
        solve: (_, kit) => kit.set("own", grid(OWN, OWN, (row) => [-1, 0, 2, 0, -1][row])),
      }],
    },
  ],
};
