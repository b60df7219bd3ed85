/** Stages that numbers go through: a row for each, with its maps or its band, and its size. */

import { isMap } from "../../../cnn/web/network.js";
import { Sheet, coloursOn, ink, paintMaps } from "../../../cnn/web/paint.js";
import { make, tell } from "../../layers/frontend/draw.js";
import { times } from "./counts.js";

// Maps that stand side by side.
const COLUMNS = 8;
// Numbers that are no maps lie in a band so many rows high; few are larger, to be seen at all.
const BAND = 16;
const FEW = { count: 20, zoom: 8 };

/**
 * Make a list of stages. `of` gives { title, kind, shape, values, text, step, zoom }: one layer's
 * values, what is said of them, what is done to come to them, and the pixels of a cell. All but
 * kind, shape and values may be left out.
 */
export function makeStages(kit, of, { name }) {
  const list = make("ol", { class: "stages", "aria-label": name });
  const rows = [];
  kit.onDraw(() => {
    const stages = kit.get(of);
    const colours = coloursOn(list);
    while (rows.length < stages.length) rows.push(addRow(list));
    rows.forEach(({ row }, i) => (row.hidden = i >= stages.length));
    stages.forEach((stage, i) => show(rows[i], stage, colours));
  });
  return make("figure", {}, make("figcaption", {}, make("b", {}, name)), list);
}

function addRow(list) {
  const canvas = make("canvas", { role: "img" });
  const [title, text, step] = ["b", "span", "small"].map((tag) => make(tag));
  const row = make("li", {}, make("span", { class: "picture" }, canvas),
    make("span", { class: "told" }, step, title, " ", text));
  list.append(row);
  return { row, title, text, step, sheet: new Sheet(canvas) };
}

function show({ title, text, step, sheet }, stage, colours) {
  tell(title, stage.title ?? "");
  tell(text, stage.text ?? "");
  tell(step, stage.step ?? "");
  tell(sheet.canvas, `${stage.title ?? ""} ${stage.text ?? times(stage.shape)}`, "aria-label");
  const code = stage.kind === "input" ? ink : colours;
  const isBand = !isMap(stage);
  const [shape, columns] = isBand ? [bandOf(stage.shape[0]), 1] : [stage.shape, COLUMNS];
  paintMaps(sheet, stage.values, shape, code, columns);
  const zoom = stage.zoom ?? (isBand && stage.shape[0] <= FEW.count ? FEW.zoom : 1);
  tell(sheet.canvas, `width: ${zoom * sheet.width}px`, "style");
}

/** The shape of a band: as many rows as there may be, so that none is left half empty. */
function bandOf(count) {
  let rows = count <= FEW.count ? 1 : BAND;
  while (count % rows) rows -= 1;
  return [rows, count / rows, 1];
}
