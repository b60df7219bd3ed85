/**
 * What a cell sees, and what it feeds.
 *
 * A place is a patch of a layer's map, { layer, channel, row, column, rows, columns }; of units and
 * outputs it is one cell. Places that speak for a cell also have a `share`: how much, compared with
 * the strongest, from 0 to 1.
 */

import { isMap } from "../../../cnn/web/network.js";

const SOURCES = 6; // that are shown of a sum
const TARGETS = 4;
const HANDING_ON = ["pooling", "averaging", "flatten"];

const layerOf = (network, name) => network.layers.find((layer) => layer.name === name);

/** A cell as a place. */
export const placeOf = (cell) => ({ ...cell, rows: 1, columns: 1 });

/** What a place of a layer sees of the layer before, as far as that reaches. */
function seenThrough({ size, stride, padding }, { row, column, rows, columns }, [height, width]) {
  const [top, bottom] = spanSeen(row, rows, size[0], stride[0], padding[0], height);
  const [left, right] = spanSeen(column, columns, size[1], stride[1], padding[1], width);
  return { row: top, column: left, rows: bottom - top, columns: right - left };
}

function spanSeen(from, count, size, stride, padding, extent) {
  const start = from * stride - padding;
  return [Math.max(start, 0), Math.min(start + (count - 1) * stride + size, extent)];
}

/** Where a place of the layer before is looked at from. */
function lookedAtFrom({ size, stride, padding }, { row, column, rows, columns }, [height, width]) {
  const [top, bottom] = spanFed(row, rows, size[0], stride[0], padding[0], height);
  const [left, right] = spanFed(column, columns, size[1], stride[1], padding[1], width);
  return { row: top, column: left, rows: bottom - top, columns: right - left };
}

function spanFed(from, count, size, stride, padding, extent) {
  const first = Math.ceil((from + padding - size + 1) / stride);
  const last = Math.floor((from + count - 1 + padding) / stride);
  return [Math.max(first, 0), Math.min(last, extent - 1) + 1];
}

/** What a cell sees of the input: a place. */
export function inputSeenBy(network, cell) {
  let layer = layerOf(network, cell.layer);
  let place = isMap(layer) ? placeOf(cell) : null; // null: all there is
  while (layer.source) {
    const source = layerOf(network, layer.source);
    if (place) place = seenThrough(layer.windows, place, source.shape);
    else if (layer.name === cell.layer && layer.kind === "flatten") {
      place = cellOfFlat(source, cell.channel);
    }
    layer = source;
  }
  const [rows, columns] = layer.shape;
  return { row: 0, column: 0, rows, columns, ...place, layer: layer.name, channel: 0 };
}

/** Which cell of a map became the unit of a flattened vector. */
function cellOfFlat({ name, shape: [, width, channels] }, unit) {
  const [cell, channel] = [Math.floor(unit / channels), unit % channels];
  return { layer: name, channel, row: Math.floor(cell / width), column: cell % width,
    rows: 1, columns: 1 };
}

/** The lines that lead to a cell: [{ from, to, share }], from what adds most to it. */
export function linesBehind(network, reading, cell) {
  const lines = sourcesOf(network, reading, placeOf(cell)).map((from) =>
    ({ from, to: placeOf(cell), share: from.share }));
  // What only hands on the values of one map is followed to where these come from; and a
  // probability is its logit's, so what adds up to that is shown.
  const isProbability = layerOf(network, cell.layer).kind === "softmax";
  for (const { from, share } of lines) {
    const isHandedOn = HANDING_ON.includes(layerOf(network, from.layer).kind);
    if (!isHandedOn && !(isProbability && from.layer === "logits")) continue;
    for (const before of sourcesOf(network, reading, from)) {
      lines.push({ from: before, to: from, share: share * before.share });
    }
  }
  return lines;
}

/** The places of the layer before that add most to a place, the strongest first. */
function sourcesOf(network, reading, place) {
  const layer = layerOf(network, place.layer);
  if (!layer.source) return [];
  const source = layerOf(network, layer.source);
  switch (layer.kind) {
    case "flatten":
      return [{ ...cellOfFlat(source, place.channel), share: 1 }];
    case "pooling":
    case "averaging":
      return [{ layer: source.name, channel: place.channel, share: 1,
        ...seenThrough(layer.windows, place, source.shape) }];
    case "convolution": {
      const seen = seenThrough(layer.windows, place, source.shape);
      const parts = partialSums(layer, source, reading.values[source.name], place);
      return strongest(parts, SOURCES).map((each) => ({ ...each, layer: source.name, ...seen }));
    }
    case "dense": {
      const units = layer.bias.length;
      const parts = reading.values[source.name].map((value, i) =>
        value * layer.weights[i * units + place.channel]);
      return strongest(parts, SOURCES).map((each) => ({ ...each, ...unitOf(source) }));
    }
    default: // a probability, of its own logit above all
      return [{ channel: place.channel, share: 1, ...unitOf(source) }];
  }
}

const unitOf = ({ name }) => ({ layer: name, row: 0, column: 0, rows: 1, columns: 1 });

/** What each map of the layer before adds to a cell of a convolution; padding adds nothing. */
export function partialSums({ weights, shape, windows }, source, values, { row, column, channel }) {
  const [height, width, channels] = source.shape;
  const parts = new Float32Array(channels);
  for (let i = 0; i < windows.size[0]; i++) {
    const y = row * windows.stride[0] - windows.padding[0] + i;
    if (y < 0 || y >= height) continue;
    for (let j = 0; j < windows.size[1]; j++) {
      const x = column * windows.stride[1] - windows.padding[1] + j;
      if (x < 0 || x >= width) continue;
      const at = (i * windows.size[1] + j) * channels;
      for (let k = 0; k < channels; k++) {
        parts[k] += values[(y * width + x) * channels + k]
          * weights[(at + k) * shape[2] + channel];
      }
    }
  }
  return parts;
}

/** The channels that count most, as { channel, share }; those that add nothing are left out. */
function strongest(parts, count) {
  const ranked = [...parts.keys()].filter((channel) => parts[channel])
    .sort((a, b) => Math.abs(parts[b]) - Math.abs(parts[a])).slice(0, count);
  const most = Math.abs(parts[ranked[0]]);
  return ranked.map((channel) => ({ channel, share: Math.abs(parts[channel]) / most }));
}

/** The lines that lead on from a cell: [{ from, to, share }], to what weighs it most. */
export function linesAhead(network, cell) {
  const from = placeOf(cell);
  const layer = layerOf(network, cell.layer);
  return network.layers.filter(({ source }) => source === layer.name).flatMap((next) =>
    targetsIn(next, layer, from).map((to) => ({ from, to, share: to.share })));
}

function targetsIn(next, layer, place) {
  const { channel } = place;
  switch (next.kind) {
    case "flatten": {
      const [, width, channels] = layer.shape;
      const unit = (place.row * width + place.column) * channels + channel;
      return [{ ...unitOf(next), channel: unit, share: 1 }];
    }
    case "pooling":
    case "averaging":
      return [{ layer: next.name, channel, share: 1,
        ...lookedAtFrom(next.windows, place, next.shape) }];
    case "convolution": {
      const where = lookedAtFrom(next.windows, place, next.shape);
      return strongest(weightsFrom(next, layer.shape[2], channel), TARGETS)
        .map((each) => ({ ...each, layer: next.name, ...where }));
    }
    case "dense": {
      const units = next.bias.length;
      const weights = next.weights.subarray(channel * units, (channel + 1) * units);
      return strongest(weights, TARGETS).map((each) => ({ ...each, ...unitOf(next) }));
    }
    default:
      return [{ ...unitOf(next), channel, share: 1 }];
  }
}

/** How much all weights together are that lead from a map to each of a convolution. */
function weightsFrom({ weights, shape: [, , units], windows: { size } }, channels, channel) {
  const sums = new Float32Array(units);
  for (let place = 0; place < size[0] * size[1]; place++) {
    const at = (place * channels + channel) * units;
    for (let k = 0; k < units; k++) sums[k] += Math.abs(weights[at + k]);
  }
  return sums;
}
