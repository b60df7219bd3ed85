/** Elements, colours, and maps painted on canvases. */

import { STEPS, colour, packedColours } from "../../../cnn/web/paint.js";

const MARK = "#ff4d2e";
const GREYS = Int32Array.from({ length: 256 }, (_, i) =>
  (255 << 24) | (i << 16) | (i << 8) | i);

/** Ink, white on black. */
export const grey = (value) => Array(3).fill(Math.round(value * 255));

/** Colour of a value from -`most` (blue) over 0 (paper) to `most` (orange). */
export const diverging = (most, dark) => (value) => colour(value / (most || 1), dark);

export const css = (rgb) => `rgb(${rgb.join(" ")})`;

/** Black or white, whichever can be read on a colour. */
export const readable = ([r, g, b]) =>
  (0.299 * r + 0.587 * g + 0.114 * b > 140 ? "#111" : "#fff");

/** Make an element; attributes beginning with "on" are listeners. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Set an attribute or a text only where it changes: whatever is set is laid out again. */
export function tell(element, text, attribute = "") {
  if (!attribute) {
    if (element.textContent !== text) element.textContent = text;
  } else if (element.getAttribute(attribute) !== text) element.setAttribute(attribute, text);
}

/**
 * A canvas to paint cells on: its pixels, which `fill` is given, are kept from picture to picture.
 *
 * It lies in the processor's memory, where whole pictures are put into it.
 */
export class Sheet {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { willReadFrequently: true });
  }

  resize(width, height) {
    if (this.width === width && this.height === height) return;
    Object.assign(this.canvas, { width, height });
    this.image = this.context.createImageData(width, height);
    this.pixels = new Int32Array(this.image.data.buffer);
    Object.assign(this, { width, height });
  }

  show() {
    this.context.putImageData(this.image, 0, 0);
  }
}

/** What turns values into pixels: `table` holds the colours, and `zero` is the step of nothing. */
export const inkPalette = { table: GREYS, zero: 0, steps: 255 };
export const palette = (dark) => ({ table: packedColours(dark), zero: STEPS, steps: STEPS });

/** Paint one channel of a layer's values, `zoom` pixels wide a cell; `most` ends the scale. */
export function paintMap(sheet, left, top, zoom, values, shape, channel, colours, most) {
  const [height, width, count] = shape;
  const { table, zero, steps } = colours;
  const { pixels } = sheet;
  const across = sheet.width;
  const toSteps = steps / most;
  let from = channel;
  for (let row = 0; row < height; row++) {
    const start = (top + row * zoom) * across + left;
    let to = start;
    for (let column = 0; column < width; column++, from += count) {
      // Rounded: what is cut off is never below zero.
      const pixel = table[(zero + values[from] * toSteps + 0.5) | 0];
      for (let x = 0; x < zoom; x++) pixels[to++] = pixel;
    }
    for (let y = 1; y < zoom; y++) pixels.copyWithin(start + y * across, start, to);
  }
}

/** Outline a rectangle so that it is seen on every colour. */
export function outline(context, left, top, width, height, line = 2) {
  context.lineWidth = line + 1;
  context.strokeStyle = "rgb(0 0 0 / 40%)";
  context.strokeRect(left, top, width, height);
  context.lineWidth = line;
  context.strokeStyle = MARK;
  context.strokeRect(left, top, width, height);
}
