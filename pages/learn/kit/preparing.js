/** How ink is prepared for the network, with one step or another left out. */

import { decide, percent } from "../../../cnn/web/decision.js";
import { withoutSize } from "../../../cnn/web/formats.js";
import { InkError, LINE_WIDTH, SIZE, centre, centreOfMass, draw, fit, kept }
  from "../../../cnn/web/ink.js";
import { gridOf } from "./maths.js";

const PAPER = 320; // a paper's units from side to side
const known = new WeakMap();

/**
 * The network's input of strokes, as a grid: as all pages prepare it, but not `fitted` into the box,
 * or not `centred` by its mass, or with another `line`. Null of what is no ink.
 */
export function prepared(strokes, { fitted = true, centred = true, line = LINE_WIDTH } = {}) {
  if (!known.has(strokes)) known.set(strokes, new Map());
  const pictures = known.get(strokes);
  const way = [fitted, centred, line].join();
  // One picture is read once only, so it must stay the same one.
  if (!pictures.has(way)) pictures.set(way, pictureOf(strokes, { fitted, centred, line }));
  return pictures.get(way);
}

function pictureOf(strokes, { fitted, centred, line }) {
  try {
    const ink = kept(withoutSize(strokes));
    const placed = fitted ? fit(ink) : onField(ink);
    return gridOf(centred ? centre(placed, line) : draw(placed, line), SIZE);
  } catch (error) {
    if (error instanceof InkError) return null;
    throw error;
  }
}

/** Strokes as they lie on the paper, in pixels of the network's field. */
const onField = (strokes) => strokes.map((stroke) => stroke.map((point) =>
  point.map((place) => (place * SIZE) / PAPER)));

/** Where a picture's ink has its middle: [row, column], counted from 0. */
export const middleOf = (picture) => centreOfMass(Float32Array.from(picture.flat()));

/** What the network says of a picture: { digit, sure, short, said }. */
export function answerTo(state, picture) {
  const { probabilities } = state.read(picture);
  const { kind, digit, short } = decide(probabilities);
  const sure = probabilities[digit];
  const said = { "digit": `Reads as ${short}, ${percent(sure)}`, "either-or": `Not sure: ${short}`,
    "no-digit": "No digit" }[kind];
  return { digit, sure, short, said };
}

/** Of some drawings the one that is misread most surely without a step; null if none is. */
export function misread(state, drawings, without) {
  const found = drawings.map((strokes) => {
    const [right, wrong] = [{}, without].map((way) => answerTo(state, prepared(strokes, way)));
    return { strokes, worth: right.digit === wrong.digit ? 0 : right.sure * wrong.sure };
  });
  const most = found.reduce((best, each) => (each.worth > best.worth ? each : best), { worth: 0 });
  return most.strokes ?? null;
}

/** A drawing with each point moved: `move(x, y)`, as seen from the paper's middle. */
export const moved = (strokes, move) => strokes.map((stroke) => stroke.map(([x, y]) =>
  move(x - PAPER / 2, y - PAPER / 2).map((place) => place + PAPER / 2)));
