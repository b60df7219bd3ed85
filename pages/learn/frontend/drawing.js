/** The drawing that all screens share: what the page told of it, then what is drawn here. */

import { withoutSize } from "../../../cnn/web/formats.js";
import { InkError, SIZE, rasterise } from "../../../cnn/web/ink.js";
import { exampleOf } from "../kit/examples.js";
import { gridOf } from "../kit/maths.js";

// What is looked at while nothing is drawn.
const FIRST_EXAMPLE = 7;

/**
 * Make the drawing of what the page knows: { strokes, picture }, of which one is there if anything.
 *
 * `changed()` is called whenever it has changed, `drawn(strokes)` when a stroke is over.
 */
export function makeDrawing(known, changed, drawn) {
  let example = FIRST_EXAMPLE;
  const isEmpty = !known.strokes.length && !known.picture;
  const drawing = {
    /** In the paper's own units, 0 to 320. */
    strokes: isEmpty ? exampleOf(example) : known.strokes,
    /** The network's input: a grid of 28×28 numbers in 0..1. */
    picture: known.picture && gridOf(known.picture, SIZE),
    /** Put other strokes in the place of all; while the pen is down, nobody else is told. */
    draw(strokes, penIsDown) {
      drawing.strokes = strokes;
      drawing.picture = pictureOf(strokes) ?? drawing.picture;
      changed();
      if (!penIsDown) drawn(strokes);
    },
    /** The digit to show next to whoever asks for another one. */
    nextExample() {
      example = (example + 3) % 10;
      return example;
    },
  };
  drawing.picture ??= pictureOf(drawing.strokes);
  return drawing;
}

/** The network's input, black where nothing is drawn; null of what cannot be read. */
function pictureOf(strokes) {
  if (!strokes.length) return gridOf(new Array(SIZE * SIZE).fill(0), SIZE);
  try {
    return gridOf(rasterise(withoutSize(strokes)), SIZE);
  } catch (error) {
    if (error instanceof InkError) return null;
    throw error;
  }
}
