/** The component of one cell: its place in the network, and its arithmetic from the server. */

import { view } from "./view.js";

/**
 * Read a message of `pages/layers/network.py`: the length of a JSON text, the text, and the numbers
 * that it refers to.
 */
function decode(message) {
  const bytes = message.slice(); // aligned, and our own
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const text = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const start = 4 + length + ((4 - (length % 4)) % 4);
  for (const [name, { offset, count, type }] of Object.entries(text.numbers)) {
    const Numbers = type === "bytes" ? Uint8Array : Float32Array;
    text[name] = new Numbers(bytes.buffer, start + offset, count);
  }
  return text;
}

export default function ({ data, parentElement }) {
  view.take(parentElement.querySelector(".digitscope"), decode(data));
  return () => view.leave("cell");
}
