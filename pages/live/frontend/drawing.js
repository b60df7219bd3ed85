/**
 * The drawing: what the server knows of it, and what it does not know yet.
 *
 * Of a stroke the server learns when it is over, a quarter of a second later. Until then the stroke
 * is pending here, and before that it grows; both are read at once.
 */

import { withoutSize } from "../../../cnn/web/formats.js";
import { rasterise } from "../../../cnn/web/ink.js";

/** Make an empty drawing. */
export function makeDrawing() {
  let known = { strokes: [], picture: null, revision: null };
  let pending = [];
  let growing = null;

  // The first stroke upon a picture begins a new drawing.
  const isPicture = () => Boolean(known.picture) && !pending.length && !growing;

  return {
    /** Take what the server knows: { strokes, picture, revision }. */
    set(given) {
      // With another revision it has put something else on the canvas.
      if (given.revision !== known.revision) pending = [];
      else pending.splice(0, Math.max(given.strokes.length - known.strokes.length, 0));
      known = given;
    },
    /** Take the stroke that the pen draws, as far as it has come; null: there is none. */
    grow(stroke) {
      growing = stroke;
    },
    /** Keep a stroke that is over until the server knows of it. */
    keep(stroke) {
      growing = null;
      pending.push(stroke);
    },
    /** Return the network's input, 784 numbers, or null where nothing is drawn. */
    picture() {
      if (isPicture()) return known.picture;
      const strokes = [...known.strokes, ...pending, ...(growing ? [growing] : [])];
      return strokes.length ? rasterise(withoutSize(strokes)) : null;
    },
    /** Whether it is a picture, and no strokes. */
    isPicture,
    /** Whether the pen is down. */
    isGrowing: () => growing !== null,
    /** Whether the server knows of all strokes that are over. */
    isKnown: () => !pending.length,
  };
}
