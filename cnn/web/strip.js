/** The strip: what the network saw, and what each layer with maps made of it, as small pictures. */

import { SIZE } from "./ink.js";
import { isDeep, isMap } from "./network.js";
import { FLOOR, Sheet, gradient, ink, paintMaps, sheetOf } from "./paint.js";

// A sheet of maps is enlarged to at most this, in pixels of the page: the first layer's maps have
// the most to show.
const FIRST = 240;
const LATER = 128;
const INPUT = 4;
const COLUMNS = 8;

/**
 * Build the row of pictures of a network inside `root`.
 *
 * `link(layerName)` gives the address that a picture leads to. Returns { show(reading, colours) },
 * with the colours of the page (`coloursOn`); where the reading is null, all maps are empty.
 */
export function makeStrip(root, network, link) {
  root.replaceChildren();
  const layers = network.layers.filter(isMap);
  const strip = document.createElement("div");
  strip.className = isDeep(network) ? "strip deep" : "strip";
  const sheets = layers.map((layer) => {
    const figure = figureOf(layer);
    strip.append(link ? linked(figure, layer, link) : figure);
    return new Sheet(figure.querySelector("canvas"));
  });
  const legend = legendOf();
  root.append(strip, legend);
  legend.hidden = layers.length === 1;
  const nothing = layers.map(({ shape }) => new Float32Array(shape.reduce((a, b) => a * b)));

  return {
    show(reading, colours) {
      layers.forEach((layer, i) => {
        const values = reading ? reading.values[layer.name] : nothing[i];
        const code = layer.kind === "input" ? ink : colours;
        paintMaps(sheets[i], values, layer.shape, code, COLUMNS);
      });
      legend.querySelector(".ramp").style.background = gradient(0, 1, colours);
    },
  };
}

function figureOf(layer) {
  const [height, width, count] = layer.shape;
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  const title = document.createElement("b");
  title.textContent = layer.title;
  const size = `${width}×${height}`;
  const isInput = layer.kind === "input";
  caption.append(title, ` ${isInput ? size : `${count} of ${size}`}`);
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  const label = (text) => canvas.setAttribute("aria-label", text);
  if (isInput) {
    label(`The network's input, ${height} by ${width} pixels`);
    canvas.style.width = `${SIZE * INPUT}px`;
  } else {
    label(`${count} maps of ${layer.title}, ${height} by ${width} pixels each`);
    // A full row's width counts, so that layers of few maps are not enlarged more than others.
    const row = COLUMNS * (width + 1) - 1;
    const widest = layer.name.endsWith("1") ? FIRST : LATER;
    const zoom = Math.max(Math.floor(widest / row), 1);
    canvas.style.width = `${sheetOf(layer.shape, COLUMNS).width * zoom}px`;
  }
  figure.append(caption, canvas);
  return figure;
}

/** Put a figure into a link, whose address is asked for when somebody is about to follow it. */
function linked(figure, layer, link) {
  const anchor = document.createElement("a");
  const refresh = () => {
    anchor.href = link(layer.name);
  };
  for (const kind of ["pointerenter", "pointerdown", "focus"]) {
    anchor.addEventListener(kind, refresh);
  }
  refresh();
  anchor.append(figure);
  return anchor;
}

function legendOf() {
  const legend = document.createElement("div");
  legend.className = "legend";
  const ramp = document.createElement("span");
  ramp.className = "ramp";
  legend.append("0 ", ramp, ` strongest of the map, at least ${100 * FLOOR} % of the layer's`);
  return legend;
}
