/** From training to use: a file, a command, a program, a server; and what each of them costs. */

import { decide } from "../../../cnn/web/decision.js";
import { read } from "../../../cnn/web/network.js";
import { make } from "../../layers/frontend/draw.js";
import { USES, commandOf } from "../kit/commands.js";
import { many, multiplicationsOf, parametersOf, total } from "../kit/counts.js";
import { sum } from "../kit/maths.js";
import { SERVER } from "../kit/measured.js";

const MEGA = 1e6;
// A file's numbers have so many bits each; as text, three bytes make four letters.
const BITS = 16;
const asText = (bytes) => (bytes * 4) / 3;
const bytesOf = (parameters, bits = BITS) => (parameters * bits) / 8;
const mega = (bytes) => `${(bytes / MEGA).toFixed(1)} MB`;
const parameters = (state) => total(parametersOf(state));
const fileOf = (state) => asText(bytesOf(parameters(state), state.bits));

/** The learner's drawing as a file that all commands take. */
const drawingFile = ({ strokes }) => JSON.stringify({ strokes: strokes.map((stroke) =>
  stroke.map((point) => point.map((place) => Number(place.toFixed(1))))) });

/** What a program may print, its code, and what that gives for the learner's drawing. */
const PRINTS = {
  digit: ["the digit", "cnn.decide(reading.probabilities).digit",
    (state) => decide([...state.read().probabilities]).digit],
  sure: ["how sure", 'f"{reading.probabilities.max():.2f}"',
    (state) => Math.max(...state.read().probabilities).toFixed(2)],
  maps: ["a layer's maps", 'reading.activations["conv1"].shape',
    ({ network }) => `(${network.layers[1].shape.join(", ")})`],
};
const program = ({ print }) => `import json
import cnn

with open("drawing.json") as file:
    strokes = cnn.strokes_from_json(json.load(file))
image = cnn.rasterise(strokes)
reading = cnn.shipped_predictor().read(image)
print(${PRINTS[print][1]})`;

/** What can be chosen of a table, by its short texts. */
const optionsOf = (table) => Object.entries(table).map(([name, [text]]) => [name, text]);

const work = ({ network, read: reading }) => multiplicationsOf(network, reading());
const all = (state) => sum(work(state).map((layer) => layer.all));
const done = (state) => sum(work(state).map((layer) => layer.done));

/** Read the drawing some times, and keep the middle of the times that it took. */
function stopTime({ network, picture }, kit) {
  const pixels = picture.flat();
  const taken = Array.from({ length: 11 }, () => {
    const begun = performance.now();
    read(network, pixels);
    return performance.now() - begun;
  });
  kit.set("ms", taken.sort((a, b) => a - b)[5]);
}

const { strokeMs, secondsAStroke, readingMs, framesASecond } = SERVER;
/** How many cores visitors keep busy: where their browsers read, and where the server would. */
const cores = ({ visitors }) => ({
  strokes: (visitors * strokeMs) / 1000 / secondsAStroke,
  readings: (visitors * readingMs * framesASecond) / 1000,
});

export default {
  number: 12,
  title: "From training to use",
  does: "Take a network home, call it by a command or a program, and count what that costs.",
  minutes: 12,
  terms: {
    "deploy": "To bring a trained network to where it is used.",
    "half precision": "Numbers of 16 bits each, with about three digits.",
    "base64": "A way to write bytes as plain letters: three bytes become four letters.",
    "server": "A computer that answers what other computers ask.",
  },
  notes: {
    needs: "Needs “From maps to an answer”; for trying the commands, an installed Digitscope.",
    misunderstandings: [
      "“The network learns on while it is used.” Its numbers stay as they are.",
      "“Whoever uses a network needs TensorFlow.” Multiplying and adding is enough.",
    ],
  },
  state: () => ({ side: 28, filter: 5, first: 32, second: 64, units: 1000, digits: 10, bits: BITS,
    use: "read", print: "digit", ms: null, visitors: 30 }),
  screens: [
    {
      title: "One file to take home",
      text: [
        "A network is trained. How do you **deploy** it? It is only numbers: {parameters} of them."
          + " In **half precision** each takes 2 bytes, that makes {bytes}.",
        "A page of HTML holds letters only. As **base64** the numbers become {text}. The page and"
          + " its program add less than a tenth of a megabyte.",
        "“Take it home” on the Train page gives you this file, and so does the command. Open it on"
          + " any phone or computer: it reads while you draw, without a server.",
      ],
      live: {
        parameters: (state) => many(parameters(state)),
        bytes: (state) => mega(bytesOf(parameters(state))),
        text: (state) => mega(asText(bytesOf(parameters(state)))),
      },
      show: (kit) => [
        kit.column(
          kit.slider("first", { name: "Filters 1", min: 4, max: 64, step: 4 }),
          kit.slider("second", { name: "Filters 2", min: 4, max: 128, step: 4 }),
          kit.slider("units", { name: "Units", min: 50, max: 2000, step: 50 }),
          kit.choice("bits", { name: "Bits a number", options: [[32, "32"], [16, "16"]] })),
        kit.bars((state) => [
          { name: "numbers", value: bytesOf(parameters(state), state.bits) },
          { name: "as text, in the file", value: fileOf(state), isStrong: true },
        ].map((bar) => ({ ...bar, text: mega(bar.value) })),
        { name: "Size", most: (state) => Math.max(fileOf(state), 9 * MEGA) }),
        kit.command(() => commandOf("home"), { name: "The command" }),
        make("p", {}, make("a", { href: "Train" }, "Go to the Train page")),
      ],
      ask: [{
        task: "Make a network whose file is smaller than 1 MB, with at least 16 filters in layer"
          + " 1.",
        done: (state) => state.first >= 16 && fileOf(state) < MEGA,
        hint: (state) => (state.first < 16 ? "Layer 1 has too few filters."
          : `It has ${mega(fileOf(state))}. Where are most of the parameters?`),
        solve: (_, kit) => Object.entries({ first: 16, second: 32, units: 150, bits: BITS })
          .forEach((field) => kit.set(...field)),
      }],
    },
    {
      title: "What a reader must do",
      needs: "network",
      text: [
        "Whoever reads with a network must multiply and add, and nothing else. A filter is used at"
          + " each cell of its map. So layer 2 has few weights, but most of the work.",
        "In all that makes {all} multiplications. But times 0 is 0: after ReLU most numbers are"
          + " zero, and this page leaves these out. For your digit about {done} are left, {share}.",
        "How long does that take here? Stop the time.{time}",
      ],
      live: {
        all: (state) => many(all(state)),
        done: (state) => many(done(state)),
        share: (state) => `${(100 * done(state) / all(state)).toFixed(1)} %`,
        time: ({ ms }) => (ms === null ? "" : ` ${ms.toFixed(1)} ms.`),
      },
      show: (kit) => [
        kit.row(
          kit.pad({ wide: 10 }),
          kit.column(
            kit.bars((state) => work(state).map((layer) =>
              ({ name: layer.name, value: layer.all, text: layer.text })),
            { name: "Multiplications", most: all }),
            kit.bars((state) => work(state).map((layer) =>
              ({ name: layer.name, value: layer.done, text: many(layer.done), isStrong: true })),
            { name: "Without zeros, for your digit", most: all }),
            kit.row(kit.button("Stop the time", stopTime)))),
      ],
      ask: [{
        number({ whole, pick }) {
          const [side, maps, filters] = [whole(5, 14), 4 * whole(1, 8), 4 * whole(1, 8)];
          const k = pick([3, 5]);
          return {
            text: `Predict: ${filters} filters of ${k} × ${k} see ${maps} maps. They give maps of`
              + ` ${side} × ${side} cells. How many multiplications is that?`,
            answer: side * side * filters * k * k * maps,
            decimals: 0,
            hint: "Count the cells of all new maps. Each takes one for each weight of its filter.",
          };
        },
      }],
    },
    {
      title: "A command for each use",
      text: [
        "Whoever has Digitscope installed needs no page. Choose what you want to do, copy the"
          + " command, and run it in a terminal. With --help behind it, each tells what else it"
          + " can do.",
        "The trained network is one more file: “model.keras” in the run's folder. Any program that"
          + " has Keras can load it.",
      ],
      show: (kit) => [
        kit.choice("use", { name: "I want to", options: optionsOf(USES) }),
        kit.command(({ use }) => commandOf(use),
          { name: "The command", note: ({ use }) => USES[use][3] }),
        kit.command(() => "digitscope info", { name: "Which layers has it?" }),
        kit.command(() => 'model = keras.models.load_model("model.keras")', { name: "In Keras" }),
      ],
      ask: [{
        choose({ whole, pick }) {
          const run = `${pick(["attempt", "class", "night"])}-${whole(2, 99)}`;
          const names = Object.keys(USES);
          const right = pick(["measure", "choose", "home"]);
          return {
            text: `Your run is called ${run}. Which command do you need to ${USES[right][1]}?`,
            options: names.map((name) => commandOf(name, run)),
            answer: names.indexOf(right),
            hint: "Choose each use above, and see its command.",
          };
        },
      }],
    },
    {
      title: "In a program of your own",
      needs: "network",
      text: [
        "This is your drawing as a file, and a program that reads it. Copy both: one into"
          + " “drawing.json”, the other into “read.py” beside it.",
        "Choose what it prints. The page reads by the same arithmetic. So with the same network it"
          + " must print {out}.",
      ],
      live: { out: (state) => PRINTS[state.print][2](state) },
      show: (kit) => [
        kit.row(kit.pad({ wide: 10 }), kit.column(
          kit.choice("print", { name: "Print", options: optionsOf(PRINTS) }),
          kit.command(drawingFile, { name: "drawing.json" }))),
        kit.command(program, { name: "read.py" }),
      ],
    },
    {
      title: "For a whole class",
      text: [
        "A class, and one **server**. With this app each browser has the network and reads by"
          + " itself. The server only gets each stroke when it is drawn: {strokeMs} ms of work, as"
          + " measured.",
        "What if the server had to read each movement of the pen, {frames} times a second? A"
          + " reading takes it {readingMs} ms.",
        "Move the slider. The bars show how many processor cores are busy all the time.",
      ],
      live: { strokeMs, readingMs, frames: framesASecond },
      show: (kit) => [
        kit.slider("visitors", { name: "Visitors", min: 1, max: 100 }),
        kit.bars((state) => [
          { name: "browsers read", value: cores(state).strokes, isStrong: true },
          { name: "server reads", value: cores(state).readings },
        ], { name: `Cores, while each draws a stroke every ${secondsAStroke} seconds`, most: 9 }),
        kit.command(() => commandOf("serve"), { name: "The command" }),
      ],
      ask: [{
        number({ whole }) {
          const [visitors, seconds] = [10 * whole(2, 20), whole(2, 9)];
          return {
            text: `Predict: ${visitors} people draw one stroke every ${seconds} seconds. A stroke`
              + ` costs ${strokeMs} ms. How many cores are busy? Two decimals are enough.`,
            answer: (visitors * strokeMs) / 1000 / seconds,
            hint: "How many strokes come in a second? A core has 1,000 ms in a second.",
          };
        },
      }],
    },
  ],
};
