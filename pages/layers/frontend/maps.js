// The whole network, left to right: every map of every layer, on one canvas a layer.

const HEIGHT = 319; // of the tallest layer: eleven maps of 28 pixels, and the gaps between them
const HALF = 144; // of the tallest layer that shares its column: five maps of 28 pixels, and gaps
const FEW = 20; // maps of 28 pixels that fill four columns of that height
const MOST_ABREAST = 2; // convolutions whose layers all have room beside one another
const WIDE = matchMedia("(min-width: 960px)"); // as in network.css

/** The layers by columns: a pooling belongs to its convolution. */
function columnsOf(layers) {
  const columns = [];
  for (const layer of layers) {
    const before = columns.at(-1)?.[0];
    const isPooled = ["pooling", "averaging"].includes(layer.kind);
    if (isPooled && before.kind === "convolution") columns.at(-1).push(layer);
    else columns.push([layer]);
  }
  return columns;
}

const convolutionsOf = (network) =>
  network.layers.filter((layer) => layer.kind === "convolution").map((layer) => layer.name);

/** Which convolution a layer is or is pooled of, from 0 on, where these share a column; else -1. */
function stackOf(view, layer) {
  const all = convolutionsOf(view.network);
  if (all.length <= MOST_ABREAST || !WIDE.matches) return -1;
  return all.indexOf(layer.kind === "convolution" ? layer.name : layer.source);
}

/** How a layer's maps, or a vector's units, lie on its canvas. */
function plan(view, layer) {
  const [height, width, count] = layer.shape.length === 3 ? layer.shape : [1, 1, layer.shape[0]];
  const isMap = layer.shape.length === 3;
  const stack = isMap ? stackOf(view, layer) : -1;
  // In a deep network only few maps stay large, and the first convolution's, which show the most.
  const side = stack > 0 && count > FEW ? 14 : 28;
  let zoom = isMap ? Math.max(1, Math.floor(side / width)) : count > 2000 ? 2 : 4;
  if (isMap && count === 1) zoom = Math.max(1, Math.round(112 / width));
  const gap = isMap ? 1 : 0;
  const room = stack < 0 ? HEIGHT : HALF;
  const inColumn = Math.max(1, Math.floor((room + gap) / (height * zoom + gap)));
  const columns = Math.ceil(count / inColumn);
  const rows = Math.ceil(count / columns);
  return { height, width, count, zoom, gap, columns, rows,
    across: width * zoom + gap, down: height * zoom + gap };
}

/** The order in which a layer's maps are shown. */
function order(view, layer) {
  const channels = [...Array(plan(view, layer).count).keys()];
  if (layer.shape.length !== 3 || view.choices.sort === "number") return channels;
  const weights = view.choices.sort === "strength" ? layer.strength : layer.contribution;
  return channels.sort((a, b) => weights[b] - weights[a]);
}

/** What a layer shows: its sums before ReLU, or its values. */
function shown(view, layer) {
  const before = view.choices.relu === "before" && layer.relu;
  const value = before || !layer.relu ? (v) => v : (v) => Math.max(v, 0);
  return { value, signed: before || layer.name === "logits" };
}

/** The colours of one map, on the layer's scale or its own. */
function colours(view, layer, channel) {
  if (layer.kind === "input") return ink;
  const { value, signed } = shown(view, layer);
  let most = signed ? layer.most_before : layer.most;
  if (view.choices.scale === "map" && layer.shape.length === 3) {
    most = 0;
    const count = layer.shape[2];
    for (let i = channel; i < layer.values.length; i += count) {
      const size = signed ? Math.abs(layer.values[i]) : value(layer.values[i]);
      if (size > most) most = size;
    }
  }
  return signed ? diverging(most, view.dark) : sequential(most);
}

/** Paint a layer, and outline on it the chosen cell's map and field. */
function paintLayer(view, layer) {
  const { canvas, channels } = view.figures.get(layer.name);
  const p = plan(view, layer);
  resize(canvas, p.columns * p.across - p.gap, p.rows * p.down - p.gap);
  const { value } = shown(view, layer);
  const isMap = layer.shape.length === 3;
  const ofLayer = isMap ? null : colours(view, layer, 0);
  const context = paint(canvas, (fill) => channels.forEach((channel, at) => {
    const left = (at % p.columns) * p.across;
    const top = Math.floor(at / p.columns) * p.down;
    const colour = ofLayer ?? colours(view, layer, channel);
    for (let cell = 0; cell < p.height * p.width; cell++) {
      const x = left + (cell % p.width) * p.zoom;
      const y = top + Math.floor(cell / p.width) * p.zoom;
      fill(x, y, p.zoom, colour(value(layer.values[cell * p.count + channel])));
    }
  }));
  const corner = (channel) => {
    const at = channels.indexOf(channel);
    return [(at % p.columns) * p.across, Math.floor(at / p.columns) * p.down];
  };
  const field = view.network.fields[layer.name];
  if (layer.name === view.cell.layer) {
    const [left, top] = corner(view.cell.channel);
    outline(context, left, top, p.width * p.zoom, p.height * p.zoom);
  } else if (field && isMap) {
    const [left, top] = corner(view.opened < p.count ? view.opened : 0);
    const [row, column, height, width] = field;
    context.save();
    context.beginPath();
    context.rect(left, top, p.width * p.zoom, p.height * p.zoom);
    context.clip();
    outline(context, left + column * p.zoom, top + row * p.zoom,
      width * p.zoom, height * p.zoom, 1);
    context.restore();
  }
  if (view.focused?.layer === layer.name) {
    const [left, top] = corner(view.focused.channel);
    context.setLineDash([3, 2]);
    outline(context, left + 1, top + 1, p.width * p.zoom - 2, p.height * p.zoom - 2, 1);
    context.setLineDash([]);
  }
}

/** The cell of a layer under the pointer, or none in the gaps. */
function cellAt(view, layer, event) {
  const { canvas, channels } = view.figures.get(layer.name);
  const box = canvas.getBoundingClientRect();
  const x = ((event.clientX - box.left) * canvas.width) / box.width;
  const y = ((event.clientY - box.top) * canvas.height) / box.height;
  const p = plan(view, layer);
  const channel = channels[Math.floor(y / p.down) * p.columns + Math.floor(x / p.across)];
  const row = Math.floor((y % p.down) / p.zoom);
  const column = Math.floor((x % p.across) / p.zoom);
  if (channel === undefined || row < 0 || row >= p.height || column >= p.width) return null;
  return { layer: layer.name, channel, row, column };
}

/** What a cell is called, and the value that is shown of it. */
function nameOf(view, layer, { channel, row, column }) {
  const { width, count } = plan(view, layer);
  const place = isMap(layer) ? `, row ${row}, column ${column}` : "";
  const value = layer.values[(row * width + column) * count + channel];
  return `${mapName(layer, channel)}${place}: ${number(shown(view, layer).value(value))}`;
}

/** Move the keyboard's mark from map to map; Enter chooses the map it is on. */
function mapKeys(view, layer, event) {
  const p = plan(view, layer);
  const { channels } = view.figures.get(layer.name);
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -p.columns, ArrowDown: p.columns }[event.key];
  if (step) {
    const to = channels.indexOf(view.focused?.channel ?? channels[0]) + step;
    if (to >= 0 && to < p.count) view.focused = { layer: layer.name, channel: channels[to] };
  } else if (event.key === "Enter" || event.key === " ") {
    view.choose(sameCellOn(view, layer, view.focused.channel));
  } else return;
  event.preventDefault();
  describeMap(view, layer);
  paintLayer(view, layer);
}

/** The cell of another map of a layer at the place chosen now, else at its middle. */
function sameCellOn(view, layer, channel) {
  const p = plan(view, layer);
  const here = view.cell.layer === layer.name;
  return { layer: layer.name, channel,
    row: here ? view.cell.row : Math.floor(p.height / 2),
    column: here ? view.cell.column : Math.floor(p.width / 2) };
}

function describeMap(view, layer) {
  const { canvas } = view.figures.get(layer.name);
  const unit = layer.shape.length === 3 ? "map" : "unit";
  const at = view.focused?.layer === layer.name ? `, ${unit} ${view.focused.channel}` : "";
  canvas.setAttribute("aria-label", `${layer.title}, ${size(layer)}${at}. ` +
    `Arrow keys move from ${unit} to ${unit}, Enter chooses.`);
}

const size = (layer) =>
  layer.shape.length === 3
    ? `${layer.shape[2] > 1 ? `${layer.shape[2]} of ` : ""}${layer.shape[1]}×${layer.shape[0]}`
    : layer.shape[0].toLocaleString("en");

/** Make the figures anew, when the network is another one. */
function makeFigures(view) {
  view.figures = new Map();
  const figureOf = (layer) => {
    if (layer.name === "logits") return make("div", { class: "layer output" });
    const canvas = make("canvas", { tabindex: 0, role: "application", "data-layer": layer.name,
      onclick: (event) => {
        const cell = cellAt(view, view.layer(layer.name), event);
        if (cell) view.choose(cell);
      },
      onpointermove: (event) => {
        const of = view.layer(layer.name);
        const cell = cellAt(view, of, event);
        canvas.title = cell ? nameOf(view, of, cell) : "";
      },
      onfocus: () => {
        const now = view.cell.layer === layer.name ? view.cell.channel : null;
        const first = view.figures.get(layer.name).channels[0];
        view.focused = canvas.matches(":focus-visible")
          ? { layer: layer.name, channel: now ?? first } : null;
        describeMap(view, view.layer(layer.name));
        paintLayer(view, view.layer(layer.name));
      },
      onblur: () => {
        view.focused = null;
        paintLayer(view, view.layer(layer.name));
      },
      onkeydown: (event) => mapKeys(view, view.layer(layer.name), event) });
    view.figures.set(layer.name, { canvas, channels: [] });
    const caption = make("figcaption", {}, layer.title, make("span", { class: "quiet" }, size(layer)));
    return make("figure", { class: "layer" }, caption, canvas);
  };
  const shown = view.network.layers.filter((layer) => layer.kind !== "softmax");
  const network = view.find(".network");
  network.classList.toggle("deep", convolutionsOf(view.network).length > MOST_ABREAST);
  network.replaceChildren(...columnsOf(shown).map((column) =>
    make("div", { class: "column" }, ...column.map(figureOf))));
}

/** The ten outputs: logit, probability and a bar, each a button that opens its arithmetic. */
function showOutput(view) {
  const logits = view.layer("logits").values;
  const shares = view.layer("softmax").values;
  const winner = shares.indexOf(Math.max(...shares));
  const button = (layer, channel, text) =>
    make("button", { class: "value", "data-cell": `${layer}-${channel}`,
      "aria-pressed": String(view.cell.layer === layer && view.cell.channel === channel),
      "aria-label": `${layer} of ${channel}: ${text}`,
      onclick: () => view.choose({ layer, channel, row: 0, column: 0 }) }, text);
  const rows = [...shares].map((share, digit) =>
    make("tr", { class: digit === winner ? "winner" : "" },
      make("th", { scope: "row" }, String(digit)),
      make("td", {}, button("logits", digit, number(logits[digit], 2))),
      make("td", {}, button("softmax", digit, percent(share))),
      make("td", { class: "bar" }, make("i", { style: `width: ${Math.max(share * 40, 1)}px` }))));
  const head = make("tr", {}, make("th", {}), make("th", { scope: "col" }, "Logits"),
    make("th", { scope: "col" }, "Softmax"), make("th", {}));
  const focused = view.root.getRootNode().activeElement?.dataset?.cell;
  view.find(".output").replaceChildren(make("table", {}, head, ...rows));
  if (focused) view.find(`.output [data-cell="${focused}"]`)?.focus();
}

/** Paint everything above the arithmetic. */
function showNetwork(view) {
  for (const [name, figure] of view.figures) {
    const layer = view.layer(name);
    figure.channels = order(view, layer);
    describeMap(view, layer);
    paintLayer(view, layer);
  }
  showOutput(view);
  showLegend(view);
}

function showLegend(view) {
  const signed = view.choices.relu === "before";
  const word = view.choices.scale === "map" ? "map" : "layer";
  const ramp = [0, 0.25, 0.5, 0.75, 1].map((t) =>
    css(signed ? diverging(1, view.dark)(2 * t - 1) : sequential(1)(t)));
  view.find(".legend").replaceChildren(
    signed ? "negative" : "0",
    make("i", { class: "ramp", style: `background: linear-gradient(90deg, ${ramp.join(", ")})` }),
    signed ? "positive" : `strongest of the ${word}`);
}
