/** Where layers, their maps and their cells lie, in screen pixels. */

import { isMap } from "./names.js";

const HEIGHT = 231; // of the tallest layer: eight maps of 28 pixels, and the gaps between them
const HALF = 144; // of the tallest layer that shares its column: five maps of 28 pixels, and gaps
const FEW = 20; // maps of 28 pixels that fill four columns of that height
const ALONE = 84; // pixels of a layer's only map
const MOST_ABREAST = 2; // convolutions whose layers all have room beside one another
export const WIDE = matchMedia("(min-width: 960px)"); // as in network.css

/** The layers by columns: a pooling belongs to its convolution. */
export function columnsOf(layers) {
  const columns = [];
  for (const layer of layers) {
    const before = columns.at(-1)?.[0];
    const isPooled = ["pooling", "averaging"].includes(layer.kind);
    if (isPooled && before.kind === "convolution") columns.at(-1).push(layer);
    else columns.push([layer]);
  }
  return columns;
}

const convolutionsOf = (network) =>
  network.layers.filter((layer) => layer.kind === "convolution").map((layer) => layer.name);

export const isDeep = (network) => convolutionsOf(network).length > MOST_ABREAST;

/** Which convolution a layer is or is pooled of, from 0 on, where these share a column; else -1. */
function stackOf(network, layer) {
  if (!isDeep(network) || !WIDE.matches) return -1;
  return convolutionsOf(network).indexOf(layer.kind === "convolution" ? layer.name : layer.source);
}

/** How a layer's maps, or a vector's units, lie on its canvas. */
export function planOf(network, layer) {
  const hasMaps = isMap(layer);
  const [height, width, count] = hasMaps ? layer.shape : [1, 1, layer.shape[0]];
  const stack = hasMaps ? stackOf(network, layer) : -1;
  // In a deep network only few maps stay large, and the first convolution's, which show the most.
  const side = stack > 0 && count > FEW ? 14 : 28;
  let zoom = hasMaps ? Math.max(1, Math.floor(side / width)) : count > 2000 ? 2 : 4;
  if (hasMaps && count === 1) zoom = Math.max(1, Math.round(ALONE / width));
  const gap = hasMaps ? 1 : 0;
  const room = stack < 0 ? HEIGHT : HALF;
  const inColumn = Math.max(1, Math.floor((room + gap) / (height * zoom + gap)));
  const columns = Math.ceil(count / inColumn);
  const rows = Math.ceil(count / columns);
  return { shape: [height, width, count], height, width, count, zoom, gap, columns, rows,
    across: width * zoom + gap, down: height * zoom + gap };
}

/** Upper left corner of what lies at a place of the order of maps. */
export const cornerOf = (plan, at) =>
  [(at % plan.columns) * plan.across, Math.floor(at / plan.columns) * plan.down];

/** The cell at a point of a canvas, as { at, row, column }, or none in the gaps. */
export function placeAt(plan, x, y) {
  const at = Math.floor(y / plan.down) * plan.columns + Math.floor(x / plan.across);
  const row = Math.floor((y % plan.down) / plan.zoom);
  const column = Math.floor((x % plan.across) / plan.zoom);
  const isCell = x >= 0 && y >= 0 && at < plan.count && row < plan.height && column < plan.width;
  return isCell ? { at, row, column } : null;
}
