/** The component of one cell: its place in the network, and its arithmetic. */

import { view } from "./view.js";

export default function ({ data, parentElement }) {
  view.take(parentElement.querySelector(".digitscope"), data);
  return () => view.leave("cell");
}
