/** The component of the lessons: it shows the overview, a lesson, or the notes for teachers. */

import { make } from "../../layers/frontend/draw.js";
import { component } from "../../live/frontend/component.js";
import { load } from "../../live/frontend/networks.js";
import { wordsOf } from "./address.js";
import { makeDrawing } from "./drawing.js";
import { makeGradients } from "./gradients.js";
import { showLesson } from "./lesson.js";
import { showNotes } from "./notes.js";
import { showOverview } from "./overview.js";

const MISSING = "The lessons could not be loaded into this browser: reload the page.";

/** All lessons in the order of the course: [name, lesson]; each is a file of its own. */
async function course(names) {
  const modules = await Promise.all(names.map((name) => import(`../lessons/${name}.js`)));
  return names.map((name, i) => [name, modules[i].default])
    .sort(([, a], [, b]) => a.number - b.number);
}

/** What is shown, and what all of it has in common; it begins with what Python told first. */
function makeStage() {
  const root = make("div", { class: "learn" });
  const stage = { root, owner: null, send: () => {}, take, start, end };
  let page = null;
  let shown = { ask: () => {}, leave: () => {} };
  let isOver = false;

  /** Go to a place, and let the address tell of it. */
  function go(place) {
    show(place);
    tell(place);
    document.querySelector(".stMain")?.scrollTo(0, 0);
  }

  /** Show a place, and what was wrong with the address that led there. */
  function show(place, trouble = "") {
    shown.leave();
    document.documentElement.dataset.view = place.view ?? "";
    const lesson = page.lessons.find(([name]) => name === place.lesson);
    if (place.view === "notes") shown = showNotes(root, page);
    else if (lesson) shown = showLesson(root, page, ...lesson, place);
    else shown = showOverview(root, page);
    if (trouble) root.prepend(make("p", { class: "wrong", role: "status" }, trouble));
    shown.ask();
  }

  const tell = (place) => stage.send("place", wordsOf(place));

  /** Hand on what the server has answered. */
  function take(answer) {
    page?.gradients?.take(answer);
  }

  async function start({ place, trouble, names, terms, network, problem, drawing }) {
    if (page) return; // what is told later this page has told itself
    page = {};
    const lessons = await course(names).catch(() => null);
    if (isOver) return;
    if (!lessons) {
      root.replaceChildren(make("p", { class: "wrong", role: "status" }, MISSING));
      return;
    }
    const drawn = (strokes) => stage.send("drawn", strokes);
    page = { lessons, terms, go, tell,
      drawing: makeDrawing(drawing, () => shown.ask(), drawn),
      gradients: makeGradients((question) => stage.send("asked", question), () => shown.ask()),
      /** Load the network that this session reads with; calls `loaded` with it, or a problem. */
      network: (loaded) => (network ? load(network, () => !isOver, loaded)
        : loaded({ network: null, problem })) };
    show(place, trouble);
  }

  function end() {
    isOver = true;
    shown.leave();
    delete document.documentElement.dataset.view;
  }

  return stage;
}

// Streamlit may make the component anew while its page is open, on a busy machine: what was done in
// a lesson goes on in the new one.
let stage = null;

const isOpen = () => location.pathname.endsWith("/Learn");

function begin(parentElement) {
  stage ??= makeStage();
  stage.owner = parentElement;
  parentElement.querySelector(".learn-place").replaceChildren(stage.root);
  return {
    update(data, setTriggerValue) {
      stage.send = setTriggerValue;
      stage.take(data.answer);
      stage.start(data);
    },
    end() {
      if (stage?.owner !== parentElement || isOpen()) return;
      stage.end();
      stage = null;
    },
  };
}

export default component(begin);
