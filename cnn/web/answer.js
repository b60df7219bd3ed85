/** The answer as a person sees it: the digit, or two, very large, a sentence, and ten bars. */

import { decide, percent } from "./decision.js";

/** Make an element of a class inside another, with a text. */
function add(parent, tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  parent.append(element);
  return element;
}

/**
 * Build the answer inside `root`; its place is as large while there is none.
 *
 * Returns { show(probabilities, penIsDown), wait(text) }. Both can be called once a frame: what is
 * read out by a screen reader changes only when the pen rests.
 */
export function makeAnswer(root) {
  root.classList.add("answer-place"); // whose width decides how the parts stand
  const answer = add(root, "div", "answer");
  const digit = add(answer, "div", "digit");
  const sentence = add(answer, "div", "sentence");
  const bars = add(answer, "ol", "bars");
  const rows = Array.from({ length: 10 }, (_, i) => {
    const row = add(bars, "li", "row");
    add(row, "span", "name", String(i));
    const bar = add(add(row, "span", "track"), "i", "bar");
    return { row, bar, value: add(row, "span", "value") };
  });
  const spoken = add(answer, "div", "spoken");
  spoken.setAttribute("role", "status");
  // What is spoken is the same sentence: it shall not be found twice.
  for (const shown of [digit, sentence]) shown.setAttribute("aria-hidden", "true");

  function say(text, penIsDown = false) {
    write(sentence, text);
    if (!penIsDown) write(spoken, text);
  }

  return {
    /** Show what the network reads. */
    show(probabilities, penIsDown = false) {
      const decision = decide(probabilities);
      answer.dataset.state = decision.kind;
      write(digit, decision.short);
      say(decision.sentence, penIsDown);
      rows.forEach(({ row, bar, value }, i) => {
        row.classList.toggle("winner", decision.kind === "digit" && i === decision.digit);
        bar.style.width = `${100 * probabilities[i]}%`;
        write(value, percent(probabilities[i]));
      });
    },
    /** Say, in the answer's place, why there is none. */
    wait(text) {
      answer.dataset.state = "waiting";
      write(digit, "");
      say(text);
      for (const { row, bar, value } of rows) {
        row.classList.remove("winner");
        bar.style.width = "0";
        write(value, "");
      }
    },
  };
}

/** Change an element's text, if it is another one: setting the same would be read out again. */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
