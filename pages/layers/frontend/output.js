/** The ten outputs: logits and probabilities, each a button that opens its arithmetic. */

import { percent } from "../../../cnn/web/decision.js";
import { make, tell } from "./draw.js";
import { number } from "./names.js";

/** Make the table once; `showOutput` writes into it. */
export function makeOutput(view) {
  const button = (layer, channel) =>
    make("button", { class: "value", "data-cell": `${layer}-${channel}`,
      onclick: () => view.choose({ layer, channel, row: 0, column: 0 }) });
  view.outputs = Array.from({ length: 10 }, (_, digit) => {
    const [logit, share] = [button("logits", digit), button("softmax", digit)];
    const row = make("tr", {}, make("th", { scope: "row" }, String(digit)),
      make("td", {}, logit), make("td", {}, share));
    return { row, logit, share };
  });
  const head = make("tr", {}, make("th", {}), make("th", { scope: "col" }, "Logits"),
    make("th", { scope: "col" }, "Softmax"));
  return make("div", { class: "layer output" },
    make("table", {}, make("thead", {}, head),
      make("tbody", {}, ...view.outputs.map(({ row }) => row))));
}

/** Write what the network gives for each digit. */
export function showOutput(view) {
  const { logits, softmax } = view.reading.values;
  const winner = softmax.indexOf(Math.max(...softmax));
  view.outputs.forEach(({ row, logit, share }, digit) => {
    row.className = digit === winner ? "winner" : "";
    label(view, logit, "logits", digit, number(logits[digit], 2));
    label(view, share, "softmax", digit, percent(softmax[digit]));
  });
}

function label(view, button, layer, channel, text) {
  const isChosen = view.cell?.layer === layer && view.cell.channel === channel;
  tell(button, text);
  tell(button, `${layer} of ${channel}: ${text}`, "aria-label");
  tell(button, String(isChosen), "aria-pressed");
}
