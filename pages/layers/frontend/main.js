// The component: takes a message from Python, and sends back which cell is chosen.

const views = new Map();
// Milliseconds after which an answer that has not come, as after a lost connection, is given up.
const PATIENCE = 5000;

/** Split a message into its JSON, and its numbers into the layers they belong to. */
function decode(message) {
  const bytes = message.slice(); // aligned, and our own
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const network = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const start = 4 + length + ((4 - (length % 4)) % 4);
  const numbers = ({ offset, count, scale }) => {
    if (!scale) return new Float32Array(bytes.buffer, start + offset, count);
    const values = new Float32Array(new Int16Array(bytes.buffer, start + offset, count));
    return values.map((steps) => steps * scale);
  };
  for (const layer of network.layers) layer.values = numbers(layer.block);
  network.strip = network.explanation.strip && numbers(network.explanation.strip);
  network.kernel = network.explanation.kernel && numbers(network.explanation.kernel);
  return network;
}

const sameCell = (a, b) => a.layer === b.layer && a.channel === b.channel
  && a.row === b.row && a.column === b.column;

class View {
  constructor(root) {
    this.root = root;
    this.choices = { scale: "layer", relu: "after", sort: "number" };
    this.pictures = [];
    this.sliding = null;
    this.focused = null;
    this.pending = null;
    this.refit = () => showNetwork(this);
    WIDE.addEventListener("change", this.refit);
    for (const select of root.querySelectorAll("[data-choice]")) {
      select.addEventListener("change", () => {
        this.choices[select.dataset.choice] = select.value;
        showNetwork(this);
        showPictures(this);
      });
    }
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  layer(name) {
    return this.network.layers.find((layer) => layer.name === name);
  }

  /** Show a message; what belongs to a cell that is no longer wanted waits for the next one. */
  update(network, send) {
    this.send = send;
    this.dark = isDark(this.root);
    const shapes = JSON.stringify(network.layers.map(({ name, shape }) => [name, shape]));
    const isAnother = shapes !== this.shapes;
    if (this.pending && !isAnother && !sameCell(network.cell, this.pending)) return;
    this.pending = null;
    const moved = !this.cell || network.cell.layer !== this.cell.layer
      || network.cell.channel !== this.cell.channel;
    Object.assign(this, { network, shapes, cell: network.cell });
    Object.assign(this, { strip: network.strip, kernel: network.kernel });
    this.pause();
    if (isAnother) makeFigures(this);
    if (moved || this.openedOf !== network.cell.layer) this.opened = network.opened;
    this.openedOf = network.cell.layer;
    this.find("[data-sort]").hidden = !network.layers.some((layer) => layer.contribution);
    this.find("option[value=contribution]").textContent = `contribution to ${network.digit}`;
    showNetwork(this);
    showCell(this);
  }

  /** Ask for a cell's arithmetic, and outline it already if it lies on the map shown. */
  choose(cell) {
    this.pause();
    if (sameCell(cell, this.cell)) return showCell(this);
    const onSameMap = cell.layer === this.cell.layer && cell.channel === this.cell.channel;
    this.pending = cell;
    clearTimeout(this.giveUp);
    this.giveUp = setTimeout(() => { this.pending = null; }, PATIENCE);
    this.send(cell);
    if (!onSameMap) return undefined;
    this.cell = cell;
    return showPictures(this);
  }

  /** Let the kernel slide along the row; or, if it does, stop it and choose where it is. */
  slide() {
    if (this.sliding !== null) return this.choose({ ...this.cell, column: this.sliding });
    const width = this.layer(this.cell.layer).shape[1];
    this.sliding = 0;
    const step = () => {
      showCellAt(this);
      this.timer = setTimeout(() => {
        this.sliding = (this.sliding + 1) % width;
        step();
      }, TICK);
    };
    return step();
  }

  pause() {
    clearTimeout(this.timer);
    this.sliding = null;
  }

  /** Let go of all that would call it again. */
  end() {
    this.pause();
    WIDE.removeEventListener("change", this.refit);
  }
}

/** Show the cell where the kernel slides by, without a new title to read out. */
function showCellAt(view) {
  showPictures(view);
  showArithmetic(view);
  showSteps(view);
}

export default function ({ data, parentElement, setTriggerValue }) {
  if (!views.has(parentElement)) {
    views.set(parentElement, new View(parentElement.querySelector(".digitscope")));
  }
  const view = views.get(parentElement);
  view.update(decode(data), (cell) => setTriggerValue("cell", cell));
  return () => {
    view.end();
    views.delete(parentElement);
  };
}
