"""What `hands.py` measures on, none of it trained on, and how an answer is scored."""

import gzip
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from benchmarks.non_digits import EACH, LETTERS, NEW_SIGNS, SIGNS, pairs, scribble, shapes, taps
from cnn.augmentation.glyphs import Family, either, strokes_of
from cnn.augmentation.strokes import augment_strokes
from cnn.data.builtin import load_builtin
from cnn.data.digits import DataError, Digits, LabelledStrokes
from cnn.data.drawings import draw_digits, read_drawings
from cnn.decision import decide
from cnn.evaluation import reliability
from cnn.ink.strokes import Picture, Stroke, rasterise
from cnn.predictor import Predictor
from cnn.training.dataset import NEGATIVE

# Writers of the file of drawings, which numbers them from 1 to 30, that are left out of training.
WRITERS_HELD_OUT = range(25, 31)
# `.COMMENT 8 12 224` says: an 8 by writer 12, the 224th of theirs. The file's order is mixed.
WRITER = re.compile(rb"^\.COMMENT +\d +(\d+) +\d+\s*$", re.MULTILINE)
# Of its own, so that no drawing here is one of a training's.
SEED = 20_250


@dataclass(frozen=True)
class Answers:
    """What a network makes of images.

    Attributes:
        probabilities: float32 [n, 10].
        digits: int64 [n], the most probable ones.
        sure: bool [n], whether these are named.
    """

    probabilities: NDArray[np.float32]
    digits: NDArray[np.int64]
    sure: NDArray[np.bool_]

    def __getitem__(self, part: slice) -> "Answers":
        """Return some of them."""
        return Answers(self.probabilities[part], self.digits[part], self.sure[part])


@dataclass(frozen=True)
class Score:
    """Shares of the answers to a set of images, 0..1.

    Attributes:
        right: The most probable digit is the true one, sure or not. Where people disagree between
            two digits: no other is named. None of what is no digit.
        wrong: A digit is named, and it is another, or there is none.
        unsure: No digit is named.
        error: Expected calibration error; None where the images have no digit of their own.
    """

    right: float | None
    wrong: float
    unsure: float
    error: float | None


def read(network: Predictor, images: Picture) -> Answers:
    """Read many images, [n, 28, 28] in 0..1, as a person is told of them."""
    probabilities = network.probabilities(images)
    decisions = [decide(row) for row in probabilities]
    return Answers(
        probabilities,
        np.array([decision.digit for decision in decisions]),
        np.array([decision.sure for decision in decisions]),
    )


def score(labels: NDArray[np.int64], answers: Answers) -> Score:
    """Compare answers with true labels: int64 [n], each as in `cnn.training.dataset`."""
    true = [digit in either(label) for label, digit in zip(labels, answers.digits, strict=True)]
    wrong = answers.sure & ~np.array(true)
    one = (labels >= 0) & (labels <= 9)
    right, error = np.where(one, true, ~wrong), None
    if one.any():
        error = reliability(labels[one], answers.probabilities[one]).calibration_error
    return Score(
        right=None if (labels == NEGATIVE).all() else float(right.mean()),
        wrong=float(wrong.mean()),
        unsure=float(1 - answers.sure.mean()),
        error=error,
    )


def mean(scores: Sequence[Score]) -> Score:
    """Return the mean of each share, of those scores that have it."""
    columns = zip(*map(astuple, scores), strict=True)
    known = [[share for share in column if share is not None] for column in columns]
    right, wrong, unsure, error = (float(np.mean(shares)) if shares else None for shares in known)
    assert wrong is not None
    assert unsure is not None
    return Score(right, wrong, unsure, error)


def folds(families: Sequence[Family], count: int) -> list[list[Family]]:
    """Part families into so many folds, those of each digit dealt out one by one."""
    dealt = sorted(families, key=lambda family: family.digit)
    return [dealt[first::count] for first in range(count)]


def drawn(family: Family, count: int) -> Digits:
    """Draw a family by so many hands; always by the same, whichever other families there are."""
    rng = np.random.default_rng([SEED, family.digit, *family.name.encode()])
    hands = [augment_strokes(strokes_of(family.shape, rng), rng) for _ in range(count)]
    return Digits(_pictures(hands), np.full(count, family.digit, np.int64))


def read_with_writers_held_out(path: Path) -> list[LabelledStrokes]:
    """Read the file of drawings, and hold those of some writers out.

    Raises:
        DataError: The file cannot be read, or does not say who wrote each drawing.
    """
    drawings = read_drawings(path)
    content = path.read_bytes()
    text = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    writers = [int(number) for number in WRITER.findall(text)]
    if len(writers) != len(drawings):
        raise DataError(f"{path} does not say who wrote each drawing, as pendigits-orig.tra does.")
    return [
        replace(drawing, held_out=writer in WRITERS_HELD_OUT)
        for drawing, writer in zip(drawings, writers, strict=True)
    ]


def unseen_sets(validation: Digits, drawings: Sequence[LabelledStrokes]) -> dict[str, Digits]:
    """Return what is measured on besides glyphs: images and labels, by what they are.

    Args:
        validation: MNIST's validation digits.
        drawings: Those that are held out are measured on.
    """
    held_out = [drawing for drawing in drawings if drawing.held_out]
    writers, builtin = draw_digits(held_out), load_builtin().test
    digits = {
        f"{len(writers):,} drawings of {len(WRITERS_HELD_OUT)} writers held out": writers,
        f"{len(validation):,} validation digits of MNIST": validation,
        f"{len(builtin):,} built-in digits of test writers": builtin,
    }
    return digits | {
        f"{EACH:,} no digits: {name}": _no_digits(make) for name, make in _makers(held_out).items()
    }


def _makers(
    drawings: Sequence[LabelledStrokes],
) -> Mapping[str, Callable[[Generator], list[Stroke]]]:
    return {
        "scribbles": scribble,
        "letters": shapes(LETTERS),
        "signs": shapes(SIGNS),
        "signs of other kinds": shapes(NEW_SIGNS),
        "two digits side by side": pairs(drawings),
        "taps": taps,
    }


def _no_digits(make: Callable[[Generator], list[Stroke]]) -> Digits:
    rng = np.random.default_rng(SEED)
    return Digits(_pictures([make(rng) for _ in range(EACH)]), np.full(EACH, NEGATIVE, np.int64))


def _pictures(drawings: Sequence[list[Stroke]]) -> Picture:
    return np.array([rasterise(strokes) for strokes in drawings], np.float32)
