/** One step of training: from the cost back to every weight, on one digit and on a batch. */

import { curve, moved, slopeWords } from "../kit/bowl.js";
import { PHASES, answerBars, layerMaps } from "../kit/forward-back.js";
import { filterIn, lastLayersOf, strongestMap } from "../kit/learning.js";
import { sum } from "../kit/maths.js";
import { WIDE, asks, asksBatch, batchStep, changed, convolution, count, errorBars, filterWeight,
  gradientsOf, gradientsOfUnit, logitWeight, nudgeWords, pictures, steepest, target, unitsOf,
  weightsOf, wordsOf } from "../kit/step.js";
import { short } from "../kit/words.js";

const RATES = [[0.001, "0.001"], [0.01, "0.01"], [0.1, "0.1"], [1, "1"]];

const filters = (kit, wide = 2.25) => kit.maps((state) => Array.from(
  { length: convolution(state).shape[2] }, (_, i) => ({ name: `Filter ${i}`,
    cells: filterIn(convolution(state), convolution(state).weights, i) })),
{ name: "Filters of layer 1", chosen: "filter", wide });
const aim = (kit) => kit.slider(target, { name: "It is a", min: 0, max: 9,
  set: (digit) => kit.set("digit", digit) });
const pace = (kit) => kit.choice("rate", { name: "Learning rate", options: RATES });

export default {
  number: 10,
  title: "One step of training",
  does: "Follow one digit forward and back, and see how each weight moves.",
  minutes: 15,
  terms: {
    "gradient": "How fast the cost grows when one number grows. Below 0, the cost falls.",
    "gradient descent": "Move each weight against its gradient, so that the cost falls.",
    "learning rate": "What each gradient is multiplied by before it is taken off its weight.",
    "backpropagation": "To find all gradients in one pass, from the cost back to the first layer.",
    "Adam": "A way to step that gives each weight its own pace (Kingma and Ba, 2014).",
    "batch": "The digits that one step learns from. Their gradients are averaged.",
  },
  notes: {
    needs: "Needs the idea of a slope, and lesson 9.",
    misunderstandings: [
      "“A step mends one answer.” It moves all weights a little, for all digits.",
      "“A large gradient means a bad weight.” It means that the cost depends on it just now.",
      "“A larger learning rate learns faster.” Too large, and the step goes too far.",
    ],
  },
  state: () => ({ weight: -2.5, pace: 1, digit: null, rate: 0.01, filter: 0, phase: 0, batch: 1,
    cell: { row: 2, column: 2 }, unit: { row: 0, column: 0 }, logit: { row: 0, column: 0 },
    picked: 0, measured: {}, isFine: false }),
  screens: [
    {
      title: "Downhill",
      text: [
        "Training asks of each weight: which way does the cost fall? Here is the cost for one"
          + " weight alone. At the red dot its slope is {slope}. This slope is the **gradient**.",
        "A step goes against it: `new = old − rate × gradient`. That makes"
          + " {old} − {rate} × {gradient} = {next}. Then comes the next step. This is **gradient"
          + " descent**.",
        "Press Step until nothing moves. Then try a larger **learning rate**. When does the step"
          + " go too far?",
      ],
      live: wordsOf(slopeWords, ["slope", "old", "rate", "gradient", "next"]),
      show: (kit) => [
        kit.lines(curve, { name: "The cost for one weight" }),
        kit.slider("weight", { name: "Weight", min: -4, max: 4, step: 0.01, decimals: 2 }),
        kit.slider("pace", { name: "Learning rate", min: 0.1, max: 9, step: 0.1, decimals: 1 }),
        kit.row(kit.button("Step", (state) =>
          kit.set("weight", Math.min(Math.max(moved(state), -4), 4)))),
      ],
      ask: [{
        number({ whole }) {
          const [w, g, rate] = [whole(-20, 20) / 10, whole(-9, 9) / 2 || 3, whole(1, 5) / 10];
          return { text: `Predict: a weight is ${short(w)}, its gradient ${short(g)}, the`
            + ` learning rate ${rate}. What is the weight after the step?`,
          answer: w - rate * g,
          hint: "Multiply gradient and rate, then take that off. Mind the sign." };
        },
      }],
    },
    {
      title: "Forward, and back",
      needs: "network",
      asks,
      text: [
        "A whole network works the same way, with one slope for each of {count} numbers."
          + " **Backpropagation** finds all of them in one pass from the cost back to the start.",
        "Say that your digit is one that the network does not see in it. Then there is much to"
          + " learn. For the right digit the cost is near 0, and hardly anything moves.",
        "Press Play, or go step by step.",
      ],
      live: { count: (state) => count(state).toLocaleString("en") },
      show: (kit, state) => {
        kit.set("filter", strongestMap(convolution(state), state.read()));
        return [
          kit.phases("phase", { name: "One step", phases: PHASES }),
          aim(kit),
          kit.row(kit.pad({ wide: 10.5 }), ...layerMaps(kit)),
          kit.bars(answerBars, { name: "The answer, then its gradient" }),
        ];
      },
    },
    {
      title: "Each weight of layer 1",
      needs: "network",
      asks,
      text: [
        "These are TensorFlow's own gradients, for your digit. Choose a filter, then one of its"
          + " weights.",
        "The step makes of it: {old} − {rate} × {gradient} = {next}.",
        "Where the gradient is orange, the weight shrinks. Where it is blue, it grows.",
      ],
      live: wordsOf(filterWeight, ["old", "gradient", "rate", "next"]),
      show: (kit) => [
        filters(kit),
        kit.row(
          kit.grid(weightsOf, { name: "Its weights now", decimals: 2, most: 0.5,
            window: { at: "cell", size: 1, label: "Weight" } }),
          kit.grid((state) => gradientsOf(state), { name: "Their gradients", decimals: 2,
            window: { at: "cell", size: 1, label: "Gradient" } })),
        aim(kit),
        pace(kit),
      ],
      ask: [{
        task: "Find the weight of layer 1 that this step moves most. It may be in any filter.",
        done: (state) => {
          const { filter, cell } = steepest(state);
          return state.filter === filter && state.cell.row === cell.row
            && state.cell.column === cell.column;
        },
        hint: (state) => (state.filter === steepest(state).filter
          ? "This is the filter. Look for its strongest colour among the gradients."
          : "It is in another filter. Try those that answer most to your lines."),
        solve(state, kit) {
          for (const [name, value] of Object.entries(steepest(state))) kit.set(name, value);
        },
      }],
    },
    {
      title: "Each weight of a logit",
      needs: "network",
      asks,
      text: [
        "At the end the formula is short. A weight goes from one unit to one logit. Its gradient is"
          + " `a × (p − y)`: what the unit gives, times the error of that answer. `y` is 1 for the"
          + " right digit and 0 for all others.",
        "Unit {unit}, logit {logit}: {a} × ({p} − {y}) = {gradient}. The weight goes from {old} to"
          + " {next}.",
        "A unit that gives 0 learns nothing from this digit.",
      ],
      live: wordsOf(logitWeight,
        ["unit", "logit", "a", "p", "y", "gradient", "old", "next"]),
      show: (kit, state) => {
        const { values } = state.read();
        const units = [...values[lastLayersOf(state.network).before.name]];
        const strongest = units.indexOf(Math.max(...units));
        kit.set("unit", { row: Math.floor(strongest / WIDE), column: strongest % WIDE });
        kit.set("logit", { row: 0, column: target(state) });
        return [
          kit.map(unitsOf, { name: "What the units give", wide: 20,
            window: { at: "unit", size: 1, label: "Unit" } }),
          kit.grid((now) => [gradientsOfUnit(now)], { name: "Gradients of its weights to logits 0"
            + " to 9", decimals: 2, window: { at: "logit", size: 1, label: "Logit" } }),
          aim(kit),
        ];
      },
      ask: [{
        number({ whole }) {
          const [a, p, y] = [whole(1, 30) / 10, whole(1, 9) / 10, whole(0, 1)];
          return { text: `Predict: a unit gives ${a}. The digit that its weight leads to gets ${p},`
            + ` and is ${y ? "the right" : "a wrong"} one. What is the weight's gradient?`,
          answer: a * (p - y),
          hint: "Take 1 off the probability if the digit is right. Then multiply." };
        },
      }],
    },
    {
      title: "Check it by a nudge",
      needs: "network",
      asks,
      text: [
        "Are these gradients true? Move one weight up a little, read the digit again, then move it"
          + " down. The difference of both costs, divided by how far the weight moved, is the"
          + " slope.",
        "TensorFlow says {gradient}. Your browser measures {slope} with a nudge of {nudge}. That is"
          + " {off} off.",
        "With a large nudge some ReLU or maximum switches: the slope is another one. With a tiny"
          + " one the seven digits of a number run out. Count with 16 digits. What is left then?",
      ],
      live: wordsOf(nudgeWords, ["gradient", "slope", "nudge", "off"]),
      show: (kit) => [
        filters(kit, 1.5),
        kit.row(
          kit.grid((state) => gradientsOf(state), { name: "Gradients: choose one", decimals: 2,
            window: { at: "cell", size: 1, label: "Weight" } }),
          kit.bars((state) => errorBars(state, kit), { name: "How far off, by nudge",
            most: 0.1 })),
        kit.choice("isFine", { name: "Digits", options: [[false, "7"], [true, "16"]] }),
      ],
      ask: [{
        number({ whole }) {
          const [cost, g, nudge] = [whole(10, 40) / 10, whole(-9, 9) || 4, whole(1, 5) / 100];
          const [up, down] = [cost + g * nudge, cost - g * nudge];
          return {
            text: `Predict: with a weight ${nudge} higher the cost is ${up.toFixed(2)}, with one`
              + ` ${nudge} lower ${down.toFixed(2)}. What is the gradient?`,
            answer: (Number(up.toFixed(2)) - Number(down.toFixed(2))) / (2 * nudge),
            hint: "Take the lower one's cost off the higher one's. Divide by twice the nudge.",
          };
        },
      }],
    },
    {
      title: "One batch",
      needs: "network",
      asks: asksBatch,
      text: [
        "A step for one digit alone would harm others. So the tutorial takes a **batch** of"
          + " {digits} digits and follows the mean of their gradients. Here they are, those that"
          + " cost most first. The one you chose is {picked}.",
        "One step takes the mean cost from {before} to {after}. The filter moves by {most} at most."
          + " So its change has a scale of its own here.",
        "Try other rates. When does the cost rise? The tutorial steps by **Adam**, which gives each"
          + " weight a pace of its own. The gradients are these.",
      ],
      live: wordsOf(batchStep, ["digits", "picked", "before", "after", "most"]),
      show: (kit) => [
        kit.maps(pictures, { name: "The batch", chosen: "picked", colours: "ink", most: 1,
          wide: 2.1 }),
        kit.row(
          kit.map(weightsOf, { name: "Filter before", wide: 7, most: 0.5 }),
          kit.map((state) => gradientsOf(state, state.told.batch).map((row) =>
            row.map((value) => -value)), { name: "Its change", wide: 7 }),
          kit.map((state) => changed(state, state.told.batch), { name: "Filter after", wide: 7,
            most: 0.5 })),
        pace(kit),
        kit.slider("filter", { name: "Filter", min: 0, max: convolution(kit.state).shape[2] - 1 }),
        kit.row(kit.button("Another batch", ({ batch }) => kit.set("batch", batch + 1))),
      ],
      ask: [{
        number({ whole }) {
          const gradients = Array.from({ length: 4 }, () => whole(-9, 9));
          return {
            text: "Predict: four digits give one weight the gradients"
              + ` ${gradients.map(short).join(", ")}. The learning rate is 0.1. By how much does`
              + " the weight change?",
            answer: -0.4 * sum(gradients) / gradients.length,
            hint: "Take the mean, multiply by the rate, and turn the sign.",
          };
        },
      }],
    },
  ],
};
