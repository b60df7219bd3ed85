/** Pictures of grids that are too large for numbers: a drawing, or what a filter makes of it. */

import { Sheet, coloursOn, gradient, ink, paintMap } from "../../../cnn/web/paint.js";
import { make, tell } from "../../layers/frontend/draw.js";
import { addWindow } from "./window.js";

/**
 * Make a picture of a grid. `colours` is "ink" for a drawing; `most` the value that has the last
 * colour; `window` as in `window.js`; `name` stands above it, `note(state)` below; `wide`, maybe a
 * function of the state, is its width in rem.
 */
export function makeMap(kit, of, { name, colours, most, window: slides, note, wide = 13 }) {
  const canvas = make("canvas", { role: "img", "aria-label": name });
  const box = make("div", { class: "box" }, canvas);
  const figure = make("figure", { class: "map" },
    make("figcaption", {}, make("b", {}, name)), box);
  if (note) figure.append(kit.words("{note}", { note }));
  const sheet = new Sheet(canvas);
  kit.onDraw(() => {
    tell(figure, `--wide: ${kit.get(wide)}rem`, "style");
    const cells = kit.get(of);
    const [height, width] = [cells.length, cells[0].length];
    const values = Float32Array.from(cells.flat());
    const code = colours === "ink" ? ink : coloursOn(canvas);
    const end = colours === "ink" ? 1 : kit.get(most ?? 0) || largest(values) || 1;
    sheet.resize(width, height);
    paintMap(sheet, 0, 0, 1, values, [height, width, 1], 0, code, end);
    sheet.show();
  });
  if (slides) addWindow(kit, box, () => [kit.get(of).length, kit.get(of)[0].length], slides);
  return figure;
}

const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** What the colours of numbers mean, from −most to most; `most` as in a map. */
export function makeLegend(kit, { most = null, unit = "" } = {}) {
  const ramp = make("span", { class: "ramp" });
  const [low, high] = [make("span"), make("span")];
  const legend = make("div", { class: "legend" }, low, ramp, high);
  kit.onDraw(() => {
    const end = most === null ? "" : String(Number(kit.get(most).toFixed(1)));
    tell(low, end ? `−${end}${unit}` : "negative");
    tell(high, end ? `${end}${unit}` : "positive");
    ramp.style.background = gradient(-1, 1, coloursOn(ramp));
  });
  return legend;
}
