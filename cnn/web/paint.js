/**
 * Colours, and maps painted on canvases.
 *
 * One code for all numbers: blue is negative, zero is the page's own paper, orange is positive.
 * Small values are lifted by a root, so that a map that is zero nearly everywhere looks like ink on
 * paper.
 */

// From nothing to the largest value, [red, green, blue] in 0..255; the paper comes before.
const ORANGE = {
  light: [[253, 217, 176], [245, 154, 63], [190, 88, 10], [88, 30, 0]],
  dark: [[92, 45, 8], [176, 88, 18], [244, 152, 62], [255, 226, 186]],
};
const BLUE = {
  light: [[196, 219, 245], [96, 158, 226], [30, 92, 174], [6, 30, 72]],
  dark: [[14, 46, 92], [34, 94, 176], [98, 164, 242], [206, 228, 255]],
};
const ROOT = 0.65;
// A map's scale ends at its own largest value, but not below this share of its layer's largest: so
// one that is nearly silent stays pale.
export const FLOOR = 0.3;
export const STEPS = 255;

// A page's colours, by its paper: asked for in every frame.
const pages = new Map();

/**
 * The colours on the page on which an element stands: whether it `isDark`, all `shades` from -1 to
 * 1 as [red, green, blue], and what turns values into pixels: their `table`, and `zero`, the step
 * of nothing, `steps` below the end.
 */
export function coloursOn(element) {
  const paper = getComputedStyle(element).getPropertyValue("--st-background-color") || "#fff";
  if (!pages.has(paper)) pages.set(paper, coloursOf(paper));
  return pages.get(paper);
}

function coloursOf(paper) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = paper; // written in any way; read as "#rrggbb"
  const zero = [1, 3, 5].map((at) => parseInt(probe.fillStyle.slice(at, at + 2), 16));
  const isDark = Math.max(...zero) < 128;
  const shades = shadesFrom(zero, isDark ? "dark" : "light");
  return { isDark, shades, table: Int32Array.from(shades, packed), zero: STEPS, steps: STEPS };
}

/** Ink, white on black. */
export const ink = { table: Int32Array.from({ length: 256 }, (_, i) => packed([i, i, i])), zero: 0,
  steps: 255 };

/** Call `react` whenever the page's theme has changed: the colour of text tells. */
export function onThemeChange(element, react) {
  const probe = document.createElement("i");
  probe.style.cssText = "position: absolute; color: var(--st-text-color); transition: color 1ms";
  probe.addEventListener("transitionend", react);
  element.before(probe);
}

/** All colours from -1 over the paper to 1, in steps: [red, green, blue] of each. */
function shadesFrom(paper, theme) {
  const arms = [BLUE, ORANGE].map((arm) => [paper, ...arm[theme]]);
  return Array.from({ length: 2 * STEPS + 1 }, (_, i) => {
    const t = (i - STEPS) / STEPS;
    const stops = arms[t < 0 ? 0 : 1];
    const at = Math.abs(t) ** ROOT * (stops.length - 1);
    const from = Math.min(Math.floor(at), stops.length - 2);
    return stops[from].map((channel, j) =>
      Math.round(channel + (stops[from + 1][j] - channel) * (at - from)));
  });
}

/** A colour as a canvas's memory holds it: red is the lowest byte. */
function packed([red, green, blue]) {
  return (255 << 24) | (blue << 16) | (green << 8) | red;
}

/** The colour of a value in -1..1, as [red, green, blue]. */
export const colour = (t, { shades }) =>
  shades[STEPS + Math.round(STEPS * Math.min(Math.max(t, -1), 1))];

/** A background for a legend: the colours from `low` to `high`, each -1, 0 or 1. */
export function gradient(low, high, colours) {
  const stops = Array.from({ length: 21 }, (_, i) =>
    `rgb(${colour(low + ((high - low) * i) / 20, colours).join(" ")})`);
  return `linear-gradient(90deg, ${stops.join(", ")})`;
}

/** What each of a layer's maps is measured by: the end of its scale, above 0. */
export function scalesOf(values, channels) {
  const most = new Float32Array(channels);
  for (let i = 0; i < values.length; i += channels) {
    for (let k = 0; k < channels; k++) {
      const size = Math.abs(values[i + k]);
      if (size > most[k]) most[k] = size;
    }
  }
  const floor = Math.max(FLOOR * most.reduce((a, b) => Math.max(a, b)), 1e-9);
  return most.map((size) => Math.max(size, floor));
}

/**
 * A canvas to paint cells on: its pixels, which `paintMap` fills, are kept from picture to picture.
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

/**
 * Paint one channel of a layer's values, `zoom` pixels wide a cell; `most` ends the scale. What is
 * further below zero, as before ReLU, has the last colour, too.
 */
export function paintMap(sheet, left, top, zoom, values, shape, channel, colours, most) {
  const [height, width, count] = shape;
  const { pixels, width: across } = sheet;
  const { table, zero, steps } = colours;
  const toSteps = steps / most;
  let from = channel;
  for (let row = 0; row < height; row++) {
    const start = (top + row * zoom) * across + left;
    let to = start;
    for (let column = 0; column < width; column++, from += count) {
      // Rounded: what is cut off is never below zero.
      const step = (zero + values[from] * toSteps + 0.5) | 0;
      const pixel = table[step < 0 ? 0 : step];
      for (let x = 0; x < zoom; x++) pixels[to++] = pixel;
    }
    for (let y = 1; y < zoom; y++) pixels.copyWithin(start + y * across, start, to);
  }
}

/** How large the sheet of a layer's maps is, in cells. */
export function sheetOf([height, width, channels], columns) {
  const across = Math.min(columns, channels);
  const down = Math.ceil(channels / columns);
  return { width: across * (width + 1) - 1, height: down * (height + 1) - 1 };
}

/** Paint a layer's maps side by side, one pixel a cell; between them the page is seen. */
export function paintMaps(sheet, values, shape, colours, columns) {
  const [height, width, channels] = shape;
  const scales = colours === ink ? [1] : scalesOf(values, channels);
  const { width: across, height: down } = sheetOf(shape, columns);
  sheet.resize(across, down);
  for (let k = 0; k < channels; k++) {
    const top = Math.floor(k / columns) * (height + 1);
    const left = (k % columns) * (width + 1);
    paintMap(sheet, left, top, 1, values, shape, k, colours, scales[k]);
  }
  sheet.show();
}
