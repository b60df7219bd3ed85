/**
 * Where layers, their maps and their cells lie, in screen pixels.
 *
 * Where there is room for all layers beside one another, their maps are enlarged as far as that
 * lets them, the first layer's first, which have the most to show. Where there is none, as on a
 * phone, layers stand one below the other, each as wide as the page.
 */

import { isDeep, isMap } from "../../../cnn/web/network.js";

const SIDE = 28; // screen pixels that a map takes
const FEW = 20; // maps that stay so large in a deep network
const SMALL = 14; // where there is little room
const LARGE = 84; // where there is much, or a layer has only one
const FINGER = 42; // where layers stand one below the other
const MANY = 2000; // units of a vector, which are then smaller
const GAP = 1; // between two maps
const BETWEEN = 8; // between two layers, at least; as in network.css
const NAME = { maps: 68, units: 58 }; // what a layer's name and size take
const CAPTION = 46; // a layer's name and size, and what is between it and the layer above
const ANSWER = 146; // the ten outputs; as in network.css
const ABREAST = 700; // what a network takes at least that stands in one row
const GROWTH = [1, 1.1, 1.2, 1.35, 1.5, 1.75]; // how much higher it may get to do so

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

/** The layers that are pictures; the others are the ten outputs. */
export const shownLayers = ({ layers }) =>
  layers.filter(({ name }) => !["logits", "softmax"].includes(name));

/** How a layer's maps, or a vector's units, lie on its canvas: { columns, rows, zoom, … }. */
function planOf(layer, zoom, room) {
  const [height, width, count] = isMap(layer) ? layer.shape : [1, 1, layer.shape[0]];
  const gap = isMap(layer) ? GAP : 0;
  const [across, down] = [width * zoom + gap, height * zoom + gap];
  const fit = (extent, step) => Math.max(1, Math.floor((extent + gap) / step));
  // As high as there is room, or as wide; and the maps in even rows.
  const most = room.isWrapped ? fit(room.width, across) : Math.ceil(count / fit(room.height, down));
  const rows = Math.ceil(count / Math.min(most, count));
  const columns = room.isWrapped ? Math.ceil(count / rows) : Math.min(most, count);
  return { shape: [height, width, count], height, width, count, zoom, gap, columns, rows, across,
    down, room };
}

/** How many screen pixels a cell takes: usually, at least and at most. */
function zoomsOf(layer, { isWrapped, isSmall, isTouched }) {
  if (!isMap(layer)) {
    const [count] = layer.shape;
    if (isWrapped) return { usual: count > MANY ? 4 : 8 };
    return { usual: count > MANY ? 2 : 4, least: 2, most: 8 };
  }
  const [, width, count] = layer.shape;
  const filling = (side) => Math.max(1, Math.floor(side / width));
  const most = filling(LARGE);
  if (count === 1) return { usual: most, least: most, most: most + 1 };
  if (isWrapped) return { usual: Math.max(1, Math.round(FINGER / width)) };
  return { usual: filling(isSmall && count > FEW ? SMALL : SIDE),
    least: filling(isTouched ? SIDE : SMALL), most };
}

/** Plan all layers, by name, for a room of { width, height, isTouched }. */
export function plansOf(network, room) {
  const columns = columnsOf(shownLayers(network));
  const isStacked = isDeep(network);
  // Smaller maps are for networks that would need too many pages else.
  const starts = isStacked ? ["usual", "least"] : ["usual"];
  for (const start of room.width < ABREAST ? [] : starts) {
    for (const growth of GROWTH) {
      const higher = { ...room, height: room.height * growth, isStacked };
      const plans = plansAt(columns, higher, start);
      if (widthOf(columns, plans, isStacked) > room.width) continue;
      enlarge(columns, plans, higher);
      return plans;
    }
  }
  return plansAt(columns, { ...room, isWrapped: true }, "usual");
}

/** Plan all layers at their usual or least size. */
function plansAt(columns, room, start) {
  const plans = new Map();
  columns.forEach((column, i) => {
    // In a deep network, too, the first convolution's maps stay large.
    const theirs = { ...room, isSmall: room.isStacked && i > 1,
      height: room.isStacked && column.length > 1 ? (room.height - CAPTION) / 2 : room.height };
    for (const layer of column) {
      plans.set(layer.name, planOf(layer, zoomsOf(layer, theirs)[start], theirs));
    }
  });
  return plans;
}

/** Enlarge one layer after the other by a pixel a cell, as long as all have room. */
function enlarge(columns, plans, { width, isStacked }) {
  let isLarger = true;
  while (isLarger) {
    isLarger = false;
    for (const layer of columns.flat()) {
      const plan = plans.get(layer.name);
      const larger = planOf(layer, plan.zoom + 1, plan.room);
      const isAllowed = larger.zoom <= zoomsOf(layer, plan.room).most
        && larger.rows * larger.down <= plan.room.height + GAP;
      if (!isAllowed) continue;
      plans.set(layer.name, larger);
      if (widthOf(columns, plans, isStacked) <= width) isLarger = true;
      else plans.set(layer.name, plan);
    }
  }
}

/** How wide a network is whose columns stand side by side, with its outputs. */
function widthOf(columns, plans, isStacked) {
  const widthOfLayer = (layer) => {
    const { columns: count, across } = plans.get(layer.name);
    return Math.max(count * across, isMap(layer) ? NAME.maps : NAME.units) + BETWEEN;
  };
  const widths = isStacked
    ? columns.map((column) => Math.max(...column.map(widthOfLayer)))
    : columns.flat().map(widthOfLayer);
  return widths.reduce((sum, width) => sum + width, ANSWER);
}

/** Upper left corner of what lies at a place of the order of maps. */
export const cornerOf = (plan, at) =>
  [(at % plan.columns) * plan.across, Math.floor(at / plan.columns) * plan.down];

/** The cell at a point of a canvas, as { at, row, column }; a gap is its map's. */
export function placeAt(plan, x, y) {
  const inside = (place, count) => Math.min(Math.max(place, 0), count - 1);
  const across = inside(Math.floor(x / plan.across), plan.columns);
  const at = inside(Math.floor(y / plan.down), plan.rows) * plan.columns + across;
  if (at >= plan.count) return null;
  const [left, top] = cornerOf(plan, at);
  return { at, row: inside(Math.floor((y - top) / plan.zoom), plan.height),
    column: inside(Math.floor((x - left) / plan.zoom), plan.width) };
}
