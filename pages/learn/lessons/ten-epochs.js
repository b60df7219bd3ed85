/** Ten epochs: the tutorial's training as it went, and what goes wrong with other settings. */

import { make } from "../../layers/frontend/draw.js";
import { bytesOf } from "../kit/learning.js";
import { grid, sum } from "../kit/maths.js";
import measured from "../kit/measured-epochs.js";

const { tutorial, rates, few } = measured;
const [EPOCHS, [, ROWS, COLUMNS, , COUNT]] = [tutorial.cost.length, tutorial.shape];
// What the tutorial printed after its first epoch and its last, and how large its batches are.
const [FIRST_COST, FIRST, LAST, BATCH] = [0.739, 0.911, 0.99, 50];
const weights = bytesOf(tutorial.filters);

/** The filters of layer 1 after so many epochs. */
const filtersAfter = (epoch) => Array.from({ length: COUNT }, (_, filter) => ({
  name: `Filter ${filter}`,
  cells: grid(ROWS, COLUMNS, (row, column) =>
    weights[((epoch * ROWS + row) * COLUMNS + column) * COUNT + filter]) }));

/** By how much a filter's weights have moved since the start, in the mean. */
function movement(filter, epoch) {
  const [now, then] = [epoch, 0].map((at) => filtersAfter(at)[filter].cells.flat());
  return (tutorial.most / 127) * sum(now.map((w, i) => Math.abs(w - then[i]))) / now.length;
}
// A weight that moves less than half of a byte's step looks as if it had not.
const STILL = filtersAfter(0).filter((_, i) => movement(i, EPOCHS) < tutorial.most / 254).length;

const percent = (share) => `${(100 * share).toFixed(1)} %`;
/** A line over the epochs, from 1 on. */
const line = (name, values) => ({ name, points: values.map((value, i) => [i + 1, value]) });
const epochsAxis = (values) => ({ name: "epoch", from: 0, to: values.length });
const last = (values) => values[values.length - 1];

const course = ({ epoch }) => ({
  series: [line("cost", tutorial.cost)],
  x: epochsAxis(tutorial.cost), y: { name: "cost", from: 0, to: 1 },
  dot: epoch ? [epoch, tutorial.cost[epoch - 1]] : null,
});
const table = ({ epoch }) => tutorial.accuracy.map((share, i) => ({ name: i + 1,
  value: i < epoch ? share - 0.9 : 0, isStrong: i + 1 === epoch,
  text: i < epoch ? `${share.toFixed(3)}, cost ${tutorial.cost[i].toFixed(3)}` : "–" }));

const run = ({ rate }) => rates[rate];
const runOfFew = ({ varied }) => few[varied];
const trainHere = () => make("p", {}, make("a", { href: "Train" }, "Run it yourself"),
  " on the Train page: choose the data “MNIST”, then the recipe “Tutorial”.");

export default {
  number: 11,
  title: "Ten epochs",
  does: "Watch a network learn, and see what makes it learn badly.",
  minutes: 10,
  terms: {
    "epoch": "One pass over all training digits, batch by batch.",
    "test accuracy": "The share of digits read right that the network has never learned from.",
    "learning rate": "How far each step moves the weights.",
    "overfitting": "To learn the training digits by heart, and read new ones worse.",
    "augmentation": "Each digit is turned, moved and stretched a little, anew in each epoch.",
  },
  notes: {
    needs: "Needs lesson 10, or the idea of a step of training.",
    misunderstandings: [
      "“More epochs are always better.” The network may learn its digits by heart.",
      "“A low training cost means a good network.” Only new digits can tell.",
      "“A high learning rate is just faster.” Too high, and nothing is learned.",
    ],
  },
  state: () => ({ epoch: 1, picked: 3, rate: 0, varied: 0 }),
  screens: [
    {
      title: "The tutorial's table",
      text: [
        "An **epoch** is one pass over all training digits. After each, the network reads digits"
          + " that it never learned from. The share read right is its **test accuracy**.",
        "The tutorial began with a cost of {firstCost} and an accuracy of {first}. Its tenth epoch"
          + " came to {last}. This is the same network, trained here: after ten epochs it reads"
          + " {here}.",
        "Move the slider, or press Next epoch. Most is learned in the first epoch; the rest is"
          + " patience.",
      ],
      live: { firstCost: () => FIRST_COST.toFixed(3), first: () => FIRST.toFixed(3),
        last: () => LAST.toFixed(3), here: () => last(tutorial.accuracy).toFixed(3) },
      show: (kit) => [
        kit.slider("epoch", { name: "Epoch", min: 0, max: EPOCHS }),
        kit.row(kit.button("Next epoch", ({ epoch }) =>
          kit.set("epoch", (epoch + 1) % (EPOCHS + 1)))),
        kit.row(
          kit.bars(table, { name: "Test accuracy, from 0.9 on", most: 0.1 }),
          kit.lines(course, { name: "Cost of the training digits" })),
        trainHere(),
      ],
      ask: [{
        number({ whole }) {
          const [digits, epochs] = [whole(2, 60) * 1000, whole(2, 12)];
          return {
            text: `Predict: ${digits.toLocaleString("en")} training digits, batches of ${BATCH},`
              + ` ${epochs} epochs. How many steps is that?`,
            answer: (digits / BATCH) * epochs,
            decimals: 0,
            hint: "Divide the digits by the batch. That many steps make an epoch.",
          };
        },
      }],
    },
    {
      title: "Filters as they form",
      text: [
        "These are the {count} filters of layer 1 in that training. At epoch 0 they are chance."
          + " Nobody tells them what to look for.",
        "Move the slider, and choose filters. {still} of them never move: their maps stay empty, so"
          + " no gradient reaches them.",
        "From epoch 0 to {epoch}, the weights of filter {filter} moved by {moved} in the mean.",
      ],
      live: { count: () => COUNT, epoch: "epoch", filter: "picked",
        still: () => STILL, moved: ({ epoch, picked }) => movement(picked, epoch).toFixed(3) },
      show: (kit) => [
        kit.slider("epoch", { name: "Epoch", min: 0, max: EPOCHS }),
        kit.maps(({ epoch }) => filtersAfter(epoch), { name: "Filters of layer 1",
          chosen: "picked", wide: 3.75 }),
      ],
    },
    {
      title: "Too slow, too far",
      text: [
        "The same small network, the same 2,000 digits, ten epochs. Only the **learning rate**"
          + " differs. At the end it reads {share} of new digits.",
        "One is so low that the network has hardly moved. One is so high that each step goes too"
          + " far. Guessing reads 10 %.",
      ],
      live: { share: (state) => percent(last(run(state).validation)) },
      show: (kit) => [
        kit.choice("rate", { name: "Learning rate",
          options: rates.map(({ rate }, i) => [i, String(rate)]) }),
        kit.lines((state) => ({ series: [line("new digits", run(state).validation),
          line("training digits", run(state).training)],
        x: epochsAxis(run(state).cost), y: { name: "read right", from: 0, to: 1 } }),
        { name: "Share read right" }),
      ],
      ask: [{
        choose({ pick, whole }) {
          const kinds = ["too low", "too high", "about right"];
          const kind = pick([0, 1, 2]);
          const start = whole(220, 240) / 100;
          const end = [start - whole(1, 5) / 100, start + whole(5, 90) / 100, whole(2, 20) / 100];
          return {
            text: `A training begins with a cost of ${start.toFixed(2)}. After ten epochs it is`
              + ` ${end[kind].toFixed(2)}. The learning rate is most likely …`,
            options: kinds,
            answer: kind,
            hint: "Guessing costs about 2.3. Did the cost fall, stay, or rise?",
          };
        },
      }],
    },
    {
      title: "Two hundred digits",
      text: [
        "With 200 digits a network can learn them by heart: {training} of them are read right, but"
          + " only {validation} of new ones. This gap is **overfitting**.",
        "Now turn on **augmentation**: each digit is turned, moved and stretched a little, anew in"
          + " each epoch. Learning by heart gets harder, and new digits are read better.",
      ],
      live: { training: (state) => percent(last(runOfFew(state).training)),
        validation: (state) => percent(last(runOfFew(state).validation)) },
      show: (kit) => [
        kit.choice("varied", { name: "Augmentation", options: [[0, "off"], [1, "on"]] }),
        kit.lines((state) => ({ series: [line("new digits", runOfFew(state).validation),
          line("training digits", runOfFew(state).training)],
        x: epochsAxis(runOfFew(state).cost), y: { name: "read right", from: 0.5, to: 1 } }),
        { name: "Share read right" }),
      ],
      ask: [{
        number({ whole }) {
          const [known, fresh] = [whole(950, 1000) / 10, whole(700, 940) / 10];
          return {
            text: `Of its training digits a network reads ${known} %, of new ones ${fresh} %. By`
              + " how many points does it overfit?",
            answer: known - fresh,
            decimals: 1,
            hint: "Overfitting is the gap between both.",
          };
        },
      }],
    },
  ],
};
