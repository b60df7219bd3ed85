// Brings the run that was just started into view, where the form stands above it: on a phone.

const RUN = ".st-key-the-run";
const CALM = "(prefers-reduced-motion: reduce)";
// How many trainings had been started when one was last brought into view.
let brought = 0;

export default function ({ data }) {
  if (data === brought) {
    return;
  }
  brought = data;
  const run = document.querySelector(RUN);
  const { top } = run.getBoundingClientRect();
  // Its beginning is in the upper half of the window already: nothing moves.
  if (top >= 0 && top < window.innerHeight / 2) {
    return;
  }
  const behavior = window.matchMedia(CALM).matches ? "auto" : "smooth";
  run.scrollIntoView({ block: "start", behavior });
}
