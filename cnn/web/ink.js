/**
 * From pen strokes to the network's 28×28 input, step for step as `cnn/ink/strokes.py` does it,
 * which says why. A test holds this file to that one, number by number: hence some care about the
 * last bit of a number, where it decides which points are kept.
 *
 *     strokes -> leave stray ones out -> fit into the box -> draw the line
 *     -> move the centre of mass -> 28×28
 *
 * A stroke is an array of points [x, y], y down, in any unit. A picture is a Float32Array of 784
 * numbers, row by row, 0 (black, paper) to 1 (white, ink).
 */

export const SIZE = 28;
export const BOX = 20;
// Width of the line, and of the grey ramp at its edges, in pixels of the field.
export const LINE_WIDTH = 2.5;
const EDGE = 1.2;
export const CENTRE = 14;
// How far the box can move from the field's middle before ink falls over the rim.
const RIM = (SIZE - BOX) / 2;
// In the canvas's pixels: what is smaller in both directions is a touch, and no digit.
const TOUCH = 24;
// A stroke is stray if it is smaller than this share of the longest, and further apart from the rest
// than this share of the rest's extent, and than it is long itself.
const SMALL = 1 / 3;
const APART = 0.1;
const FARTHEST = 1e6;
const DECIMALS = 6;
const MOST_STROKES = 300;
const MOST_READ = 200_000;
const MOST_POINTS = 4_000;
// Points that follow one another more closely, in pixels of the field, draw the same line.
const SPACING = 0.2;

/** Strokes that cannot be read as ink; the message is for the person who drew them. */
export class InkError extends Error {}

/** Draw strokes as the network wants to see them. */
export const rasterise = (strokes) => centre(fit(kept(strokes)));

/** What is read of strokes: within bounds, and without stray ones. */
export function kept(strokes) {
  const some = bounded(strokes);
  if (!some.length) throw new InkError("There is no ink yet: draw a digit.");
  return withoutStray(some);
}

/** Bring strokes into bounds: those that hold a point, thinned where they have very many. */
export function bounded(strokes) {
  const count = strokes.reduce((sum, stroke) => sum + stroke.length, 0);
  checkSize("strokes", strokes.length, MOST_STROKES);
  checkSize("points", count, MOST_READ);
  let kept = strokes.filter((stroke) => stroke.length);
  // Not a number is not at most anything either.
  if (!kept.every((stroke) => stroke.every((p) => p.every((x) => Math.abs(x) <= FARTHEST)))) {
    throw new InkError("The drawing has a coordinate that is no finite number within ±1,000,000.");
  }
  if (count > MOST_POINTS) {
    const way = kept.reduce((sum, stroke) => sum + wayAlong(stroke).at(-1), 0);
    // Of each stroke the first and the last point are kept in any case.
    const spacing = way / (MOST_POINTS - 2 * kept.length);
    kept = kept.map((stroke) => thin(stroke, Math.max(spacing, 10 ** -DECIMALS)));
  }
  return kept.map((stroke) => stroke.map((point) => point.map(rounded)));
}

function checkSize(name, count, most) {
  if (count <= most) return;
  const [much, allowed] = [count, most].map((number) => number.toLocaleString("en"));
  throw new InkError(`The drawing has ${much} ${name}, more than ${allowed}: draw less ink.`);
}

/** Round to `DECIMALS`; what lies in the middle, to the even neighbour, as NumPy does. */
function rounded(value) {
  const scaled = value * 10 ** DECIMALS;
  let whole = Math.round(scaled);
  if (whole - scaled === 0.5 && whole % 2) whole -= 1;
  return whole / 10 ** DECIMALS;
}

/** Keep one point for every `spacing` of the way along a stroke, and the last. */
function thin(stroke, spacing) {
  const stations = wayAlong(stroke).map((way) => Math.floor(way / spacing));
  return stroke.filter((_, i) =>
    i === 0 || i === stroke.length - 1 || stations[i] > stations[i - 1]);
}

/** How far each point of a stroke lies from the first, along it. */
function wayAlong(stroke) {
  let way = 0;
  return stroke.map(([x, y], i) => {
    if (i > 0) {
      const [across, down] = [x - stroke[i - 1][0], y - stroke[i - 1][1]];
      way += Math.sqrt(across * across + down * down);
    }
    return way;
  });
}

/** Leave out strokes that lie about far from a digit, and are no part of it. */
function withoutStray(strokes) {
  // Most digits are one stroke, and this is done again for every movement of the pen.
  if (strokes.length === 1) return strokes;
  const boxes = strokes.map((stroke) => boxAround(stroke));
  const longest = Math.max(...boxes.map(extentOf));
  // A digit may be made of dots.
  if (longest < TOUCH) return strokes;
  // The rest grows from what is not small by what is near to it, one after the other.
  let joined = boxes.map((box) => extentOf(box) >= SMALL * longest);
  for (;;) {
    const corners = boxes.filter((_, i) => joined[i]).flatMap(({ low, high }) => [low, high]);
    const rest = boxAround(corners);
    const near = boxes.map((box) =>
      gapTo(rest, box) <= Math.max(APART * extentOf(rest), extentOf(box)));
    if (near.every((is, i) => is === joined[i])) return strokes.filter((_, i) => joined[i]);
    joined = near;
  }
}

/** The box { low, high } around points: the [x, y] of its upper left and lower right corner. */
function boxAround(points) {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (const point of points) {
    for (const axis of [0, 1]) {
      low[axis] = Math.min(low[axis], point[axis]);
      high[axis] = Math.max(high[axis], point[axis]);
    }
  }
  return { low, high };
}

/** The longer side of a box. */
const extentOf = ({ low, high }) => Math.max(high[0] - low[0], high[1] - low[1]);

/** How far a box lies outside of the rest's, across or down; not positive where they touch. */
const gapTo = (rest, { low, high }) => Math.max(...[0, 1].map((axis) =>
  Math.max(low[axis] - rest.high[axis], rest.low[axis] - high[axis])));

/** Scale strokes, and the line to be drawn along them, into the box in the field's middle. */
export function fit(strokes) {
  const box = boxAround(strokes.flat());
  const { low, high } = box;
  const extent = extentOf(box);
  const scale = extent ? (BOX - LINE_WIDTH) / extent : 1;
  const middle = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
  const place = (value, axis) => (value - middle[axis]) * scale + SIZE / 2;
  return strokes.map((stroke) => stroke.map((point) => point.map(place)));
}

/** Every line to draw, as [x, y] of its start and of its end; a lone point is a line to itself. */
function segmentsOf(strokes) {
  return strokes.flatMap((stroke) => {
    const points = thin(stroke, SPACING);
    if (points.length === 1) return [[...points[0], ...points[0]]];
    return points.slice(1).map((end, i) => [...points[i], ...end]);
  });
}

/** Draw strokes whose centre of mass is then moved to the middle, as far as ink stays inside. */
export function centre(strokes, line = LINE_WIDTH) {
  const segments = segmentsOf(strokes);
  const [row, column] = centreOfMass(drawn(segments, line));
  const across = Math.min(Math.max(CENTRE - column, -RIM), RIM);
  const down = Math.min(Math.max(CENTRE - row, -RIM), RIM);
  return drawn(segments.map(([x0, y0, x1, y1]) =>
    [x0 + across, y0 + down, x1 + across, y1 + down]), line);
}

/** Mean row and column of the ink. */
export function centreOfMass(picture) {
  let [mass, rows, columns] = [0, 0, 0];
  picture.forEach((ink, i) => {
    mass += ink;
    rows += ink * Math.floor(i / SIZE);
    columns += ink * (i % SIZE);
  });
  return [rows / mass, columns / mass];
}

/** Draw strokes that lie in the field, with a line of a width. */
export const draw = (strokes, line = LINE_WIDTH) => drawn(segmentsOf(strokes), line);

/** Draw lines: a pixel's ink falls from 1 to 0 over `EDGE` around half the width from them. */
function drawn(segments, line) {
  // Beyond this distance from a line there is no ink of it.
  const reach = line / 2 + EDGE / 2;
  const nearest = new Float64Array(SIZE * SIZE).fill(Infinity);
  for (const [x0, y0, x1, y1] of segments) {
    const [across, down] = [x1 - x0, y1 - y0];
    // Squared; a dot has none, and is not divided by it.
    const length = Math.max(across * across + down * down, 1e-12);
    const [top, bottom] = pixelsWithin(Math.min(y0, y1) - reach, Math.max(y0, y1) + reach);
    const [left, right] = pixelsWithin(Math.min(x0, x1) - reach, Math.max(x0, x1) + reach);
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        // The pixel's middle, seen from the line's start; and the line's point that is nearest to
        // it, a share t of the way to the end.
        const [x, y] = [column + 0.5 - x0, row + 0.5 - y0];
        const t = Math.min(Math.max((x * across + y * down) / length, 0), 1);
        const [aside, below] = [x - t * across, y - t * down];
        const squared = aside * aside + below * below;
        const at = row * SIZE + column;
        if (squared < nearest[at]) nearest[at] = squared;
      }
    }
  }
  return Float32Array.from(nearest, (squared) =>
    Math.min(Math.max((line / 2 - Math.sqrt(squared)) / EDGE + 0.5, 0), 1));
}

/** The first and last pixel whose middle lies between two places on an axis. */
const pixelsWithin = (low, high) =>
  [Math.max(Math.ceil(low - 0.5), 0), Math.min(Math.floor(high - 0.5), SIZE - 1)];
