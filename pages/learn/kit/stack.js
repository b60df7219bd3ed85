/** All maps of a layer one behind the other, as cards in a box: rows, columns and channels. */

import { Sheet, coloursOn, paintMap, scalesOf } from "../../../cnn/web/paint.js";
import { make, tell } from "../../layers/frontend/draw.js";

const MOVES = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -Infinity,
  End: Infinity };
// Shares of the picture's width: how wide and high a card is, how far its right edge rises, how far
// the chosen one is pulled up, and how far the box is open behind it.
const [WIDE, HIGH, RISE, LIFT, OPEN] = [0.15, 0.2, 0.06, 0.05, 0.13];
const HEIGHT = HIGH + RISE + LIFT + 0.02;
const [MARK, PAPER] = ["#ff4d2e", 656];
// How much is seen of the ink, and of the edges, of cards that are not chosen.
const [GLASS, EDGE] = [0.8, 0.22];

/**
 * Make a stack of maps. `of` gives { values, shape } of a layer, as a reading holds them; `chosen` names
 * the field of the channel that is pulled out: click, drag and arrow keys choose it. `frame(state)`
 * gives { top, left, bottom, right } in cells, of a window that goes through all of them.
 */
export function makeStack(kit, of, { name, chosen, frame, note }) {
  const canvas = make("canvas", { style: `aspect-ratio: ${1 / HEIGHT}`, tabindex: 0, role: "slider",
    "aria-label": name, "aria-valuemin": 0 });
  const sheet = new Sheet(make("canvas"));
  const places = () => placesOf(kit.get(of).shape[2], kit.state[chosen]);

  kit.onDraw(() => {
    const { values, shape } = kit.get(of);
    tell(canvas, String(shape[2] - 1), "aria-valuemax");
    tell(canvas, String(kit.state[chosen]), "aria-valuenow");
    // What is drawn for paper has no width yet.
    const dots = Math.round((canvas.clientWidth || PAPER) * devicePixelRatio);
    if (canvas.width !== dots) {
      Object.assign(canvas, { width: dots, height: Math.round(dots * HEIGHT) });
    }
    paintAll(sheet, values, shape, coloursOn(canvas));
    paint(canvas, sheet, { shape, places: places(), chosen: kit.state[chosen],
      frame: frame?.(kit.state) });
  });

  function choose(channel) {
    const last = kit.get(of).shape[2] - 1;
    kit.set(chosen, Math.min(Math.max(channel, 0), last));
  }
  function chooseAt({ clientX }) {
    const { left, width } = canvas.getBoundingClientRect();
    const x = (clientX - left) / width;
    const at = places().findLastIndex((place) => place <= x);
    if (at >= 0 && at !== kit.state[chosen]) choose(at);
  }
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    chooseAt(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.buttons % 2) chooseAt(event);
  });
  canvas.addEventListener("keydown", (event) => {
    if (!(event.key in MOVES)) return;
    event.preventDefault();
    choose(kit.state[chosen] + MOVES[event.key]);
  });
  canvas.style.touchAction = "pan-y";
  canvas.style.cursor = "pointer";
  const figure = make("figure", { class: "map", style: "--wide: 41rem" },
    make("figcaption", {}, make("b", {}, name)), canvas);
  if (note) figure.append(kit.words("{note}", { note }));
  return figure;
}

/** Where each card's left edge stands, as a share of the width; behind the chosen the box is open. */
function placesOf(count, chosen) {
  const gap = count > 1 ? (1 - WIDE - OPEN) / (count - 1) : 0;
  return Array.from({ length: count }, (_, i) => gap * i + (i > chosen ? OPEN : 0));
}

/** Paint all maps side by side on one sheet, one pixel a cell; what is 0 is left clear, as glass. */
function paintAll(sheet, values, [height, width, count], colours) {
  const scales = scalesOf(values, count);
  sheet.resize(width * count, height);
  for (let k = 0; k < count; k++) {
    paintMap(sheet, k * width, 0, 1, values, [height, width, count], k, colours, scales[k]);
  }
  const paper = colours.table[colours.zero];
  sheet.pixels.forEach((pixel, i) => {
    if (pixel === paper) sheet.pixels[i] = 0;
  });
  sheet.show();
}

function paint(canvas, sheet, { shape: [height, width], places, chosen, frame }) {
  const context = canvas.getContext("2d");
  const [all, dot] = [canvas.width, devicePixelRatio];
  const style = getComputedStyle(canvas);
  const [edge, paper] = [style.color, style.getPropertyValue("--st-background-color")];
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = false;
  places.forEach((place, k) => {
    const isChosen = k === chosen;
    const top = RISE + (isChosen ? 0 : LIFT) + 0.01;
    // One unit is a cell: to the right along the card's edge, which rises, and down.
    context.setTransform((WIDE * all) / width, (-RISE * all) / width, 0, (HIGH * all) / height,
      place * all, top * all);
    if (isChosen) {
      context.fillStyle = paper;
      context.fillRect(0, 0, width, height);
    }
    context.globalAlpha = isChosen ? 1 : GLASS;
    context.drawImage(sheet.canvas, k * width, 0, width, height, 0, 0, width, height);
    context.globalAlpha = isChosen ? 1 : EDGE;
    outline(context, [0, 0, width, height], isChosen ? MARK : edge, isChosen ? 2 * dot : dot);
    if (!frame) return;
    const { top: above, left, bottom, right } = frame;
    context.globalAlpha = 1;
    outline(context, [left, above, right - left, bottom - above], MARK, isChosen ? 2 * dot : dot);
  });
}

/** Outline a part of a card, by a line that is as wide on all sides. */
function outline(context, rectangle, style, wide) {
  context.beginPath();
  context.rect(...rectangle);
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  Object.assign(context, { strokeStyle: style, lineWidth: wide });
  context.stroke();
  context.restore();
}
