/** Numbers, not pictures: what the network gets, and how ink is prepared for it. */

import { BOX, CENTRE, LINE_WIDTH, SIZE, draw } from "../../../cnn/web/ink.js";
import { exampleOf } from "../kit/examples.js";
import { grid, gridOf, sum } from "../kit/maths.js";
import { answerTo, middleOf, misread, moved, prepared } from "../kit/preparing.js";

const [MIDDLE, MOST] = [SIZE / 2, 5.6];
const DIGITS = grid(1, 10, (_, digit) => digit)[0];
// What each of these screens leaves out.
const WITHOUT = {
  fitted: () => ({ fitted: false, centred: false }),
  centred: () => ({ centred: false }),
  line: ({ line }) => ({ line }),
};

/** Small digits in the corners of the paper. */
const small = () => DIGITS.flatMap((digit) => [-1, 1].flatMap((across) => [-1, 1].map((down) =>
  moved(exampleOf(digit), (x, y) => [0.4 * x + 80 * across, 0.4 * y + 80 * down]))));

/** Digits with a long tail: nines, and sixes the other way, upright and slanted. */
const tailed = () => [[9, 1], [6, -1]].flatMap(([digit, way]) => [0, 0.25, 0.5].flatMap((slant) =>
  [2, 3, 4, 5].map((times) => moved(exampleOf(digit), (x, y) => {
    const far = Math.max(way * y - 20, 0) * (times - 1) * way;
    return [0.35 * (x - slant * (y + far)), 0.35 * (y + far) - 50 * way];
  }))));

/** Narrow digits, whose holes a thick line fills, and ones. */
const narrow = () => [0.35, 0.5, 1.4].flatMap((wide) => [1, 2, 4, 8].map((digit) =>
  moved(exampleOf(digit), (x, y) => [wide * x, y])));

/** The drawing as the network gets it, or without a step; as it came where it has no strokes. */
const pictureOf = (state, step) =>
  (step && prepared(state.strokes, WITHOUT[step](state))) || state.picture;

const answers = (state, step) => [undefined, step].map((left) =>
  answerTo(state, pictureOf(state, left)));
const isMisread = (state, step) => {
  const [usual, other] = answers(state, step);
  return usual.digit !== other.digit;
};

/** Whether leaving a step out matters to this drawing. */
function verdict(state, step) {
  if (state.none === step) return "Our examples are all read right even so.";
  return isMisread(state, step) ? "Here it matters." : "Here nothing changes.";
}

/** Draw what is misread without a step. */
function showMisread(kit, step, drawings) {
  const found = misread(kit.state, drawings(), WITHOUT[step](kit.state));
  kit.set("none", found ? null : step);
  if (found) kit.drawing.draw(found, false);
}

/** Both pictures, with what the network answers, and a button for a drawing that is misread. */
function compare(kit, step, name, drawings, mark = () => undefined) {
  const side = (number, title, left) => kit.zoom((state) => pictureOf(state, left), { name: title,
    wide: 11, cross: mark(left), note: (state) => answers(state, step)[number].said });
  return [
    kit.row(
      kit.column(kit.pad({ wide: 11 })),
      kit.row(side(1, name, step), side(0, "As the network gets it"))),
    kit.words("{verdict} Without the step the answer is {other}, with it {usual}.", {
      verdict: (state) => verdict(state, step),
      other: (state) => answers(state, step)[1].short,
      usual: (state) => answers(state, step)[0].short }),
    kit.row(kit.button("Show one that is misread", () => showMisread(kit, step, drawings))),
  ];
}

/** Where a picture's ink has its middle, and where it should have it. */
const markMiddle = (left) => (state) => [middleOf(pictureOf(state, left)), [CENTRE, CENTRE]];

/** How a row of cells looks that so many upright lines cross, 16 numbers of it. */
function crossed({ whole }, count) {
  const lines = Array.from({ length: count }, (_, i) => 5 * i + whole(20, 30) / 10);
  const ink = draw(lines.map((x) => [[x, 4], [x, 24]]));
  return gridOf(ink, SIZE)[MIDDLE].slice(0, 16).map((value) => Number(value.toFixed(1)));
}

/** The four cells in the middle of the network's input. */
const middleCells = ({ picture }) =>
  picture.slice(MIDDLE - 1, MIDDLE + 1).flatMap((row) => row.slice(MIDDLE - 1, MIDDLE + 1));

export default {
  number: 1,
  title: "Numbers, not pictures",
  does: "Zoom into your digit until its numbers show. Then see how ink is made ready.",
  minutes: 9,
  terms: {
    "pixel": "One cell of a picture. Here it holds one number: how much ink there is.",
    "centre of mass": "The mean place of all ink. Cut out of card, the digit would balance there.",
    "preprocessing": "What is done to data before a network gets it.",
  },
  notes: {
    needs: "Needs decimals and the mean.",
    misunderstandings: [
      "“The network sees the drawing.” It gets numbers; that they lie in rows is all it can use.",
      "“A pixel is black or white.” At the edge of a line it lies between.",
      "“Centring the box is the same as centring the ink.” A long thin tail hardly weighs.",
    ],
  },
  state: () => ({ zoom: 1, at: { row: MIDDLE, column: MIDDLE }, line: 5, none: null }),
  screens: [
    {
      title: "What the network gets",
      text: [
        "To you this is a digit. The network gets a grid of numbers: {side} rows of {side} cells,"
          + " {all} numbers in all. Such a cell is a **pixel**.",
        "0 is paper, 1 is ink. At the edge of a line a number lies between. Of yours, {paper} are"
          + " 0 and {ink} are 1.",
        "Zoom in until you can read them: move the slider, or click the picture. Then drag it.",
      ],
      live: {
        side: ({ picture }) => picture.length,
        all: ({ picture }) => picture.flat().length,
        paper: ({ picture }) => picture.flat().filter((ink) => ink === 0).length,
        ink: ({ picture }) => picture.flat().filter((ink) => ink === 1).length,
      },
      show: (kit) => kit.row(
        kit.column(kit.pad({ wide: 10 })),
        kit.column(
          kit.zoom("picture", { name: "Your digit as numbers", zoom: "zoom", at: "at", most: MOST,
            wide: 28 }),
          kit.slider("zoom", { name: "Zoom", min: 1, max: MOST, step: 0.1, decimals: 1,
            unit: " ×" }))),
      ask: [
        {
          number(random) {
            const count = random.whole(1, 3);
            return {
              text: `Read these numbers, a part of one row: ${crossed(random, count).join(", ")}.`
                + " How many lines cross it?",
              answer: count,
              decimals: 0,
              hint: "A line is where the numbers go up to 1 and down again.",
            };
          },
        },
        {
          task: "Draw a digit without ink in its very middle: the four cells there must all be 0.",
          done: (state) => sum(state.picture) > 0 && middleCells(state).every((ink) => ink === 0),
          hint: (state) => (sum(state.picture) > 0
            ? `These hold ${middleCells(state).map((ink) => Number(ink.toFixed(2))).join(", ")}.`
              + " Which digit has a hole there?"
            : "Draw a digit first."),
          solve: (_, kit) => kit.drawing.draw(exampleOf(0), false),
        },
      ],
    },
    {
      title: "One size for all",
      needs: "network",
      text: [
        "The network learned from digits that fill a box of {box} × {box} cells. You may draw a"
          + " small one in a corner. So your strokes are first scaled into that box.",
        "Such steps before a network begins are called **preprocessing**. What if this one is left"
          + " out? Then the paper is just shrunk. Draw a tiny digit in a corner, and compare.",
      ],
      live: { box: () => BOX },
      show: (kit) => compare(kit, "fitted", "The paper, just shrunk", small),
      ask: [{
        task: "Draw a digit that is read right only if it is scaled first: both answers differ.",
        done: (state) => isMisread(state, "fitted"),
        hint: () => "Both answers are the same. Draw it smaller, and close to a corner.",
        solve: (_, kit) => showMisread(kit, "fitted", small),
      }],
    },
    {
      title: "The middle of the ink",
      needs: "network",
      text: [
        "Next the digit is moved until its **centre of mass** is in the middle. That is the mean"
          + " place of all ink. A red cross marks it.",
        "`row = sum of (ink × row) / sum of ink`, and so for the column. Without this step your"
          + " ink's middle is at row {row}, column {column}, counted from 0. It is to come to"
          + " {middle}, {middle}, where both thin lines meet.",
        "A network that has learned from digits moved about forgives a lot. But a nine with a very"
          + " long tail may still fool it.",
      ],
      live: {
        row: (state) => middleOf(pictureOf(state, "centred"))[0] || "–",
        column: (state) => middleOf(pictureOf(state, "centred"))[1] || "–",
        middle: () => CENTRE,
      },
      show: (kit) => compare(kit, "centred", "Only the box centred", tailed, markMiddle),
      ask: [{
        number({ whole }) {
          const ink = [1, 1, whole(1, 9) / 10];
          const places = [whole(2, 8), whole(10, 16), whole(18, 26)];
          const said = ink.map((each, i) => `${each} in cell ${places[i]}`);
          return {
            text: `Predict: a row holds ink ${said[0]}, ${said[1]} and ${said[2]}. Where is its`
              + " centre of mass? One decimal is enough.",
            answer: sum(ink.map((each, i) => each * places[i])) / sum(ink),
            decimals: 1,
            hint: "Multiply each ink by its cell, add up, and divide by all ink.",
          };
        },
      }],
    },
    {
      title: "The width of the line",
      needs: "network",
      text: [
        "Pens differ. So the line is drawn anew, {usual} cells wide, as the digits of the training"
          + " had it on average.",
        "Take another line. A thick one fills holes, a thin one breaks into grey. From where on"
          + " does the network get your digit wrong?",
      ],
      live: { usual: () => LINE_WIDTH },
      show: (kit) => [
        kit.slider("line", { name: "Line", min: 0.5, max: 8, step: 0.5, decimals: 1 }),
        ...compare(kit, "line", "With your line", narrow),
      ],
      ask: [{
        task: "Find a digit and a line with which the answer becomes another one.",
        done: (state) => isMisread(state, "line"),
        hint: ({ line }) => (line > LINE_WIDTH
          ? "Both answers are the same. Draw narrow holes, as in an 8, or make the line thicker."
          : "Both answers are the same. Make the line thicker."),
        solve(_, kit) {
          kit.set("line", 5);
          showMisread(kit, "line", narrow);
        },
      }],
    },
  ],
};
