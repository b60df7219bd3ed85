/** The networks in this browser's memory: fetched, unpacked and warmed up when nothing else is. */

import { networkFromFile, warmUp } from "../../../cnn/web/network.js";

// The app's own address: this module lies at web/<digest>/pages/live/frontend/ below it.
const ROOT = new URL("../../../../../", import.meta.url);
// Two are compared, and one is on its way.
const MOST = 3;
// Seconds until what did not come is asked for again.
const AGAIN = 3;
const LONGEST_WAIT = 1000;
const MISSING = "The network could not be loaded into this browser: reload the page.";

const loading = new Map();

/**
 * Load the network at an address, relative to the app's own.
 *
 * Calls tell({ network, problem }) once it is ready, and also, with a sentence and no network, when
 * it does not come; it is then asked for again, as long as isWanted().
 */
export async function load(address, isWanted, tell) {
  if (!loading.has(address)) loading.set(address, fetched(address));
  try {
    const network = await loading.get(address);
    forgetOldest(address);
    tell({ network, problem: "" });
  } catch {
    loading.delete(address);
    tell({ network: null, problem: MISSING });
    setTimeout(() => isWanted() && load(address, isWanted, tell), 1000 * AGAIN);
  }
}

async function fetched(address) {
  const answer = await fetch(new URL(address, ROOT), { priority: "low" });
  if (!answer.ok) throw new Error(answer.statusText);
  const buffer = await answer.arrayBuffer();
  await idle();
  const network = networkFromFile(buffer);
  await idle();
  warmUp(network);
  return network;
}

/** Wait until the browser has nothing else to do, but not for long. */
const idle = () => new Promise((goOn) => {
  if (window.requestIdleCallback) requestIdleCallback(goOn, { timeout: LONGEST_WAIT });
  else setTimeout(goOn);
});

function forgetOldest(address) {
  const network = loading.get(address);
  loading.delete(address);
  loading.set(address, network);
  if (loading.size > MOST) loading.delete(loading.keys().next().value);
}
