/**
 * From the drawing component's paths to strokes, as `strokes_from_canvas` in
 * `cnn/ink/formats.py`; and from a pen's points to the stroke that the component makes of them.
 *
 * A path is a Fabric.js object: commands in the pixels where it was drawn, and a transform (left,
 * top, scale, angle, flip, skew) that holds what the toolbar's editing did to it.
 */

// Points on a curve of the canvas, which is a few pixels long.
const CURVE_POINTS = 8;
// A drawing no wider and higher than this, in the canvas's pixels, is a dot.
const DOT = 6;
// Points of a pen that follow one another more closely, in pixels, the canvas leaves out.
const PEN_SPACING = 0.4;

/** A stroke for each path that the canvas holds. */
export const strokesFromCanvas = (paths) => paths.map(strokeFromPath);

/** A drawing on the canvas that is a mere dot, as one without size; any other as it is. */
export function withoutSize(strokes) {
  const points = strokes.flat();
  const middle = middleOf(points);
  const isDot = points.every((point) =>
    point.every((place, axis) => Math.abs(place - middle[axis]) <= DOT / 2));
  return isDot ? strokes.map(() => [middle]) : strokes;
}

function strokeFromPath(path) {
  const points = pointsOnPath(path.path);
  const [a, b, c, d] = turnOf(path);
  const turn = ([x, y]) => [a * x + b * y, c * x + d * y];
  // The path's middle comes to lie at (left, top).
  const [middleX, middleY] = turn(middleOf(points));
  const [across, down] = [path.left - middleX, path.top - middleY];
  return points.map(turn).map(([x, y]) => [x + across, y + down]);
}

/** The middle of the box around points. */
function middleOf(points) {
  return [0, 1].map((axis) => {
    let [low, high] = [Infinity, -Infinity];
    for (const point of points) {
      low = Math.min(low, point[axis]);
      high = Math.max(high, point[axis]);
    }
    return (low + high) / 2;
  });
}

/** Turn a path's commands into points: 8 on each curve, and the end of all others. */
function pointsOnPath(commands) {
  const points = [];
  for (const [name, ...numbers] of commands) {
    const [x, y] = numbers.slice(-2);
    if (name !== "Q") {
      points.push([x, y]);
      continue;
    }
    const [startX, startY] = points.at(-1);
    const [controlX, controlY] = numbers;
    for (let step = 1; step <= CURVE_POINTS; step++) {
      const t = step / CURVE_POINTS;
      const [before, between, after] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
      points.push([
        before * startX + between * controlX + after * x,
        before * startY + between * controlY + after * y,
      ]);
    }
  }
  return points;
}

/** Fabric's matrix [a, b, c, d], row by row: rotate · scale and flip · skew x · skew y. */
function turnOf({ angle = 0, scaleX = 1, scaleY = 1, flipX, flipY, skewX = 0, skewY = 0 }) {
  const radians = (degrees) => (degrees * Math.PI) / 180;
  const [turned, alongX, alongY] = [angle, skewX, skewY].map(radians);
  const rotate = [Math.cos(turned), -Math.sin(turned), Math.sin(turned), Math.cos(turned)];
  const scale = [flipX ? -scaleX : scaleX, 0, 0, flipY ? -scaleY : scaleY];
  const skew = times([1, Math.tan(alongX), 0, 1], [1, 0, Math.tan(alongY), 1]);
  return times(times(rotate, scale), skew);
}

/** The product of two matrices [a, b, c, d], row by row. */
const times = ([a, b, c, d], [e, f, g, h]) =>
  [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h];

/**
 * The stroke that the canvas makes of the points that a pen of some width went through: a curve
 * that begins and ends at the first and the last point, through the middles between all.
 */
export function strokeFromPen(points, width) {
  const kept = keptPoints(points);
  const path = [["M", ...pushedOut(kept, width, false)]];
  for (let i = 1; i < kept.length; i++) {
    const [[x, y], [nextX, nextY]] = [kept[i - 1], kept[i]];
    if (x !== nextX || y !== nextY) path.push(["Q", x, y, (x + nextX) / 2, (y + nextY) / 2]);
  }
  path.push(["L", ...pushedOut(kept.slice().reverse(), width, true)]);
  const [left, top] = middleOf(outermost(path)).map(written);
  return strokeFromPath({ path, left, top });
}

/** Those that Fabric keeps: the first, the last, and of the others all but the one before it. */
function keptPoints(points) {
  const kept = [points[0]];
  for (const [x, y] of points.slice(1, -2)) {
    const [lastX, lastY] = kept.at(-1);
    if ((x - lastX) ** 2 + (y - lastY) ** 2 >= PEN_SPACING ** 2) kept.push([x, y]);
  }
  return points.length > 1 ? [...kept, points.at(-1)] : kept;
}

/**
 * Where Fabric begins a line, or by its points in reverse ends it: a thousandth of its width beyond
 * the first point, so that a mere dot has a length.
 */
function pushedOut([first, second, third], width, isEnd) {
  const beyond = width / 1000;
  if (!third) return [first[0] + (isEnd ? beyond : -beyond), first[1]];
  // At the begin it looks which way the line goes on behind its second point.
  const [from, to] = isEnd ? [second, first] : [second, third];
  return first.map((place, axis) =>
    place + (isEnd ? beyond : -beyond) * Math.sign(to[axis] - from[axis]));
}

/**
 * The points whose box Fabric takes for a path's: ends, and where a curve turns back. It has its
 * curves as cubic ones with both control points in one place, which reach a little further.
 */
function outermost(path) {
  const points = [];
  for (const [name, ...numbers] of path) {
    const end = numbers.slice(-2);
    if (name === "Q") {
      const [start, control] = [points.at(-1), numbers];
      const at = (t, axis) => (1 - t) ** 3 * start[axis]
        + 3 * t * (1 - t) * control[axis] + t ** 3 * end[axis];
      for (const axis of [0, 1]) {
        for (const t of turns(start[axis], control[axis], end[axis])) {
          points.push([at(t, 0), at(t, 1)]);
        }
      }
    }
    points.push(end);
  }
  return points;
}

/** Where such a curve turns back along an axis: the roots of its derivative, within 0 and 1. */
function turns(start, control, end) {
  const [a, b, c] = [end - start, 2 * (start - control), control - start];
  const root = Math.sqrt(b * b - 4 * a * c);
  const roots = Math.abs(a) < 1e-12 ? [-c / b] : [(-b + root) / (2 * a), (-b - root) / (2 * a)];
  return roots.filter((t) => t > 0 && t < 1);
}

/** Round to as many decimals as Fabric writes. */
const written = (value) => Number(value.toFixed(4));
