/**
 * The tools that change what is on the canvas: by click and by key, one after the other.
 *
 * A tool acts on what the server knows. Pressed in the quarter of a second in which a stroke is not
 * known yet, or before the last one has acted, it waits: else the stroke would be lost.
 */

const TOOLS = ["undo", "redo", "clear", "example"].map((name) => `.st-key-${name}`);
const [UNDO, REDO] = TOOLS;
const FIELD = "input:not([type=range], [type=radio], [type=checkbox]), textarea, [contenteditable]";
// Milliseconds after which one acts in any case.
const LONGEST = 1000;

/**
 * Listen to the tools, as long as the page is open.
 *
 * isKnown() says whether the server knows of all strokes, and hurry() has it told at once. Returns a
 * function to call whenever it has told what it knows.
 */
export function followTools(isKnown, hurry) {
  const queue = [];
  let timer = null; // while something is waited for
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
    queue.push(tool);
    if (timer !== null) return;
    if (isKnown()) act();
    else wait();
    hurry();
  }

  function wait() {
    timer = setTimeout(act, LONGEST);
  }

  /** Press the next tool's button. */
  function act() {
    clearTimeout(timer);
    timer = null;
    const tool = queue.shift();
    if (!tool) return;
    isPressing = true;
    document.querySelector(`${tool} button`)?.click();
    isPressing = false;
    wait();
  }

  return () => {
    // The page shows what it was told with the next frame.
    if (timer !== null && isKnown()) requestAnimationFrame(act);
  };
}

/** Which tool a key is for: with Ctrl, or on a Mac with Cmd, as everywhere. */
function toolOf({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  if (!(ctrlKey || metaKey) || altKey) return null;
  const letter = key.toLowerCase();
  if (letter === "z") return shiftKey ? REDO : UNDO;
  return letter === "y" && !shiftKey ? REDO : null;
}
