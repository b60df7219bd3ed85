/**
 * Questions: answered by a number, by one of several answers, or by doing.
 *
 * A lesson's question is one of
 *
 *     { number(random, state) → { text, answer, decimals, hint, because } }
 *     { choose(random, state) → { text, options, answer, hint, because } }
 *     { task, done(state) → bool, hint(state) → text, solve(state, kit) }
 *
 * where `answer` is a number, or the place of the right one among the options, which are shown in
 * any order. Numbers come by chance, and no two times the same.
 */

import { make, tell } from "../../layers/frontend/draw.js";
import { numberFrom } from "../kit/grid.js";
import { makeRandom } from "../kit/random.js";
import { short } from "../kit/words.js";

// How often other numbers are looked for, where there may be no others.
const TRIES = 50;
// Wrong answers after which the right one is offered.
const ENOUGH = 2;
const MOST = 1e7;

/** Make a question's form; `solved()` is called when it is answered. */
export function makeQuestion(kit, question, solved) {
  const kind = question.number ? numberQuestion : question.choose ? choiceQuestion : task;
  const place = make("form", { class: "question", novalidate: true });
  const said = make("p", { class: "said", role: "status" });
  const random = makeRandom();
  const seen = new Set();
  let wrong = 0;

  function begin() {
    wrong = 0;
    said.className = "said";
    tell(said, "");
    const { fields, check, focus } = kind(kit, question, unseen, random);
    const button = make("button", { class: "check" }, "Check");
    const buttons = make("div", { class: "buttons" }, button);
    place.replaceChildren(...fields, buttons, said);
    place.onsubmit = (event) => {
      event.preventDefault();
      const { isRight, text, show } = check();
      say(isRight, text);
      if (isRight) {
        solved();
        if (kind !== task) again(buttons);
      } else if (show && ++wrong >= ENOUGH) offer(buttons, show);
    };
    return focus;
  }

  /** Numbers that were not asked for yet. */
  function unseen(give) {
    let asked = give(random, kit.state);
    for (let i = 0; i < TRIES && seen.has(asked.text); i++) asked = give(random, kit.state);
    seen.add(asked.text);
    return asked;
  }

  function say(isRight, text) {
    said.className = `said ${isRight ? "right" : "wrong"}`;
    tell(said, text);
  }

  function offer(buttons, show) {
    if (buttons.children.length > 1) return;
    buttons.append(make("button", { type: "button", onclick: () => {
      said.className = "said";
      tell(said, show());
      if (kind !== task) again(buttons);
    } }, "Show me"));
  }

  function again(buttons) {
    const another = make("button", { type: "button", onclick: () => begin()?.focus() },
      "Another one");
    buttons.replaceChildren(another);
    another.focus();
  }

  begin();
  return place;
}

function numberQuestion(kit, question, unseen) {
  const asked = unseen(question.number);
  const { text, answer, decimals = 2, hint, because = "" } = asked;
  const input = make("input", { type: "text", inputmode: "text", autocomplete: "off",
    maxlength: 12, "aria-label": "Your answer" });
  const right = short(Number(answer.toFixed(decimals)));
  // For whoever looks into it with the browser's console.
  input.answer = right;
  return {
    fields: [kit.words(text), make("label", {}, "Your answer", input)],
    focus: input,
    check() {
      const given = numberFrom(input.value, -MOST, MOST);
      if (given === null) return { isRight: false, text: "Write a number." };
      const isRight = Math.abs(given - answer) <= 0.5 * 10 ** -decimals + 1e-9;
      return isRight ? { isRight, text: `Right: ${right}. ${because}` }
        : { isRight, text: `Not ${short(given)}. ${hint}`,
          show: () => `It is ${right}. ${because}` };
    },
  };
}

let groups = 0;

function choiceQuestion(kit, question, unseen, random) {
  const asked = unseen(question.choose);
  const { text, hint, because = "" } = asked;
  const order = random.shuffled(asked.options.map((_, i) => i));
  const options = order.map((i) => asked.options[i]);
  const answer = order.indexOf(asked.answer);
  const name = `question-${++groups}`;
  const inputs = options.map((_, i) => make("input", { type: "radio", name, value: i }));
  inputs[0].answer = answer;
  return {
    fields: [kit.words(text), make("div", { class: "options", role: "radiogroup",
      "aria-label": "Answers" }, ...options.map((option, i) =>
      make("label", {}, inputs[i], make("span", {}, String(option)))))],
    focus: inputs[0],
    check() {
      const given = inputs.findIndex(({ checked }) => checked);
      if (given < 0) return { isRight: false, text: "Choose an answer." };
      const isRight = given === answer;
      return isRight ? { isRight, text: `Right. ${because}` }
        : { isRight, text: `Not that. ${hint}`,
          show: () => `It is: ${options[answer]}. ${because}` };
    },
  };
}

function task(kit, question) {
  let isHelped = false;
  const text = kit.words(question.task);
  text.solve = () => question.solve(kit.state, kit);
  return {
    fields: [text],
    focus: null,
    check() {
      const isDone = question.done(kit.state);
      if (isDone && isHelped) {
        return { isRight: false, text: "This is the one that you were shown. Change it first." };
      }
      if (isDone) return { isRight: true, text: "Done. Well made!" };
      isHelped = false;
      return { isRight: false, text: `Not yet. ${question.hint(kit.state)}`, show() {
        isHelped = true;
        question.solve(kit.state, kit);
        return "This is one that works. Look at it, then change it and make your own.";
      } };
    },
  };
}
