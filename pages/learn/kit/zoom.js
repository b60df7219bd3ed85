/** A picture that one goes into until its numbers can be read, as in a microscope. */

import { Sheet, ink, paintMap } from "../../../cnn/web/paint.js";
import { grey, make, readable, tell } from "../../layers/frontend/draw.js";
import { number } from "../../layers/frontend/names.js";

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
// Widths of a cell, in pixels of the page: where numbers begin to show, where they are there, and
// where there is room for two decimals.
const [FAINT, CLEAR, ROOMY] = [20, 28, 44];
// Pixels of the page that a pointer goes before it drags, and milliseconds of a flight.
const [TAP, FLIGHT] = [5, 700];
// Half of a cross, in pixels of the page.
const ARM = 9;
const REM = 16;
const [GRID, LINE, MARK] = ["rgb(128 128 128 / 45%)", "rgb(160 160 160 / 80%)", "#ff4d2e"];

/**
 * Make a picture of a grid of ink, 0 to 1. `zoom` names the field that holds how many times it is
 * enlarged, up to `most`; `at` the field { row, column } of what is in the middle. Without these it is
 * a picture that stands still. `cross(state)` gives two places [row, column], counted from 0: one to
 * mark by a cross, and where it should be, by thin lines. `note(state)` tells what stands below.
 */
export function makeZoom(kit, of, { name, zoom, at, most = 1, cross, note, wide = 13 }) {
  const canvas = make("canvas", { role: "img", "aria-label": name });
  const box = make("div", { class: "box" }, canvas);
  const sheet = new Sheet(make("canvas"));
  const figure = make("figure", { class: "map", style: `--wide: ${wide}rem` },
    make("figcaption", {}, make("b", {}, name)), box);
  if (note) figure.append(kit.words("{note}", { note }));
  const view = () => viewOf(kit.get(of).length, zoom ? kit.state[zoom] : 1, at && kit.state[at]);
  kit.onDraw(() => {
    const cells = kit.get(of);
    // What is drawn for paper has no width yet.
    const dots = Math.round((canvas.clientWidth || REM * wide) * devicePixelRatio);
    if (canvas.width !== dots) canvas.width = canvas.height = dots;
    paint(canvas, sheet, cells, view());
    if (cross) markPlaces(canvas, cells.length, cross(kit.state));
  });
  if (zoom) letMove({ kit, canvas, box, zoom, at, most, view, name, length: () => kit.get(of).length });
  return figure;
}

/** What is seen of so many cells: { side, row, column }, where it begins and how many in a row. */
function viewOf(length, zoom, middle = { row: length / 2, column: length / 2 }) {
  const side = length / zoom;
  const begin = (place) => Math.min(Math.max(place - side / 2, 0), length - side);
  return { side, row: begin(middle.row), column: begin(middle.column) };
}

function paint(canvas, sheet, cells, { side, row, column }) {
  const context = canvas.getContext("2d");
  sheet.resize(cells[0].length, cells.length);
  paintMap(sheet, 0, 0, 1, cells.flat(), [cells.length, cells[0].length, 1], 0, ink, 1);
  sheet.show();
  context.imageSmoothingEnabled = false;
  context.drawImage(sheet.canvas, column, row, side, side, 0, 0, canvas.width, canvas.height);
  const wide = canvas.width / side / devicePixelRatio;
  const clear = Math.min((wide - FAINT) / (CLEAR - FAINT), 1);
  if (clear > 0) paintNumbers(context, cells, { side, row, column }, { clear, wide });
}

/** Write the number of each cell that is seen into it, as clear as there is room. */
function paintNumbers(context, cells, { side, row, column }, { clear, wide }) {
  const scale = context.canvas.width / side;
  const last = (begin) => Math.min(Math.ceil(begin + side), cells.length);
  const size = Math.min(0.36 * scale, 17 * devicePixelRatio);
  Object.assign(context, { textAlign: "center", textBaseline: "middle", strokeStyle: GRID,
    font: `${size}px ${getComputedStyle(context.canvas).fontFamily}`, globalAlpha: clear });
  for (let r = Math.floor(row); r < last(row); r++) {
    for (let c = Math.floor(column); c < last(column); c++) {
      const [x, y] = [(c - column) * scale, (r - row) * scale];
      context.strokeRect(Math.round(x) + 0.5, Math.round(y) + 0.5, scale, scale);
      context.fillStyle = readable(grey(cells[r][c]));
      context.fillText(written(cells[r][c], wide < ROOMY ? 1 : 2), x + scale / 2, y + scale / 2);
    }
  }
  context.globalAlpha = 1;
}

/** Ink as a number: paper and full ink without decimals. */
const written = (ink, decimals) => (ink === 0 || ink === 1 ? String(ink) : number(ink, decimals));

/** Mark a place of the picture by a cross, and where it should be by two lines. */
function markPlaces(canvas, length, [place, aim]) {
  const context = canvas.getContext("2d");
  const [all, dot] = [canvas.width, devicePixelRatio];
  const onCanvas = (places) => places.map((cells) => ((cells + 0.5) * all) / length);
  const line = (style, wide, dash, from, to) => {
    Object.assign(context, { strokeStyle: style, lineWidth: wide * dot });
    context.setLineDash(dash.map((length) => length * dot));
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
  };
  const [middle, centre] = onCanvas(aim);
  line(LINE, 1, [4, 4], [centre, 0], [centre, all]);
  line(LINE, 1, [4, 4], [0, middle], [all, middle]);
  if (!place.every(Number.isFinite)) return;
  const [y, x] = onCanvas(place);
  for (const [wide, style] of [[5, "#000"], [3, MARK]]) {
    line(style, wide, [], [x - ARM * dot, y], [x + ARM * dot, y]);
    line(style, wide, [], [x, y - ARM * dot], [x, y + ARM * dot]);
  }
  context.setLineDash([]);
  context.lineWidth = 1;
}

/** Let the picture be dragged, entered by a tap, and moved by keys. */
function letMove({ kit, canvas, box, zoom, at, most, view, name, length }) {
  let flight = 0;
  const stop = () => cancelAnimationFrame(flight);

  /** Have a place come to the middle. */
  function move(row, column) {
    const reach = view().side / 2;
    const [down, across] = [row, column].map((place) =>
      Math.min(Math.max(place, reach), length() - reach));
    kit.set(at, { row: down, column: across });
  }

  /** Fly to a place and to so large a picture of it. */
  function fly(to, row, column) {
    stop();
    const [from, start] = [kit.state[zoom], kit.state[at]];
    const begin = performance.now();
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const go = () => {
      const done = isStill ? 1 : Math.min((performance.now() - begin) / FLIGHT, 1);
      const eased = done * done * (3 - 2 * done);
      kit.set(zoom, from * (to / from) ** eased);
      move(start.row + (row - start.row) * eased, start.column + (column - start.column) * eased);
      if (done < 1) flight = requestAnimationFrame(go);
    };
    go();
  }

  const placeAt = ({ clientX, clientY }) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const { side, row, column } = view();
    return [row + ((clientY - top) / height) * side, column + ((clientX - left) / width) * side];
  };
  let held = null; // the place under the pointer that is down
  let from = null;
  let drags = false;
  box.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    stop();
    [held, from, drags] = [placeAt(event), event, false];
  });
  box.addEventListener("pointermove", (event) => {
    if (!held || event.buttons % 2 === 0) return;
    if (!drags && Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) < TAP) return;
    drags = true;
    box.setPointerCapture(event.pointerId);
    const [row, column] = placeAt(event);
    const { side, row: top, column: left } = view();
    move(top + side / 2 + held[0] - row, left + side / 2 + held[1] - column);
  });
  box.addEventListener("pointerup", (event) => {
    if (held && !drags) fly(kit.state[zoom] < most / 2 ? most : 1, ...placeAt(event));
    held = null;
  });
  box.addEventListener("keydown", (event) => {
    const way = MOVES[event.key];
    if (!way && event.key !== "Enter") return;
    event.preventDefault();
    const { row, column } = kit.state[at];
    if (way) move(row + way[0], column + way[1]);
    else fly(kit.state[zoom] < most / 2 ? most : 1, row, column);
  });
  box.tabIndex = 0;
  box.setAttribute("role", "application");
  kit.onDraw(() => {
    const { side, row, column } = view();
    const isWhole = side >= length();
    // A finger scrolls the page as long as there is nothing to move.
    Object.assign(box.style, { touchAction: isWhole ? "auto" : "none",
      cursor: isWhole ? "zoom-in" : "grab" });
    tell(box, `${name}: rows ${Math.round(row) + 1} to ${Math.round(row + side)}, columns `
      + `${Math.round(column) + 1} to ${Math.round(column + side)}. Arrow keys move it, Enter zooms.`,
    "aria-label");
  });
  kit.onLeave(stop);
}
