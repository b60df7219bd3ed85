/** The chosen cell's place in the network, as large pictures: drawing, layer before, own map. */

import { isMap } from "../../../cnn/web/network.js";
import { Sheet, paintMap } from "../../../cnn/web/paint.js";
import { make, outline } from "./draw.js";
import { coloursOf, shownOf } from "./maps.js";
import { mapName } from "./names.js";

const LARGE = 224; // screen pixels that a large picture takes, or a little less
const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** Choose which pictures to show, lay them out and mark the cell and its fields on them. */
export function showPictures(view) {
  const wanted = wantedOf(view);
  while (view.pictures.length < wanted.length) view.pictures.push(makePicture(view));
  view.pictures.forEach((picture, i) => {
    picture.figure.hidden = i >= wanted.length;
    if (picture.figure.hidden) return;
    Object.assign(picture, { mark: null, isOwn: false }, wanted[i]);
    layOut(picture);
    describe(view, picture);
    paintMarks(view, picture);
  });
  paintPictures(view);
}

/** Paint what the network makes of the drawing, under the marks. */
export function paintPictures(view) {
  for (const { figure, sheet, layer, channel, margin } of view.pictures) {
    if (figure.hidden) continue;
    const { colours, scales } = coloursOf(view, layer);
    paintMap(sheet, margin, margin, 1, shownOf(view, layer), layer.shape, channel, colours,
      scales[channel]);
    sheet.show();
  }
}

/** Layers, channels, and how much padding is shown around them. */
function wantedOf(view) {
  const layer = view.layer(view.cell.layer);
  const source = layer.source ? view.layer(layer.source) : null;
  const wanted = [];
  // Of all there is, not of a field.
  const isSum = layer.kind === "dense" || layer.kind === "softmax";
  if (!isSum && layer.kind !== "input" && source?.kind !== "input") {
    wanted.push({ layer: view.network.layers[0], channel: 0, margin: 0 });
  }
  if (!isSum && source && isMap(source)) {
    const margin = layer.kind === "convolution" ? Math.max(...layer.windows.padding) : 0;
    const channel = view.explanation.origin?.channel ?? view.opened;
    wanted.push({ layer: source, channel, margin });
  }
  if (isMap(layer)) wanted.push({ layer, channel: view.cell.channel, margin: 0, isOwn: true });
  return wanted;
}

function makePicture(view) {
  const canvas = make("canvas", { tabindex: 0, role: "application" });
  const marks = make("canvas", { class: "marks", "aria-hidden": "true" });
  const caption = make("figcaption");
  const figure = make("figure", {}, caption, make("div", { class: "marked" }, canvas, marks));
  const picture = { figure, caption, canvas, marks, sheet: new Sheet(canvas) };
  canvas.addEventListener("click", (event) => {
    const box = canvas.getBoundingClientRect();
    const place = (share) => Math.floor(share * canvas.width) - picture.margin;
    const [height, width] = picture.layer.shape;
    const row = place((event.clientY - box.top) / box.width);
    const column = place((event.clientX - box.left) / box.width);
    if (row < 0 || column < 0 || row >= height || column >= width) return;
    view.choose({ layer: picture.layer.name, channel: picture.channel, row, column });
  });
  canvas.addEventListener("keydown", (event) =>
    picture.isOwn ? moveCell(view, event) : moveMark(view, picture, event));
  for (const change of ["focus", "blur"]) {
    canvas.addEventListener(change, () => {
      describe(view, picture);
      paintMarks(view, picture);
    });
  }
  view.roots.cell.querySelector(".pictures").append(figure);
  return picture;
}

function layOut(picture) {
  const { canvas, sheet, layer: { shape: [height, width] }, margin } = picture;
  picture.zoom = Math.floor(LARGE / (Math.max(width, height) + 2 * margin));
  sheet.resize(width + 2 * margin, height + 2 * margin);
  canvas.style.width = `${(width + 2 * margin) * picture.zoom}px`;
}

/** Arrow keys on another picture move a mark, first in the field's middle; Enter opens its cell. */
function moveMark(view, picture, event) {
  const move = MOVES[event.key];
  const { row, column } = picture.mark ?? middleOfField(view, picture.layer);
  if (move) picture.mark = onLayer(picture.layer, row + move[0], column + move[1]);
  else if (event.key === "Enter") {
    view.choose({ layer: picture.layer.name, channel: picture.channel, row, column });
  } else return;
  event.preventDefault();
  describe(view, picture);
  paintMarks(view, picture);
}

/** The middle of the field that the chosen cell sees on a layer. */
export function middleOfField(view, layer) {
  const [top, left, height, width] = view.explanation.fields[layer.name];
  return onLayer(layer, top + Math.floor(height / 2), left + Math.floor(width / 2));
}

/** A place of a layer, or the nearest on it. */
const onLayer = ({ shape: [height, width] }, row, column) => ({
  row: Math.min(Math.max(row, 0), height - 1), column: Math.min(Math.max(column, 0), width - 1) });

/** Arrow keys on a cell's own map move the chosen cell. */
function moveCell(view, event) {
  const move = MOVES[event.key];
  if (!move) return;
  event.preventDefault();
  moveBy(view, ...move);
}

/** Choose the cell that lies so many rows and columns from the one that is shown. */
export function moveBy(view, down, across) {
  const [height, width] = view.layer(view.cell.layer).shape;
  const row = view.cell.row + down;
  const column = view.columnNow + across;
  if (row < 0 || column < 0 || row >= height || column >= width) return;
  view.choose({ ...view.cell, row, column });
}

/** The mark that the keyboard moves on a picture, while it does. */
const markOf = (view, picture) =>
  !picture.isOwn && picture.canvas.matches(":focus-visible")
    ? picture.mark ?? middleOfField(view, picture.layer) : null;

/** Write what a picture is, beside it and for who does not see it. */
function describe(view, picture) {
  const { canvas, caption, layer, channel, isOwn } = picture;
  const mark = markOf(view, picture);
  canvas.dataset.layer = isOwn ? "own" : layer.name;
  canvas.setAttribute("aria-label", mapName(layer, channel)
    + (mark ? `, row ${mark.row}, column ${mark.column}` : "")
    + (isOwn ? ": arrow keys move the chosen cell"
      : ": arrow keys move a mark, Enter opens its cell"));
  caption.textContent = mapName(layer, channel);
}

/** Outline the cell or its field, on a canvas of its own over the picture. */
export function paintMarks(view, picture) {
  const { marks, sheet, layer, margin, zoom, isOwn } = picture;
  const context = marks.getContext("2d");
  Object.assign(marks, { width: sheet.width * zoom * devicePixelRatio,
    height: sheet.height * zoom * devicePixelRatio });
  context.scale(devicePixelRatio, devicePixelRatio);
  if (margin) writePadding(context, layer, margin, zoom);
  const rectangle = (row, column, rows, columns, line) => outline(context,
    (column + margin) * zoom, (row + margin) * zoom, columns * zoom, rows * zoom, line);
  const field = view.explanation.fields[layer.name];
  if (isOwn) rectangle(view.cell.row, view.columnNow, 1, 1);
  else if (field) {
    const [top, left, rows, columns] = field;
    const slid = view.columnNow - view.cell.column;
    rectangle(top, left + slid * (view.explanation.steps[layer.name] ?? 0), rows, columns);
  }
  const mark = markOf(view, picture);
  if (!mark) return;
  context.setLineDash([3, 2]);
  rectangle(mark.row, mark.column, 1, 1, 1);
}

/** Write the zeros of the padding around a map. */
function writePadding(context, { shape: [height, width] }, margin, zoom) {
  context.fillStyle = "rgb(128 138 150 / 80%)";
  context.font = `${Math.min(zoom, 11)}px sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let row = 0; row < height + 2 * margin; row++) {
    for (let column = 0; column < width + 2 * margin; column++) {
      const isInside = row >= margin && row < height + margin
        && column >= margin && column < width + margin;
      if (!isInside) context.fillText("0", (column + 0.5) * zoom, (row + 0.5) * zoom);
    }
  }
}
