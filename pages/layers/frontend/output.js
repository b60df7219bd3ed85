/** The ten outputs: logits and probabilities, each a button that opens its arithmetic. */

import { percent } from "../../../cnn/web/decision.js";
import { make, tell } from "./draw.js";
import { number } from "./names.js";
import { pointAt } from "./pointing.js";
import { tip } from "./tip.js";

/** Make the table once; `showOutput` writes into it. */
export function makeOutput(view) {
  const button = (layer, channel) => {
    const cell = { layer, channel, row: 0, column: 0 };
    const point = () => pointAt(view, cell);
    const leave = () => pointAt(view, null);
    return make("button", { class: `value ${layer}`, "data-cell": `${layer}-${channel}`,
      onclick: () => view.choose(cell), onpointerleave: leave, onblur: leave,
      onpointerenter: ({ pointerType }) => { if (pointerType !== "touch") point(); },
      onfocus: ({ target }) => { if (target.matches(":focus-visible")) point(); } });
  };
  view.outputs = Array.from({ length: 10 }, (_, digit) => {
    const buttons = { logits: button("logits", digit), softmax: button("softmax", digit) };
    const row = make("tr", {}, make("th", { scope: "row" }, String(digit)),
      make("td", {}, buttons.logits), make("td", {}, buttons.softmax));
    return { row, buttons };
  });
  const head = make("tr", {}, make("th", {}),
    make("th", { scope: "col" }, make("b", {}, "Logits"), ...tip(view.terms, "logit"),
      make("span", { class: "quiet" }, "scores")),
    make("th", { scope: "col" }, make("b", {}, "Softmax"),
      make("span", { class: "quiet" }, "how sure")));
  return make("div", { class: "layer output" },
    make("table", {}, make("thead", {}, head),
      make("tbody", {}, ...view.outputs.map(({ row }) => row))));
}

/** Write what the network gives for each digit. */
export function showOutput(view) {
  const { logits, softmax } = view.reading.values;
  const winner = softmax.indexOf(Math.max(...softmax));
  view.outputs.forEach(({ row, buttons }, digit) => {
    row.className = digit === winner ? "winner" : "";
    label(view, buttons.logits, "logits", digit, number(logits[digit], 2));
    label(view, buttons.softmax, "softmax", digit, percent(softmax[digit]));
    tell(buttons.softmax, `--share: ${softmax[digit].toFixed(3)}`, "style");
  });
}

function label(view, button, layer, channel, text) {
  const isChosen = view.cell?.layer === layer && view.cell.channel === channel;
  tell(button, text);
  tell(button, `${layer} of ${channel}: ${text}`, "aria-label");
  tell(button, String(isChosen), "aria-pressed");
}
