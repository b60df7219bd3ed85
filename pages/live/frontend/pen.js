/**
 * The pen on the drawing component's canvas: mouse, finger or stylus.
 *
 * The component tells of a stroke only when it is over. While it grows we listen beside it, and do
 * with the pointer's points what it does.
 */

// The canvas's width and height, in its own pixels: `CANVAS_SIZE` in cnn/ink/strokes.py.
const SIDE = 320;
const EDITING = '.dc-toolbar[data-pinned="true"]';

/**
 * Listen to the pen, as long as the page is open.
 *
 * Calls moved(points) whenever a stroke begins or grows, ended(points) when the pen is lifted,
 * cancelled() when the system has taken the pointer away, and edited() when the component's own
 * toolbar may have changed what is drawn.
 */
export function followPen({ moved, ended, cancelled, edited }) {
  let pen = null;

  const listen = (kind, react) =>
    document.addEventListener(kind, react, { capture: true, passive: true });

  listen("pointerdown", (event) => {
    const canvas = partOf(event, "upper-canvas");
    // A second finger is not primary.
    if (!canvas || !event.isPrimary || event.button !== 0) return;
    if (canvas.getRootNode().querySelector(EDITING)) {
      edited();
      return;
    }
    pen = { canvas, pointer: event.pointerId, points: [] };
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
    if (event.pointerId !== pen?.pointer) return;
    pen = null;
    cancelled();
  });

  listen("click", (event) => {
    if (partOf(event, "dc-toolbar")) edited();
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
    moved(points);
  }

  function lift() {
    const { points } = pen;
    pen = null;
    ended(points);
  }
}

/** The element of a class that an event passes through: the component has a shadow root. */
const partOf = (event, name) =>
  event.composedPath().find((element) => element.classList?.contains(name));

/** Where a pointer is, in the canvas's own pixels. */
function placeOn(canvas, { clientX, clientY, pointerType }) {
  // The component hears of the mouse in whole pixels of the page.
  const [x, y] = pointerType === "mouse"
    ? [Math.floor(clientX), Math.floor(clientY)]
    : [clientX, clientY];
  const box = canvas.getBoundingClientRect();
  return [((x - box.left) * SIDE) / box.width, ((y - box.top) * SIDE) / box.height];
}
