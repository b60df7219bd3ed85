/** Places a new digit among those of a map, as `DigitMap.place` in `cnn/explain/digit_map.py`. */

// As many, and as near at least, as there.
const NEIGHBOURS = 5;
const NEAREST = 1e-6;

/**
 * Place a digit by its last hidden layer.
 *
 * `map` has mean, axes and reduced, as the map's file; `neighbours` are the places by neighbours,
 * [x, y] of one digit after the other, or null for the two widest components. Returns [x, y].
 */
export function placeOf(map, units, neighbours = null) {
  const along = alongAxes(map, units);
  return neighbours ? amongNeighbours(map, along, neighbours) : [along[0], along[1]];
}

/** How far a digit lies along each of the axes. */
function alongAxes({ mean, axes, components, units: width }, units) {
  const along = new Float64Array(components);
  for (let axis = 0; axis < components; axis++) {
    for (let i = 0; i < width; i++) along[axis] += (units[i] - mean[i]) * axes[axis * width + i];
  }
  return along;
}

/** The mean place of the nearest digits, the nearer ones counting for more. */
function amongNeighbours({ reduced, components, count }, along, places) {
  const distances = new Float64Array(count);
  for (let digit = 0; digit < count; digit++) {
    let squared = 0;
    for (let axis = 0; axis < components; axis++) {
      squared += (reduced[digit * components + axis] - along[axis]) ** 2;
    }
    distances[digit] = Math.sqrt(squared);
  }
  const nearest = [...distances.keys()]
    .sort((a, b) => distances[a] - distances[b]).slice(0, NEIGHBOURS);
  const weights = nearest.map((digit) => 1 / Math.max(distances[digit], NEAREST));
  const total = weights.reduce((sum, weight) => sum + weight);
  return [0, 1].map((axis) =>
    nearest.reduce((sum, digit, i) => sum + weights[i] * places[2 * digit + axis], 0) / total);
}
