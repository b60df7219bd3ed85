/**
 * The drawing: what the server knows of it, and what it does not know yet.
 *
 * Of a stroke the server learns when it is over, a quarter of a second later. Until then the stroke
 * is pending here, and before that it grows; both are read at once.
 */

import { rasterise } from "../../../cnn/web/ink.js";

/** Make an empty drawing. */
export function makeDrawing() {
  let known = { strokes: [], picture: null, revision: null };
  let pending = [];
  let growing = null;
  let isEdited = false;

  return {
    /** Take what the server knows: { strokes, picture, revision }. */
    set(given) {
      // With another revision it has put something else on the canvas.
      if (isEdited || given.revision !== known.revision) pending = [];
      else pending.splice(0, Math.max(given.strokes.length - known.strokes.length, 0));
      isEdited = false;
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
    /** The canvas was edited: what it holds is known from the server's next message alone. */
    edit() {
      isEdited = true;
    },
    /** Return the network's input, 784 numbers, or null where nothing is drawn. */
    picture() {
      const own = growing ? [...pending, growing] : pending;
      // The first stroke upon a picture begins a new drawing.
      if (known.picture && !own.length) return known.picture;
      const strokes = [...known.strokes, ...own];
      return strokes.length ? rasterise(strokes) : null;
    },
    /** Whether the pen is down. */
    isGrowing: () => growing !== null,
  };
}
