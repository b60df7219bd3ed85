/**
 * What the page's two components share: the network, and one cell of it.
 *
 * The network's maps and the cell's value come from the browser's own reader, at every frame; how
 * the value came about is explained by the server, when the pen rests.
 */

import { coloursOn, onThemeChange } from "../../../cnn/web/paint.js";
import { showArithmetic } from "./arithmetic.js";
import { make, tell } from "./draw.js";
import { watchFlow } from "./flow.js";
import { showLines } from "./lines.js";
import { layOut, makeFigures, paintMaps } from "./maps.js";
import { sentence } from "./names.js";
import { showOutput } from "./output.js";
import { moveBy, paintPictures, showPictures } from "./pictures.js";
import { paintCard } from "./pointing.js";
import { tip } from "./tip.js";

// Milliseconds after which an answer that has not come, as after a lost connection, is given up.
const PATIENCE = 5000;
const TICK = 350; // milliseconds that the kernel rests at a place when it slides
const SEEN = 160; // pixels of an explanation that are in view at least, or it comes there
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

const isSameCell = (a, b) => a.layer === b.layer && a.channel === b.channel
  && a.row === b.row && a.column === b.column;

class View {
  constructor() {
    this.roots = {}; // of the components, by "network" and "cell"
    this.choices = { scale: "map", relu: "after", sort: "number" };
    this.figures = new Map();
    this.pictures = [];
    this.network = this.picture = this.reading = null; // of the reader
    this.message = this.explanation = null; // of the server; only what fits the network is shown
    this.cell = this.pending = this.focused = this.pointed = this.sliding = null;
    this.sized = new ResizeObserver(() => this.fit());
    addEventListener("resize", () => this.fit());
  }

  layer(name) {
    return this.network.layers.find((layer) => layer.name === name);
  }

  /** The column that is shown: where the kernel slides, else the chosen one. */
  get columnNow() {
    return this.sliding ?? this.cell.column;
  }

  /** Show a network in a component's place, and send to the server which cells are chosen. */
  showNetworkIn(root, address, send) {
    if (this.address !== address || this.roots.network !== root) {
      this.forgetCell();
      this.network = null; // until it is read with
    }
    Object.assign(this, { address, send, terms: JSON.parse(root.dataset.terms) });
    if (this.roots.network === root) return;
    this.roots.network = root;
    const place = root.querySelector(".network");
    this.sized.disconnect();
    this.sized.observe(place);
    onThemeChange(root, () => this.recolour());
    root.querySelector(".relu").after(...tip(this.terms, "ReLU"));
    root.querySelector(".flow").addEventListener("click", () => watchFlow(place));
    for (const select of root.querySelectorAll("[data-choice]")) {
      select.value = this.choices[select.dataset.choice];
      select.addEventListener("change", () => {
        this.choices[select.dataset.choice] = select.value;
        this.repaint();
      });
    }
  }

  /** Show what the reader makes of the picture now. */
  follow({ network, picture, reading, penIsDown }) {
    if (!network || !reading) return; // the answer beside the canvas says why
    const isAnother = network !== this.network;
    Object.assign(this, { network, picture, reading });
    if (isAnother) {
      makeFigures(this);
      this.explain();
      this.recolour();
      return;
    }
    // While the pen moves, maps keep their places, and the lines theirs.
    if (penIsDown || picture === this.arranged) this.paint();
    else this.arrange();
  }

  /** Take the colours of the page, which may have changed. */
  recolour() {
    this.colours = coloursOn(this.roots.network);
    this.repaint();
  }

  /** Lay all out anew, if there is more room, or less. */
  fit() {
    const place = this.roots.network?.querySelector(".network");
    const room = place?.clientWidth && `${place.clientWidth} ${innerHeight}`;
    if (!room || room === this.room) return;
    this.room = room;
    this.repaint();
  }

  /** Take from the server how a cell's value came about, to be shown in a component's place. */
  take(root, message) {
    if (this.roots.cell !== root) {
      this.roots.cell = root;
      this.pictures = [];
      root.querySelector(".back").addEventListener("click", () => this.goBack());
    }
    this.message = message;
    this.explain();
  }

  /** Show the server's message, if it is about this network and not about a cell left meanwhile. */
  explain() {
    const { message, pending } = this;
    if (!this.network || message?.address !== this.address) return;
    if (pending && !isSameCell(message.cell, pending)) return;
    const before = this.explanation?.cell;
    const isMoved = before?.layer !== message.cell.layer || before.channel !== message.cell.channel;
    this.pause();
    this.pending = null;
    if (isMoved) this.opened = message.opened;
    Object.assign(this, { explanation: message, cell: message.cell });
    this.roots.cell.inert = false;
    const choices = this.roots.network;
    choices.querySelector("[data-sort]").hidden = !Object.keys(message.shares).length;
    choices.querySelector("option[value=contribution]").textContent =
      `contribution to ${message.digit}`;
    this.repaint();
    tell(this.roots.cell.querySelector("[role=status]"), this.title);
  }

  get title() {
    return sentence(this.network.layers, this.cell, this.reading);
  }

  /** Forget the cell of a network that is shown no more. */
  forgetCell() {
    this.pause();
    if (this.roots.cell) this.roots.cell.inert = true;
    Object.assign(this,
      { explanation: null, cell: null, pending: null, focused: null, pointed: null });
  }

  /** Lay out and paint all there is. */
  repaint() {
    if (!this.network || !this.colours) return;
    if (this.explanation) {
      showPictures(this);
      this.reckon();
      this.showSteps();
    }
    this.arrange();
  }

  /** Lay the network out, paint it, and draw the lines over it. */
  arrange() {
    layOut(this);
    this.paint();
    showLines(this);
    this.arranged = this.picture;
  }

  /** Show the arithmetic of the picture that is read now. */
  reckon() {
    showArithmetic(this);
    this.reckoned = this.picture;
  }

  /** Paint what changes with the picture. */
  paint() {
    paintMaps(this);
    showOutput(this);
    paintCard(this);
    if (!this.explanation) return;
    tell(this.roots.cell.querySelector(".title"), this.title);
    paintPictures(this);
    const { picture } = this.explanation;
    // What the server explained was of another picture, until it has explained this one.
    const isOld = this.picture.some((ink, i) => Math.abs(255 * ink - picture[i]) > 1);
    this.roots.cell.classList.toggle("old", isOld);
    // The explanation may come before this picture is read.
    if (!isOld && this.reckoned !== this.picture) this.reckon();
  }

  /** Ask for a cell's arithmetic, and outline it already if it lies on the map shown. */
  choose(cell) {
    this.pause();
    this.bringExplanation();
    if (this.cell && isSameCell(cell, this.cell)) {
      this.repaint();
      return;
    }
    this.pending = cell;
    clearTimeout(this.giveUp);
    this.giveUp = setTimeout(() => { this.pending = null; }, PATIENCE);
    this.send(cell);
    if (cell.layer !== this.cell?.layer || cell.channel !== this.cell.channel) return;
    this.cell = cell;
    showPictures(this);
  }

  /** On a small screen, bring the explanation to who asked for it. */
  bringExplanation() {
    const { cell } = this.roots;
    if (cell?.getBoundingClientRect().top > innerHeight - SEEN) scrollTo(cell, "start");
  }

  /** And back to where in the network the cell is. */
  goBack() {
    const figure = this.figures.get(this.cell?.layer);
    scrollTo(figure?.canvas ?? this.roots.network.querySelector(".output"), "center");
  }

  /** Show the products of another map of the layer before. */
  open(channel) {
    this.opened = channel;
    this.repaint();
  }

  /** Buttons that slide the kernel along its row. */
  showSteps() {
    const steps = this.roots.cell.querySelector(".steps");
    steps.hidden = this.layer(this.cell.layer).kind !== "convolution";
    if (steps.hidden) return;
    if (!steps.childElementCount) {
      steps.append(
        make("button", { class: "play", onclick: () => this.slide() }),
        make("button", { onclick: () => moveBy(this, 0, -1) }, "Step back"),
        make("button", { onclick: () => moveBy(this, 0, 1) }, "Step on"),
        make("span", { class: "where quiet" }));
    }
    tell(steps.querySelector(".play"),
      this.sliding === null ? "Slide the kernel along the row" : "Pause");
    tell(steps.querySelector(".where"), `Row ${this.cell.row}, column ${this.columnNow}`);
  }

  /** Let the kernel slide along the row; or, if it does, stop it and choose where it is. */
  slide() {
    if (this.sliding !== null) {
      this.choose({ ...this.cell, column: this.sliding });
      return;
    }
    const width = this.layer(this.cell.layer).shape[1];
    this.sliding = 0;
    const step = () => {
      showPictures(this);
      this.reckon();
      this.showSteps();
      this.timer = setTimeout(() => {
        this.sliding = (this.sliding + 1) % width;
        step();
      }, TICK);
    };
    step();
  }

  pause() {
    clearTimeout(this.timer);
    this.sliding = null;
  }

  /** A component has gone from the page. */
  leave(part) {
    delete this.roots[part];
    this.forgetCell();
    if (part === "network") this.network = null;
    else this.message = null;
  }
}

const scrollTo = (element, block) =>
  element.scrollIntoView({ block, behavior: STILL.matches ? "auto" : "smooth" });

export const view = new View();
