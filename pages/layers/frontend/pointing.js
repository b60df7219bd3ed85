/** What is pointed at, with the pointer or by keyboard: its name, value, and map, enlarged. */

import { isMap } from "../../../cnn/web/network.js";
import { Sheet, paintMap } from "../../../cnn/web/paint.js";
import { make, tell } from "./draw.js";
import { placeAt } from "./layout.js";
import { showLines } from "./lines.js";
import { coloursOf, shownOf } from "./maps.js";
import { cellName, indexOf, number } from "./names.js";

const ENLARGED = 168; // screen pixels that a map takes, or a little less
const APART = 10; // between a map and its enlargement
const NEAR = 6; // units this close to the pointer are meant, too: they are smaller than it
const NEAR_FINGER = 12;

/** The cell of a layer under the pointer; of small units, the strongest near it. */
export function cellAt(view, layer, event) {
  const { canvas, channels, plan } = view.figures.get(layer.name);
  const box = canvas.getBoundingClientRect();
  const x = ((event.clientX - box.left) * canvas.width) / box.width;
  const y = ((event.clientY - box.top) * canvas.height) / box.height;
  const place = placeAt(plan, x, y);
  if (!place) return null;
  const near = event.pointerType === "touch" ? NEAR_FINGER : NEAR;
  const channel = isMap(layer) ? channels[place.at]
    : strongestNear(shownOf(view, layer), plan, place.at, Math.floor(near / plan.zoom));
  return { layer: layer.name, channel, row: place.row, column: place.column };
}

/** Which unit is the strongest within so many places of one. */
function strongestNear(values, { columns, count }, at, near) {
  let best = at;
  for (let down = -near; down <= near; down++) {
    for (let across = -near; across <= near; across++) {
      const column = (at % columns) + across;
      const other = at + down * columns + across;
      const isThere = column >= 0 && column < columns && other >= 0 && other < count;
      if (isThere && Math.abs(values[other]) > Math.abs(values[best])) best = other;
    }
  }
  return best;
}

/** Point at a cell, or at none: its lines and its card are shown. */
export function pointAt(view, cell) {
  if (!cell && !view.pointed) return;
  view.pointed = cell;
  showLines(view);
  showCard(view);
}

/** Show the card of what is pointed at, beside it. */
export function showCard(view) {
  const card = view.roots.network.querySelector(".card");
  card.hidden = !view.pointed;
  if (card.hidden) return;
  paintCard(view);
  put(card, view.roots.network, view.pointed.layer, view);
}

/** Write and paint on the card what changes with the picture. */
export function paintCard(view) {
  if (!view.pointed) return;
  const card = view.roots.network.querySelector(".card");
  const cell = view.pointed;
  const layer = view.layer(cell.layer);
  const at = indexOf(layer, cell);
  const sum = view.reading.sums[layer.name]?.[at];
  tell(card.querySelector(".name"), cellName(layer, cell));
  tell(card.querySelector(".value"), number(shownOf(view, layer)[at]));
  tell(card.querySelector(".gloss"), layer.name === "logits" ? view.terms.logit
    : sum < 0 && view.choices.relu === "after" ? `before ReLU ${number(sum)}` : "");
  const place = card.querySelector(".enlarged");
  place.hidden = !isMap(layer);
  if (place.hidden) return;
  const [height, width] = layer.shape;
  const zoom = Math.floor(ENLARGED / Math.max(width, height));
  const canvas = place.querySelector("canvas");
  view.cardSheet = view.cardSheet?.canvas === canvas ? view.cardSheet : new Sheet(canvas);
  view.cardSheet.resize(width, height);
  canvas.style.width = `${width * zoom}px`;
  const { colours, scales } = coloursOf(view, layer);
  paintMap(view.cardSheet, 0, 0, 1, shownOf(view, layer), layer.shape, cell.channel, colours,
    scales[cell.channel]);
  view.cardSheet.show();
  Object.assign(place.querySelector("i").style, { left: `${cell.column * zoom}px`,
    top: `${cell.row * zoom}px`, width: `${zoom}px`, height: `${zoom}px` });
}

/** Put the card below what is pointed at, or above it where there is no room. */
function put(card, root, layer, view) {
  const from = root.getBoundingClientRect();
  const [target] = root.querySelectorAll(".lines .map");
  const box = target.getBoundingClientRect();
  const { width, height } = card.getBoundingClientRect();
  const isAbove = box.bottom + APART + height > innerHeight && box.top - APART - height > 0;
  const top = isAbove ? box.top - APART - height : box.bottom + APART;
  const left = Math.min(Math.max(box.left + box.width / 2 - width / 2, from.left),
    from.right - width);
  card.style.transform = `translate(${left - from.left}px, ${top - from.top}px)`;
}
