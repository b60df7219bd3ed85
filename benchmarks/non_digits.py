"""How often the network says that it is not sure: of ink that is no digit, and of real digits.

The letters and signs here are others than those the network was trained on, but for the heart; the
scribbles are new ones, pairs and threes of digits are by the writers of the file of drawings, and
the textures are cut out of two photos that scikit-learn brings along, a temple and a flower: a few
are no more than a bar, which anybody would take for a 1.

    python benchmarks/non_digits.py pendigits-orig.tes.gz
"""

import argparse
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image
from sklearn.datasets import load_sample_images

from cnn.augmentation.glyphs import curve, strokes_of
from cnn.augmentation.several import side_by_side, three_in_a_row
from cnn.augmentation.strokes import augment_strokes
from cnn.data.digits import LabelledStrokes
from cnn.data.drawings import draw_digits, read_drawings
from cnn.data.mnist import load_mnist_test
from cnn.decision import decide
from cnn.ink.photo import rasterise_photo
from cnn.ink.strokes import CANVAS_SIZE, InkError, Picture, Stroke, rasterise
from cnn.predictor import Predictor, shipped_predictor

EACH = 500
# A photo takes longer to be prepared.
CUTS = 100
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
# Of no sign's kind that there is in training.
NEW_SIGNS = (
    # treble clef, anchor, umbrella, fish
    "70~90% 30,98 44,100 50,90 44,20 54,0 62,14 30,48 20,68 44,80 66,66 52,52 40,64",
    "75~100% 50,14 42,6 50,0 58,6 50,14|-50,14 50,100|-26,30 74,30|-0,62 14,84 50,100 86,84 100,62",
    "85~115% 0,48 16,12 50,0 84,12 100,48!|-0,48 100,48|-50,48 50,86|50,86 58,100 70,88",
    "150~200% 0,50 30,14 66,26 100,90|0,50 30,86 66,74 100,10|-100,10 100,90|-20,42 22,46",
    # scissors, key, cup, sailing boat
    "80~110% 27,70 6,76 10,98 30,96 27,70|-27,70 80,0|-73,70 20,0|73,70 94,76 90,98 70,96 73,70",
    "35~50% 50,0 6,10 6,34 50,44 94,34 94,10 50,0|-50,44 50,100|-50,98 96,98|-50,80 86,80",
    "110~140% -0,0 10,92 70,92 80,0 0,0|78,20 104,18 100,58 74,60|?20,-24 28,-16 20,-8",
    "90~115% -0,74 18,98 80,98 100,74 0,74|-46,74 46,0|-46,4 90,64 46,64|?-40,14 8,64 40,64",
    # butterfly, mushroom, spectacles, snail
    "110~140% 50,40 20,0 0,16 14,50 50,52!|50,52 16,60 14,94 50,60|50,40 80,0 100,16 86,50 50,52!"
    "|50,52 84,60 86,94 50,60|-50,24 50,80",
    "85~110% 0,48 14,10 50,0 86,10 100,48!|-0,48 100,48|-36,48 32,100 68,100 64,48",
    "210~260% 22,40 4,66 22,100 40,70 22,40|78,40 60,66 78,100 96,70 78,40|40,62 50,52 60,62"
    "|-6,54 0,0|-94,54 100,0",
    "120~150% 0,100 60,98 90,84 96,40!|-96,40 88,20|-96,40 108,22|40,70 30,58 44,44 62,60 48,84 "
    "18,80 10,40 50,16 84,50 80,90",
)


def shapes(texts: tuple[str, ...]) -> Callable[[Generator], list[Stroke]]:
    """Return what draws one of the shapes by another hand each time."""
    return lambda rng: augment_strokes(strokes_of(texts[rng.integers(len(texts))], rng), rng)


def scribble(rng: Generator) -> list[Stroke]:
    """Draw a wild curve of many turns."""
    return [curve(rng.uniform(0, 1, (rng.integers(15, 40), 2)))]


def taps(rng: Generator) -> list[Stroke]:
    """Tap on the canvas one to five times."""
    return [np.floor(rng.uniform(0, CANVAS_SIZE, (1, 2))) for _ in range(rng.integers(1, 6))]


def pairs(drawings: Sequence[LabelledStrokes]) -> Callable[[Generator], list[Stroke]]:
    """Return what puts two of the drawings side by side each time."""

    def pair(rng: Generator) -> list[Stroke]:
        left, right = rng.integers(len(drawings), size=2)
        return side_by_side(drawings[left].strokes, drawings[right].strokes, rng)

    return pair


def cut_out_of(photo: NDArray[np.uint8]) -> Callable[[Generator], Picture]:
    """Return what cuts a square out of a photo each time, read as photos are."""

    def cut(rng: Generator) -> Picture:
        side = rng.integers(60, min(photo.shape[:2]))
        top, left = (rng.integers(0, length - side + 1) for length in photo.shape[:2])
        file = io.BytesIO()
        Image.fromarray(photo[top : top + side, left : left + side]).save(file, "BMP")
        try:
            return rasterise_photo(file.getvalue())
        except InkError:  # even sky, say
            return cut(rng)

    return cut


def unsure(predictor: Predictor, images: Picture) -> float:
    """Share of images that the network does not name a digit for."""
    return float(np.mean([not decide(p).sure for p in predictor.probabilities(images)]))


def main() -> None:
    """Print the shares as a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("drawings", type=Path)
    drawings = read_drawings(parser.parse_args().drawings)

    def three(rng: Generator) -> list[Stroke]:
        left, middle, right = (drawings[i].strokes for i in rng.integers(len(drawings), size=3))
        return three_in_a_row(left, middle, right, rng)

    def drawn(make: Callable[[Generator], list[Stroke]]) -> Callable[[Generator], Picture]:
        return lambda rng: rasterise(make(rng))

    predictor = shipped_predictor()
    print("| ink | called unsure |\n|---|---:|")
    for name, real in (
        ("MNIST's test digits", load_mnist_test()),
        ("the drawings", draw_digits(drawings)),
    ):
        print(f"| {len(real):,} real digits: {name} | {unsure(predictor, real.images):.1%} |")
    temple, flower = load_sample_images().images
    for name, make in (
        ("scribbles", drawn(scribble)),
        ("letters", drawn(shapes(LETTERS))),
        ("signs, the heart one of the trained", drawn(shapes(SIGNS))),
        ("signs of kinds never trained on", drawn(shapes(NEW_SIGNS))),
        ("two digits side by side", drawn(pairs(drawings))),
        ("three digits", drawn(three)),
        ("taps", drawn(taps)),
        ("textures: out of a photo of a temple", cut_out_of(temple)),
        ("textures: out of a photo of a flower", cut_out_of(flower)),
    ):
        rng = np.random.default_rng(7)
        count = CUTS if name.startswith("textures") else EACH
        images = np.array([make(rng) for _ in range(count)])
        print(f"| {count} no digits: {name} | {unsure(predictor, images):.1%} |")


if __name__ == "__main__":
    main()
