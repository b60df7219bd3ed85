/** Elements, their colours, and outlines on canvases. */

import { colour } from "../../../cnn/web/paint.js";

const MARK = "#ff4d2e"; // as in look.css

/** Ink, white on black. */
export const grey = (value) => Array(3).fill(Math.round(value * 255));

/** Colour of a value from -`most` (blue) over 0 (paper) to `most` (orange). */
export const diverging = (most, colours) => (value) => colour(value / (most || 1), colours);

export const css = (rgb) => `rgb(${rgb.join(" ")})`;

/** Black or white, whichever stands out more on a colour (WCAG's relative luminance). */
export function readable(rgb) {
  const [r, g, b] = rgb.map((channel) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b < 0.179 ? "#fff" : "#000";
}

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

/** Outline a rectangle so that it is seen on every colour. */
export function outline(context, left, top, width, height, line = 2) {
  context.lineWidth = line + 1;
  context.strokeStyle = "rgb(0 0 0 / 40%)";
  context.strokeRect(left, top, width, height);
  context.lineWidth = line;
  context.strokeStyle = MARK;
  context.strokeRect(left, top, width, height);
}
