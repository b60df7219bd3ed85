/** What is drawn, and when. */

/** Make a function that shows something at the next frame, however often it is called until then. */
export function onceAFrame(show) {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      show();
    });
  };
}
