/** The map itself: thousands of digits on one canvas, which can be pointed at. */

import { onceAFrame } from "../../../cnn/web/frames.js";
import { coloursOn, onThemeChange } from "../../../cnn/web/paint.js";

// P. Tol's "muted" scheme with a grey, and for dark pages his "light" one with a violet: as many
// colours as colour-blind people can tell apart. Whoever cannot has the numerals upon the heaps.
const COLOURS = {
  light: ["#332288", "#e07b39", "#44aa99", "#117733", "#999933", "#ddb92f", "#cc6677", "#882255",
    "#aa4499", "#777777"],
  dark: ["#99ddff", "#ee8866", "#44bb99", "#bbcc33", "#aaaa00", "#eedd88", "#ffaabb", "#77aadd",
    "#b78ae6", "#bdbdbd"],
};
const MARK = "#e0341b";
const [DOT, WRONG, OWN] = [2.6, 5, 13]; // half their size, in the page's pixels
const RIM = 18;
// Digits this far from the pointer are meant, in pixels; a finger is wider.
const [NEAR, NEAR_FINGER] = [16, 28];
const QUIET = 0.08; // how much of a digit is seen that was not asked for
const MOVE = 700; // milliseconds from one map to the other
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The colour of a digit on the page on which an element stands. */
export const colourOf = (digit, element) =>
  COLOURS[coloursOn(element).isDark ? "dark" : "light"][digit];

/**
 * Make a map's canvas show its digits.
 *
 * Calls point(index) when a digit is pointed at by mouse, finger or key, and open(index) when one
 * is clicked or entered. Returns { show(places), focus(label), point(index), own(place, sheet),
 * wrong }:
 * `label` null shows all alike; `own` places a drawing, of which `sheet` is a canvas, and with null
 * takes it away; `wrong` are the misread ones.
 */
export function makeChart(canvas, map, { point, open }) {
  const context = canvas.getContext("2d");
  const wrong = [...map.labels.keys()].filter((i) => map.labels[i] !== map.read[i]);
  let places = map.places;
  let [from, begun] = [null, 0]; // the places that the digits move from, and since when
  let view = null; // from places to the canvas: { scale, left, top }
  let pointed = -1;
  let pointer = "mouse"; // what points: not every browser tells that of a click
  let label = null;
  let drawn = null; // one's own drawing: { place, sheet }
  let spots = new Float32Array(2 * map.count); // where digits are now, in the page's pixels

  const paint = onceAFrame(draw);
  new ResizeObserver(paint).observe(canvas);
  onThemeChange(canvas, paint);

  function draw() {
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width) return;
    const zoom = devicePixelRatio;
    const pixels = [Math.round(width * zoom), Math.round(height * zoom)];
    if (canvas.width !== pixels[0] || canvas.height !== pixels[1]) {
      [canvas.width, canvas.height] = pixels;
    }
    context.setTransform(zoom, 0, 0, zoom, 0, 0);
    context.clearRect(0, 0, width, height);
    project(width, height);
    const style = getComputedStyle(canvas);
    const [text, paper] = ["--st-text-color", "--st-background-color"]
      .map((name) => style.getPropertyValue(name));
    drawRight();
    drawNumerals(text, paper, style.fontFamily);
    for (const index of wrong) drawWrong(index, text);
    if (pointed >= 0) drawRing(pointed, text);
    if (drawn) drawOwn(width, height);
  }

  /** Find out where each digit is; while they move, somewhere on the way. */
  function project(width, height) {
    view = viewOf(places, width, height);
    const target = projected(places, view);
    const share = from ? Math.min((performance.now() - begun) / MOVE, 1) : 1;
    const eased = share * share * (3 - 2 * share);
    if (share < 1) {
      for (let i = 0; i < target.length; i++) spots[i] = from[i] + (target[i] - from[i]) * eased;
      paint();
      return;
    }
    [spots, from] = [target, null];
  }

  const opacityOf = (index) => (label === null || map.labels[index] === label ? 1 : QUIET);

  function drawRight() {
    for (let digit = 0; digit < 10; digit++) {
      context.beginPath();
      for (let i = 0; i < map.count; i++) {
        if (map.labels[i] !== digit || map.read[i] !== digit) continue;
        context.moveTo(spots[2 * i] + DOT, spots[2 * i + 1]);
        context.arc(spots[2 * i], spots[2 * i + 1], DOT, 0, 2 * Math.PI);
      }
      context.globalAlpha = label === null || label === digit ? 0.8 : QUIET;
      context.fillStyle = colourOf(digit, canvas);
      context.fill();
    }
    context.globalAlpha = 1;
  }

  /** Write each digit's numeral where most of them are. */
  function drawNumerals(text, paper, family) {
    Object.assign(context, { font: `600 22px ${family}`, textAlign: "center",
      textBaseline: "middle", lineWidth: 4, lineJoin: "round", strokeStyle: paper,
      fillStyle: text });
    for (let digit = 0; digit < 10; digit++) {
      const own = [...map.labels.keys()].filter((i) => map.labels[i] === digit);
      if (!own.length) continue;
      const middle = [0, 1].map((axis) => median(own.map((i) => spots[2 * i + axis])));
      context.globalAlpha = label === null || label === digit ? 1 : QUIET;
      context.strokeText(digit, ...middle);
      context.fillText(digit, ...middle);
    }
    context.globalAlpha = 1;
  }

  function drawWrong(index, text) {
    context.globalAlpha = opacityOf(index);
    disc(index, WRONG, colourOf(map.labels[index], canvas));
    Object.assign(context, { lineWidth: 1.75, strokeStyle: text });
    context.stroke();
    context.globalAlpha = 1;
  }

  function drawRing(index, text) {
    disc(index, WRONG, colourOf(map.labels[index], canvas));
    Object.assign(context, { lineWidth: 2, strokeStyle: text });
    context.beginPath();
    context.arc(spots[2 * index], spots[2 * index + 1], 10, 0, 2 * Math.PI);
    context.stroke();
  }

  function disc(index, radius, colour) {
    context.beginPath();
    context.arc(spots[2 * index], spots[2 * index + 1], radius, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
  }

  /** Put one's own drawing where it belongs; what lies beyond the rim, upon it. */
  function drawOwn(width, height) {
    const [x, y] = projected(drawn.place, view);
    const within = (value, most) => Math.min(Math.max(value, OWN + 3), most - OWN - 3);
    const [left, top] = [within(x, width) - OWN, within(y, height) - OWN];
    context.fillStyle = MARK;
    context.fillRect(left - 3, top - 3, 2 * OWN + 6, 2 * OWN + 6);
    context.drawImage(drawn.sheet, left, top, 2 * OWN, 2 * OWN);
  }

  /** The digit nearest to a place on the canvas, or -1. */
  function nearestTo(x, y, most) {
    let [best, least] = [-1, most];
    for (let i = 0; i < map.count; i++) {
      if (opacityOf(i) < 1) continue;
      const apart = Math.hypot(spots[2 * i] - x, spots[2 * i + 1] - y);
      // Mistakes lie on top.
      const counted = map.labels[i] === map.read[i] || apart > WRONG ? apart : apart / 10;
      if (counted < least) [best, least] = [i, counted];
    }
    return best;
  }

  /** The nearest digit on one side of the pointed one. */
  function nextTo([across, down]) {
    const [x, y] = pointed < 0 ? [canvas.clientWidth / 2, canvas.clientHeight / 2]
      : [spots[2 * pointed], spots[2 * pointed + 1]];
    let [best, least] = [pointed, Infinity];
    for (let i = 0; i < map.count; i++) {
      if (i === pointed || opacityOf(i) < 1) continue;
      const [right, below] = [spots[2 * i] - x, spots[2 * i + 1] - y];
      const ahead = right * across + below * down;
      const aside = Math.abs(right * down) + Math.abs(below * across);
      if (ahead <= 0.5 || aside > ahead || ahead + aside >= least) continue;
      [best, least] = [i, ahead + aside];
    }
    return best;
  }

  function pointAt(index) {
    if (index === pointed) return;
    pointed = index;
    point(index);
    paint();
  }

  function under(event) {
    const box = canvas.getBoundingClientRect();
    const near = pointer === "touch" ? NEAR_FINGER : NEAR;
    return nearestTo(event.clientX - box.left, event.clientY - box.top, near);
  }

  for (const kind of ["pointerdown", "pointermove"]) {
    canvas.addEventListener(kind, (event) => {
      pointer = event.pointerType;
      const found = under(event);
      // What was pointed at is still told of beside: it stays until another is.
      if (found >= 0) pointAt(found);
      canvas.style.cursor = found >= 0 ? "pointer" : "default";
    });
  }
  canvas.addEventListener("click", (event) => {
    // A finger points first; what it has pointed at is opened beside the map.
    if (pointer !== "touch" && under(event) >= 0) open(pointed);
  });
  canvas.addEventListener("keydown", (event) => {
    if (event.key in ARROWS) pointAt(nextTo(ARROWS[event.key]));
    else if (event.key === "Enter" && pointed >= 0) open(pointed);
    else return;
    event.preventDefault();
  });

  return {
    show(others) {
      if (others === places) return;
      const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
      [from, begun] = [isStill || !view ? null : spots.slice(), performance.now()];
      places = others;
      paint();
    },
    focus(digit) {
      label = digit;
      paint();
    },
    point: pointAt,
    own(place, sheet) {
      drawn = place && { place, sheet };
      paint();
    },
    wrong,
  };
}

/** How places are laid on a canvas: as large as they fit, with one scale for both directions. */
function viewOf(places, width, height) {
  const [low, high] = [[Infinity, Infinity], [-Infinity, -Infinity]];
  for (let i = 0; i < places.length; i++) {
    low[i % 2] = Math.min(low[i % 2], places[i]);
    high[i % 2] = Math.max(high[i % 2], places[i]);
  }
  const [wide, tall] = [high[0] - low[0] || 1, high[1] - low[1] || 1];
  const scale = Math.min((width - 2 * RIM) / wide, (height - 2 * RIM) / tall);
  return {
    scale,
    left: width / 2 - (scale * (low[0] + high[0])) / 2,
    // Upwards is more, as in charts.
    top: height / 2 + (scale * (low[1] + high[1])) / 2,
  };
}

const projected = (places, { scale, left, top }) =>
  Float32Array.from(places, (value, i) => (i % 2 ? top - scale * value : left + scale * value));

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
