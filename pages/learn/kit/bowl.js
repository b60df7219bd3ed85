/** The simplest step of training: a cost that depends on one weight, and its slope. */

import { costOfLogits, softmax } from "./maths.js";
import { short } from "./words.js";

const [FROM, TO, POINTS, HALF] = [-4, 4, 81, 1.5];

/** What two pictures cost in the mean, of which one wants a large weight, and one a small. */
const bowl = (w) => (costOfLogits([2 * w, 0], 0) + costOfLogits([w, 0], 1)) / 2;

/** The slope of that. */
const slopeAt = (w) => (2 * (softmax([2 * w, 0])[0] - 1) + softmax([w, 0])[0]) / 2;

/** The weight after a step at some pace, within the picture. */
export const moved = ({ weight, pace }) => weight - pace * slopeAt(weight);

/** All that is to be said of the step. */
export function slopeWords({ weight, pace }) {
  const slope = slopeAt(weight);
  return { slope, old: weight, rate: pace, next: moved({ weight, pace }),
    gradient: slope < 0 ? `(${short(slope)})` : slope };
}

/** The cost, the slope where the weight is, and a dot there. */
export function curve({ weight }) {
  const tangent = (w) => bowl(weight) + (w - weight) * slopeAt(weight);
  const places = Array.from({ length: POINTS }, (_, i) => FROM + (i * (TO - FROM)) / (POINTS - 1));
  return {
    series: [
      { name: "cost", points: places.map((w) => [w, bowl(w)]) },
      { name: "slope", points: places.filter((w) => Math.abs(w - weight) <= HALF)
        .map((w) => [w, tangent(w)]) },
    ],
    x: { name: "weight", from: FROM, to: TO }, y: { name: "cost", from: 0, to: 4 },
    dot: [weight, bowl(weight)],
  };
}
