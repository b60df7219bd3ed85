/**
 * The network: from 784 numbers to ten probabilities, layer by layer.
 *
 * A layer's values lie in one Float32Array, row by row, and of each cell all channels one after the
 * other: the value at row r, column c of channel k is values[(r * width + c) * channels + k].
 *
 * Most of what flows through the network is zero: four fifths of a drawing are paper, and after
 * ReLU few values are left. Zero times a weight adds nothing, so convolutions and dense layers go
 * over their inputs, skip those that are zero, and add the others to all outputs that see them.
 * That is a twentieth of the work, and lets the network read while the pen moves.
 *
 * From top to bottom: `read` takes the layers one by one; then what each kind of layer does; and at
 * the end how a network's file is read.
 */

import { SIZE } from "./ink.js";

/**
 * Read a picture, 784 numbers in 0..1, white ink on black.
 *
 * Returns { values, sums, probabilities }: by each layer's name what it gives, from "input" to
 * "softmax"; and, where ReLU follows, the sums that it took in. Given the result of an earlier
 * reading of the same network, its arrays are used again.
 */
export function read(network, picture, reading = { values: {}, sums: {} }) {
  const { values, sums } = reading;
  for (const layer of network.layers) {
    const shape = network.layers.find(({ name }) => name === layer.source)?.shape;
    const inputs = values[layer.source];
    const arrayIn = (kept) => (kept[layer.name] ??= new Float32Array(sizeOf(layer)));
    if (layer.kind === "input") arrayIn(values).set(picture);
    else if (layer.kind === "flatten") values[layer.name] = inputs; // they lie in a row already
    else if (layer.kind === "pooling") maxPooling(layer, inputs, shape, arrayIn(values));
    else if (layer.kind === "averaging") averagePooling(layer, inputs, shape, arrayIn(values));
    else if (layer.kind === "softmax") softmax(inputs, arrayIn(values));
    else {
      const added = arrayIn(layer.relu ? sums : values);
      if (layer.kind === "convolution") convolve(layer, inputs, shape, added);
      else dense(layer, inputs, added);
      if (layer.relu) relu(added, arrayIn(values));
    }
  }
  return Object.assign(reading, { probabilities: values.softmax });
}

// With more convolutions than these, layers do not all stand beside one another.
const MOST_ABREAST = 2;

/** Whether a layer's values lie in maps, the input being one; else they are units in a row. */
export const isMap = ({ shape }) => shape.length === 3;

/** Whether so many convolutions follow one another that what is pooled stands below each. */
export const isDeep = ({ layers }) =>
  layers.filter(({ kind }) => kind === "convolution").length > MOST_ABREAST;

const sizeOf = (layer) => layer.shape.reduce((product, extent) => product * extent, 1);

/**
 * Read a white picture, of which nothing can be skipped: by then the browser has compiled the loops
 * below. Returns the reading, for its arrays.
 */
export const warmUp = (network) => read(network, new Float32Array(SIZE * SIZE).fill(1));

/**
 * A convolution: its filters slide over the inputs, and each cell of the output is the bias and all
 * inputs in its window, each times a weight of the filter.
 */
function convolve(layer, inputs, [inHeight, inWidth, inChannels], sums) {
  const [height, width, channels] = layer.shape;
  const { size: [rows, columns], stride: [down, across], padding: [above, before] } = layer.windows;
  const { weights, bias } = layer;
  for (let cell = 0; cell < height * width; cell++) sums.set(bias, cell * channels);
  for (let inRow = 0; inRow < inHeight; inRow++) {
    for (let inColumn = 0; inColumn < inWidth; inColumn++) {
      const from = (inRow * inWidth + inColumn) * inChannels;
      for (let channel = 0; channel < inChannels; channel++) {
        const input = inputs[from + channel];
        if (input === 0) continue;
        // Which cells see this input: one through each place (i, j) of the filter, unless it would
        // lie outside of the output, or, with a stride, between two cells.
        for (let i = 0; i < rows; i++) {
          const row = (inRow + above - i) / down;
          if (row < 0 || row >= height || row % 1) continue;
          for (let j = 0; j < columns; j++) {
            const column = (inColumn + before - j) / across;
            if (column < 0 || column >= width || column % 1) continue;
            const to = (row * width + column) * channels;
            const at = ((i * columns + j) * inChannels + channel) * channels;
            for (let k = 0; k < channels; k++) sums[to + k] += input * weights[at + k];
          }
        }
      }
    }
  }
}

/** A dense layer: each output is the bias and all inputs, each times a weight of its own. */
function dense({ weights, bias }, inputs, sums) {
  const units = bias.length;
  sums.set(bias);
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i];
    if (input === 0) continue;
    const at = i * units;
    for (let k = 0; k < units; k++) sums[k] += input * weights[at + k];
  }
}

/** ReLU: what is negative becomes zero. */
function relu(sums, values) {
  for (let i = 0; i < sums.length; i++) values[i] = sums[i] > 0 ? sums[i] : 0;
}

/** Max pooling: of every window the largest value is kept, channel by channel. */
function maxPooling(layer, inputs, shape, values) {
  values.fill(-Infinity);
  forWindows(layer, shape, (from, to, channels) => {
    for (let k = 0; k < channels; k++) {
      if (inputs[from + k] > values[to + k]) values[to + k] = inputs[from + k];
    }
  });
}

/** Average pooling: of every window the mean is kept; what lies outside does not count. */
function averagePooling(layer, inputs, shape, values) {
  // How many inputs each cell's window holds: fewer at the rim.
  const counts = new Float32Array(values.length / layer.shape[2]);
  values.fill(0);
  forWindows(layer, shape, (from, to, channels) => {
    counts[to / channels] += 1;
    for (let k = 0; k < channels; k++) values[to + k] += inputs[from + k];
  });
  for (let i = 0; i < values.length; i++) values[i] /= counts[Math.floor(i / layer.shape[2])];
}

/**
 * Go over all windows, and in each over the input's cells: `visit` gets where the input's cell
 * begins in its array, where the output's does, and how many channels both have.
 */
function forWindows({ shape: [height, width, channels], windows }, [inHeight, inWidth], visit) {
  const { size: [rows, columns], stride: [down, across], padding: [above, before] } = windows;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const to = (row * width + column) * channels;
      for (let i = 0; i < rows; i++) {
        const inRow = row * down - above + i;
        if (inRow < 0 || inRow >= inHeight) continue;
        for (let j = 0; j < columns; j++) {
          const inColumn = column * across - before + j;
          if (inColumn < 0 || inColumn >= inWidth) continue;
          visit((inRow * inWidth + inColumn) * channels, to, channels);
        }
      }
    }
  }
}

/** Softmax: from logits, any ten numbers, to probabilities, which are above 0 and sum to 1. */
function softmax(logits, values) {
  // Taken off all, this changes no probability, but keeps the powers of e within a number's range.
  const most = Math.max(...logits);
  let total = 0;
  for (let i = 0; i < logits.length; i++) total += values[i] = Math.exp(logits[i] - most);
  for (let i = 0; i < logits.length; i++) values[i] /= total;
}

/** What begins each network's file. */
const MAGIC = "DGSN";

/** A file that cannot be read with; the message is for the person who waits for an answer. */
export class NetworkError extends Error {}

/**
 * Read a network's file, which `cnn/web/network_file.py` describes.
 *
 * Returns { name, layers }; a layer has name, title, kind, source, shape, relu, and what its kind
 * needs: windows { size, stride, padding }, weights and bias. What is no whole file of a network
 * throws a NetworkError.
 */
export function networkFromFile(buffer) {
  try {
    return parsed(buffer);
  } catch (cause) {
    throw new NetworkError("The network did not come whole: load the page again.", { cause });
  }
}

function parsed(buffer) {
  const text = (from, length) => new TextDecoder().decode(new Uint8Array(buffer, from, length));
  if (text(0, 4) !== MAGIC) throw new Error(`The file does not begin with ${MAGIC}`);
  const length = new DataView(buffer).getUint32(4, true);
  const { name, layers } = JSON.parse(text(8, length));
  const start = 8 + length;
  const numbers = ({ offset, count, bits }) => bits === 16
    ? fromHalf(new Uint16Array(buffer, start + offset, count))
    : new Float32Array(buffer, start + offset, count);
  for (const layer of layers) {
    if (!layer.weights) continue;
    layer.weights = numbers(layer.weights);
    layer.bias = numbers(layer.bias);
  }
  return { name, layers };
}

/**
 * Turn numbers of 16 bits, one of sign, five of exponent, ten of fraction (IEEE 754), into such of
 * 32. There are only 65,536, so a table of all comes first.
 */
function fromHalf(halves) {
  const table = new Float32Array(2 ** 16);
  for (let bits = 0; bits < table.length; bits++) {
    const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
    table[bits] = sign * (exponent === 0
      ? fraction * 2 ** -24
      : (1 + fraction / 1024) * 2 ** (exponent - 15));
  }
  const numbers = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) numbers[i] = table[halves[i]];
  return numbers;
}
