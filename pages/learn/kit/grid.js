/** A grid of numbers, each on its colour; where it may be edited, as in a spreadsheet. */

import { coloursOn, colour } from "../../../cnn/web/paint.js";
import { css, grey, make, readable, tell } from "../../layers/frontend/draw.js";
import { number } from "../../layers/frontend/names.js";
import { shapeOf } from "./maths.js";
import { addWindow } from "./window.js";
import { short } from "./words.js";

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/**
 * Make a grid.
 *
 * `of` is the state's field where it is edited, between `min` and `max`; else also a function.
 * `most` is the value that has the last colour, `colours` "ink" for what is a picture, `decimals`
 * those that all cells have. `mark(row, column, state)` outlines cells, `faint` hatches and keeps
 * them, `empty` leaves out their numbers. `window` is as in `window.js`. `name` stands above it,
 * `note(state)` below.
 */
export function makeGrid(kit, of, told) {
  const { name, edit = false, window: slides, note } = told;
  const cells = make("div", { class: `cells${edit ? " editable" : ""}`,
    role: edit ? "grid" : "table", "aria-label": name });
  const box = make("div", { class: "box" }, cells);
  const caption = make("figcaption", {}, make("b", {}, name));
  const figure = make("figure", { class: "numbers" }, caption, box);
  if (note) figure.append(kit.words("{note}", { note }));
  const grid = { kit, of, told: { min: -9, max: 9, ...told }, cells, shown: [] };
  kit.onDraw(() => draw(grid, figure));
  if (slides) addWindow(kit, box, () => shapeOf(kit.get(of)), { ...slides, taps: !edit });
  if (edit) letEdit(grid, box);
  return figure;
}

function draw(grid, figure) {
  const { kit, of, told, cells } = grid;
  const values = kit.get(of);
  const [rows, columns] = shapeOf(values);
  if (grid.shown.length !== rows || grid.shown[0].length !== columns) build(grid, rows, columns);
  figure.style.setProperty("--columns", columns);
  const isInk = told.colours === "ink";
  const most = kit.get(told.most ?? 0) || Math.max(...values.flat().map(Math.abs)) || 1;
  const colours = coloursOn(cells);
  values.forEach((row, i) => row.forEach((value, j) => {
    const cell = grid.shown[i][j];
    const isEmpty = Boolean(told.empty?.(i, j, kit.state));
    const shade = isInk ? grey(value) : colour(isEmpty ? 0 : value / most, colours);
    const text = isEmpty ? "" : written(value, told.decimals);
    tell(cell, `--shade: ${css(shade)}; color: ${readable(shade)}`, "style");
    cell.classList.toggle("marked", Boolean(told.mark?.(i, j, kit.state)));
    const isFaint = Boolean(told.faint?.(i, j, kit.state));
    cell.classList.toggle("faint", isFaint);
    if (told.edit) cell.firstChild.readOnly = isFaint;
    if (!told.edit) tell(cell, text);
    else if (cell.firstChild !== cell.getRootNode().activeElement) cell.firstChild.value = text;
  }));
}

/** A number with so many decimals, or else with those that it needs. */
const written = (value, decimals) =>
  (decimals === undefined ? short(value) : number(value, decimals));

/** Make as many cells as there are to show. */
function build(grid, rows, columns) {
  const { told, cells } = grid;
  const role = told.edit ? "gridcell" : "cell";
  grid.shown = Array.from({ length: rows }, (_, row) => Array.from({ length: columns },
    (_, column) => make("div", { role, class: "cell" },
      ...(told.edit ? [inputOf(told, row, column)] : []))));
  cells.replaceChildren(...grid.shown.map((row) => make("div", { role: "row" }, ...row)));
}

const inputOf = ({ name, min, max }, row, column) => make("input", { type: "text",
  inputmode: min < 0 ? "text" : "decimal", autocomplete: "off", maxlength: 6,
  tabindex: row || column ? -1 : 0, "data-row": row, "data-column": column,
  "aria-label": `${name}, row ${row + 1}, column ${column + 1}: ${min} to ${max}` });

/** Let a person write into cells: a tap or Tab chooses one, arrow keys go to the next. */
function letEdit(grid, box) {
  const { kit, of, told, cells } = grid;
  const inputAt = (row, column) => grid.shown[row]?.[column]?.firstChild;
  const placeOf = ({ dataset }) => [Number(dataset.row), Number(dataset.column)];

  // Cells let the pointer through, so that what is over them can be dragged.
  box.addEventListener("click", ({ clientX, clientY }) => {
    const { left, top, width, height } = cells.getBoundingClientRect();
    const [rows, columns] = shapeOf(kit.get(of));
    inputAt(Math.floor(((clientY - top) / height) * rows),
      Math.floor(((clientX - left) / width) * columns))?.focus();
  });
  cells.addEventListener("focusin", ({ target }) => {
    for (const input of cells.querySelectorAll("input")) input.tabIndex = -1;
    target.tabIndex = 0;
    target.select();
  });
  cells.addEventListener("keydown", (event) => {
    const [row, column] = placeOf(event.target);
    const move = event.key === "Enter" ? [1, 0] : MOVES[event.key];
    if (!move) return;
    event.preventDefault();
    const next = inputAt(row + move[0], column + move[1]);
    if (next) next.focus();
    else if (event.key === "Enter") event.target.select();
  });
  cells.addEventListener("input", ({ target }) => {
    const value = numberFrom(target.value, told.min, told.max);
    if (value === null) return;
    const [row, column] = placeOf(target);
    kit.set(of, kit.state[of].map((line, i) => line.map((old, j) =>
      i === row && j === column ? value : old)));
  });
  // What is no number is not kept.
  cells.addEventListener("focusout", ({ target }) => {
    const [row, column] = placeOf(target);
    target.value = written(kit.state[of][row][column], told.decimals);
  });
}

/** The number that somebody has written, within bounds; null if it is none. */
export function numberFrom(text, min, max) {
  const tidy = text.trim().replace(/[−–]/, "-").replace(",", ".");
  if (!/^-?(\d+\.?\d*|\.\d+)$/.test(tidy)) return null;
  return Math.min(Math.max(Number(tidy), min), max);
}
