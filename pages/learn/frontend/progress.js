/** Which questions of which lessons were answered: kept in this browser, and nowhere else. */

const KEY = "digitscope-lessons";
// Whatever lies there is read within these.
const [MOST_LESSONS, MOST_QUESTIONS, MOST_LETTERS] = [60, 40, 60];

/** What is kept where a browser keeps nothing. */
let memory = null;

/** The numbers of the questions that were answered, by their lesson's name. */
export function answered() {
  try {
    return parsed(JSON.parse(localStorage.getItem(KEY) ?? memory ?? "{}"));
  } catch {
    return parsed(JSON.parse(memory ?? "{}"));
  }
}

/** Keep that a question was answered. */
export function keep(lesson, question) {
  const all = answered();
  all[lesson] = [...new Set([...(all[lesson] ?? []), question])];
  store(JSON.stringify(all));
}

/** Forget all of it. */
export const forget = () => store("{}");

/** All questions of a lesson, in their order. */
export const questionsOf = (lesson) => lesson.screens.flatMap(({ ask = [] }) => ask);

function store(text) {
  memory = text;
  try {
    localStorage.setItem(KEY, text);
  } catch {
    // It forbids that, or is full: it is kept as long as the page is open.
  }
}

function parsed(found) {
  if (typeof found !== "object" || found === null || Array.isArray(found)) return {};
  const isNumber = (each) => Number.isInteger(each) && each >= 0 && each < MOST_QUESTIONS;
  const lists = Object.entries(found).slice(0, MOST_LESSONS)
    .filter(([name, list]) => name.length <= MOST_LETTERS && Array.isArray(list));
  return Object.fromEntries(lists.map(([name, list]) =>
    [name, [...new Set(list.filter(isNumber))]]));
}
