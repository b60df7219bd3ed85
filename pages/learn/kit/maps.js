/** Many small pictures side by side, one of them chosen: all maps of a layer, or all filters. */

import { Sheet, coloursOn, ink, paintMap } from "../../../cnn/web/paint.js";
import { make, tell } from "../../layers/frontend/draw.js";

const MOVES = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/**
 * Make pictures of grids. `of` gives a list of grids, or of { name, cells }; `chosen` names the
 * state's field that holds the number of the one that stands out. `most` is the value that has the
 * last colour, without it each picture's own largest; `colours` is "ink" for drawings; `wide` is a
 * picture's width in rem.
 */
export function makeMaps(kit, of, { name, chosen, most, colours: kind, wide = 3.5 }) {
  const box = make("div", { class: "maps", role: "radiogroup", "aria-label": name,
    style: `--wide: ${wide}rem` });
  const pictures = [];
  const choose = (number) => {
    kit.set(chosen, number);
    pictures[number].button.focus();
  };

  function add(number) {
    const canvas = make("canvas");
    const button = make("button", { type: "button", role: "radio", onclick: () => choose(number),
      onkeydown: (event) => {
        const to = number + (MOVES[event.key] ?? 0);
        if (to === number || !pictures[to]) return;
        event.preventDefault();
        choose(to);
      } }, canvas);
    box.append(button);
    pictures.push({ button, sheet: new Sheet(canvas) });
  }

  kit.onDraw(() => {
    const all = kit.get(of);
    while (pictures.length < all.length) add(pictures.length);
    const colours = kind === "ink" ? ink : coloursOn(box);
    all.forEach((each, i) => {
      const { button, sheet } = pictures[i];
      const isChosen = kit.state[chosen] === i;
      button.tabIndex = isChosen ? 0 : -1;
      tell(button, each.name ?? `${name} ${i}`, "aria-label");
      tell(button, String(isChosen), "aria-checked");
      paint(sheet, each.cells ?? each, kit.get(most), colours);
    });
  });
  return make("figure", {}, make("figcaption", {}, make("b", {}, name)), box);
}

function paint(sheet, cells, most, colours) {
  const [height, width] = [cells.length, cells[0].length];
  const values = Float32Array.from(cells.flat());
  const end = most || values.reduce((a, b) => Math.max(a, Math.abs(b)), 0) || 1;
  sheet.resize(width, height);
  paintMap(sheet, 0, 0, 1, values, [height, width, 1], 0, colours, end);
  sheet.show();
}
