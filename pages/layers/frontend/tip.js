/** The "?" behind a word of the field, as `pages/shared/glossary.py` makes it in HTML. */

import { make } from "./draw.js";

/** Make a "?", and what it tells at a click: to stand behind `term`; `terms` are its meanings. */
export function tip(terms, term) {
  const id = `term-${term.toLowerCase().replaceAll(" ", "-")}`;
  return [
    make("button", { type: "button", class: "tip", popovertarget: id,
      "aria-label": `What is ${term}?` }, "?"),
    make("span", { popover: "", id, class: "meaning" },
      make("b", {}, term[0].toUpperCase() + term.slice(1)), ` ${terms[term]}`),
  ];
}
