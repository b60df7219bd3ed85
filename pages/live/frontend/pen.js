/**
 * The pen on the drawing component's canvas: mouse, finger or stylus.
 *
 * The component tells of a stroke only when it is over. While it grows we listen beside it, and do
 * with the pointer's points what it does. We also keep from it what is no drawing: the mouse's other
 * buttons, and two fingers that zoom the page.
 */

import { strokeFromPen } from "../../../cnn/web/formats.js";

// The drawing's width and height, in its own pixels: `CANVAS_SIZE` in cnn/ink/strokes.py.
const SIDE = 320;
// The second of two fingers that zoom comes before the first has gone further, in those pixels.
const HARDLY_BEGUN = 24;
// The component's own buttons, which nobody sees (pages/draw/canvas.css).
const [SEND, UNDO] = ['[title="Update the app with this drawing"]', '[title="Undo"]'];

/**
 * Listen to the pen, as long as the page is open.
 *
 * Calls moved(stroke) whenever a stroke of a pen as wide as brush() begins or grows, ended(stroke)
 * when the pen is lifted, and cancelled() when there is no stroke after all: the system has taken
 * the pointer away, or a second finger is there to zoom the page. Returns a function that has the
 * component tell at once of strokes that are over.
 */
export function followPen(brush, { moved, ended, cancelled }) {
  let pen = null; // while it is down: { canvas, pointer, points, isLong, touch }
  let canvas = null; // the last one that it was on

  const listen = (kind, react) =>
    document.addEventListener(kind, react, { capture: true, passive: kind !== "contextmenu" });

  listen("pointerdown", (event) => {
    const touched = canvasOf(event);
    // A second finger is not primary.
    if (!touched || !event.isPrimary || event.button !== 0) return;
    canvas = touched;
    pen = { canvas, pointer: event.pointerId, points: [], isLong: false, touch: null };
    add(event);
  });

  listen("pointermove", (event) => {
    if (event.pointerId !== pen?.pointer) return;
    // With a second button held, the main one comes up without an event of its own.
    if (event.buttons % 2) add(event);
    else lift();
  });

  listen("pointerup", (event) => {
    if (event.pointerId === pen?.pointer) lift();
  });

  listen("pointercancel", (event) => {
    if (event.pointerId === pen?.pointer) takeBack();
  });

  // The component would lose a stroke when another button comes up, and draw one unseen by us.
  listen("mousedown", (event) => {
    if (canvasOf(event) && (event.button !== 0 || !pen)) event.stopImmediatePropagation();
  });
  listen("mouseup", (event) => {
    if (pen && event.button !== 0) event.stopImmediatePropagation();
  });
  listen("contextmenu", (event) => {
    if (pen) event.preventDefault();
  });

  listen("touchstart", (event) => {
    if (event.touches.length > 1) {
      if (pen && !pen.isLong) takeBack();
      if (canvasOf(event)) event.stopImmediatePropagation();
    } else if (pen) {
      [pen.touch] = event.changedTouches;
      allowZoom(event);
    }
  });
  listen("touchmove", (event) => {
    if (pen && !(pen.isLong && event.cancelable)) allowZoom(event);
  });

  function add(event) {
    const { points } = pen;
    const point = placeOn(pen.canvas, event);
    if (points.length > 1) {
      const last = points.at(-1);
      if (point[0] === last[0] && point[1] === last[1]) return;
      // With this key the component draws a straight line to where the pointer is.
      if (event.shiftKey) points.pop();
    }
    points.push(point);
    const way = Math.hypot(point[0] - points[0][0], point[1] - points[0][1]);
    pen.isLong ||= way > HARDLY_BEGUN * zoomOf(pen.canvas);
    moved(strokeOf(pen, brush()));
  }

  function lift() {
    const stroke = strokeOf(pen, brush());
    pen = null;
    ended(stroke);
  }

  /** Have the component end the stroke, as it knows no other way, and undo it. */
  function takeBack() {
    const { touch } = pen;
    pen = null;
    cancelled();
    document.dispatchEvent(touch
      ? new TouchEvent("touchend", { changedTouches: [touch] })
      : new MouseEvent("mouseup"));
    // It takes the stroke into its memory in a task of its own.
    queueMicrotask(() => press(UNDO));
  }

  function press(button) {
    canvas?.getRootNode().querySelector(button)?.click();
  }

  return () => press(SEND);
}

/** The component's canvas that an event is on, if it is: the component has a shadow root. */
const canvasOf = (event) =>
  event.composedPath().find((element) => element.classList?.contains("upper-canvas"));

/** Keep the component from forbidding the page's zoom, as it would with every touch. */
function allowZoom(event) {
  event.preventDefault = () => {};
}

/** How many of the component's pixels there are to one of the drawing's. */
const zoomOf = (canvas) => canvas.width / SIDE;

/** Where a pointer is, in the component's pixels. */
function placeOn(canvas, { clientX, clientY, pointerType }) {
  // The component hears of the mouse in whole pixels of the page.
  const [x, y] = pointerType === "mouse"
    ? [Math.floor(clientX), Math.floor(clientY)]
    : [clientX, clientY];
  const box = canvas.getBoundingClientRect();
  const scale = canvas.width / box.width;
  return [(x - box.left) * scale, (y - box.top) * scale];
}

/** The stroke that the component makes of the pen's points, in the drawing's pixels. */
function strokeOf({ canvas, points }, brush) {
  const zoom = zoomOf(canvas);
  return strokeFromPen(points, brush * zoom).map((point) => point.map((place) => place / zoom));
}
