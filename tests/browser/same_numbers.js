/** Compares what the browser makes of drawings with what Python made of them. */

import { decide, percent } from "/cnn/web/decision.js";
import { strokesFromCanvas, withoutSize } from "/cnn/web/formats.js";
import { InkError, rasterise } from "/cnn/web/ink.js";
import { NetworkError, networkFromFile, read } from "/cnn/web/network.js";
import { STEPS, colour, coloursOn } from "/cnn/web/paint.js";

export { InkError, NetworkError, decide, networkFromFile, percent, rasterise };

const fetched = async (address) => (await fetch(address)).arrayBuffer();

/** All colours, from the most negative to the largest value, on each of these papers. */
export const colours = (papers) => papers.map((paper) => {
  document.body.style.setProperty("--st-background-color", paper);
  const shades = coloursOn(document.body);
  return Array.from({ length: 2 * STEPS + 1 }, (_, i) => colour((i - STEPS) / STEPS, shades));
});

/** Draw all drawings; keeps the pictures, and returns by how much they differ from Python's. */
export async function draw() {
  const drawings = JSON.parse(new TextDecoder().decode(await fetched("/drawings")));
  const expected = new Float32Array(await fetched("/pictures"));
  const pictures = drawings.map(({ strokes, objects }) =>
    rasterise(strokes ?? withoutSize(strokesFromCanvas(objects))));
  globalThis.pictures = pictures;
  return Math.max(...pictures.map((picture, i) => difference(picture, expected, 784 * i)));
}

/** What somebody is told for whom something does not work; "" if it does. */
export function complaint(work, kind) {
  try {
    work();
  } catch (error) {
    if (error instanceof kind) return error.message;
    throw error;
  }
  return "";
}

/**
 * Read the first pictures with a network. Returns by how much each layer's values, and where told
 * also its sums before ReLU, differ from Python's, which come in chunks of pictures.
 */
export async function readAll({ count, chunk, beforeToo }) {
  const network = networkFromFile(await fetched("/network"));
  const found = {};
  let next = fetched("/readings/0");
  let reading;
  for (let first = 0; first < count; first += chunk) {
    const expected = new Float32Array(await next);
    // Python reads the next ones while these are read here.
    if (first + chunk < count) next = fetched(`/readings/${first + chunk}`);
    let from = 0;
    for (const picture of globalThis.pictures.slice(first, Math.min(first + chunk, count))) {
      reading = read(network, picture, reading);
      const { values, sums } = reading;
      for (const [place, kept] of Object.entries(beforeToo ? { values, sums } : { values })) {
        for (const { name } of network.layers.filter((layer) => kept[layer.name])) {
          const called = `${place} of ${name}`;
          const apart = difference(kept[name], expected, from);
          found[called] = Math.max(found[called] ?? 0, apart);
          from += kept[name].length;
        }
      }
    }
    if (from !== expected.length) throw new Error(`${from} numbers, not ${expected.length}`);
  }
  return found;
}

/** The largest difference; infinity where something is no number. */
function difference(found, expected, from) {
  let most = 0;
  for (let i = 0; i < found.length; i++) {
    const apart = Math.abs(found[i] - expected[from + i]);
    if (!(apart <= most)) most = Number.isNaN(apart) ? Infinity : apart;
  }
  return most;
}
