/** Text: terms of the field, formulas, and numbers that follow what is done beside them. */

import { make, tell } from "../../layers/frontend/draw.js";
import { number } from "../../layers/frontend/names.js";
import { tip } from "../../layers/frontend/tip.js";
import { products, sum } from "./maths.js";

// **a term**, `a formula`, and {a live part of the text}.
const PARTS = /(\*\*[^*]+\*\*|`[^`]+`|\{\w+\})/;

/** Split text at its marks: nodes, of which a live part is what `live[name]` gives of the state. */
export function makeWords(kit, text, live = {}) {
  return make("p", {}, ...text.split(PARTS).flatMap((part) => {
    if (part.startsWith("**")) return term(kit, part.slice(2, -2));
    if (part.startsWith("`")) return formula(part.slice(1, -1));
    return part.startsWith("{") ? follow(kit, live[part.slice(1, -1)]) : part;
  }));
}

/** A text without its marks: what a test of how easily it is read sees. */
export const plain = (text) => text.replace(/\*\*|`/g, "").replace(/\{\w+\}/g, "4");

/** A word of the field; a "?" behind it tells what it means, once a lesson. */
function term(kit, word) {
  const low = word.toLowerCase();
  const name = [word, low, low.replace(/s$/, ""), low.replace(/ies$/, "y")]
    .find((each) => each in kit.terms.all);
  if (!name) throw new Error(`The term “${word}” is explained nowhere.`);
  if (kit.terms.told.has(name)) return make("b", {}, word);
  kit.terms.told.add(name);
  return make("span", { class: "term" }, make("b", {}, word), ...tip(kit.terms.all, name));
}

/** A formula: letters are slanted as in books, digits and signs not; what follows ^ is raised. */
function formula(text) {
  return make("span", { class: "formula" }, ...text.split(/(\^\w+|[a-z]+)/i).map((part) => {
    if (part.startsWith("^")) return make("sup", {}, slanted(part.slice(1)));
    return slanted(part);
  }));
}

const slanted = (part) => (/^[a-z]$/i.test(part) ? make("i", {}, part) : part);

/** Text that follows the state. */
function follow(kit, of) {
  const place = make("span", { class: "live" });
  kit.onDraw(() => {
    const now = kit.get(of);
    tell(place, typeof now === "number" ? short(now) : String(now));
  });
  return place;
}

/** A number as it is written in a text: at most two decimals, and only those that it needs. */
export const short = (value) => number(value, 2).replace(/\.?0+$/, "");

/** A sum of products, written out: "0.5 × 2 + 0.5 × 3 = 2.5"; `of` gives { cells, weights }. */
export function makeSum(kit, of) {
  const place = make("p", { class: "sum formula", role: "status" });
  kit.onDraw(() => {
    const { cells, weights } = kit.get(of);
    const terms = cells.flat().map((cell, i) => {
      const weight = weights.flat()[i];
      return `${short(weight)} × ${cell < 0 ? `(${short(cell)})` : short(cell)}`;
    });
    const text = terms.join(" + ").replaceAll("+ −", "− ");
    tell(place, `${text} = ${short(sum(products(cells, weights)))}`);
  });
  return place;
}
