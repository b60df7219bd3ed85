/** A step of training phase by phase: from the picture to the cost, back, and forward again. */

import { fine } from "./learning.js";
import { grid, gridOf, mapOf, softmax } from "./maths.js";
import { after, asks, convolution, costNow, count, errors, logitsOf, percent, target }
  from "./step.js";

const [LAYER_1, LAYER_2, ANSWER, BACK, BACK_2, BACK_1] = [1, 2, 3, 5, 6, 7];
const EMPTY = grid(5, 5, () => 0);

/** A map that is empty until its phase, and shows its gradient from another one on. */
const layerMap = (kit, i, from, back) => kit.map((state) => {
  const layer = convolution(state, i);
  if (!layer || state.phase < from) return EMPTY;
  const channel = asks(state).maps[i];
  if (state.phase < back) return mapOf(layer, state.read(), channel);
  return gridOf(state.told.digit.maps[layer.name] ?? [0], layer.shape[1]);
}, { name: `Layer ${i + 1}, map`, wide: 9, note: ({ phase }) =>
  (phase < from ? "not yet" : phase < back ? "what it finds" : "its gradient") });

/** One map of each of the first two layers. */
export const layerMaps = (kit) =>
  [layerMap(kit, 0, LAYER_1, BACK_1), layerMap(kit, 1, LAYER_2, BACK_2)];

/** The ten bars: empty, then probabilities, then gradients. */
export const answerBars = (state) => {
  const [p, wrong] = [softmax(logitsOf(state)), errors(state)];
  return p.map((value, digit) => {
    const isBack = state.phase >= BACK;
    const shown = isBack ? wrong[digit] : state.phase >= ANSWER ? value : 0;
    return { name: digit, value: Math.abs(shown), isStrong: digit === target(state),
      text: state.phase < ANSWER ? "–"
        : isBack ? shown.toFixed(3).replace("-", "−") : percent(shown) };
  });
};

/** What happens, in its order. */
export const PHASES = [
  { name: "picture", text: ({ picture }) => `Forward. The network gets ${picture.flat().length}`
    + " numbers." },
  { name: "layer 1", text: ({ filter }) => `Forward. Filter ${filter} slides over the picture.` },
  { name: "layer 2", text: () => "Forward. Layer 2 finds patterns in what layer 1 has found." },
  { name: "answer", text: (state) => `Forward. The ${target(state)} gets a probability of`
    + ` ${percent(softmax(logitsOf(state))[target(state)])}.` },
  { name: "cost", text: (state) => `You said that it is a ${target(state)}. So this answer costs`
    + ` ${fine(costNow(state))}.` },
  { name: "back at the answer", text: () => "Backward. Each logit's gradient is its probability;"
    + " that of the right one is less by 1." },
  { name: "back at layer 2", text: () => "Backward. Orange: more here would raise the cost. Blue:"
    + " it would lower it." },
  { name: "back at layer 1", text: () => "Backward. The same question, one layer further down." },
  { name: "update", text: (state) => `All ${count(state).toLocaleString("en")} weights and biases`
    + ` move at once, each by ${state.rate} times its gradient.` },
  { name: "forward again", text: (state) => `The same picture costs ${fine(after(state))} now. It`
    + ` was ${fine(costNow(state))}.` },
];
