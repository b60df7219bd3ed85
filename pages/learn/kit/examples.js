/** Ten plain digits, for whoever has drawn none: strokes on a paper of 100 by 100; and lines. */

import { grid } from "./maths.js";

const DIGITS = [
  "50,0 15,20 5,50 15,82 50,100 85,82 95,50 85,20 50,0",
  "25,25 52,0 52,100",
  "10,25 30,3 65,3 85,25 75,55 40,80 5,100 50,97 98,98",
  "10,12 45,0 80,12 80,35 45,48 80,58 90,78 60,98 20,95 5,82",
  "45,0 5,62 95,62|65,30 65,100",
  "85,2 22,2 15,42 50,35 85,50 88,78 60,98 20,97 5,85",
  "80,5 45,15 15,50 8,78 30,98 65,98 85,80 75,58 45,52 15,68",
  "5,2 92,2 40,100",
  "80,15 50,0 20,15 25,38 70,58 85,80 50,100 15,80 30,58 72,38 80,15",
  "85,20 55,0 20,10 12,38 40,52 75,42 85,20 82,60 70,100",
];
// Where they lie on the paper, and how large they are: upright, in its middle.
const [LEFT, TOP, WIDE, HIGH] = [100, 60, 120, 200];

/** The strokes of a digit, in the paper's own units. */
export const exampleOf = (digit) => DIGITS[digit].split("|").map((stroke) =>
  stroke.split(" ").map((point) => {
    const [x, y] = point.split(",").map(Number);
    return [LEFT + (x / 100) * WIDE, TOP + (y / 100) * HIGH];
  }));

// Lines on a map of 6 × 6 cells: in which of its columns each row has ink, from 0 on.
const LINES = {
  thin: [[], [2], [2], [2], [2], []],
  wide: [[], [2, 3], [2, 3], [2, 3], [2, 3], []],
  slanted: [[4], [3], [3], [2], [2], [1]],
};
export const LINE_NAMES = Object.keys(LINES);

/** A map with such a line, moved so many cells to the right. */
export const lineMap = (name, by) => grid(6, 6, (row, column) =>
  (LINES[name][row].includes(column - by) ? 9 - row : 0));
