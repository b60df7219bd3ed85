/** From ten probabilities to what a person is told, as `cnn/decision.py`, which says why. */

// What the two most probable digits share between them: below this the ink is no digit.
const EITHER_OR = 0.95;
// What one digit needs to be named alone.
const SURE = 0.65;
// A second digit worth naming.
const WORTH_NAMING = 0.01;

/**
 * Decide by ten probabilities; returns { kind, digit, short, sentence }.
 *
 * `kind` is "digit", "either-or" or "no-digit"; `digit` the most probable one, whatever the kind;
 * `short` says it in as few signs as can be, to be shown large.
 */
export function decide(probabilities) {
  // The digits, from the most to the least probable; of equal ones the later comes first.
  const order = [...probabilities.keys()].sort((a, b) =>
    probabilities[b] - probabilities[a] || b - a);
  const [digit, second] = order;
  const [most, next] = [probabilities[digit], probabilities[second]];
  if (most + next < EITHER_OR) {
    return { kind: "no-digit", digit, short: "?", sentence: "This does not look like a digit" };
  }
  if (most < SURE) {
    const short = `${digit} or ${second}?`;
    return { kind: "either-or", digit, short, sentence: `Not sure: ${short}` };
  }
  const other = next >= WORTH_NAMING ? `; could be ${second}` : "";
  const sentence = `Reads as ${digit}, ${percent(most)} sure${other}`;
  return { kind: "digit", digit, short: String(digit), sentence };
}

/** Write a probability as a person reads it: “98.4 %”, and never as 0 or 100 %. */
export function percent(probability) {
  if (probability < 0.001) return "<0.1 %";
  return probability > 0.999 ? ">99.9 %" : `${(100 * probability).toFixed(1)} %`;
}
