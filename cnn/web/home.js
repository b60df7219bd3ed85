/**
 * The page that goes home: one HTML file that holds the network, and reads what is drawn on it.
 *
 * `cnn/web/take_home.py` puts this module, those that it imports, and the network's file into
 * `home.html`. Nothing is ever asked of a server.
 */

import { makeAnswer } from "./answer.js";
import { withoutSize } from "./formats.js";
import { onceAFrame } from "./frames.js";
import { InkError, rasterise } from "./ink.js";
import { networkFromFile, read, warmUp } from "./network.js";
import { coloursOn, onThemeChange } from "./paint.js";
import { makePaper } from "./paper.js";
import { makeStrip } from "./strip.js";

const EMPTY = "Draw a digit, 0 to 9, with mouse or finger.";
const LOADING = "The network is being unpacked …";
// Letters of the network's text that are decoded at a time, a multiple of four.
const PORTION = 2 ** 20;

const element = (id) => document.getElementById(id);

/** Decode base64 to bytes, with pauses in which the page can draw and listen. */
async function bytesOf(text) {
  const bytes = new Uint8Array((text.length / 4) * 3);
  for (let start = 0; start < text.length; start += PORTION) {
    const part = atob(text.slice(start, start + PORTION));
    for (let i = 0; i < part.length; i++) bytes[(start / 4) * 3 + i] = part.charCodeAt(i);
    await new Promise((goOn) => setTimeout(goOn));
  }
  return bytes.buffer;
}

/** Show the page: paper, answer and the strip of maps, which follow the pen. */
async function showPage() {
  element("too-old").remove();
  const answer = makeAnswer(element("answer"));
  const paper = makePaper(element("paper"), () => follow());
  let [network, strip, reading, earliest] = [null, null, null, 0];
  // For whoever looks into it with the browser's console.
  const digitscope = { strokes: paper.strokes, picture: null, reading: null, network: null };
  // Other pictures than the drawn one: digitscope.read(digitscope.picture).probabilities
  digitscope.read = (picture) => read(digitscope.network, picture);
  window.digitscope = digitscope;

  const follow = onceAFrame(() => {
    paper.paint();
    const begun = performance.now();
    if (begun < earliest) return follow();
    show();
    // A network that takes long leaves half of the time to the pen.
    earliest = 2 * performance.now() - begun;
  });

  function show() {
    if (!network) return answer.wait(LOADING);
    const picture = pictureOf(paper.strokes(), answer);
    if (picture) {
      reading = read(network, picture, reading ?? undefined);
      answer.show(reading.probabilities, paper.penIsDown());
    }
    strip.show(picture && reading, coloursOn(document.body));
    Object.assign(digitscope, { network, picture, reading: picture && reading });
  }

  element("undo").addEventListener("click", paper.undo);
  element("clear").addEventListener("click", paper.clear);
  addEventListener("resize", follow);
  onThemeChange(document.body, follow);
  follow();
  network = networkFromFile(await bytesOf(element("network").textContent));
  strip = makeStrip(element("strip"), network);
  reading = warmUp(network);
  follow();
}

/** Turn strokes into the network's input; if that cannot be done, say why, and return null. */
function pictureOf(strokes, answer) {
  if (!strokes.length) {
    answer.wait(EMPTY);
    return null;
  }
  try {
    return rasterise(withoutSize(strokes));
  } catch (error) {
    if (!(error instanceof InkError)) throw error;
    answer.wait(error.message);
    return null;
  }
}

showPage();
