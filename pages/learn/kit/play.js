/** What goes on by itself, step by step, until its end or until somebody stops it. */

import { make, tell } from "../../layers/frontend/draw.js";

/**
 * Make the button that plays and pauses: { button, stop }. `begin()` is done as it is pressed, and
 * `step()` each `beat` milliseconds, until `isLast()`. What plays stops when its screen is left.
 */
export function makePlay(kit, { beat, begin, step, isLast }) {
  let timer = 0;
  const button = make("button", { type: "button",
    onclick: () => (timer ? stop() : start()) }, "Play");

  function stop() {
    clearInterval(timer);
    timer = 0;
    tell(button, "Play");
  }

  function start() {
    tell(button, "Pause");
    begin();
    timer = setInterval(() => {
      step();
      if (isLast()) stop();
    }, beat);
  }

  kit.onLeave(stop);
  return { button, stop };
}
