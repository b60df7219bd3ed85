// One cell: its place in the network as large pictures, and its arithmetic as tables.

const LARGE = 224; // pixels that a large picture takes, or a little less
const TICK = 350; // milliseconds that the kernel rests at a place when it slides

const isMap = (layer) => layer.shape.length === 3;

const mapName = (layer, channel) =>
  !isMap(layer) ? `${layer.title}, unit ${channel}`
    : layer.kind === "input" ? "Input" : `${layer.title}, map ${channel}`;

/** The column that is shown: where the kernel slides, else the chosen one. */
const columnNow = (view) => view.sliding ?? view.cell.column;

/** Show title, pictures and arithmetic of the chosen cell. */
function showCell(view) {
  view.find(".title").textContent = view.network.sentence;
  showPictures(view);
  showArithmetic(view);
  showSteps(view);
}

/** The large pictures: the drawing, the layer before, and the cell's own map. */
function showPictures(view) {
  const layer = view.layer(view.cell.layer);
  const { explanation } = view.network;
  const wanted = [];
  const source = layer.source ? view.layer(layer.source) : null;
  // Of all there is, not of a field.
  const isSum = explanation.kind === "dense" || explanation.kind === "softmax";
  if (!isSum && layer.kind !== "input" && source?.kind !== "input") {
    wanted.push({ layer: view.network.layers[0], channel: 0, margin: 0 });
  }
  if (!isSum && source && isMap(source)) {
    const margin = explanation.kind === "convolution" ? Math.max(...explanation.padding) : 0;
    const channel = explanation.kind === "flatten" ? explanation.cell.channel : view.opened;
    wanted.push({ layer: source, channel, margin });
  }
  if (isMap(layer)) wanted.push({ layer, channel: view.cell.channel, margin: 0, own: true });
  while (view.pictures.length < wanted.length) view.pictures.push(makePicture(view));
  view.pictures.forEach((picture, i) => {
    picture.figure.hidden = i >= wanted.length;
    if (i < wanted.length) Object.assign(picture, { mark: null }, wanted[i]);
    if (i < wanted.length) paintPicture(view, picture);
  });
}

function makePicture(view) {
  const canvas = make("canvas", { tabindex: 0, role: "application" });
  const picture = { canvas, caption: make("figcaption") };
  picture.figure = make("figure", {}, picture.caption, picture.canvas);
  picture.canvas.addEventListener("click", (event) => {
    const box = picture.canvas.getBoundingClientRect();
    const place = (at) =>
      Math.floor((at * picture.canvas.width) / box.width / picture.zoom) - picture.margin;
    const [height, width] = picture.layer.shape;
    const row = place(event.clientY - box.top);
    const column = place(event.clientX - box.left);
    if (row < 0 || column < 0 || row >= height || column >= width) return;
    view.choose({ layer: picture.layer.name, channel: picture.channel, row, column });
  });
  picture.canvas.addEventListener("keydown", (event) =>
    picture.own ? moveCell(view, event) : moveMark(view, picture, event));
  for (const change of ["focus", "blur"]) {
    picture.canvas.addEventListener(change, () => paintPicture(view, picture));
  }
  view.find(".pictures").append(picture.figure);
  return picture;
}

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** Arrow keys on another picture move a mark, first in the field's middle; Enter opens its cell. */
function moveMark(view, picture, event) {
  const move = MOVES[event.key];
  const { row, column } = picture.mark ?? middleOfField(view, picture.layer);
  if (move) picture.mark = onLayer(picture.layer, row + move[0], column + move[1]);
  else if (event.key === "Enter") {
    view.choose({ layer: picture.layer.name, channel: picture.channel, row, column });
  } else return;
  event.preventDefault();
  paintPicture(view, picture);
}

/** The middle of the field that the chosen cell sees on a layer. */
function middleOfField(view, layer) {
  const [top, left, height, width] = view.network.fields[layer.name];
  return onLayer(layer, top + Math.floor(height / 2), left + Math.floor(width / 2));
}

/** A place of a layer, or the nearest on it. */
const onLayer = ({ shape: [height, width] }, row, column) => ({
  row: Math.min(Math.max(row, 0), height - 1), column: Math.min(Math.max(column, 0), width - 1) });

/** Arrow keys on a cell's own map move the chosen cell. */
function moveCell(view, event) {
  const move = MOVES[event.key];
  if (!move) return;
  event.preventDefault();
  moveBy(view, ...move);
}

function moveBy(view, down, across) {
  const [height, width] = view.layer(view.cell.layer).shape;
  const row = view.cell.row + down;
  const column = columnNow(view) + across;
  if (row < 0 || column < 0 || row >= height || column >= width) return;
  view.choose({ ...view.cell, row, column });
}

function paintPicture(view, picture) {
  const { canvas, layer, channel, margin, own } = picture;
  const [height, width, count] = layer.shape;
  const zoom = picture.zoom = Math.floor(LARGE / (Math.max(width, height) + 2 * margin));
  resize(canvas, (width + 2 * margin) * zoom, (height + 2 * margin) * zoom);
  const mark = !own && canvas.matches(":focus-visible")
    ? picture.mark ?? middleOfField(view, layer) : null;
  canvas.dataset.layer = own ? "own" : layer.name;
  canvas.setAttribute("aria-label", mapName(layer, channel)
    + (mark ? `, row ${mark.row}, column ${mark.column}` : "")
    + (own ? ": arrow keys move the chosen cell" : ": arrow keys move a mark, Enter opens its cell"));
  picture.caption.textContent = mapName(layer, channel);
  const { value } = shown(view, layer);
  const colour = colours(view, layer, channel);
  const context = paint(canvas, (fill) => {
    for (let cell = 0; cell < height * width; cell++) {
      fill(((cell % width) + margin) * zoom, (Math.floor(cell / width) + margin) * zoom, zoom,
        colour(value(layer.values[cell * count + channel])));
    }
  });
  if (margin) paintPadding(context, layer, margin, zoom);
  if (own) {
    outline(context, columnNow(view) * zoom, view.cell.row * zoom, zoom, zoom);
  } else if (view.network.fields[layer.name]) {
    const [top, left, rows, columns] = view.network.fields[layer.name];
    const slid = (columnNow(view) - view.cell.column) * (view.network.steps[layer.name] ?? 0);
    outline(context, (left + slid + margin) * zoom, (top + margin) * zoom,
      columns * zoom, rows * zoom);
  }
  if (mark) {
    context.setLineDash([3, 2]);
    outline(context, (mark.column + margin) * zoom, (mark.row + margin) * zoom, zoom, zoom, 1);
    context.setLineDash([]);
  }
}

/** Write the zeros of the padding around a map. */
function paintPadding(context, layer, margin, zoom) {
  const [height, width] = layer.shape;
  context.fillStyle = "rgb(128 138 150 / 80%)";
  context.font = `${Math.min(zoom, 11)}px sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let row = 0; row < height + 2 * margin; row++) {
    for (let column = 0; column < width + 2 * margin; column++) {
      const inside = row >= margin && row < height + margin
        && column >= margin && column < width + margin;
      if (!inside) context.fillText("0", (column + 0.5) * zoom, (row + 0.5) * zoom);
    }
  }
}

/** Buttons that slide the kernel along its row. */
function showSteps(view) {
  const steps = view.find(".steps");
  steps.hidden = view.network.explanation.kind !== "convolution";
  if (steps.hidden) return;
  if (!steps.childElementCount) {
    steps.append(
      make("button", { class: "play", onclick: () => view.slide() }),
      make("button", { onclick: () => moveBy(view, 0, -1) }, "Step back"),
      make("button", { onclick: () => moveBy(view, 0, 1) }, "Step on"),
      make("span", { class: "where quiet" }));
  }
  steps.querySelector(".play").textContent =
    view.sliding === null ? "Slide the kernel along the row" : "Pause";
  steps.querySelector(".where").textContent = `Row ${view.cell.row}, column ${columnNow(view)}`;
}

function showArithmetic(view) {
  const { explanation } = view.network;
  const build = { convolution, pooling, averaging, dense, softmax, flatten: origin, input: origin }[
    explanation.kind];
  const { totals = [], body = [] } = build(view, explanation);
  view.find(".totals").replaceChildren(...totals);
  view.find(".arithmetic").replaceChildren(...body);
}

/** A table of numbers in colours; `mark(row, column)` names a class for some of its cells. */
function grid(caption, rows, colour, mark = () => "") {
  const cell = (value, row, column) => {
    if (value === null) return make("td", { class: "none" }, "–");
    const background = colour(value);
    const style = `background: ${css(background)}; color: ${readable(background)}`;
    return make("td", { style, class: mark(row, column) }, number(value));
  };
  return make("table", { class: "grid" }, make("caption", {}, caption),
    ...rows.map((values, row) => make("tr", {}, ...values.map((v, column) => cell(v, row, column)))));
}

/** Name and number pairs, the numbers right-aligned; the last is the result. */
function sums(...lines) {
  return make("table", { class: "sums" }, ...lines.map(([name, value], i) =>
    make("tr", { class: i === lines.length - 1 ? "result" : "" },
      make("th", { scope: "row" }, name),
      make("td", { "data-name": name }, typeof value === "number" ? number(value, 4) : value))));
}

/** What the kernel covers at a column, of one input channel: [height][width]. */
function patchAt(view, explanation, column, channel) {
  const { size: [height, width], stride, strip_width, channels } = explanation;
  const cell = (dy, dx) => dy * strip_width + column * stride[1] + dx;
  return [...Array(height).keys()].map((dy) => [...Array(width).keys()].map((dx) =>
    view.strip[cell(dy, dx) * channels + channel]));
}

function kernelOf(view, explanation, channel) {
  const [height, width] = explanation.size;
  return [...Array(height).keys()].map((dy) => [...Array(width).keys()].map((dx) =>
    view.kernel[(dy * width + dx) * explanation.channels + channel]));
}

const times = (a, b) => a.map((row, y) => row.map((value, x) => value * b[y][x]));
const total = (rows) => rows.flat().reduce((sum, value) => sum + value, 0);
const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

function convolution(view, explanation) {
  const layer = view.layer(view.cell.layer);
  const source = view.layer(layer.source);
  const column = columnNow(view);
  const parts = [...Array(explanation.channels).keys()].map((channel) =>
    total(times(patchAt(view, explanation, column, channel), kernelOf(view, explanation, channel))));
  const patch = patchAt(view, explanation, column, view.opened);
  const kernel = kernelOf(view, explanation, view.opened);
  const products = times(patch, kernel);
  const top = view.cell.row * explanation.stride[0] - explanation.padding[0];
  const left = column * explanation.stride[1] - explanation.padding[1];
  const padding = (row, x) => top + row < 0 || top + row >= source.shape[0]
    || left + x < 0 || left + x >= source.shape[1] ? "padding" : "";
  const ofPatch = source.kind === "input" ? ink : sequential(source.most);
  const weights = diverging(largest(view.kernel), view.dark);
  const ofProducts = diverging(largest(products.flat()), view.dark);
  const sum = parts.reduce((a, b) => a + b, 0);
  const before = sum + explanation.bias;
  const lines = [
    [explanation.channels > 1 ? `Sum of ${explanation.channels} partial sums` : "Sum of the products", sum],
    ["Bias", explanation.bias],
    ...(explanation.relu ? [["Before ReLU", before], ["After ReLU", Math.max(before, 0)]]
      : [["Value", before]])];
  const equation = make("div", { class: "equation" },
    grid(mapName(source, view.opened), patch, ofPatch, padding), make("b", {}, "×"),
    grid("Kernel", kernel, weights), make("b", {}, "="),
    grid(`Products, sum ${number(parts[view.opened], 4)}`, products, ofProducts, padding));
  const hint = "Struck-out places lie beyond the map: padding, which counts as 0.";
  const atBorder = equation.querySelector(".padding");
  return {
    totals: [sums(...lines), ...(atBorder ? [make("p", { class: "quiet" }, hint)] : [])],
    body: [equation, ...(explanation.channels > 1 ? [partialSums(view, source, parts)] : [])],
  };
}

/** What each map of the layer before adds, largest first; a click opens its products. */
function partialSums(view, source, parts) {
  const sorted = [...parts.keys()].sort((a, b) => parts[b] - parts[a]);
  const open = (channel) => {
    view.opened = channel;
    showNetwork(view);
    showCell(view);
    view.find(`[data-part="${channel}"]`).focus();
  };
  return bars("Partial sums, largest first", sorted.map((channel) => ({
    name: `Map ${channel}`, value: parts[channel], pressed: channel === view.opened,
    data: { "data-part": channel }, open: () => open(channel) })), view,
    make("button", { class: "quiet-link", onclick: () => openSource(view, source) },
      `Open ${mapName(source, view.opened)} at the middle of the patch`));
}

/** Go to the cell of the layer before that lies in the middle of the field. */
function openSource(view, source) {
  view.choose({ layer: source.name, channel: view.opened, ...middleOfField(view, source) });
}

/** Bars about zero, each with its number, each a button. */
function bars(title, lines, view, ...more) {
  const most = largest(lines.map((line) => line.value)) || 1;
  const colour = diverging(1, view.dark);
  return make("div", { class: lines.length > 20 ? "bars many" : "bars" }, make("h4", {}, title),
    make("ol", {}, ...lines.map((line) => {
      const share = (50 * Math.abs(line.value)) / most;
      const left = line.value < 0 ? 50 - share : 50;
      const style = `left: ${left}%; width: ${share}%; background: ${css(colour(Math.sign(line.value)))}`;
      return make("li", {}, make("button", { "aria-pressed": String(Boolean(line.pressed)),
        onclick: line.open, ...line.data },
        make("span", { class: "name" }, line.name),
        make("span", { class: "track" }, make("i", { style })),
        make("span", { class: "figure" }, number(line.value, 4))));
    })), ...more);
}

function pooling(view, explanation) {
  const layer = view.layer(view.cell.layer);
  const source = view.layer(layer.source);
  const [top, left] = view.network.fields[source.name];
  const won = (row, column) =>
    top + row === explanation.winner.row && left + column === explanation.winner.column ? "won" : "";
  const colour = source.kind === "input" ? ink : sequential(source.most);
  return {
    totals: [sums(["Largest of the window", explanation.after]),
      make("button", { class: "quiet-link", onclick: () => view.choose(explanation.winner) },
        `Open the cell that won: row ${explanation.winner.row}, column ${explanation.winner.column}`)],
    body: [grid(`${mapName(source, view.cell.channel)}, the window`, explanation.window, colour, won)],
  };
}

function averaging(view, explanation) {
  const source = view.layer(view.layer(view.cell.layer).source);
  const colour = source.kind === "input" ? ink : sequential(source.most);
  return {
    totals: [sums([`Sum of ${explanation.count} cells`, explanation.sum],
      [`Mean: the sum divided by ${explanation.count}`, explanation.after])],
    body: [grid(`${mapName(source, view.cell.channel)}, the window`, explanation.window, colour)],
  };
}

function dense(view, explanation) {
  const list = (title, lines) => bars(title, lines.map((line) => ({
    name: line.name, value: line.value, open: () => view.choose(line.cell) })), view);
  const together = number(explanation.maps_sum, 4);
  const rest = number(explanation.before - explanation.maps_sum, 4);
  const lines = explanation.relu ? [["Before ReLU", explanation.before], ["After ReLU", explanation.after]]
    : [["Value", explanation.after]];
  return { body: [
    make("div", { class: "beside" },
      list("Largest positive contributions", explanation.positive),
      list("Largest negative contributions", explanation.negative),
      make("div", {},
        sums([`Sum of ${explanation.count.toLocaleString("en")} contributions`, explanation.sum],
          ["Bias", explanation.bias], ...lines),
        make("p", { class: "quiet" }, "A contribution: a value of the layer before, times its weight."))),
    make("h4", {}, `Traced back to ${explanation.maps_of}`),
    make("div", { class: "traced" }, ...explanation.maps.map((map) => tracedMap(view, explanation, map))),
    make("p", { class: "quiet" }, `All of its maps together add ${together}; biases add ${rest}.`),
  ] };
}

/** One pooled map's contributions, cell by cell: a button that opens its largest. */
function tracedMap(view, explanation, map) {
  const height = map.values.length;
  const width = map.values[0].length;
  const zoom = Math.max(1, Math.floor(84 / width));
  const canvas = make("canvas", { width: width * zoom, height: height * zoom, "aria-hidden": "true" });
  const colour = diverging(explanation.maps_most, view.dark);
  paint(canvas, (fill) => map.values.forEach((row, y) => row.forEach((value, x) =>
    fill(x * zoom, y * zoom, zoom, colour(value)))));
  return make("button", { onclick: () => view.choose(map.cell) }, canvas,
    make("span", {}, map.name), make("span", { class: "figure" }, number(map.sum, 4)));
}

/** A share or a power: small ones with their exponent, as most are far below a millionth. */
const fraction = (value) => (value < 0.001 ? value.toExponential(2) : value.toFixed(6));

function softmax(view, explanation) {
  const head = ["Digit", "Logit", "exp(logit − largest)", "Share of the sum"];
  const rows = explanation.logits.map((logit, digit) => make("tr",
    { class: digit === view.cell.channel ? "chosen" : "" },
    make("th", { scope: "row" }, String(digit)),
    make("td", {}, make("button", { class: "quiet-link", "aria-label": `Open logit ${digit}`,
      onclick: () => view.choose({ layer: "logits", channel: digit, row: 0, column: 0 }) },
      number(logit, 4))),
    make("td", {}, fraction(explanation.powers[digit])),
    make("td", {}, fraction(explanation.probabilities[digit]))));
  const sum = explanation.powers.reduce((a, b) => a + b, 0);
  return { body: [make("table", { class: "sums wide" },
    make("tr", {}, ...head.map((text) => make("th", { scope: "col" }, text))), ...rows,
    make("tr", { class: "result" }, make("th", { scope: "row" }, "Sum"), make("td", {}),
      make("td", {}, fraction(sum)), make("td", {}, fraction(1))))] };
}

function origin(view, explanation) {
  const line = sums(["Value", explanation.after]);
  if (!explanation.cell) return { totals: [line] };
  const { layer, channel, row, column } = explanation.cell;
  const open = () => view.choose(explanation.cell);
  return { totals: [line, make("button", { class: "quiet-link", onclick: open },
    `Open ${mapName(view.layer(layer), channel)}, row ${row}, column ${column}`)] };
}
