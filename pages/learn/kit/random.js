/** Numbers by chance, for questions: never those that were asked before. */

/** Make a source of such numbers, another one each time. */
export function makeRandom() {
  let [state] = crypto.getRandomValues(new Uint32Array(1));

  /** A number from 0 up to 1: "mulberry32". */
  function next() {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  const whole = (low, high) => low + Math.floor(next() * (high - low + 1));

  /** One of a list. */
  const pick = (list) => list[whole(0, list.length - 1)];

  /** A list in another order. */
  const shuffled = (list) => list.map((each) => [next(), each]).sort(([a], [b]) => a - b)
    .map(([, each]) => each);

  return { next, whole, pick, shuffled };
}
