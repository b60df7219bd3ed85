"""Put together what a recipe trains on: images as they come, and copies of strokes and glyphs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cnn.augmentation.glyphs import FAMILIES, Family, either, strokes_of
from cnn.augmentation.negatives import negative
from cnn.augmentation.strokes import add_regional_variants, add_stray_ink, augment_strokes
from cnn.data.digits import Digits, LabelledStrokes, Split
from cnn.ink.strokes import SIZE, Picture, Stroke, rasterise
from cnn.recipe import Recipe
from cnn.setting import RecipeError

# A negative's "label": its target is the uniform distribution, "any digit as likely as any other"
# (outlier exposure: Hendrycks, Mazeika, Dietterich 2019).
NEGATIVE = -1
# Strokes were varied as strokes already, and need less variation of their pixels.
DRAWN_STRENGTH = 0.5
# Digits that are worked on at a time.
PART = 2000


@dataclass(frozen=True)
class TrainingSet:
    """What a network is trained on.

    Attributes:
        images: uint8 [n, 28, 28], 0 (paper) to 255 (ink).
        labels: int64 [n], 0 to 9, `NEGATIVE`, or two digits in one number (see `either`).
        strength: float32 [n], how much of the recipe's pixel variation each image takes, 0 to 1.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    strength: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.labels)

    def targets(self) -> NDArray[np.float32]:
        """Probabilities to train towards, float32 [n, 10]."""
        targets = np.full((len(self), 10), 0.1, np.float32)
        for label in np.unique(self.labels[self.labels != NEGATIVE]):
            digits = list(either(int(label)))
            targets[self.labels == label] = np.eye(10)[digits].mean(axis=0)
        return targets

    def is_digit(self) -> NDArray[np.bool_]:
        """Whether each is one digit, and no other: bool [n]."""
        return (self.labels >= 0) & (self.labels <= 9)


def training_set(
    recipe: Recipe,
    split: Split,
    drawings: Sequence[LabelledStrokes],
    families: Sequence[Family] = FAMILIES,
) -> TrainingSet:
    """Put together the images of a data set and as many copies of drawings as the recipe says.

    Args:
        recipe: Says how many of the images and how many drawings of each kind, and whether to use
            the validation digits.
        split: The data set; its test part is never touched.
        drawings: Pen drawings to be copied as by other hands; those held out are left out.
        families: Families of glyphs to be drawn.

    Raises:
        RecipeError: The recipe needs pen drawings, and there are none.
    """
    drawings = [drawing for drawing in drawings if not drawing.held_out]
    if not drawings and recipe.needs_drawings:
        raise RecipeError(
            f"stroke_copies is {recipe.stroke_copies} and negatives is {recipe.negatives:,}, which"
            " need pen drawings: name a file of them with --drawings, or set both to 0."
        )
    images = [split.train, split.validation] if recipe.use_validation else [split.train]
    pen_copies = recipe.stroke_copies * len(drawings)
    glyphs = recipe.glyph_copies * len(families)
    drawn = [
        *_drawn(partial(_pen_drawing, drawings), pen_copies, recipe.seed),
        *_drawn(partial(_glyph, families), glyphs, recipe.seed + 1),
        *_drawn(
            partial(_negative, [drawing.strokes for drawing in drawings]),
            recipe.negatives,
            recipe.seed + 2,
        ),
    ]
    own = _join([_as_they_are(digits) for digits in _some(images, recipe)])
    return _join([own] * recipe.oversample + drawn)


def digits_an_epoch(recipe: Recipe, train: int, validation: int, drawings: int) -> int:
    """Count what `training_set` would put together, without doing so.

    Args:
        recipe: As there.
        train: Digits in the data set's training part.
        validation: Digits in its validation part.
        drawings: Pen drawings that are not held out.
    """
    own = train + validation if recipe.use_validation else train
    drawn = recipe.stroke_copies * drawings + recipe.glyph_copies * len(FAMILIES) + recipe.negatives
    return min(own, recipe.train_size or own) * recipe.oversample + drawn


def _as_they_are(digits: Digits) -> TrainingSet:
    pixels = np.empty(digits.images.shape, np.uint8)
    # All of them at once would take a third of a gigabyte on the way.
    for first in range(0, len(digits), PART):
        part = slice(first, first + PART)
        pixels[part] = np.round(digits.images[part] * 255)
    return TrainingSet(pixels, digits.labels, np.ones(len(digits), np.float32))


def _some(parts: Sequence[Digits], recipe: Recipe) -> list[Digits]:
    """Draw by lot as many as the recipe says."""
    count = sum(map(len, parts))
    if recipe.train_size is None or recipe.train_size >= count:
        return list(parts)
    rng = np.random.default_rng([recipe.seed, count])
    chosen = np.sort(rng.permutation(count)[: recipe.train_size])
    some, first = [], 0
    for part in parts:
        last = first + len(part)
        mine = chosen[(first <= chosen) & (chosen < last)] - first
        some.append(Digits(part.images[mine], part.labels[mine]))
        first = last
    return some


def _join(parts: Sequence[TrainingSet]) -> TrainingSet:
    return TrainingSet(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.strength for part in parts]),
    )


# Makes picture number so many, and its label, of pen drawings or of families of glyphs.
Maker = Callable[[int, Generator], tuple[int, Picture]]


def _drawn(make: Maker, count: int, seed: int) -> list[TrainingSet]:
    """Make and draw so many, on all processors; the same for the same seed."""
    if not count:
        return []
    from joblib import Parallel, cpu_count, delayed

    starts = range(0, count, PART)
    # Starting processes takes longer than drawing a single part.
    return Parallel(n_jobs=max(1, min(len(starts), cpu_count())))(
        delayed(_draw_part)(make, range(start, min(start + PART, count)), seed) for start in starts
    )


def _draw_part(make: Maker, numbers: range, seed: int) -> TrainingSet:
    rng = np.random.default_rng([seed, numbers.start])
    made = [make(number, rng) for number in numbers]
    images = np.array([image for _, image in made]).reshape(-1, SIZE, SIZE)
    return TrainingSet(
        np.round(images * 255).astype(np.uint8),
        np.array([label for label, _ in made], np.int64),
        np.full(len(made), DRAWN_STRENGTH, np.float32),
    )


def _pen_drawing(
    drawings: Sequence[LabelledStrokes], number: int, rng: Generator
) -> tuple[int, Picture]:
    drawing = drawings[number % len(drawings)]
    strokes = add_regional_variants(drawing.strokes, drawing.label, rng)
    return drawing.label, _by_another_hand(strokes, rng)


def _glyph(families: Sequence[Family], number: int, rng: Generator) -> tuple[int, Picture]:
    family = families[number % len(families)]
    return family.digit, _by_another_hand(strokes_of(family.shape, rng), rng)


def _by_another_hand(strokes: list[Stroke], rng: Generator) -> Picture:
    return rasterise(add_stray_ink(augment_strokes(strokes, rng), rng))


def _negative(drawings: Sequence[list[Stroke]], _: int, rng: Generator) -> tuple[int, Picture]:
    return NEGATIVE, negative(drawings, rng)
