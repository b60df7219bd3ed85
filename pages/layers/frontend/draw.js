// Colours, numbers, and maps painted on canvases. VIRIDIS, 256 colours, is put before this file.

const MARK = "#ff4d2e";

/** Whether the page is dark; it sets the middle of the diverging colours. */
function isDark(element) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = getComputedStyle(element).getPropertyValue("--st-background-color") || "#fff";
  return parseInt(probe.fillStyle.slice(1, 3), 16) < 128;
}

/** Colour of a value from 0 to `most`, by viridis. */
function sequential(most) {
  return (value) => VIRIDIS[Math.round(255 * Math.min(Math.max(value / (most || 1), 0), 1))];
}

/** Colour of a value from -`most` (blue) over 0 (paper) to `most` (orange). */
function diverging(most, dark) {
  const middle = dark ? [24, 28, 34] : [255, 255, 255];
  const [blue, orange] = dark
    ? [[90, 160, 245], [255, 150, 50]]
    : [[33, 102, 190], [224, 100, 0]];
  return (value) => {
    const t = Math.min(Math.max(value / (most || 1), -1), 1);
    const end = t < 0 ? blue : orange;
    return middle.map((channel, i) => Math.round(channel + (end[i] - channel) * Math.abs(t)));
  };
}

/** Ink, white on black. */
const ink = (value) => Array(3).fill(Math.round(value * 255));

const css = (colour) => `rgb(${colour.join(" ")})`;

/** Black or white, whichever can be read on a colour. */
const readable = ([r, g, b]) => (0.299 * r + 0.587 * g + 0.114 * b > 140 ? "#111" : "#fff");

/** A number with fixed decimals and a true minus sign; never a negative zero. */
function number(value, decimals = 3) {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

/** A probability as the rest of the app writes it. */
function percent(value) {
  if (value < 0.001) return "<0.1 %";
  return value > 0.999 ? ">99.9 %" : `${(100 * value).toFixed(1)} %`;
}

/** Make an element; attributes beginning with "on" are listeners. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** A canvas's context, kept in the processor's memory, where whole pictures are put into it. */
const contextOf = (canvas) => canvas.getContext("2d", { willReadFrequently: true });

/** Set a canvas's size, which empties it, only when it changes. */
function resize(canvas, width, height) {
  if (canvas.width === width && canvas.height === height) return;
  canvas.width = width;
  canvas.height = height;
}

/** Paint a picture: `draw` is given what fills a square of `zoom` pixels with a colour. */
function paint(canvas, draw) {
  const context = contextOf(canvas);
  const { width } = canvas;
  const image = context.createImageData(width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer); // red is the lowest byte
  draw((left, top, zoom, colour) => {
    const packed = (255 << 24) | (colour[2] << 16) | (colour[1] << 8) | colour[0];
    for (let y = top; y < top + zoom; y++) {
      for (let x = left; x < left + zoom; x++) pixels[y * width + x] = packed;
    }
  });
  context.putImageData(image, 0, 0);
  return context;
}

/** Outline a rectangle so that it is seen on every colour. */
function outline(context, left, top, width, height, line = 2) {
  context.lineWidth = line + 2;
  context.strokeStyle = "rgb(0 0 0 / 60%)";
  context.strokeRect(left, top, width, height);
  context.lineWidth = line;
  context.strokeStyle = MARK;
  context.strokeRect(left, top, width, height);
}
