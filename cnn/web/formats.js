/**
 * From the drawing component's paths to strokes, as `strokes_from_canvas` in
 * `cnn/ink/formats.py`; and from a pen's points to the stroke that the component makes of them.
 *
 * A path is a Fabric.js object: commands in the pixels where it was drawn, and a transform (left,
 * top, scale, angle, flip, skew) that holds what the toolbar's editing did to it.
 */

// Points on a curve of the canvas, which is a few pixels long.
const CURVE_POINTS = 8;
// Points of a pen that follow one another more closely, in pixels, the canvas leaves out.
const PEN_SPACING = 0.4;

/** A stroke for each path that the canvas holds. */
export const strokesFromCanvas = (paths) => paths.map(strokeFromPath);

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
export function pointsOnPath(commands) {
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
 * The stroke that the canvas makes of the points that a pen went through: a curve that begins and
 * ends at the first and the last point, through the middles between all.
 */
export function strokeFromPen(points) {
  const kept = keptPoints(points);
  const commands = [["M", ...kept[0]]];
  for (let i = 1; i < kept.length; i++) {
    const [[x, y], [nextX, nextY]] = [kept[i - 1], kept[i]];
    commands.push(["Q", x, y, (x + nextX) / 2, (y + nextY) / 2]);
  }
  commands.push(["L", ...kept.at(-1)]);
  return pointsOnPath(commands);
}

/** Those that Fabric keeps: the first, the last, and of the others all but the one before it. */
function keptPoints(points) {
  const kept = [points[0]];
  for (const [x, y] of points.slice(1, -2)) {
    const [lastX, lastY] = kept.at(-1);
    if (Math.hypot(x - lastX, y - lastY) >= PEN_SPACING) kept.push([x, y]);
  }
  return points.length > 1 ? [...kept, points.at(-1)] : kept;
}
