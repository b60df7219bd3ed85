/** From ten probabilities to what a person is told, as `cnn/decision.py`, which says why. */

// Below this the answer counts as unsure.
const SURE = 0.75;
// A second digit worth naming.
const WORTH_NAMING = 0.01;
// Two digits that share this much between them are the two it may be.
const EITHER_OR = 0.8;

/** Decide by ten probabilities; returns { digit, sure, sentence }. */
export function decide(probabilities) {
  // The digits, from the most to the least probable; of equal ones the later comes first.
  const order = [...probabilities.keys()].sort((a, b) =>
    probabilities[b] - probabilities[a] || b - a);
  const [digit, second] = order;
  const [most, next] = [probabilities[digit], probabilities[second]];
  const sure = most >= SURE;
  let sentence = "This does not look like one digit";
  if (sure) {
    const other = next >= WORTH_NAMING ? `; could be ${second}` : "";
    sentence = `Reads as ${digit}, ${percent(most)} sure${other}`;
  } else if (most + next >= EITHER_OR) sentence = `Not sure: ${digit} or ${second}?`;
  return { digit, sure, sentence };
}

/** Write a probability as a person reads it: “98.4 %”, and never as 0 or 100 %. */
export function percent(probability) {
  if (probability < 0.001) return "<0.1 %";
  return probability > 0.999 ? ">99.9 %" : `${(100 * probability).toFixed(1)} %`;
}
