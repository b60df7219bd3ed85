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
const PAPER = { light: [255, 255, 255], dark: [14, 17, 23] };
const ROOT = 0.65;
// A map's scale ends at its own largest value, but not below this share of its layer's largest: so
// one that is nearly silent stays pale.
export const FLOOR = 0.3;
export const STEPS = 255;

// Whether a colour, written in any way, is dark: asked for in every frame.
const darkColours = new Map();

/** Whether an element stands on a dark page. */
export function isDark(element) {
  const paper = getComputedStyle(element).getPropertyValue("--st-background-color") || "#fff";
  if (!darkColours.has(paper)) {
    const probe = document.createElement("canvas").getContext("2d");
    probe.fillStyle = paper;
    darkColours.set(paper, parseInt(probe.fillStyle.slice(1, 3), 16) < 128);
  }
  return darkColours.get(paper);
}

/** All colours from -1 to 1, in steps: [red, green, blue] of each. */
function tableOf(theme) {
  const arms = [BLUE, ORANGE].map((arm) => [PAPER[theme], ...arm[theme]]);
  return Array.from({ length: 2 * STEPS + 1 }, (_, i) => {
    const t = (i - STEPS) / STEPS;
    const stops = arms[t < 0 ? 0 : 1];
    const at = Math.abs(t) ** ROOT * (stops.length - 1);
    const from = Math.min(Math.floor(at), stops.length - 2);
    return stops[from].map((channel, j) =>
      Math.round(channel + (stops[from + 1][j] - channel) * (at - from)));
  });
}

const TABLES = { light: tableOf("light"), dark: tableOf("dark") };
/** A colour as a canvas's memory holds it: red is the lowest byte. */
const packed = ([red, green, blue]) => (255 << 24) | (blue << 16) | (green << 8) | red;
const PACKED = {
  light: Int32Array.from(TABLES.light, packed),
  dark: Int32Array.from(TABLES.dark, packed),
};

const step = (t) => STEPS + Math.round(STEPS * Math.min(Math.max(t, -1), 1));

/** The colour of a value in -1..1, as [red, green, blue]. */
export const colour = (t, dark) => TABLES[dark ? "dark" : "light"][step(t)];

/** The same for what paints many: a colour's place is STEPS + STEPS * t, rounded. */
export const packedColours = (dark) => PACKED[dark ? "dark" : "light"];

/** A background for a legend: the colours from `low` to `high`, each -1, 0 or 1. */
export function gradient(low, high, dark) {
  const stops = Array.from({ length: 21 }, (_, i) =>
    `rgb(${colour(low + ((high - low) * i) / 20, dark).join(" ")})`);
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

/** How large the sheet of a layer's maps is, in cells. */
export function sheetOf([height, width, channels], columns = 8) {
  const across = Math.min(columns, channels);
  const down = Math.ceil(channels / columns);
  return { width: across * (width + 1) - 1, height: down * (height + 1) - 1 };
}

/** Paint a layer's maps side by side, one pixel a cell; between them the page is seen. */
export function paintMaps(canvas, values, shape, dark, columns = 8) {
  const [height, width, channels] = shape;
  const sheet = sheetOf(shape, columns);
  const colours = packedColours(dark);
  const scales = scalesOf(values, channels);
  paint(canvas, sheet.width, sheet.height, (pixels) => {
    for (let k = 0; k < channels; k++) {
      const top = Math.floor(k / columns) * (height + 1);
      const left = (k % columns) * (width + 1);
      const toSteps = STEPS / scales[k];
      for (let row = 0; row < height; row++) {
        let at = (top + row) * sheet.width + left;
        let from = row * width * channels + k;
        for (let column = 0; column < width; column++, at++, from += channels) {
          pixels[at] = colours[STEPS + Math.round(values[from] * toSteps)];
        }
      }
    }
  });
}

/** Paint ink white on black, as the network's input is. */
export function paintInk(canvas, picture, [height, width]) {
  paint(canvas, width, height, (pixels) => picture.forEach((ink, i) => {
    pixels[i] = packed(Array(3).fill(Math.round(ink * 255)));
  }));
}

/** Give a canvas its size, and its pixels to be filled. */
function paint(canvas, width, height, fill) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  fill(new Int32Array(image.data.buffer));
  context.putImageData(image, 0, 0);
}
