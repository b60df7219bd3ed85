/** The flow, watched once: layers light up one after the other, from the input to the answer. */

const STEP = 450; // milliseconds from layer to layer
const FADE = 600;
const DIM = 0.08;

/** Let a network's layers light up. */
export function watchFlow(place) {
  const layers = [...place.querySelectorAll(".layer")];
  layers.forEach((layer, i) => layer.animate([{ opacity: DIM }, { opacity: 1 }],
    { duration: FADE, delay: i * STEP, easing: "ease-out", fill: "backwards" }));
  const whole = layers.length * STEP + FADE;
  place.querySelector(".lines").animate([{ opacity: 0 }, { opacity: 0, offset: 0.8 },
    { opacity: 1 }], { duration: whole });
}
