"""Put together what a recipe trains on: images as they come, and copies of strokes and glyphs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cnn.augmentation.glyphs import DIGITS, strokes_of
from cnn.augmentation.strokes import add_regional_variants, augment_strokes, draw_negative
from cnn.data.digits import Digits, LabelledStrokes, Split
from cnn.ink.strokes import SIZE, Stroke, rasterise
from cnn.recipe import Recipe
from cnn.setting import RecipeError

# A negative's "label": its target is the uniform distribution, "any digit as likely as any other"
# (outlier exposure: Hendrycks, Mazeika, Dietterich 2019).
NEGATIVE = -1
# Strokes were varied as strokes already, and need less variation of their pixels.
DRAWN_STRENGTH = 0.5
# Drawings a worker makes at a time.
PART = 2000


@dataclass(frozen=True)
class TrainingSet:
    """What a network is trained on.

    Attributes:
        images: uint8 [n, 28, 28], 0 (paper) to 255 (ink).
        labels: int64 [n], 0 to 9, or `NEGATIVE`.
        strength: float32 [n], how much of the recipe's pixel variation each image takes, 0 to 1.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    strength: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.labels)

    def targets(self) -> NDArray[np.float32]:
        """Probabilities to train towards, float32 [n, 10]."""
        one_hot = np.eye(10, dtype=np.float32)[self.labels]
        return np.where(self.labels[:, None] == NEGATIVE, np.float32(0.1), one_hot)


def training_set(recipe: Recipe, split: Split, drawings: Sequence[LabelledStrokes]) -> TrainingSet:
    """Put together the images of a data set and as many copies of drawings as the recipe says.

    Args:
        recipe: Says how many of the images and how many drawings of each kind, and whether to use
            the validation digits.
        split: The data set; its test part is never touched.
        drawings: Pen drawings to be copied as by other hands; those held out are left out.

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
    drawn = [
        *_drawn(_pen_drawing, recipe.stroke_copies * len(drawings), drawings, recipe.seed),
        *_drawn(_glyph, recipe.glyph_copies * sum(map(len, DIGITS.values())), [], recipe.seed + 1),
        *_drawn(_negative, recipe.negatives, drawings, recipe.seed + 2),
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
    drawn = recipe.stroke_copies * drawings + recipe.glyph_copies * len(_GLYPHS) + recipe.negatives
    return min(own, recipe.train_size or own) * recipe.oversample + drawn


def _as_they_are(digits: Digits) -> TrainingSet:
    pixels = np.round(digits.images * 255).astype(np.uint8)
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


Maker = Callable[[int, Sequence[LabelledStrokes], Generator], LabelledStrokes]


def _drawn(
    make: Maker, count: int, drawings: Sequence[LabelledStrokes], seed: int
) -> list[TrainingSet]:
    """Make and draw so many, on all processors; the same for the same seed."""
    from joblib import Parallel, cpu_count, delayed

    starts = range(0, count, PART)
    # Starting processes takes longer than drawing a single part.
    return Parallel(n_jobs=max(1, min(len(starts), cpu_count())))(
        delayed(_draw_part)(make, range(start, min(start + PART, count)), drawings, seed)
        for start in starts
    )


def _draw_part(
    make: Maker, numbers: range, drawings: Sequence[LabelledStrokes], seed: int
) -> TrainingSet:
    rng = np.random.default_rng([seed, numbers.start])
    made = [make(number, drawings, rng) for number in numbers]
    images = np.array([rasterise(drawing.strokes) for drawing in made]).reshape(-1, SIZE, SIZE)
    return TrainingSet(
        np.round(images * 255).astype(np.uint8),
        np.array([drawing.label for drawing in made], np.int64),
        np.full(len(made), DRAWN_STRENGTH, np.float32),
    )


def _pen_drawing(
    number: int, drawings: Sequence[LabelledStrokes], rng: Generator
) -> LabelledStrokes:
    drawing = drawings[number % len(drawings)]
    strokes = add_regional_variants(drawing.strokes, drawing.label, rng)
    return LabelledStrokes(drawing.label, augment_strokes(strokes, rng))


_GLYPHS = [(digit, shape) for digit, shapes in DIGITS.items() for shape in shapes]


def _glyph(number: int, _: Sequence[LabelledStrokes], rng: Generator) -> LabelledStrokes:
    digit, shape = _GLYPHS[number % len(_GLYPHS)]
    return LabelledStrokes(digit, augment_strokes(strokes_of(shape), rng))


def _negative(_: int, drawings: Sequence[LabelledStrokes], rng: Generator) -> LabelledStrokes:
    strokes: list[list[Stroke]] = [drawing.strokes for drawing in drawings]
    return LabelledStrokes(NEGATIVE, draw_negative(strokes, rng))
