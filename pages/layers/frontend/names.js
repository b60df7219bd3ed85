/** What cells, maps and their values are called. */

import { isMap } from "../../../cnn/web/network.js";

/** The place of a cell among its layer's values. */
export const indexOf = (layer, { channel, row, column }) =>
  isMap(layer) ? (row * layer.shape[1] + column) * layer.shape[2] + channel : channel;

/** A number with fixed decimals and a true minus sign; never a negative zero. */
export function number(value, decimals = 3) {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

/** A map's or a unit's name: "Layer 2, map 17". */
export const mapName = (layer, channel) =>
  !isMap(layer) ? `${layer.title}, unit ${channel}`
    : layer.kind === "input" ? "Input" : `${layer.title}, map ${channel}`;

/** A cell's name: "Layer 2, map 17, row 5, column 9". */
export function cellName(layer, { channel, row, column }) {
  if (isMap(layer)) return `${mapName(layer, channel)}, row ${row}, column ${column}`;
  if (layer.kind === "softmax") return `Probability of ${channel}`;
  return layer.name === "logits" ? `Logit of ${channel}` : mapName(layer, channel);
}

/** A cell's name where there is little room: "Pooled 2, 17 at 5, 3". */
export const shortName = (layer, cell) =>
  !isMap(layer) ? cellName(layer, cell)
    : `${layer.title}, ${cell.channel} at ${cell.row}, ${cell.column}`;

/** A cell's name and value, and in a few words how the value came about. */
export function sentence(layers, cell, reading) {
  const layer = layers.find(({ name }) => name === cell.layer);
  const at = indexOf(layer, cell);
  const how = () => {
    const sum = reading.sums[layer.name]?.[at];
    if (sum < 0) return `: the sum ${number(sum, 4)} is negative, so ReLU makes it 0`;
    if (layer.kind === "pooling") return `: the largest of ${cellsSeen(layers, layer, cell)}`;
    return layer.kind === "averaging" ? `: the mean of ${cellsSeen(layers, layer, cell)}` : "";
  };
  return `${cellName(layer, cell)} = ${number(reading.values[layer.name][at], 4)}${how()}`;
}

/** How many cells of the layer before lie in a pooling's window; padding is none. */
function cellsSeen(layers, { source, windows }, { row, column }) {
  const { shape } = layers.find(({ name }) => name === source);
  const along = (axis, place) => {
    const from = place * windows.stride[axis] - windows.padding[axis];
    return Math.min(from + windows.size[axis], shape[axis]) - Math.max(from, 0);
  };
  return along(0, row) * along(1, column);
}
