/**
 * The reader of a page: it follows the pen, has the networks read what is drawn, and tells all views
 * of it, once a frame. All components of a page share it, as they import it from one address.
 */

import { InkError } from "../../../cnn/web/ink.js";
import { read } from "../../../cnn/web/network.js";
import { makeDrawing } from "./drawing.js";
import { load } from "./networks.js";
import { followPen } from "./pen.js";
import { followTools } from "./tools.js";

const UNREADABLE = "This drawing cannot be read: clear it and draw again.";

const drawing = makeDrawing();
const views = new Set();
// By address: { network, problem, reading, readPicture }.
const readers = new Map();
let seen = { picture: null, problem: "" };
let brush = 0; // the pen's width, in the canvas's pixels
let isAsked = false;
let earliest = 0;

/**
 * Follow the pen with the network at an address, as "networks/<digest>".
 *
 * `show(state)` is called at once, and then at most once a frame when anything has changed, with
 * { network, picture, reading, isEmpty, penIsDown, problem }. The network is null while it is not
 * there, the reading while there is nothing to read or nobody who could; its arrays are used again
 * for the next one. Returns a function that stops it.
 */
export function follow(address, show) {
  const view = { address, show };
  views.add(view);
  if (!readers.has(address)) begin(address);
  show(stateOf(readers.get(address)));
  return () => {
    views.delete(view);
    if (![...views].some((other) => other.address === address)) readers.delete(address);
  };
}

/** Take what the server knows: { strokes, picture, revision } of the drawing, and the brush. */
export function setDrawing(given, width) {
  brush = width;
  drawing.set(given);
  told(given.revision);
  changed();
}

const hurry = followPen(() => brush, {
  moved(stroke) {
    drawing.grow(stroke);
    changed();
  },
  ended(stroke) {
    drawing.keep(stroke);
    changed();
  },
  cancelled() {
    drawing.grow(null);
    changed();
  },
});
const told = followTools(drawing.isKnown, hurry);

function begin(address) {
  const reader = { network: null, problem: "", reading: undefined, readPicture: null };
  readers.set(address, reader);
  load(address, () => readers.get(address) === reader, (loaded) => {
    Object.assign(reader, loaded);
    changed();
  });
}

/** Ask for a frame. */
function changed() {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(frame);
}

function frame() {
  isAsked = false;
  const begun = performance.now();
  // A network that takes long leaves half of the time to the pen.
  if (begun < earliest) {
    changed();
    return;
  }
  look();
  for (const { address, show } of views) show(stateOf(readers.get(address)));
  earliest = 2 * performance.now() - begun;
}

/** Look at what is drawn now; the canvas's style hides a picture below the first stroke. */
function look() {
  document.documentElement.style.setProperty(
    "--picture", drawing.isPicture() ? "visible" : "hidden");
  try {
    seen = { picture: drawing.picture(), problem: "" };
  } catch (error) {
    seen = { picture: null, problem: error instanceof InkError ? error.message : UNREADABLE };
  }
}

/** Have a reader read what is seen, if it has not yet, and tell what a view is told. */
function stateOf(reader) {
  const { picture } = seen;
  if (picture && reader.network && reader.readPicture !== picture) {
    reader.reading = read(reader.network, picture, reader.reading);
    reader.readPicture = picture;
  }
  return {
    network: reader.network,
    picture,
    reading: picture && reader.network ? reader.reading : null,
    isEmpty: !picture && !seen.problem,
    penIsDown: drawing.isGrowing(),
    problem: seen.problem || reader.problem,
  };
}
