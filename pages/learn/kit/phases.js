/** What happens one after the other: a strip of phases, with Back, Play and Forward. */

import { make, tell } from "../../layers/frontend/draw.js";
import { makePlay } from "./play.js";

// Milliseconds that a phase is looked at while they play.
const BEAT = 1600;

/**
 * Make the strip. `of` is the state's field that holds the number of the phase that is seen;
 * `phases` a list of { name, text }, whose text is a function of the state.
 */
export function makePhases(kit, of, { name, phases }) {
  const last = phases.length - 1;
  const marks = phases.map(() => make("li"));
  const button = (text, act) => make("button", { type: "button", onclick: act }, text);
  const go = (to) => kit.set(of, Math.min(Math.max(to, 0), last));

  const isLast = () => kit.state[of] === last;
  const play = makePlay(kit, { beat: BEAT, isLast,
    begin: () => go(isLast() ? 0 : kit.state[of] + 1),
    step: () => go(kit.state[of] + 1) });
  const step = (by) => () => {
    play.stop();
    go(kit.state[of] + by);
  };
  const back = button("Back one", step(-1));
  const forward = button("Forward one", step(1));
  const title = make("b");
  const text = make("span");
  kit.onDraw(() => {
    const now = kit.state[of];
    marks.forEach((mark, i) => tell(mark, i < now ? "done" : i === now ? "now" : "", "class"));
    back.disabled = now === 0;
    forward.disabled = now === last;
    tell(title, `${now + 1} of ${phases.length}: ${phases[now].name}. `);
    tell(text, phases[now].text(kit.state));
  });
  return make("div", { class: "phases", role: "group", "aria-label": name },
    make("ol", { "aria-hidden": "true" }, ...marks),
    make("div", { class: "buttons" }, back, play.button, forward),
    make("p", { class: "said", role: "status" }, title, text));
}
