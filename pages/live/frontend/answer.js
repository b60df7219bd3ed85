/**
 * The answer of a network. The one beside the canvas also tells the reader what the server knows of
 * the drawing, and the page's style how it is read.
 */

import { makeAnswer } from "../../../cnn/web/answer.js";
import { decide } from "../../../cnn/web/decision.js";
import { strokesFromCanvas } from "../../../cnn/web/formats.js";
import { component } from "./component.js";
import { follow, setDrawing } from "./reader.js";

const EMPTY = "Draw a digit, 0 to 9, with mouse or finger.";
const STARTING = "Starting the network …";

// The place that said last how the drawing is read: one may come before another one goes.
let teller = null;

function begin(parentElement) {
  const root = parentElement.querySelector(".answer-place");
  const answer = makeAnswer(root);
  let address = null;
  let stop = () => {};
  let isBesideCanvas = false;
  let revision = null;

  /** Show what has been put on the canvas by a click far below it. */
  function comeIntoView(drawing) {
    const isAnother = revision !== null && drawing.revision !== revision;
    revision = drawing.revision;
    if (!isAnother || !drawing.picture || root.getBoundingClientRect().top >= 0) return;
    document.querySelector(".st-key-editor").scrollIntoView();
  }

  function show({ reading, isEmpty, penIsDown, problem }) {
    if (problem) answer.wait(problem);
    else if (isEmpty) answer.wait(EMPTY);
    else if (!reading) answer.wait(STARTING);
    else answer.show(reading.probabilities, penIsDown);
    if (!isBesideCanvas) return;
    const isRead = reading && !problem;
    teller = answer;
    tell(!isRead ? "none" : decide(reading.probabilities).kind === "digit" ? "sure" : "unsure");
  }

  return {
    update({ network, drawing, trouble }) {
      isBesideCanvas = Boolean(drawing);
      if (drawing) {
        setDrawing(known(drawing), drawing.brush);
        comeIntoView(drawing);
      }
      if (network === address) return;
      address = network;
      stop();
      stop = network ? follow(network, show) : () => {};
      if (!network) answer.wait(trouble);
    },
    end() {
      stop();
      if (isBesideCanvas) tell("none");
    },
  };
}

/** What the server knows of the drawing, as the reader takes it. */
const known = ({ paths, picture, revision }) => ({
  strokes: strokesFromCanvas(paths),
  picture: picture && Float32Array.from(picture),
  revision,
});

/** Tell the page's style how the drawing is read: "sure", "unsure", or "none" while it is not. */
function tell(state) {
  document.documentElement.dataset.reading = state;
}

export default component(begin);
