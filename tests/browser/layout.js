// What is wrong with how a page lies on its screen, each in a line; test_screens.py asks it.
() => {
  const CONTROLS = "a[href], button, input, select, textarea, summary, canvas, [role=button], "
    + "[role=slider], [role=tab], [role=radio], [tabindex='0']";
  // Those that tell something: one for its looks, or on a button, may be cropped.
  const PICTURES = "img[alt]:not([alt='']), svg:not([aria-hidden])";
  const found = [];

  /** All elements below a node, those in shadow roots too. */
  function* below(node) {
    for (const element of node.querySelectorAll("*")) {
      yield element;
      if (element.shadowRoot) yield* below(element.shadowRoot);
    }
  }

  /** The element that a node lies in, also across the edge of a shadow root. */
  const parentOf = (node) => node.parentElement ?? node.getRootNode().host ?? null;

  const isMain = (element) => element.classList.contains("stMain");

  const holds = (outer, inner) => {
    for (let node = inner; node; node = parentOf(node)) if (node === outer) return true;
    return false;
  };

  function isShown(element) {
    const { width, height } = element.getBoundingClientRect();
    return width > 1 && height > 1 && !isClippedAway(element)
      && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  }

  /** Whether an element, or what it lies in, is meant for screen readers alone. */
  function isClippedAway(element) {
    for (let node = element; node; node = parentOf(node)) {
      const { clipPath, clip } = getComputedStyle(node);
      if (clipPath === "inset(50%)" || clip === "rect(0px, 0px, 0px, 0px)") return true;
    }
    return false;
  }

  /** What of an element can be seen: what its scrolling or hiding ancestors leave of it. */
  function seenOf(element) {
    let { left, top, right, bottom } = element.getBoundingClientRect();
    for (let node = parentOf(element); node; node = parentOf(node)) {
      const { overflowX, overflowY } = getComputedStyle(node);
      const box = node.getBoundingClientRect();
      if (overflowX !== "visible") {
        [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
      }
      if (overflowY !== "visible" && !isMain(node)) {
        [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
      }
    }
    return { left, top, right, bottom };
  }

  /** Whether an ancestor lets a person scroll sideways to the rest of it. */
  function scrolls(element) {
    for (let node = parentOf(element); node && !isMain(node); node = parentOf(node)) {
      if (["auto", "scroll"].includes(getComputedStyle(node).overflowX)) return true;
    }
    return false;
  }

  const nameOf = (element) => {
    const text = element.getAttribute("aria-label") || element.textContent.trim().slice(0, 30);
    return `${element.localName}.${element.classList[0] ?? ""} “${text}”`;
  };

  const main = document.querySelector(".stMain");
  const width = main.clientWidth;
  if (main.scrollWidth > width) found.push(`sideways scroll: ${main.scrollWidth} of ${width}`);
  const all = [...below(main)].filter(isShown);

  for (const element of all) {
    const { left, right } = element.getBoundingClientRect();
    const holdsText = [...element.childNodes]
      .some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const isControl = element.matches(CONTROLS);
    const isPicture = element.matches(PICTURES) && !element.closest("button, a");
    if (!(holdsText || isControl || isPicture) || scrolls(element)) continue;
    if (left < -1 || right > width + 1) found.push(`beyond the edge: ${nameOf(element)}`);
    const seen = seenOf(element);
    if (seen.left > left + 1 || seen.right < right - 1) found.push(`clipped: ${nameOf(element)}`);
    const hidesText = ["hidden", "clip"].includes(getComputedStyle(element).overflowX);
    if (holdsText && hidesText && element.scrollWidth > element.clientWidth + 1) {
      found.push(`cut text: ${nameOf(element)}`);
    }
  }

  const controls = all.filter((element) => element.matches(CONTROLS));
  const boxes = controls.map((element) => [element, seenOf(element)]);
  boxes.forEach(([one, a], i) => {
    for (const [other, b] of boxes.slice(i + 1)) {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across <= 1 || down <= 1 || holds(one, other) || holds(other, one)) continue;
      if (one.matches("canvas") && other.matches("canvas")) continue; // a canvas's own layers
      if (one.matches(".window") || other.matches(".window")) continue; // lies over a lesson's cells
      found.push(`overlap: ${nameOf(one)} and ${nameOf(other)}`);
    }
  });
  return found;
}
