/**
 * The pen's rest: a drawing is over when the pen has left the canvas alone for a while.
 *
 * Python is told so, keeps the drawing and clears the canvas. The component drops a stroke that is
 * under way when it is cleared: until then all that the pen does waits here, and is done again on
 * the empty canvas, where it begins the next drawing.
 */

import { component } from "./component.js";

// In milliseconds: a digit may have several strokes, and a hand needs a moment between them.
const REST = 1000;
// From the server's answer until the canvas is empty: a frame or two.
const CLEARED = 60;
// A server that has not answered until then is not waited for.
const LONGEST_WAIT = 10_000;

const KINDS = [
  ...["pointerdown", "pointermove", "pointerup", "pointercancel"],
  ...["mousedown", "mousemove", "mouseup"],
  ...["touchstart", "touchmove", "touchend", "touchcancel"],
];

/** Follow the pen for one place on the page. */
function begin(parentElement) {
  const bar = parentElement.querySelector(".rest-place");
  let newest = null; // what Python has told
  let send = null; // tells it something
  let timer = 0;
  let isDown = false;
  let waits = null; // while Python is waited for: { turn, events, isMine, timer }

  for (const kind of KINDS) window.addEventListener(kind, see, { capture: true, passive: false });
  // On a phone, what began this may stand a screen below.
  document.querySelector(".st-key-canvas")?.scrollIntoView({ block: "nearest" });

  /** See an event before all others do. */
  function see(event) {
    if (waits) hold(event);
    else if (event.type === "pointerdown" && isOnCanvas(event)) putDown();
    else if (isDown && ["pointerup", "pointercancel"].includes(event.type)) lift();
  }

  function putDown() {
    isDown = true;
    stopResting();
  }

  function lift() {
    isDown = false;
    rest();
  }

  function rest() {
    stopResting();
    if (!newest.is_asked) return;
    bar.classList.add("resting");
    timer = setTimeout(tell, REST);
  }

  function stopResting() {
    clearTimeout(timer);
    bar.classList.remove("resting");
  }

  function tell() {
    const { revision, turn } = newest;
    stopResting();
    waits = { turn, events: [], isMine: false, timer: setTimeout(goOn, LONGEST_WAIT) };
    send("rested", { revision });
  }

  /** Keep what the pen does on the canvas for later. */
  function hold(event) {
    if (event.type.endsWith("down") || event.type === "touchstart") waits.isMine = isOnCanvas(event);
    if (!waits.isMine) return;
    event.stopImmediatePropagation();
    // Otherwise the browser would make a mouse's events of a finger's.
    if (event.type.startsWith("touch")) event.preventDefault();
    waits.events.push({ target: event.composedPath()[0], event });
  }

  /** Do what was kept for later. */
  function goOn() {
    const { events, timer: longest } = waits;
    clearTimeout(longest);
    waits = null;
    for (const { target, event } of events) {
      target.dispatchEvent(new event.constructor(event.type, event));
    }
  }

  return {
    update(told, setTriggerValue) {
      const before = newest;
      [newest, send] = [told, setTriggerValue];
      const { revision, turn, is_asked: isAsked, is_empty: isEmpty } = told;
      if (waits) {
        if (turn !== waits.turn) setTimeout(() => waits && goOn(), CLEARED);
        return;
      }
      // Something else is on the canvas now, by Undo or Clear.
      if (before && revision !== before.revision) stopResting();
      if (before && isAsked && !before.is_asked && !isEmpty && !isDown) rest();
    },
    end() {
      stopResting();
      if (waits) goOn();
      for (const kind of KINDS) window.removeEventListener(kind, see, { capture: true });
    },
  };
}

/** Whether an event is on the drawing component's canvas, which has a shadow root. */
const isOnCanvas = (event) =>
  event.composedPath().some((element) => element.classList?.contains("upper-canvas"));

export default component(begin);
