"""Whether a few drawings teach the network an unusual style, and what it forgets meanwhile.

Draws digits in several unusual styles, takes those that the shipped network misreads most, and for
each teaches the network by `python -m cnn train --recipe hand` and 20 drawings by as many hands.
Measures on as many other drawings of the style by other hands, and on MNIST's test digits. Seconds
count from the start of the command to its end.

    CNN_DATA_DIR=... python benchmarks/teach.py > teach.md
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnn.augmentation.glyphs import strokes_of
from cnn.augmentation.strokes import augment_strokes
from cnn.data import user_drawings
from cnn.data.digits import Digits, LabelledStrokes
from cnn.data.drawings import draw_digits
from cnn.data.mnist import load_mnist_test
from cnn.evaluation import evaluate
from cnn.ink.strokes import CANVAS_SIZE
from cnn.predictor import Predictor, shipped_predictor


@dataclass(frozen=True)
class Style:
    """An unusual way to write a digit, written down as in `cnn.augmentation.glyphs`."""

    name: str
    digit: int
    shape: str


STYLES = (
    Style("7 with hook and bar", 7, "-0,45 8,2 92,2 42,100|-15,55 85,55"),
    Style("7 with bar at its foot", 7, "-5,2 92,2 45,100|-5,98 90,98"),
    Style("7 with hook, and bar at its foot", 7, "-5,30 5,2 92,2 45,100|-5,98 90,98"),
    Style("2 as a Z with bar", 2, "-5,5 90,5 5,98 98,98|-20,52 80,52"),
    Style("3 as an E turned round, closed", 3,
          "-90,0 10,0|-10,50 90,50|-90,100 10,100|-10,0 10,100"),
    Style("9 as a g", 9, "80,15 50,0 20,12 20,32 50,42 78,25|-82,5 82,75"
          "|82,75 60,100 15,98 10,75 40,60 98,50"),
)  # fmt: skip
# Seeds of the hands that teach, those that measure, and those that tell which styles are misread.
TEACHING, MEASURING, SEARCHING = 1, 2, 3
SEARCHED = 100


def drawings(style: Style, count: int, seed: int) -> list[LabelledStrokes]:
    """Draw a style by so many hands, on a canvas."""
    rng = np.random.default_rng(seed)
    hands = [augment_strokes(strokes_of(style.shape, rng), rng) for _ in range(count)]
    half = CANVAS_SIZE / 2
    return [
        LabelledStrokes(style.digit, [stroke * 0.7 * CANVAS_SIZE + half for stroke in strokes])
        for strokes in hands
    ]


def teach(style: Style, count: int, folder: Path) -> tuple[Predictor, float]:
    """Keep drawings and teach them to the shipped network; returns the new one, and seconds."""
    os.environ[user_drawings.FOLDER_VARIABLE] = str(folder)
    for drawing in drawings(style, count, TEACHING):
        user_drawings.keep(drawing.strokes, drawing.label)
    command = [sys.executable, "-m", "cnn", "train", "--recipe", "hand", "--start", "shipped"]
    command += ["--drawings", user_drawings.USER_DRAWINGS, "--run", str(folder / "run")]
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - begin
    return Predictor.load(folder / "run" / "model.keras", style.name), seconds


def accuracy(network: Predictor, digits: Digits) -> float:
    """Return the share that a network reads right."""
    return evaluate(network, digits).accuracy


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--styles", type=int, default=3, help="most misread ones; default: 3")
    parser.add_argument("--drawings", type=int, default=20, help="of each style; default: 20")
    options = parser.parse_args()
    shipped, mnist = shipped_predictor(), load_mnist_test()
    found = {
        style: accuracy(shipped, draw_digits(drawings(style, SEARCHED, SEARCHING)))
        for style in STYLES
    }
    before = accuracy(shipped, mnist)
    print("| Style | Others' drawings before | after | MNIST before | after | Seconds |")
    print("|---|---:|---:|---:|---:|---:|", flush=True)
    for style in sorted(found, key=found.__getitem__)[: options.styles]:
        with tempfile.TemporaryDirectory() as folder:
            taught, seconds = teach(style, options.drawings, Path(folder))
        others = draw_digits(drawings(style, options.drawings, MEASURING))
        cells = (
            f"{accuracy(shipped, others):.0%}",
            f"{accuracy(taught, others):.0%}",
            f"{before:.2%}",
            f"{accuracy(taught, mnist):.2%}",
            f"{seconds:.0f}",
        )
        print(f"| {style.name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
