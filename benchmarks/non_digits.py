"""How often the network says that it is not sure: of ink that is no digit, and of real digits.

The letters and signs here are others than those the network was trained on, the scribbles are new
ones, and the pairs of digits are by the writers of the file of drawings.

    python benchmarks/non_digits.py pendigits-orig.tes.gz
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.random import Generator

from cnn.augmentation.glyphs import curve, strokes_of
from cnn.augmentation.strokes import augment_strokes, side_by_side
from cnn.data.drawings import draw_digits, read_drawings
from cnn.data.mnist import load_mnist_test
from cnn.decision import decide
from cnn.ink.strokes import Picture, Stroke, rasterise
from cnn.predictor import Predictor, shipped_predictor

EACH = 500
LETTERS = (
    "-10,0 10,100|-90,0 90,100|-10,50 90,50",  # H
    "-10,0 10,100|-85,0 12,55 90,100",  # K
    "-5,100 5,0 50,70 95,0 95,100",  # M
    "-12,0 12,100|12,2 70,0 88,25 65,48 12,50|-45,50 92,100",  # R
    "-0,0 25,100 50,30 75,100 100,0",  # W
    "-2,0 50,50 98,0|-50,50 50,100",  # Y
    "-12,0 12,100|12,2 70,5 75,40 12,48 85,60 80,95 12,100",  # B
    "8,55 90,50 75,20 40,15 10,45 20,85 55,98 90,82",  # e
    "85,8 60,0 42,20 42,60 42,100|-15,42 78,42",  # f
    "-10,0 10,100|10,60 50,45 82,60 85,100",  # h
)
SIGNS = (
    "10,25 30,2 75,5 85,30 55,52 50,72|-50,96 51,98",  # question mark
    "50,100 5,45 15,8 45,15 50,30 58,12 88,8 95,45 50,100",  # heart
    "-30,5 25,95|-70,5 65,95|-5,35 95,35|-5,68 95,68",  # number sign
    "-5,45 50,0 95,45|-15,40 15,100 85,100 85,40",  # house
    "-50,0 50,100|-5,25 95,75|-95,25 5,75",  # asterisk
)


def shapes(texts: tuple[str, ...]) -> Callable[[Generator], list[Stroke]]:
    """Return what draws one of the shapes by another hand each time."""
    drawn = [strokes_of(text) for text in texts]
    return lambda rng: augment_strokes(drawn[rng.integers(len(drawn))], rng)


def scribble(rng: Generator) -> list[Stroke]:
    """Draw a wild curve of many turns."""
    return [curve(rng.uniform(0, 1, (rng.integers(15, 40), 2)))]


def unsure(predictor: Predictor, images: Picture) -> float:
    """Share of images that the network does not name a digit for."""
    return float(np.mean([not decide(p).sure for p in predictor.probabilities(images)]))


def main() -> None:
    """Print the shares as a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("drawings", type=Path)
    drawings = read_drawings(parser.parse_args().drawings)

    def pair(rng: Generator) -> list[Stroke]:
        left, right = rng.integers(len(drawings), size=2)
        return side_by_side(drawings[left].strokes, drawings[right].strokes, rng)

    predictor = shipped_predictor()
    print("| ink | called unsure |\n|---|---:|")
    for name, digits in (
        ("MNIST's test digits", load_mnist_test()),
        ("the drawings", draw_digits(drawings)),
    ):
        print(f"| {len(digits):,} real digits: {name} | {unsure(predictor, digits.images):.1%} |")
    for name, make in (
        ("scribbles", scribble),
        ("letters", shapes(LETTERS)),
        ("signs", shapes(SIGNS)),
        ("two digits side by side", pair),
    ):
        rng = np.random.default_rng(7)
        images = np.array([rasterise(make(rng)) for _ in range(EACH)])
        print(f"| {EACH} no digits: {name} | {unsure(predictor, images):.1%} |")


if __name__ == "__main__":
    main()
