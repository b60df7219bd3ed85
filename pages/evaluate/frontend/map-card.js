/** What is told of the digit that is pointed at: its picture, its label, and how it is read. */

import { percent } from "../../../cnn/web/decision.js";
import { SIZE } from "../../../cnn/web/ink.js";
import { Sheet, ink, paintMap } from "../../../cnn/web/paint.js";
import { make, tell } from "../../layers/frontend/draw.js";

const HINT = "Point at a digit of the map. A ring means that it is misread.";

/** Make the card of a map's digits; calls open(index) to look inside. Returns { root, show }. */
export function makeCard(map, open) {
  const picture = make("canvas", { "aria-hidden": "true" });
  const sheet = new Sheet(picture);
  sheet.resize(SIZE, SIZE);
  const name = make("b", {});
  const said = make("span", {});
  const button = make("button", { type: "button", onclick: () => open(shown) }, "Open on Layers");
  const words = make("p", { role: "status" }, name, said);
  const root = make("div", { class: "card empty" }, make("h4", {}, "This digit"), picture,
    make("div", {}, words, button));
  let shown = -1;

  /** Show one of the digits; -1 is none. */
  function show(index) {
    shown = index;
    root.classList.toggle("empty", index < 0);
    button.disabled = index < 0;
    if (index < 0) {
      tell(said, HINT);
      return;
    }
    const [label, read] = [map.labels[index], map.read[index]];
    tell(name, label === read ? `A ${label}. ` : `A ${label}, read as ${read}. `);
    tell(said, `${percent(map.certainty[index])} sure.`);
    const image = map.images.subarray(index * SIZE ** 2, (index + 1) * SIZE ** 2);
    paintMap(sheet, 0, 0, 1, image, [SIZE, SIZE, 1], 0, ink, 255);
    sheet.show();
  }

  show(-1);
  return { root, show };
}
