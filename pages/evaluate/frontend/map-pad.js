/** A paper beside the map: what is drawn on it is placed among the digits, while the pen moves. */

import { decide } from "../../../cnn/web/decision.js";
import { withoutSize } from "../../../cnn/web/formats.js";
import { InkError, rasterise } from "../../../cnn/web/ink.js";
import { read } from "../../../cnn/web/network.js";
import { Sheet, ink, paintMap } from "../../../cnn/web/paint.js";
import { makePaper } from "../../../cnn/web/paper.js";
import { make, tell } from "../../layers/frontend/draw.js";

const EMPTY = "Draw a digit, and see where it belongs.";
const STARTING = "Starting the network …";
const NAME = "Your drawing: mouse or finger draws";
const SIDE = 28;

/**
 * Make the paper, on which there may be strokes already.
 *
 * Calls place(reading, sheet) with what the network makes of the drawing and a canvas of its
 * picture, or place(null); and drawn(strokes) when a stroke is over. Returns
 * { root, use(network, problem) }.
 */
export function makePad(strokes, { place, drawn }) {
  const canvas = make("canvas", { role: "img", "aria-label": NAME });
  const said = make("p", { class: "said", role: "status" }, EMPTY);
  const clear = make("button", { type: "button", onclick: () => paper.clear() }, "Clear");
  const sheet = new Sheet(document.createElement("canvas"));
  sheet.resize(SIDE, SIDE);
  let network = null;
  let problem = "";
  let reading;
  const paper = makePaper(canvas, changed, strokes);
  new ResizeObserver(paper.paint).observe(canvas);

  function changed() {
    paper.paint();
    look();
    if (!paper.penIsDown()) drawn(paper.strokes());
  }

  /** Read what is drawn, say it, and have it placed. */
  function look() {
    const picture = pictureOf(paper.strokes());
    clear.disabled = !paper.strokes().length;
    if (!picture || !network) {
      place(null);
      tell(said, problem || (picture ? STARTING : EMPTY));
      return;
    }
    reading = read(network, picture, reading);
    tell(said, `${decide(reading.probabilities).sentence}.`);
    paintMap(sheet, 0, 0, 1, picture, [SIDE, SIDE, 1], 0, ink, 1);
    sheet.show();
    place(reading, sheet.canvas);
  }

  /** The network's input, or null of what cannot be read. */
  function pictureOf(drawing) {
    if (!drawing.length) return null;
    try {
      return rasterise(withoutSize(drawing));
    } catch (error) {
      if (error instanceof InkError) return null;
      throw error;
    }
  }

  look();
  return {
    root: make("div", { class: "pad" }, make("h4", {}, "Your digit"), canvas, said, clear),
    /** Read with a network from now on, or say why there is none. */
    use(given, trouble) {
      [network, problem, reading] = [given, trouble, undefined];
      look();
    },
  };
}
