/** A command, or a piece of a program, to be copied. */

import { make, tell } from "../../layers/frontend/draw.js";

const COPIED = "Copied";
// Browsers have no clipboard where a server is reached by its number, as in a class.
const SELECTED = "Selected: now press Ctrl and C";
// What is longer is shown in part, and copied whole.
const MOST = 240;

/** Make a text to copy, as `of` gives it; `name` stands above it, `note(state)` below. */
export function makeCommand(kit, of, { name, note }) {
  const code = make("code");
  const below = make("p");
  const said = make("span", { class: "said", role: "status" });
  const button = make("button", { type: "button", "aria-label": `Copy: ${name}`, onclick: copy },
    "Copy");

  async function copy() {
    const text = kit.get(of);
    try {
      await navigator.clipboard.writeText(text);
      tell(said, COPIED);
    } catch {
      code.textContent = text;
      getSelection().selectAllChildren(code);
      tell(said, SELECTED);
    }
  }

  kit.onDraw(() => {
    if (note) tell(below, kit.get(note));
    const text = kit.get(of);
    const shown = text.length > MOST ? `${text.slice(0, MOST)} …` : text;
    if (code.textContent === shown) return;
    tell(code, shown);
    tell(said, "");
  });
  return make("figure", { class: "command" }, make("figcaption", {}, make("b", {}, name), said),
    button, make("pre", {}, code), ...(note ? [below] : []));
}
