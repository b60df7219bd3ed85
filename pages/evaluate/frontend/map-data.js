/** A map of digits as one file, which `pages/evaluate/map_data.py` describes. */

import { SIZE } from "../../../cnn/web/ink.js";

const MAGIC = "DGMP";
const HEADER = 16;

/**
 * Read a map's file.
 *
 * Returns { count, components, units } and arrays that hold one row after the other: mean, axes,
 * reduced, places, certainty, labels, read, images. What is no whole file of a map throws an error.
 */
export function mapFromFile(buffer) {
  const magic = new TextDecoder().decode(new Uint8Array(buffer, 0, MAGIC.length));
  if (magic !== MAGIC) throw new Error(`The file does not begin with ${MAGIC}`);
  const [count, components, units] = new Uint32Array(buffer, MAGIC.length, 3);
  let at = HEADER;
  const floats = (length) => {
    const values = new Float32Array(buffer, at, length);
    at += values.byteLength;
    return values;
  };
  const bytes = (length) => {
    const values = new Uint8Array(buffer, at, length);
    at += length;
    return values;
  };
  return {
    count, components, units,
    mean: floats(units),
    axes: floats(components * units),
    reduced: floats(count * components),
    places: floats(count * 2),
    certainty: floats(count),
    labels: bytes(count),
    read: bytes(count),
    images: bytes(count * SIZE * SIZE),
  };
}
