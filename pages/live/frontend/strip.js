/** The strip of maps below the canvas. */

import { coloursOn, onThemeChange } from "../../../cnn/web/paint.js";
import { makeStrip } from "../../../cnn/web/strip.js";
import { component } from "./component.js";
import { follow } from "./reader.js";

function begin(parentElement) {
  const root = parentElement.querySelector(".strip-place");
  let address = null;
  let stop = () => {};
  let strip = null;
  let state = {};

  function show(next) {
    if (next.network && next.network !== state.network) {
      strip = makeStrip(root, next.network, linkTo);
    }
    state = next;
    // Meanwhile there are digits to try in its place (pages/draw/welcome.css).
    root.inert = state.isEmpty;
    paint();
  }

  const paint = () => strip?.show(state.reading, coloursOn(root));
  onThemeChange(root, paint);

  return {
    update({ network }) {
      if (network === address) return;
      address = network;
      stop();
      stop = follow(network, show);
    },
    end: () => stop(),
  };
}

/** Where a layer is looked at, with the drawing that the page's address holds. */
function linkTo(layer) {
  const words = new URLSearchParams({ layer });
  const ink = new URLSearchParams(location.search).get("ink");
  if (ink) words.set("ink", ink);
  return `Layers?${words}`;
}

export default component(begin);
