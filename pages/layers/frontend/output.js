/** The ten outputs: logit, probability and a bar, each a button that opens its arithmetic. */

import { percent } from "../../../cnn/web/decision.js";
import { make, tell } from "./draw.js";
import { number } from "./names.js";

const BAR = 40; // pixels of a probability of 1

/** Make the table once; `showOutput` writes into it. */
export function makeOutput(view) {
  const button = (layer, channel) =>
    make("button", { class: "value", "data-cell": `${layer}-${channel}`,
      onclick: () => view.choose({ layer, channel, row: 0, column: 0 }) });
  view.outputs = Array.from({ length: 10 }, (_, digit) => {
    const [logit, share] = [button("logits", digit), button("softmax", digit)];
    const bar = make("i");
    const row = make("tr", {}, make("th", { scope: "row" }, String(digit)),
      make("td", {}, logit), make("td", {}, share), make("td", { class: "bar" }, bar));
    return { row, logit, share, bar };
  });
  const head = make("tr", {}, make("th", {}), make("th", { scope: "col" }, "Logits"),
    make("th", { scope: "col" }, "Softmax"), make("th", {}));
  return make("div", { class: "layer output" },
    make("table", {}, head, ...view.outputs.map(({ row }) => row)));
}

/** Write what the network gives for each digit. */
export function showOutput(view) {
  const { logits, softmax } = view.reading.values;
  const winner = softmax.indexOf(Math.max(...softmax));
  view.outputs.forEach(({ row, logit, share, bar }, digit) => {
    row.className = digit === winner ? "winner" : "";
    label(view, logit, "logits", digit, number(logits[digit], 2));
    label(view, share, "softmax", digit, percent(softmax[digit]));
    bar.style.width = `${Math.max(softmax[digit] * BAR, 1).toFixed(1)}px`;
  });
}

function label(view, button, layer, channel, text) {
  const isChosen = view.cell?.layer === layer && view.cell.channel === channel;
  tell(button, text);
  tell(button, `${layer} of ${channel}: ${text}`, "aria-label");
  tell(button, String(isChosen), "aria-pressed");
}
