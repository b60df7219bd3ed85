/** Notes for teachers, from what stands in each lesson's file. */

import { make } from "../../layers/frontend/draw.js";
import { linkTo } from "./address.js";

const LEAD = "The address of a lesson holds the screen, the drawing and the filter as they are now:"
  + " share it, and the class begins there. “Projector” shows a lesson large and without the menu."
  + " To print a lesson with its figures as they stand, open it and print the page.";

/** Show them. */
export function showNotes(root, page) {
  root.className = "learn notes";
  root.replaceChildren(
    make("p", {}, linkTo({}, page.go, "← All lessons")),
    make("h2", {}, "For teachers"),
    make("p", { class: "lead" }, LEAD),
    ...page.lessons.map(([name, lesson]) => notesOf(name, lesson, page)));
  return { ask: () => {}, leave: () => {} };
}

function notesOf(name, { number, title, does, minutes, screens, notes }, { go }) {
  return make("section", {},
    make("h3", {}, `${number} ${title}`),
    make("p", {}, `${does} ${minutes} minutes, ${screens.length} screens. ${notes.needs}`),
    make("p", {}, "Likely misunderstandings:"),
    make("ul", {}, ...notes.misunderstandings.map((each) => make("li", {}, each))),
    make("p", { class: "links" }, linkTo({ lesson: name }, go, "Open"),
      linkTo({ lesson: name, view: "projector" }, go, "Projector")));
}
