/** A window that slides over a grid or a picture: dragged, or moved by the arrow keys. */

import { make, tell } from "../../layers/frontend/draw.js";

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
// Pixels of the page that a pointer goes before it drags: less is a tap.
const TAP = 5;

/** How many places a window has on so many cells. */
export const placesOf = (cells, size, stride) => Math.floor((cells - size) / stride) + 1;

/**
 * Lay a window over a box that cells fill.
 *
 * `at` names the field { row, column } of the state: which place it has, counted in strides. `size`
 * and `stride` are numbers, or what gives them; `shape()` gives [rows, columns] of the cells. With
 * `taps`, it also comes to where somebody taps.
 */
export function addWindow(kit, box, shape, told) {
  const { at, size, stride = 1, label = "The filter", taps = true } = told;
  const frame = make("div", { class: "window", tabindex: 0, role: "application" });
  const now = () => {
    const [side, step] = [kit.get(size), kit.get(stride)];
    return { side, step, places: shape().map((cells) => placesOf(cells, side, step)) };
  };

  function move(row, column) {
    const { places } = now();
    const [down, across] = [row, column].map((place, axis) =>
      Math.min(Math.max(place, 0), places[axis] - 1));
    if (down === kit.state[at].row && across === kit.state[at].column) return;
    kit.set(at, { row: down, column: across });
  }

  frame.addEventListener("keydown", (event) => {
    const way = MOVES[event.key];
    if (!way) return;
    event.preventDefault();
    move(kit.state[at].row + way[0], kit.state[at].column + way[1]);
  });

  /** Where on the cells a pointer is: [rows, columns], not in whole ones. */
  const cellsAt = ({ clientX, clientY }) => {
    const { left, top, width, height } = box.getBoundingClientRect();
    const [rows, columns] = shape();
    return [((clientY - top) / height) * rows, ((clientX - left) / width) * columns];
  };
  /** Have the window's middle come to a place on the cells, or near to it. */
  const goTo = (place) => {
    const { side, step } = now();
    move(...place.map((cells) => Math.round((cells - side / 2) / step)));
  };
  const middle = () => {
    const { side, step } = now();
    return [kit.state[at].row, kit.state[at].column].map((place) => place * step + side / 2);
  };
  let from = null; // where a pointer is down: { x, y, grip }, the grip as seen from the middle
  let drags = false;
  box.addEventListener("pointerdown", (event) => {
    drags = false;
    if (!event.isPrimary || event.button !== 0) return;
    const [place, centre] = [cellsAt(event), middle()];
    const grip = event.target === frame ? place.map((cells, axis) => cells - centre[axis]) : [0, 0];
    from = { x: event.clientX, y: event.clientY, grip };
  });
  box.addEventListener("pointermove", (event) => {
    if (!from || event.buttons % 2 === 0) return;
    if (!drags) {
      if (Math.hypot(event.clientX - from.x, event.clientY - from.y) < TAP) return;
      drags = true;
      box.setPointerCapture(event.pointerId);
    }
    goTo(cellsAt(event).map((cells, axis) => cells - from.grip[axis]));
  });
  box.addEventListener("pointerup", () => {
    from = null;
  });
  // A drag ends in a click, too, which is no tap on a cell.
  box.addEventListener("click", (event) => {
    if (drags) event.stopImmediatePropagation();
    else if (taps) goTo(cellsAt(event));
  });

  kit.onDraw(() => {
    const { side, step, places } = now();
    const [rows, columns] = shape();
    // Another size or stride may have taken its place away.
    const row = Math.min(kit.state[at].row, places[0] - 1);
    const column = Math.min(kit.state[at].column, places[1] - 1);
    if (row !== kit.state[at].row || column !== kit.state[at].column) move(row, column);
    const share = (cells, of) => `${(100 * cells) / of}%`;
    Object.assign(frame.style, { top: share(row * step, rows), left: share(column * step, columns),
      height: share(side, rows), width: share(side, columns) });
    tell(frame, `${label}: row ${row + 1}, column ${column + 1}. Arrow keys move it.`,
      "aria-label");
  });
  box.classList.add("slides");
  box.append(frame);
}
