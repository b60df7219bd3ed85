/**
 * Paper to draw on: white ink on black, by mouse, pen or finger.
 *
 * Strokes are kept in the paper's own units, 0 to 320 from side to side as on the Draw page, whatever
 * size a screen gives it: turn a phone, and the drawing stays.
 */

import { strokeFromPen } from "./formats.js";

const SIDE = 320;
const LINE = 20;
const [INK, GROUND] = ["#ffffff", "#000000"];
// How many strokes and clearings can be taken back.
const MOST_STEPS_BACK = 300;

/**
 * Make a canvas the paper, on which there is some ink already; `changed` is called whenever there is
 * other ink on it.
 *
 * Returns { strokes, penIsDown, undo, clear, paint }, all functions.
 */
export function makePaper(canvas, changed, ink = []) {
  let finished = ink;
  let pen = null; // while it is down: { pointer, points }
  const earlier = []; // what was there before each stroke and each clearing

  const strokes = () => (pen ? [...finished, strokeFromPen(pen.points, LINE)] : finished);

  function put(others) {
    earlier.push(finished);
    if (earlier.length > MOST_STEPS_BACK) earlier.shift();
    finished = others;
    pen = null;
    changed();
  }

  canvas.addEventListener("pointerdown", (event) => {
    // A second finger, or another button of the mouse, is not the pen.
    if (pen || !event.isPrimary || event.button !== 0) return;
    // The stroke goes on where the pen leaves the paper and comes back.
    canvas.setPointerCapture(event.pointerId);
    pen = { pointer: event.pointerId, points: [placeOf(event)] };
    changed();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pen?.pointer) return;
    pen.points.push(placeOf(event));
    changed();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, (event) => {
      if (event.pointerId === pen?.pointer) put(strokes());
    });
  }

  return {
    strokes,
    penIsDown: () => pen !== null,
    undo() {
      pen = null;
      finished = earlier.pop() ?? [];
      changed();
    },
    clear: () => strokes().length && put([]),
    paint: () => paintStrokes(canvas, strokes()),
  };
}

/** Where on the paper a pointer is, in its units. */
function placeOf({ target, clientX, clientY }) {
  const { left, top, width, height } = target.getBoundingClientRect();
  return [((clientX - left) / width) * SIDE, ((clientY - top) / height) * SIDE];
}

/** Paint strokes with as many pixels as the screen has for the canvas. */
function paintStrokes(canvas, strokes) {
  const pixels = Math.round(canvas.clientWidth * devicePixelRatio);
  if (canvas.width !== pixels) canvas.width = canvas.height = pixels;
  const context = canvas.getContext("2d", { alpha: false });
  context.setTransform(pixels / SIDE, 0, 0, pixels / SIDE, 0, 0);
  Object.assign(context, {
    fillStyle: GROUND, strokeStyle: INK, lineWidth: LINE, lineCap: "round", lineJoin: "round",
  });
  context.fillRect(0, 0, SIDE, SIDE);
  for (const stroke of strokes) {
    context.beginPath();
    // From its start to its start: so a lone point is a dot.
    for (const point of [stroke[0], ...stroke]) context.lineTo(...point);
    context.stroke();
  }
}
