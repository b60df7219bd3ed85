/** The component of all maps: they follow the pen, and a click on one chooses a cell. */

import { follow } from "../../live/frontend/reader.js";
import { view } from "./view.js";

const following = new Map();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".digitscope");
  view.showNetworkIn(root, data.network, (cell) => setTriggerValue("cell", cell));
  const now = following.get(parentElement);
  if (now?.address !== data.network) {
    now?.stop();
    const stop = follow(data.network, (state) => view.follow(state));
    following.set(parentElement, { address: data.network, stop });
  }
  return () => {
    following.get(parentElement)?.stop();
    following.delete(parentElement);
    view.leave("network");
  };
}
