// Shows the tour, step by step (tour.py says which): what a step is about is ringed, and a card
// beside it tells of it. It begins when somebody asks for it, and goes on across the pages.

// Which step it is, kept by the browser for this tab while the tour goes to another page.
const KEPT = "digitscope-tour";
// What else begins the tour, anywhere on a page.
const BEGINNERS = ".begin-tour";
// In pixels: between card and ring, around the ring, and from the window's edges.
const GAP = 10;
const AROUND = 4;
const MARGIN = 8;
// A part of something large that is worth ringing.
const LEAST = 48;

const places = new WeakMap();

/** Whether anything is drawn and read (pages/live/frontend/answer.js). */
const isRead = () => /sure/.test(document.documentElement.dataset.reading ?? "");

/** The first of several places that is seen on the page. */
function find(selectors) {
  for (const selector of selectors) {
    const [outer, inner] = selector.split(" >>> ");
    const element = document.querySelector(outer);
    const found = inner && element ? inside(element)?.querySelector(inner) : element;
    if (found?.checkVisibility({ visibilityProperty: true }) && found.clientHeight) return found;
  }
  return null;
}

/** The root of the component that an element holds. */
const inside = (element) =>
  [...element.querySelectorAll("*")].find(({ shadowRoot }) => shadowRoot)?.shadowRoot;

const limit = (value, low, high) => Math.max(low, Math.min(value, high));

/**
 * Find a place for a card of a size beside a box, in a window of a size.
 *
 * Returns { left, top, box }: where it lies on no part of the box; a box so large that there is no
 * such place is cut.
 */
function beside(box, card, screen) {
  const alongX = limit((box.left + box.right - card.width) / 2, MARGIN,
    screen.width - card.width - MARGIN);
  const alongY = limit(box.top, MARGIN, screen.height - card.height - MARGIN);
  const below = box.bottom + GAP;
  const above = box.top - GAP - card.height;
  const right = box.right + GAP;
  const left = box.left - GAP - card.width;
  if (below + card.height + MARGIN <= screen.height) return { left: alongX, top: below, box };
  if (above >= MARGIN) return { left: alongX, top: above, box };
  if (right + card.width + MARGIN <= screen.width) return { left: right, top: alongY, box };
  if (left >= MARGIN) return { left, top: alongY, box };
  return cut(box, card, screen, alongX, alongY);
}

/** Cut a box that leaves no room for a card, on its right or at its lower end. */
function cut(box, card, screen, alongX, alongY) {
  const top = screen.height - card.height - MARGIN;
  const left = screen.width - card.width - MARGIN;
  const isWide = left - GAP - box.left > top - GAP - box.top;
  return isWide
    ? { left, top: alongY, box: { ...box, right: left - GAP } }
    : { left: alongX, top, box: { ...box, bottom: top - GAP } };
}

/** An element's place in the window, and a little around it. */
function boxOf(element) {
  const { left, top, right, bottom } = element.getBoundingClientRect();
  return {
    left: Math.max(left - AROUND, 2),
    top: top - AROUND,
    right: Math.min(right + AROUND, innerWidth - 2),
    bottom: bottom + AROUND,
  };
}

const holds = ({ left, top, right, bottom }, { clientX, clientY }) =>
  clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;

class Tour {
  constructor(root) {
    const part = (name) => root.querySelector(`.${name}`);
    this.root = root;
    this.at = null; // which step is shown; null: none
    this.isGoing = false; // to another page
    for (const name of ["begin", "ring", "card", "end", "count", "back", "next"]) {
      this[`${name}Part`] = part(name);
    }
    this.beginPart.onclick = () => this.begin(this.beginPart);
    this.endPart.onclick = () => this.end();
    this.backPart.onclick = () => this.go(this.at - 1);
    this.nextPart.onclick = () => this.go(this.at + 1);
    this.listening = new AbortController();
    const listen = (target, kind, react) => target.addEventListener(kind, react,
      { capture: true, signal: this.listening.signal });
    listen(document, "click", (event) => {
      const opener = event.target.closest?.(BEGINNERS);
      if (opener) this.begin(opener);
    });
    listen(document, "pointerdown", (event) => this.endIfBeside(event));
    listen(document, "keydown", (event) => {
      if (event.key === "Escape" && this.at !== null) this.end();
    });
    // Who goes back leaves the tour.
    listen(window, "popstate", () => this.end());
  }

  get step() {
    return this.steps[this.at];
  }

  /** Take what the page tells: its name, and the steps that there are. */
  update({ page, steps }) {
    const isFirst = !this.steps;
    Object.assign(this, { page, steps });
    if (isFirst) this.resume();
    else if (this.at !== null) this.show();
  }

  /** Go on with what began on another page. */
  resume() {
    const kept = Number(sessionStorage.getItem(KEPT) ?? NaN);
    if (this.steps[kept]?.page !== this.page) {
      sessionStorage.removeItem(KEPT);
      return;
    }
    this.at = kept;
    this.show();
  }

  begin(opener) {
    this.opener = opener;
    this.go(0);
  }

  /** Go to a step, which may be on another page; after the last, the tour is over. */
  go(at) {
    if (at >= this.steps.length) {
      this.end();
      return;
    }
    this.at = at;
    sessionStorage.setItem(KEPT, at);
    if (this.step.page !== this.page) {
      this.isGoing = true;
      [...document.querySelectorAll(".st-key-menu a")]
        .find((link) => link.textContent.trim() === this.step.page)?.click();
    }
    this.show();
  }

  /** Show the step, once its page is there. */
  show() {
    const { title, text, page } = this.step;
    if (page !== this.page) {
      if (!this.isGoing) this.end();
      return;
    }
    this.isGoing = false;
    this.seen = "";
    this.root.querySelector("#title").textContent = title;
    this.root.querySelector("#text").textContent = text;
    this.countPart.textContent = `${this.at + 1} of ${this.steps.length}`;
    this.nextPart.textContent = this.at + 1 < this.steps.length ? "Next" : "Done";
    this.backPart.hidden = this.at === 0;
    const isNew = !this.cardPart.matches(":popover-open");
    if (isNew) {
      this.ringPart.showPopover();
      this.cardPart.showPopover();
      this.cardPart.focus();
      this.follow();
    } else if (this.backPart.hidden && !this.root.activeElement) {
      this.nextPart.focus();
    }
  }

  /** Keep ring and card where they belong, whatever moves, until the tour is over. */
  follow() {
    if (this.at === null) return;
    if (this.step.page === this.page) {
      if (this.step.example && !isRead()) this.putExample();
      this.place(find(this.step.places));
    }
    this.frame = requestAnimationFrame(() => this.follow());
  }

  /** Put an example on the canvas, once a step: clicked again, it would come again. */
  putExample() {
    const button = document.querySelector(this.step.example);
    if (!button || this.exampleFor === this.at) return;
    this.exampleFor = this.at;
    button.click();
  }

  /** Ring an element, and put the card beside it. */
  place(element) {
    const screen = { width: innerWidth, height: innerHeight };
    const card = this.cardPart.getBoundingClientRect();
    this.target = element;
    this.ringPart.classList.toggle("nowhere", !element);
    if (element) this.bring(element, card, screen);
    const middle = { left: screen.width / 2, right: screen.width / 2,
      top: screen.height / 3, bottom: screen.height / 3 };
    const { left, top, box } = beside(element ? boxOf(element) : middle, card, screen);
    Object.assign(this.cardPart.style, { left: `${left}px`, top: `${top}px` });
    Object.assign(this.ringPart.style, { left: `${box.left}px`, top: `${box.top}px`,
      width: `${box.right - box.left}px`, height: `${box.bottom - box.top}px` });
  }

  /** Scroll an element into view with room for the card, unless it has been, where it is now. */
  bring(element, card, screen) {
    const scroller = document.querySelector(".stMain");
    const { left, top, width, height } = element.getBoundingClientRect();
    const seen = [this.at, left, top + scroller.scrollTop, width, height, card.height,
      screen.width, screen.height].map((part) => Math.round(part)).join(" ");
    if (seen === this.seen) return;
    this.seen = seen;
    const box = boxOf(element);
    const place = beside(box, card, screen);
    const isWhole = box.top >= 0 && box.bottom <= screen.height && place.box === box;
    if (!isWhole) scroller.scrollBy({ top: box.top - MARGIN, behavior: "instant" });
    // At the page's end it may come to lie low: then there is room above it.
    if (boxOf(element).top > screen.height - LEAST) element.scrollIntoView({ block: "nearest" });
  }

  endIfBeside(event) {
    if (this.at === null || event.composedPath().includes(this.cardPart)) return;
    // What is shown may be tried: the canvas, for one.
    if (!this.target) {
      this.end();
      return;
    }
    // Where it is now: the page may have been scrolled since the ring was drawn.
    const screen = { width: innerWidth, height: innerHeight };
    const { box } = beside(boxOf(this.target), this.cardPart.getBoundingClientRect(), screen);
    if (!holds(box, event)) this.end();
  }

  /** Leave the tour, and go back to what began it. */
  end() {
    if (this.at === null) return;
    const hadFocus = this.root.activeElement;
    sessionStorage.removeItem(KEPT);
    this.at = null;
    this.exampleFor = null;
    this.hide();
    if (hadFocus) (this.opener?.isConnected ? this.opener : this.beginPart).focus();
  }

  hide() {
    cancelAnimationFrame(this.frame);
    for (const part of [this.ringPart, this.cardPart]) {
      if (part.matches(":popover-open")) part.hidePopover();
    }
  }

  /** The component has gone from the page; it may come again on the next one. */
  leave() {
    this.listening.abort();
    this.at = null;
    this.hide();
  }
}

export default function ({ data, parentElement }) {
  if (!places.has(parentElement)) places.set(parentElement, new Tour(parentElement));
  places.get(parentElement).update(data);
  return () => {
    places.get(parentElement)?.leave();
    places.delete(parentElement);
  };
}
