/** Softmax and cross-entropy: from scores to probabilities, and what a wrong answer costs. */

import { costOf, costOfLogits, grid, softmax, sum } from "../kit/maths.js";
import { short } from "../kit/words.js";

const MOST = 6;
// Far enough for a probability to be 0 in the numbers that networks compute with.
const FAR = 120;
const CLASSES = ["cat", "dog", "fish"];
const DIGITS = grid(1, 10, (_, digit) => digit)[0];

const percent = (share) =>
  (share > 0 && share < 0.001 ? "<0.1 %" : `${(100 * share).toFixed(1)} %`);
const shifted = ({ logits, shift }) => logits.map((logit) => logit + shift);

/** A bar for each class: its probability. */
const bars = (logits, names, strong) => softmax(logits).map((value, i) =>
  ({ name: names[i], value, text: percent(value), isStrong: i === strong }));

/** Sliders for all logits of a state's field. */
const sliders = (kit) => kit.column(...CLASSES.map((name, i) =>
  kit.slider(({ logits }) => logits[i], { name, min: -MOST, max: MOST, step: 0.1, decimals: 1,
    set: (value) =>
      kit.set("logits", kit.state.logits.map((old, j) => (j === i ? value : old))) })));

/** The curve of −ln p, and where the right answer's probability lies on it. */
const curve = ({ logits, right }) => {
  const p = softmax(logits)[right];
  return {
    series: [{ name: "−ln p",
      points: Array.from({ length: 100 }, (_, i) => [(i + 1) / 100, costOf((i + 1) / 100)]) }],
    x: { name: "probability p of the right answer", from: 0, to: 1 },
    y: { name: "cost", from: 0, to: 5 },
    dot: [p, costOf(p)],
  };
};

/** A number however small, as in books: 2.1 × 10⁻⁹. */
function tiny(value) {
  if (value === 0 || value >= 0.001) return String(Number(value.toFixed(3)));
  const [digits, power] = value.toExponential(1).split("e-");
  return `${digits} × 10⁻${[...power].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("")}`;
}

const far = ({ gap }) => [0, gap];
const logitsOf = ({ read }) => [...read().values.logits];

export default {
  number: 9,
  title: "Softmax and cross-entropy",
  does: "Turn scores into probabilities, and measure how wrong an answer is.",
  minutes: 10,
  terms: {
    "probability": "How sure a network is of an answer, from 0 to 1. All of them add up to 1.",
    "cross-entropy": "The cost of an answer: −ln p, where p is what the right one got.",
  },
  notes: {
    needs: "Needs powers of e and the logarithm, at least by a calculator.",
    misunderstandings: [
      "“A logit is a probability.” It is any number, also a negative one.",
      "“The largest logit must be positive to win.” Only the differences count.",
      "“A cost of 1 means one mistake.” It means that the right answer got 37 %.",
    ],
  },
  state: () => ({ logits: [2, 1, -1], shift: 0, right: 0, gap: 20, digit: 7 }),
  screens: [
    {
      title: "From scores to probabilities",
      text: [
        "At its end the network gives each digit a score, any number: its **logit**. The largest"
          + " one wins. But how sure is the network?",
        "**Softmax** turns scores into **probabilities**: take `e` to the power of each score, then"
          + " divide by the sum of all.",
        "For the cat that is {power} / {total} = {share}. Move the sliders. All bars always add up"
          + " to 1.",
      ],
      live: {
        power: ({ logits }) => Math.exp(logits[0]),
        total: ({ logits }) => sum(logits.map(Math.exp)),
        share: ({ logits }) => softmax(logits)[0],
      },
      show: (kit) => [
        sliders(kit),
        kit.bars(({ logits }) => bars(logits, CLASSES, logits.indexOf(Math.max(...logits))),
          { name: "Probabilities" }),
      ],
      ask: [{
        number({ whole }) {
          const [a, b] = [whole(-3, 3), whole(-3, 3)];
          return {
            text: `Predict, with a calculator: two scores are ${short(a)} and ${short(b)}. What is`
              + " the probability of the first? Two decimals are enough.",
            answer: softmax([a, b])[0],
            hint: "Take e to the power of both. Divide the first by the sum.",
          };
        },
      }],
    },
    {
      title: "Only differences count",
      text: [
        "Now add the same number to all three scores. Nothing happens to the bars: each power of"
          + " `e` grows by the same factor, and so does their sum.",
        "So even negative scores can win. They only have to be less negative than the others.",
      ],
      show: (kit) => [
        sliders(kit),
        kit.slider("shift", { name: "add", min: -9, max: 9, step: 0.5, decimals: 1 }),
        kit.bars((state) => bars(shifted(state), CLASSES), { name: "Probabilities" }),
        kit.words("Scores now: {scores}", { scores: (state) =>
          shifted(state).map((score) => score.toFixed(1).replace("-", "−")).join(", ") }),
      ],
      ask: [{
        task: "Give the fish at least 90 %, while its score is below 0.",
        done: (state) => shifted(state)[2] < 0 && softmax(shifted(state))[2] >= 0.9,
        hint: (state) => (shifted(state)[2] < 0
          ? `It has ${percent(softmax(shifted(state))[2])}. Make the others smaller.`
          : "Its score is not below 0."),
        solve(_, kit) {
          kit.set("shift", 0);
          kit.set("logits", [-5, -5, -1]);
        },
      }],
    },
    {
      title: "What an answer costs",
      text: [
        "To learn, a network must know how wrong it was. Say the right answer is the {name}. It got"
          + " the probability {p}. The **cross-entropy** is `−ln p`, here {cost}.",
        "Nothing else counts: not which wrong answer was given, only what the right one got. At"
          + " p = 1 the cost is 0. The nearer to 0, the steeper it grows.",
      ],
      live: {
        name: ({ right }) => CLASSES[right],
        p: ({ logits, right }) => softmax(logits)[right],
        cost: ({ logits, right }) => costOfLogits(logits, right),
      },
      show: (kit) => [
        kit.choice("right", { name: "Right is", options: CLASSES.map((name, i) => [i, name]) }),
        sliders(kit),
        kit.lines(curve, { name: "The cost of an answer" }),
      ],
      ask: [{
        choose({ whole }) {
          const [p, q] = [whole(5, 45), whole(50, 99)].map((each) => each / 100);
          return {
            text: `Two networks read the same digit. The first gives the right answer ${p}, the`
              + ` second ${q}. By how much is the first one's cost higher?`,
            options: [costOf(p) - costOf(q), costOf(q), q - p].map((value) => value.toFixed(2)),
            answer: 0,
            hint: "The cost of each is −ln p. Take the difference.",
          };
        },
      }],
    },
    {
      title: "Why it works on logits",
      text: [
        "A computer's numbers have an end. Give the wrong answer a much larger score than the right"
          + " one. At a gap of about 104 the right one's probability becomes 0.",
        "Then `−ln 0` is infinite, and no training can go on from there. So the cost is worked out"
          + " from the logits at once, without the probability: `ln(e^a + e^b) − a`, with the"
          + " larger score taken out first. That is {cost}: large, but a number.",
      ],
      live: { cost: (state) => costOfLogits(far(state), 0) },
      show: (kit) => [
        kit.slider("gap", { name: "gap", min: 0, max: FAR, step: 1 }),
        kit.bars((state) => [
          { name: "by probability", value: costOf(softmax(far(state))[0]),
            text: costOf(softmax(far(state))[0]) === Infinity ? "infinite" : undefined },
          { name: "by logits", value: costOfLogits(far(state), 0), isStrong: true },
        ], { name: "The cost of the same answer", most: FAR }),
        kit.words("Probability of the right answer: {p}", { p: (state) =>
          tiny(softmax(far(state))[0]) }),
      ],
      ask: [{
        number({ whole }) {
          const gap = whole(130, 990);
          return {
            text: `Predict: the wrong score is larger than the right one by ${gap}. What is the`
              + " cost, by the logits? One decimal is enough.",
            answer: costOfLogits([0, gap], 0),
            decimals: 1,
            hint: "Move the slider, and see how cost and gap go together.",
          };
        },
      }],
    },
    {
      title: "Your digit",
      needs: "network",
      text: [
        "These are the network's ten logits for your digit, and what softmax makes of them. If it"
          + " is a {digit}, the answer costs {cost}.",
        "Draw until the network is in doubt. Which answer costs little then?",
      ],
      live: {
        digit: "digit",
        cost: (state) => costOfLogits(logitsOf(state), state.digit),
      },
      show: (kit) => [
        kit.slider("digit", { name: "It is a", min: 0, max: 9 }),
        kit.row(
          kit.pad({ wide: 12 }),
          kit.bars((state) => bars(logitsOf(state), DIGITS.map((digit) =>
            `${digit}: ${logitsOf(state)[digit].toFixed(1).replace("-", "−")}`), state.digit),
          { name: "Logits and probabilities" })),
      ],
    },
  ],
};
