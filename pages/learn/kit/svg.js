/** Elements of SVG. */

const SPACE = "http://www.w3.org/2000/svg";

/** Make an element of SVG with attributes. */
export function draw(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
