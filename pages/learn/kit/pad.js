/** A paper for one's own digit: the same drawing as on all pages. */

import { Sheet, ink, paintMap } from "../../../cnn/web/paint.js";
import { makePaper } from "../../../cnn/web/paper.js";
import { make } from "../../layers/frontend/draw.js";
import { exampleOf } from "./examples.js";

/** Make a paper, with what is drawn on it; buttons give an example, and clear it. */
export function makePad(kit, { name = "Your digit", wide = 13 } = {}) {
  const { drawing } = kit;
  const box = make("div", { class: "box paper" });
  const under = make("canvas", { class: "under", "aria-hidden": "true" });
  const sheet = new Sheet(under);
  let paper = null;
  let shown = null; // the strokes that it began with

  /** Begin a paper with the drawing's strokes: another pad, or a button, has put them there. */
  function begin() {
    shown = drawing.strokes;
    // Another canvas: what listened to the last one goes with it.
    const canvas = make("canvas", { role: "img", "aria-label": `${name}: mouse or finger draws` });
    box.replaceChildren(canvas, under);
    paper = makePaper(canvas, () => {
      shown = paper.strokes();
      drawing.draw(shown, paper.penIsDown());
    }, shown);
  }

  /** Show a picture that came without strokes, until there is one. */
  function showPicture(picture) {
    const side = picture.length;
    sheet.resize(side, side);
    paintMap(sheet, 0, 0, 1, picture.flat(), [side, side, 1], 0, ink, 1);
    sheet.show();
  }

  const example = () => drawing.draw(exampleOf(drawing.nextExample()), false);
  kit.onDraw(() => {
    if (!paper || shown !== drawing.strokes) begin();
    paper.paint();
    under.hidden = drawing.strokes.length > 0;
    if (!under.hidden) showPicture(drawing.picture);
  });
  return make("figure", { class: "map", style: `--wide: ${wide}rem` },
    make("figcaption", {}, make("b", {}, name)), box,
    make("div", { class: "buttons" },
      make("button", { type: "button", onclick: example }, "Another digit"),
      make("button", { type: "button", onclick: () => drawing.draw([], false) }, "Clear")));
}
