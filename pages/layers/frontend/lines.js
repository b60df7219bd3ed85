/**
 * The lines over the network: what a cell sees, and what it feeds.
 *
 * They lie on a picture of their own, which is drawn anew when they change, not at every frame.
 */

import { cornerOf } from "./layout.js";
import { inputSeenBy, linesAhead, linesBehind, placeOf } from "./paths.js";

const SVG = "http://www.w3.org/2000/svg";

/** Draw the lines of the cell that is pointed at, or else of the chosen one, and outline both. */
export function showLines(view) {
  const overlay = view.roots.network.querySelector(".lines");
  const from = overlay.getBoundingClientRect();
  const cell = view.pointed ?? view.cell;
  const drawing = new Drawing(view, from);
  if (cell) {
    const { network, reading } = view;
    const lines = [...linesBehind(network, reading, cell), ...linesAhead(network, cell)];
    for (const line of lines) drawing.line(line);
    for (const place of new Set(lines.flatMap((line) => [line.from, line.to]))) {
      if (place.layer !== cell.layer) drawing.patch(place);
    }
    if (cell.layer !== "input") drawing.patch(inputSeenBy(network, cell));
    if (view.figures.has(cell.layer)) drawing.patch(placeOf(cell), "cell");
    drawing.map(cell, "map");
  }
  if (view.cell && view.pointed) drawing.map(view.cell, "map");
  if (view.focused) drawing.map(view.focused, "focused");
  overlay.replaceChildren(...drawing.elements);
}

class Drawing {
  constructor(view, from) {
    const isWrapped = view.roots.network.querySelector(".network").matches(".wrapped");
    Object.assign(this, { view, from, isWrapped, elements: [] });
  }

  add(tag, attributes) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    this.elements.push(element);
  }

  /** Where an element lies on the overlay. */
  boxOf(element) {
    const { left, top, width, height } = element.getBoundingClientRect();
    return { x: left - this.from.left, y: top - this.from.top, width, height };
  }

  /** Where a place lies on the overlay: { x, y, width, height }. */
  placed({ layer, channel, row, column, rows, columns }) {
    const figure = this.view.figures.get(layer);
    if (!figure) return this.boxOf(this.view.outputs[channel].buttons[layer]);
    const { plan, canvas, channels } = figure;
    const box = this.boxOf(canvas);
    const scale = box.width / canvas.width;
    const [left, top] = cornerOf(plan, channels.indexOf(channel));
    return { x: box.x + (left + column * plan.zoom) * scale,
      y: box.y + (top + row * plan.zoom) * scale,
      width: columns * plan.zoom * scale, height: rows * plan.zoom * scale };
  }

  patch(place, name = "patch") {
    this.add("rect", { class: name, ...this.placed(place) });
  }

  /** Outline a whole map; a unit or an output is outlined as it is. */
  map({ layer, channel }, name) {
    const plan = this.view.figures.get(layer)?.plan;
    this.patch({ layer, channel, row: 0, column: 0, rows: plan?.height, columns: plan?.width },
      name);
  }

  /** A line from the right of one place to the left of another, or down to one below it. */
  line({ from, to, share }) {
    const [a, b] = [this.placed(from), this.placed(to)];
    const style = `opacity: ${0.15 + 0.7 * share}`;
    if (a.x + a.width <= b.x && !this.isWrapped) {
      const [x, y, toX, toY] = [a.x + a.width, a.y + a.height / 2, b.x, b.y + b.height / 2];
      const middle = (x + toX) / 2;
      this.add("path", { d: `M${x} ${y}C${middle} ${y} ${middle} ${toY} ${toX} ${toY}`, style });
    } else if (this.isWrapped || this.isInOneColumn(from, to)) {
      const [x, y, toX, toY] = [a.x + a.width / 2, a.y + a.height, b.x + b.width / 2, b.y];
      const middle = (y + toY) / 2;
      this.add("path", { d: `M${x} ${y}C${x} ${middle} ${toX} ${middle} ${toX} ${toY}`, style });
    }
  }

  isInOneColumn(from, to) {
    const [a, b] = [from, to].map(({ layer }) => this.view.figures.get(layer)?.canvas);
    return a && b && a.closest(".column") === b.closest(".column");
  }
}
