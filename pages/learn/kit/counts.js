/** What can be counted of a network's layers: numbers, parameters, multiplications. */

import { isMap } from "../../../cnn/web/network.js";
import { along, sum } from "./maths.js";

/** A whole number as in books: "3,136". */
export const many = (count) => count.toLocaleString("en");

/** A shape in words: "28 × 28 × 32". */
export const times = (shape) => shape.map(many).join(" × ");

/** How many numbers have a shape. */
export const sizeOf = (shape) => shape.reduce((product, extent) => product * extent, 1);

/** How many cells are left along so many, pooled 2 × 2. */
export const half = (cells) => along(cells, 2, 2, "SAME").out;

const layerOf = ({ layers }, wanted) => layers.find(({ name }) => name === wanted);

/** A layer's map that answers most to a drawing. */
export function strongestMap(layer, { values }) {
  const sums = new Float32Array(layer.shape[2]);
  values[layer.name].forEach((value, i) => {
    sums[i % sums.length] += Math.abs(value);
  });
  return sums.indexOf(Math.max(...sums));
}

/** All layers but the last, as `kit.stages` shows them, with the values of a reading. */
export const stagesOf = ({ layers }, { values }) =>
  layers.filter(({ kind }) => kind !== "softmax").map((layer) => ({
    ...layer,
    values: values[layer.name],
    step: stepTo(layer),
    text: times(layer.shape) + (isMap(layer) ? ` = ${many(sizeOf(layer.shape))}` : ""),
  }));

/** What is done to come to a layer, in a few words. */
function stepTo({ kind, shape, windows }) {
  if (kind === "convolution") return `${shape[2]} filters, ${times(windows.size)}`;
  if (kind === "flatten") return "laid out in a row";
  if (kind === "dense") return "each one sees all";
  return kind === "input" ? "" : `pooled ${times(windows.size)}`;
}

/** What each unit of the layer before adds to a digit's score, and all of it together. */
export function partsOf(network, { values }, digit) {
  const { source, weights, bias } = layerOf(network, "logits");
  const added = Float32Array.from(values[source], (value, i) =>
    value * weights[i * bias.length + digit]);
  const [up, down] = [1, -1].map((sign) => sum([...added].filter((part) => sign * part > 0)));
  return { added, up, down, bias: bias[digit], score: values.logits[digit] };
}

/**
 * The parameters of a network like the tutorial's, layer by layer, each { name, text, count }: the
 * text is the sum that makes the count.
 */
export function parametersOf({ side, filter, first, second, units, digits }) {
  const row = half(half(side)) ** 2 * second;
  const layer = (name, factors, biases) => ({ name, count: sizeOf(factors) + biases,
    text: `${factors.map(many).join(" · ")} + ${many(biases)}` });
  return [
    layer("Layer 1", [filter, filter, 1, first], first),
    layer("Layer 2", [filter, filter, first, second], second),
    layer("Dense 1", [row, units], units),
    layer("Logits", [units, digits], digits),
  ];
}

/** Those of a network without filters: each hidden unit sees each pixel. */
export const connectedOf = ({ side, hidden, digits }) => [
  { name: "Dense 1", count: (side ** 2 + 1) * hidden },
  { name: "Logits", count: (hidden + 1) * digits },
];

/** All counts together. */
export const total = (layers) => sum(layers.map(({ count }) => count));

/**
 * The multiplications of each layer with weights, for one picture: { name, text, all, done }, of
 * which those with a zero are left out; the text is the product that makes all of them.
 */
export function multiplicationsOf(network, { values }) {
  return network.layers.filter(({ weights }) => weights).map((layer) => {
    const { title: name, kind, shape, bias, windows } = layer;
    const inputs = values[layer.source];
    const before = layerOf(network, layer.source).shape;
    const factors = kind === "convolution"
      ? [...shape, ...windows.size, before.at(-1)] : [before[0], bias.length];
    const all = sizeOf(factors);
    const share = inputs.filter((value) => value !== 0).length / inputs.length;
    return { name, text: factors.map(many).join(" · "), all, done: Math.round(all * share) };
  });
}
