/** A lesson: its screens one after the other, each a text, something to do, and questions. */

import { onceAFrame } from "../../../cnn/web/frames.js";
import { read } from "../../../cnn/web/network.js";
import { onThemeChange } from "../../../cnn/web/paint.js";
import { make, tell } from "../../layers/frontend/draw.js";
import { makeKit } from "../kit/kit.js";
import { gridOf } from "../kit/maths.js";
import { linkTo } from "./address.js";
import { answered, keep, questionsOf } from "./progress.js";
import { makeQuestion } from "./questions.js";

const COMING = "The network is coming …";
// How many convolutions the network in use must have for what screens need of it.
const NEEDS = { "network": 0, "a convolution": 1, "two convolutions": 2 };
const STARTING = "The server takes a step of training …";
const OPEN_FIRST = "The server fills this screen when it is opened: do so, then print again.";
// So many frames at most does a screen take to show all of it.
const MOST_FRAMES = 200;
// Milliseconds that a filter rests before the address tells of it.
const REST = 400;

/** Show a lesson at a place; what it is made of, `.github/CONTRIBUTING.md` tells. */
export function showLesson(root, page, name, lesson, place) {
  const state = stateOf(lesson, page, place);
  const terms = { all: { ...page.terms, ...lesson.terms }, told: new Set() };
  const view = { page, name, lesson, place, state, terms, screens: [], at: 0 };
  view.first = lesson.link ? lesson.state()[lesson.link].flat() : [];
  view.told = filterOf(view).join();
  const draw = () => {
    askServer(view, view.screens[view.at]);
    view.screens[view.at].kit.draw();
    tellFilter(view);
  };
  view.ask = onceAFrame(draw);
  const frame = make("article", { class: "lesson" }, head(view), ...sections(view), foot(view));
  root.className = place.view === "projector" ? "learn projector" : "learn";
  root.replaceChildren(frame);
  onThemeChange(frame, view.ask);
  if (lesson.screens.some(({ needs }) => needs)) awaitNetwork(view);
  const print = () => {
    root.classList.add("printed");
    showAll(view);
  };
  const printed = () => {
    root.classList.remove("printed");
    showOne(view);
    view.ask();
  };
  addEventListener("beforeprint", print);
  addEventListener("afterprint", printed);
  goTo(view, Math.min(place.screen ?? 1, lesson.screens.length) - 1);
  return {
    ask: view.ask,
    leave() {
      removeEventListener("beforeprint", print);
      removeEventListener("afterprint", printed);
      clearTimeout(view.timer);
      view.screens[view.at].kit.leave();
    },
  };
}

/** The lesson's own state, with the drawing in it, and a filter where the address holds one. */
function stateOf(lesson, page, { filter }) {
  const state = lesson.state?.() ?? {};
  Object.defineProperties(state, { picture: { get: () => page.drawing.picture },
    strokes: { get: () => page.drawing.strokes } });
  const side = Math.sqrt(filter?.length ?? 0);
  if (lesson.link && side === state[lesson.link].length) state[lesson.link] = gridOf(filter, side);
  state.network = null;
  state.told = {};
  const readings = new WeakMap();
  /** What the network makes of a picture; null while it has not come. */
  state.read = (picture = state.picture) => {
    if (!state.network) return null;
    if (!readings.has(picture)) readings.set(picture, read(state.network, picture.flat()));
    return readings.get(picture);
  };
  return state;
}

function head(view) {
  const { page, lesson } = view;
  const dots = lesson.screens.map(({ title }, i) => make("button", { type: "button", class: "dot",
    "aria-label": `Screen ${i + 1}: ${title}`, onclick: () => goTo(view, i, true) }));
  view.dots = dots;
  view.where = make("span", { class: "where" });
  return make("header", {},
    linkTo({}, page.go, "← All lessons"),
    make("h2", {}, make("span", { class: "number" }, String(lesson.number)), lesson.title),
    make("nav", { class: "dots", "aria-label": "Screens" }, ...dots, view.where));
}

function foot(view) {
  const { name, page, place, lesson } = view;
  view.back = make("button", { type: "button", onclick: () => goTo(view, view.at - 1, true) },
    "Back");
  view.next = make("button", { type: "button", class: "next", onclick: () => {
    if (view.at === lesson.screens.length - 1) page.go({});
    else goTo(view, view.at + 1, true);
  } });
  const isWall = place.view === "projector";
  const other = linkTo({ lesson: name, view: isWall ? "" : "projector" }, () => page.go({
    lesson: name, screen: view.at + 1, filter: filterOf(view), view: isWall ? "" : "projector",
  }), isWall ? "Leave projector view" : "Projector view");
  other.className = "other";
  return make("footer", {}, view.back, view.next, other);
}

/** The screens' places, which are filled when they are first seen. */
function sections(view) {
  return view.lesson.screens.map((screen, i) => {
    const heading = make("h3", { tabindex: -1 }, screen.title);
    const section = make("section", { class: "screen", "aria-label": screen.title }, heading);
    section.hidden = true;
    view.screens.push({ screen, section, heading, first: firstQuestion(view.lesson, i) });
    return section;
  });
}

/** The number of a screen's first question, among all of the lesson. */
const firstQuestion = (lesson, i) => questionsOf({ screens: lesson.screens.slice(0, i) }).length;

/** Fill a screen, if it is not yet; one that needs the network, once that is there. */
function build(view, shown) {
  if (shown.kit) return shown;
  const { page, state, terms } = view;
  const ask = () => {
    view.isDue = true;
    view.ask();
  };
  shown.kit = makeKit({ state, drawing: page.drawing, ask, terms });
  if (isReady(shown.screen, state)) fill(view, shown);
  else {
    shown.line = make("p", { role: "status" }, waitsFor(view, shown.screen));
    shown.section.append(shown.line);
  }
  return shown;
}

/** Whether all is there that a screen is made of. */
const isReady = ({ needs, asks }, state) =>
  (!needs || (state.network && isEnough(needs, state))) && (!asks || state.told[asks(state).name]);

/** Whether the network in use has what a screen needs. */
const isEnough = (needs, { network: { layers } }) =>
  layers.filter(({ kind }) => kind === "convolution").length >= NEEDS[needs];

/** What to say on a screen that is not filled: what it waits for, or why it stays empty. */
function waitsFor(view, { needs }) {
  const { network } = view.state;
  if (!network || isEnough(needs, view.state)) return view.problem || COMING;
  return `This screen needs a network with ${needs}, which the one in use does not have. The shipped`
    + " one does.";
}

/** Ask the server what a screen needs of it; the newest answer stays until another one comes. */
function askServer(view, shown) {
  const { page, state } = view;
  if (!shown.screen.asks || !state.network) return;
  const question = shown.screen.asks(state);
  const answer = page.gradients.of(question);
  state.isComing = !answer;
  if (answer && !answer.problem) state.told[question.name] = answer;
  if (shown.line) tell(shown.line, answer?.problem ?? STARTING);
  fillWaiting(view, shown);
}

/** Fill a screen that has waited, if all is there now. */
function fillWaiting(view, shown) {
  if (!shown.line || !isReady(shown.screen, view.state)) return;
  shown.line.remove();
  shown.line = null;
  fill(view, shown);
}

function fill(view, { kit, screen, section, first }) {
  const texts = [screen.text ?? []].flat().map((text) => kit.words(text, screen.live));
  const questions = (screen.ask ?? []).map((question, i) =>
    makeQuestion(kit, question, () => solve(view, first + i)));
  const figure = [screen.show?.(kit, view.state) ?? []].flat();
  section.append(make("div", { class: "words" }, ...texts),
    make("div", { class: "figure" }, ...figure), make("div", { class: "asked" }, ...questions));
}

/** Load the network, and fill the screens that wait for it; or say there why it does not come. */
function awaitNetwork(view) {
  view.page.network(({ network, problem }) => {
    view.state.network = network;
    view.problem = problem;
    for (const shown of view.screens.filter(({ line }) => line)) {
      tell(shown.line, waitsFor(view, shown.screen));
      fillWaiting(view, shown);
    }
    view.ask();
  });
}

/** Show all screens one after the other, as on paper, with all that comes frame by frame. */
function showAll(view) {
  for (const shown of view.screens) {
    build(view, shown).section.hidden = false;
    if (shown.line && shown.screen.asks) tell(shown.line, OPEN_FIRST);
    for (let i = 0; i < MOST_FRAMES && (i === 0 || view.isDue); i++) {
      view.isDue = false;
      shown.kit.draw();
    }
  }
}

const showOne = ({ screens, at }) => screens.forEach(({ section }, i) => {
  section.hidden = i !== at;
});

/** Keep that a question was answered. */
function solve(view, question) {
  keep(view.name, question);
  showDots(view);
}

/** Show another screen; where `isAsked`, the keyboard goes there, and the address tells of it. */
function goTo(view, at, isAsked = false) {
  const { lesson, screens } = view;
  screens[view.at].section.hidden = true;
  screens[view.at].kit?.leave();
  view.at = at;
  const shown = build(view, screens[at]);
  shown.section.hidden = false;
  view.back.disabled = at === 0;
  tell(view.next, at === lesson.screens.length - 1 ? "Finish" : "Next");
  showDots(view);
  if (isAsked) {
    shown.heading.focus({ preventScroll: true });
    view.page.tell(placeOf(view));
    document.querySelector(".stMain")?.scrollTo(0, 0);
  }
  view.ask();
}

/** Mark the screen that is seen, and those whose questions were all answered. */
function showDots(view) {
  const { dots, screens, where, at, name } = view;
  const known = new Set(answered()[name] ?? []);
  dots.forEach((dot, i) => {
    const count = screens[i].screen.ask?.length ?? 0;
    const asked = Array.from({ length: count }, (_, k) => screens[i].first + k);
    dot.classList.toggle("asks", count > 0);
    dot.classList.toggle("done", count > 0 && asked.every((question) => known.has(question)));
    tell(dot, String(i === at), "aria-current");
  });
  tell(where, `${at + 1} of ${dots.length}`);
}

/** The filter that the learner has made, as the address tells it; [] before. */
function filterOf({ lesson, state, first }) {
  const filter = lesson.link ? state[lesson.link].flat() : [];
  return filter.every((weight, i) => weight === first[i]) ? [] : filter;
}

const placeOf = (view) => ({ lesson: view.name, screen: view.at + 1, filter: filterOf(view),
  view: view.place.view });

/** Let the address tell of another filter, when it rests. */
function tellFilter(view) {
  const now = filterOf(view).join();
  if (now === view.told) return;
  view.told = now;
  clearTimeout(view.timer);
  view.timer = setTimeout(() => view.page.tell(placeOf(view)), REST);
}
