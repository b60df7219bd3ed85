/**
 * The tools that change what is on the canvas, by click and by key, one after the other; and the
 * links that lead away from it.
 *
 * A tool acts on what the server knows, and the next page shows it. Pressed in the quarter of a
 * second in which a stroke is not known yet, or before the last tool has acted, both wait: else the
 * stroke would be lost.
 */

const TOOLS = ["undo", "redo", "clear", "example"].map((name) => `.st-key-${name}`);
const [UNDO, REDO] = TOOLS;
const FIELD = "input:not([type=range], [type=radio], [type=checkbox]), textarea, [contenteditable]";
// Milliseconds after which one acts in any case, and in which a page shows what it was told.
const [LONGEST, FRAME] = [3000, 20];

/**
 * Listen to the tools, as long as the page is open.
 *
 * isKnown() says whether the server knows of all strokes, and hurry() has it told at once. Returns
 * told(revision), to be called whenever it says what it knows; with another revision a tool has
 * acted.
 */
export function followTools(isKnown, hurry) {
  const queue = [];
  let timer = null; // while something is waited for
  let [revision, pressedAt] = [null, null];
  let isPressing = false;

  document.addEventListener("click", (event) => {
    if (isPressing) return;
    const tool = TOOLS.find((each) => event.target.closest?.(`${each} button`));
    const link = linkOf(event);
    if (!tool && (!link || isIdle())) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    ask(tool ? () => buttonOf(tool) : () => link);
  }, { capture: true });

  document.addEventListener("keydown", (event) => {
    const tool = toolOf(event);
    if (!tool || !document.querySelector(tool) || event.composedPath()[0].matches?.(FIELD)) return;
    event.preventDefault();
    ask(() => buttonOf(tool));
  });

  const isIdle = () => timer === null && isKnown();

  function ask(find) {
    const isReady = isKnown();
    // The first stroke's undo is there, but not yet to be pressed.
    queue.push({ find, patience: isReady ? 0 : LONGEST });
    if (timer !== null) return;
    if (isReady) act();
    else wait(LONGEST);
    hurry();
  }

  function wait(time) {
    clearTimeout(timer);
    timer = setTimeout(act, time);
  }

  /** Press the next tool's button, or the link. */
  function act() {
    timer = null;
    if (!queue.length) return;
    const button = queue[0].find();
    queue[0].patience -= FRAME;
    if (button?.disabled && queue[0].patience > 0) return wait(FRAME);
    queue.shift();
    pressedAt = revision;
    isPressing = true;
    button?.click();
    isPressing = false;
    wait(LONGEST);
  }

  return (now) => {
    revision = now;
    if (timer !== null && now !== pressedAt && isKnown()) wait(FRAME);
  };
}

const buttonOf = (tool) => document.querySelector(`${tool} button`);

/** The link on which a click opens another page here, if it does. */
function linkOf(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return null;
  const link = event.composedPath().find((element) => element.matches?.("a[href]"));
  return link && !["_blank", "_top"].includes(link.target) && !link.download ? link : null;
}

/** Which tool a key is for: with Ctrl, or on a Mac with Cmd, as everywhere. */
function toolOf({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  if (!(ctrlKey || metaKey) || altKey) return null;
  const letter = key.toLowerCase();
  if (letter === "z") return shiftKey ? REDO : UNDO;
  return letter === "y" && !shiftKey ? REDO : null;
}
