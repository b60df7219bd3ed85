"""Why a drawing is read wrong: how it differs from training digits, and what would turn the answer.

Four questions: how thick, large, slanted and centred is the ink beside that of training digits;
what do the steps of preparation matter; which training digits look alike to the network; and which
patch of ink decides.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnn.explain.layers import layers_of
from cnn.explain.receptive_field import ReceptiveField
from cnn.ink.strokes import SIZE, Picture
from cnn.predictor import Predictor
from cnn.tf import Model, tensorflow

# The middle share of the training digits counts as usual, in per cent of them.
USUAL = (5, 95)
# Ink at least half as bright as full ink counts for a digit's box.
HALF = 0.5
# Images a call, as in `cnn.explain.feature_visualization`.
BATCH = 250
# The largest square that is tried, in pixels: beyond it, most of a digit is gone.
LARGEST = SIZE // 2


@dataclass(frozen=True)
class Measure:
    """One property of the ink.

    Attributes:
        name: What it is called.
        unit: As written after a number.
        less: What a digit is that has less of it than another.
        more: What one is that has more.
        decimals: Of a number.
    """

    name: str
    unit: str
    less: str
    more: str
    decimals: int = 1


MEASURES = (
    Measure("Line width", " px", "drawn thinner", "drawn thicker"),
    Measure("Width", " px", "narrower", "wider", 0),
    Measure("Height", " px", "lower", "taller", 0),
    Measure("Slant", "°", "slanted more to the left", "slanted more to the right", 0),
    Measure("Centre, from left", " px", "further left", "further right"),
    Measure("Centre, from top", " px", "further up", "further down"),
)


@dataclass(frozen=True)
class InkStatistic:
    """A drawing's measure beside those of training digits.

    Attributes:
        measure: What is measured.
        value: Of the drawing, in the measure's unit.
        low: The value that 5 % of the training digits stay below.
        high: The value that 95 % stay below.
        share: Share of the training digits that stay below the drawing, those equal to it counted
            half; 0..1.
    """

    measure: Measure
    value: float
    low: float
    high: float
    share: float

    @property
    def is_usual(self) -> bool:
        """Whether the value is among the middle 90 %."""
        return self.low <= self.value <= self.high

    @property
    def beyond(self) -> float:
        """Share of the training digits that the drawing is beyond, from their middle; 0.5..1."""
        return max(self.share, 1 - self.share)

    def compared(self) -> str:
        """Say in what the drawing is beyond most digits: “wider than 93 %”."""
        words = self.measure.more if self.share >= 0.5 else self.measure.less
        # Only all of them are 100 %.
        return f"{words} than {min(round(100 * self.beyond), 99 if self.beyond < 1 else 100)} %"


@dataclass(frozen=True)
class Neighbour:
    """A training digit that is like the drawing to the network.

    Attributes:
        index: Of the digit, in the set searched.
        similarity: Cosine of the angle between the two in the last hidden layer, 0..1.
    """

    index: int
    similarity: float


@dataclass(frozen=True)
class Counterfactual:
    """A square of pixels that, all paper or all ink, turns the answer.

    Attributes:
        square: Where it lies on the image.
        added: Whether ink is added, or taken away.
        image: The picture after it, float32 [28, 28].
        probabilities: And how it is read, float32 [10].
    """

    square: ReceptiveField
    added: bool
    image: Picture
    probabilities: NDArray[np.float32]


def measure(images: Picture) -> NDArray[np.float64]:
    """Measure the ink of images [n, 28, 28], each of which must hold some.

    A line's width follows from the ink's area and the length of its outline, both of the grey
    picture (an outline for every grey value, weighted alike: the coarea formula). The slant is that
    of the shear that would bring the ink upright, by its second moments; right is positive.

    Returns:
        [n, measures], in the order and units of `MEASURES`.
    """
    ink = np.asarray(images, np.float64)
    mass = ink.sum(axis=(1, 2))
    steps = np.arange(ink.shape[1])
    row = ink.sum(axis=2) @ steps / mass
    column = ink.sum(axis=1) @ steps / mass
    down = steps - row[:, None]
    across = steps - column[:, None]
    spread = np.einsum("nij,ni->n", ink, down**2)
    leaning = np.einsum("nij,ni,nj->n", ink, down, across)
    slant = np.rad2deg(np.arctan2(-leaning, spread))
    return np.stack(
        [_line_width(ink), _extent(ink.max(axis=1)), _extent(ink.max(axis=2)), slant, column, row],
        axis=1,
    )


def ink_statistics(image: Picture, reference: NDArray[np.float64]) -> list[InkStatistic]:
    """Compare an image's measures with those of training digits, [n, measures]."""
    values = measure(image[None])[0]
    lows, highs = np.percentile(reference, USUAL, axis=0)
    below = (reference < values).mean(axis=0) / 2 + (reference <= values).mean(axis=0) / 2
    return [
        InkStatistic(*finding)
        for finding in zip(
            MEASURES, *(column.tolist() for column in (values, lows, highs, below)), strict=True
        )
    ]


def hidden_layer(model: Model) -> str:
    """Return the name of the last layer before the logits."""
    return layers_of(model)["logits"].source


def hidden_units(model: Model, images: Picture) -> NDArray[np.float32]:
    """Compute the last hidden layer's activations for many images: [n, units]."""
    tf = tensorflow()
    part = tf.keras.Model(model.inputs[0], model.get_layer(hidden_layer(model)).output)
    compiled = tf.function(
        lambda batch: part(batch, training=False),
        input_signature=[tf.TensorSpec((None, SIZE, SIZE, 1), tf.float32)],
        autograph=False,
    )
    batches = range(0, len(images), BATCH)
    return np.concatenate(
        [compiled(tf.constant(images[i : i + BATCH, :, :, None])).numpy() for i in batches]
    )


def neighbours(
    units: NDArray[np.float32], others: NDArray[np.float32], count: int
) -> list[Neighbour]:
    """Find those of `others` [n, units] whose direction is nearest to `units` [units], in order."""
    from scipy.spatial.distance import cdist

    # What is silent has no direction, and is like nothing.
    similarity = np.nan_to_num(1 - cdist(units[None], others, "cosine")[0])
    nearest = np.argsort(-similarity, kind="stable")[:count]
    return [Neighbour(i, float(similarity[i])) for i in nearest.tolist()]


def smallest_counterfactual(
    predictor: Predictor, image: Picture, added: bool
) -> Counterfactual | None:
    """Search the smallest square that, filled with ink or paper, turns the most probable digit.

    Squares grow pixel by pixel, and lie at every place; among several of the size that first turns
    the answer, the one that changes the least ink is returned.

    Returns:
        None if no square up to `LARGEST` turns it.
    """
    answer = predictor.probabilities(image[None])[0].argmax()
    for side in range(1, LARGEST + 1):
        changed, places = _with_square(image, side, 1.0 if added else 0.0)
        probabilities = predictor.probabilities(changed)
        turned = np.flatnonzero(probabilities.argmax(axis=1) != answer)
        if len(turned):
            least = turned[np.abs(changed[turned] - image).sum(axis=(1, 2)).argmin()]
            row, column = places[least].tolist()
            square = ReceptiveField(row, column, side, side)
            return Counterfactual(square, added, changed[least], probabilities[least])
    return None


def _line_width(ink: NDArray[np.float64]) -> NDArray[np.float64]:
    padded = np.pad(ink, ((0, 0), (1, 1), (1, 1)))
    down, across = np.diff(padded, axis=1)[:, :, :-1], np.diff(padded, axis=2)[:, :-1]
    outline = np.hypot(down, across).sum(axis=(1, 2))
    # Of a line of length l and width w: area l·w, outline 2l + 2w; solved for w. A dot has no l.
    return (outline - np.sqrt(np.maximum(outline**2 - 16 * ink.sum(axis=(1, 2)), 0))) / 4


def _extent(profile: NDArray[np.float64]) -> NDArray[np.int64]:
    """Count the pixels from the first to the last that is half ink: [n, size] -> [n]."""
    inked = profile >= HALF
    last = profile.shape[1] - inked[:, ::-1].argmax(axis=1)
    return np.where(inked.any(axis=1), last - inked.argmax(axis=1), 0)


def _with_square(
    image: Picture, side: int, value: float
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Fill a square at every place: images [n, 28, 28] and corners [n, 2], if that changes any."""
    rows, columns = np.mgrid[: SIZE + 1 - side, : SIZE + 1 - side]
    places = np.stack([rows.ravel(), columns.ravel()], axis=1)
    images = np.repeat(image[None], len(places), axis=0)
    for filled, (row, column) in zip(images, places, strict=True):
        filled[row : row + side, column : column + side] = value
    differs = (images != image).any(axis=(1, 2))
    return images[differs], places[differs]
