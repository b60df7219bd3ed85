/** Addresses of the Learn page, as `pages/learn/place.py` reads them. */

/** What an address tells of a place, in words alone. */
export function wordsOf({ lesson = "", screen = 1, filter = [], view = "" }) {
  const told = { lesson, screen: lesson && screen > 1 ? String(screen) : "",
    filter: filter.map(String).join("_"), view };
  return Object.fromEntries(Object.entries(told).filter(([, word]) => word));
}

/** The address of a place, with the drawing that the page's address holds. */
export function addressOf(place) {
  const words = new URLSearchParams(wordsOf(place));
  const ink = new URLSearchParams(location.search).get("ink");
  if (ink) words.set("ink", ink);
  return `Learn?${words}`;
}

/** Make a link to a place, to which a plain click goes at once, by `go(place)`. */
export function linkTo(place, go, ...children) {
  const anchor = document.createElement("a");
  const refresh = () => {
    anchor.href = addressOf(place);
  };
  for (const kind of ["pointerenter", "focus"]) anchor.addEventListener(kind, refresh);
  anchor.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(place);
  });
  refresh();
  anchor.append(...children);
  return anchor;
}
