// The confusion matrix: a table of buttons, one of which Tab leads to, and arrows to the others.

const DIGITS = 10;
const MOVES = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** The table's 100 buttons, row by row. */
function buttonsIn(parentElement) {
  return [...parentElement.querySelectorAll("td button")];
}

/** Make one button the one that Tab leads to. */
function reachBy(buttons, at) {
  buttons.forEach((button, i) => {
    button.tabIndex = i === at ? 0 : -1;
  });
}

/** The place that a key leads to from another, or null. */
function moved(key, at) {
  const move = MOVES[key];
  if (!move) {
    return null;
  }
  const row = Math.floor(at / DIGITS) + move[0];
  const column = (at % DIGITS) + move[1];
  const isInside = Math.min(row, column) >= 0 && Math.max(row, column) < DIGITS;
  return isInside ? row * DIGITS + column : at;
}

/** Mark the cell whose digits are shown; -1 is none. */
function mark(buttons, chosen) {
  buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(i === chosen)));
}

export default function ({ data, parentElement, setTriggerValue }) {
  const buttons = buttonsIn(parentElement);
  buttons.forEach((button, i) => {
    const { text, name, kind, paper, ink } = data.cells[i];
    button.textContent = text;
    button.setAttribute("aria-label", name);
    button.title = name;
    button.className = kind;
    button.style.background = paper;
    button.style.color = ink;
    button.onclick = () => {
      mark(buttons, i);
      reachBy(buttons, i);
      setTriggerValue("cell", { label: Math.floor(i / DIGITS), read: i % DIGITS });
    };
    button.onkeydown = (event) => {
      const to = moved(event.key, i);
      if (to !== null) {
        event.preventDefault();
        reachBy(buttons, to);
        buttons[to].focus();
      }
    };
  });
  mark(buttons, data.chosen);
  if (!buttons.some((button) => button.tabIndex === 0)) {
    reachBy(buttons, Math.max(data.chosen, 0));
  }
}
