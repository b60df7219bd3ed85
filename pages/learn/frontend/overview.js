/** The overview: what each lesson lets one do, how long it takes, and what is done. */

import { make } from "../../layers/frontend/draw.js";
import { linkTo } from "./address.js";
import { answered, forget, questionsOf } from "./progress.js";

const LEAD = "Each lesson is something to touch: numbers first, then your own digit. All of it runs"
  + " in your browser, and what you have done is kept there alone.";

/** Show it. */
export function showOverview(root, page) {
  const known = answered();
  const cards = page.lessons.map(([name, lesson]) => make("li", {},
    linkTo({ lesson: name }, page.go, ...card(lesson, (known[name] ?? []).length))));
  const reset = make("button", { type: "button", onclick: () => {
    forget();
    showOverview(root, page);
  } }, "Forget what I have done");
  reset.disabled = !Object.keys(known).length;
  root.className = "learn";
  root.replaceChildren(
    make("h2", { class: "unseen" }, "Lessons"),
    make("p", { class: "lead" }, LEAD),
    make("ol", { class: "cards" }, ...cards),
    make("div", { class: "buttons" }, reset, linkTo({ view: "notes" }, page.go, "For teachers")),
    glossary(page));
  return { ask: () => {}, leave: () => {} };
}

function card(lesson, count) {
  const all = questionsOf(lesson).length;
  const isDone = count >= all;
  const state = isDone ? "Done" : count ? `${count} of ${all} answered` : `${lesson.minutes} min`;
  return [
    make("span", { class: "number" }, String(lesson.number)),
    make("span", { class: "title" }, lesson.title),
    make("span", { class: "does" }, lesson.does),
    make("span", { class: isDone ? "state done" : "state" }, state),
  ];
}

/** All words of the field that the lessons explain, in the order of the alphabet. */
function glossary({ lessons, terms }) {
  const all = { ...terms, ...Object.assign({}, ...lessons.map(([, lesson]) => lesson.terms)) };
  const words = Object.keys(all).sort((a, b) => a.localeCompare(b, "en"));
  return make("details", { class: "glossary" }, make("summary", {}, "Glossary"),
    make("dl", {}, ...words.map((word) =>
      make("div", {}, make("dt", {}, word), make("dd", {}, all[word])))));
}
