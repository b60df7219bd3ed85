/** The component of the map of digits: the map, what is chosen on it, and a paper beside it. */

import { onThemeChange } from "../../../cnn/web/paint.js";
import { make, tell } from "../../layers/frontend/draw.js";
import { component } from "../../live/frontend/component.js";
import { load } from "../../live/frontend/networks.js";
import { makeCard } from "./map-card.js";
import { colourOf, makeChart } from "./map-chart.js";
import { mapFromFile } from "./map-data.js";
import { makePad } from "./map-pad.js";
import { placeOf } from "./map-place.js";

// The app's own address: this module lies at web/<digest>/pages/evaluate/frontend/ below it.
const ROOT = new URL("../../../../../", import.meta.url);
const MISSING = "The map could not be loaded into this browser: reload the page.";
const [COMPONENTS, NEIGHBOURS] = ["components", "neighbours"];
const TITLES = { [COMPONENTS]: "By components", [NEIGHBOURS]: "By neighbours" };

let count = 0; // of the maps on this page, to name what describes them

function begin(parentElement) {
  const root = parentElement.querySelector(".map-place");
  let told = null; // what Python told last
  let send = () => {};
  let shown = null; // the map that is there
  let isOver = false;

  async function start() {
    const { map, network } = told;
    const data = await fetched(map).catch(() => null);
    if (isOver || told.map !== map) return;
    if (!data) {
      root.replaceChildren(make("p", { role: "status" }, MISSING));
      return;
    }
    shown = makeMap(data, told, (name, value) => send(name, value));
    root.replaceChildren(...shown.parts);
    shown.tell(told);
    load(network, () => !isOver && told.network === network,
      ({ network: ready, problem }) => shown.use(ready, problem));
  }

  return {
    update(data, setTriggerValue) {
      const before = told;
      [told, send] = [data, setTriggerValue];
      if (before?.map !== data.map || before?.network !== data.network) start();
      else shown?.tell(data);
    },
    end() {
      isOver = true;
    },
  };
}

async function fetched(address) {
  const answer = await fetch(new URL(address, ROOT));
  if (!answer.ok) throw new Error(answer.statusText);
  return mapFromFile(await answer.arrayBuffer());
}

/** Make all that is seen of a map; `told` has the strokes and the layer by which digits lie. */
function makeMap(map, told, send) {
  const id = `digit-map-${++count}`;
  let neighbours = null; // the places by neighbours, once they are known
  let kind = COMPONENTS;
  let isNew = true;
  let own = null; // the drawing: { units, sheet }

  const canvas = make("canvas", { tabindex: 0, role: "application", "aria-describedby": id,
    "aria-label": "Map of digits: arrow keys go from one to the next, Enter opens it on Layers" });
  const summary = make("p", { id, class: "summary" });
  const waiting = make("span", { class: "waiting", role: "status" });
  const open = (index) => send("opened", { digit: index });
  const card = makeCard(map, open);
  const chart = makeChart(canvas, map, { point: card.show, open });
  const pad = makePad(told.strokes, { place: placed, drawn: (strokes) => send("drawn", strokes) });

  const kinds = Object.entries(TITLES).map(([each, title]) =>
    make("button", { type: "button", onclick: () => choose(each) }, title));
  const digits = [...Array(10).keys()].map((digit) =>
    make("button", { type: "button", class: "digit", "aria-label": `Only ${digit}`,
      "aria-pressed": "false", onclick: () => focus(digit) }, String(digit)));
  const wrong = make("button", { type: "button", disabled: !chart.wrong.length && "",
    onclick: nextWrong }, chart.wrong.length ? "Next mistake" : "No mistake");

  function choose(each) {
    kind = each;
    chart.show(each === NEIGHBOURS ? neighbours : map.places);
    pressed();
    place();
  }

  function pressed() {
    Object.keys(TITLES).forEach((each, i) => {
      tell(kinds[i], String(each === kind), "aria-pressed");
      kinds[i].disabled = each === NEIGHBOURS && !neighbours;
    });
    tell(summary, told.said[kind]);
  }

  /** Show one digit's alone, or all again. */
  function focus(digit) {
    const isAlone = digits[digit].getAttribute("aria-pressed") === "true";
    digits.forEach((button, i) => tell(button, String(i === digit && !isAlone), "aria-pressed"));
    chart.focus(isAlone ? null : digit);
  }

  let lastWrong = -1;
  function nextWrong() {
    lastWrong = (lastWrong + 1) % chart.wrong.length;
    chart.point(chart.wrong[lastWrong]);
  }

  function placed(reading, sheet) {
    own = reading && { units: reading.values[told.layer], sheet };
    place();
  }

  function place() {
    const places = kind === NEIGHBOURS ? neighbours : null;
    chart.own(own && placeOf(map, own.units, places), own?.sheet);
  }

  const coloured = () => digits.forEach((button, digit) =>
    button.style.setProperty("--colour", colourOf(digit, canvas)));
  const controls = make("div", { class: "controls" },
    make("div", { class: "kinds", role: "group", "aria-label": "How digits are laid out" },
      ...kinds), waiting);
  const legend = make("div", { class: "legend", role: "group", "aria-label": "Digits shown" },
    ...digits, wrong);
  const parts = [controls, make("div", { class: "field" }, canvas), legend,
    make("div", { class: "beside" }, pad.root, card.root), summary];
  onThemeChange(controls, coloured);
  requestAnimationFrame(coloured);

  return {
    parts,
    use: pad.use,
    /** Take what Python has found out since. */
    tell(data) {
      told = data;
      tell(waiting, data.waiting);
      if (data.neighbours && !neighbours) neighbours = Float32Array.from(data.neighbours);
      // Whoever is here before they are known is not led away.
      if (isNew && neighbours) choose(NEIGHBOURS);
      isNew = false;
      pressed();
    },
  };
}

export default component(begin);
