/**
 * The tools that change what is on the canvas: by click and by key, one after the other.
 *
 * A tool acts on what the server knows. Pressed in the quarter of a second in which a stroke is not
 * known yet, or before the last one has acted, it waits: else the stroke would be lost.
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
    const tool = TOOLS.find((each) => event.target.closest?.(`${each} button`));
    if (!tool || isPressing) return;
    event.stopImmediatePropagation();
    ask(tool);
  }, { capture: true });

  document.addEventListener("keydown", (event) => {
    const tool = toolOf(event);
    if (!tool || !document.querySelector(tool) || event.composedPath()[0].matches?.(FIELD)) return;
    event.preventDefault();
    ask(tool);
  });

  function ask(tool) {
    const isReady = isKnown();
    // The first stroke's undo is there, but not yet to be pressed.
    queue.push({ tool, patience: isReady ? 0 : LONGEST });
    if (timer !== null) return;
    if (isReady) act();
    else wait(LONGEST);
    hurry();
  }

  function wait(time) {
    clearTimeout(timer);
    timer = setTimeout(act, time);
  }

  /** Press the next tool's button. */
  function act() {
    timer = null;
    if (!queue.length) return;
    const button = document.querySelector(`${queue[0].tool} button`);
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

/** Which tool a key is for: with Ctrl, or on a Mac with Cmd, as everywhere. */
function toolOf({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  if (!(ctrlKey || metaKey) || altKey) return null;
  const letter = key.toLowerCase();
  if (letter === "z") return shiftKey ? REDO : UNDO;
  return letter === "y" && !shiftKey ? REDO : null;
}
