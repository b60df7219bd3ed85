"""The data sets there are: what they are called, how they are loaded, which recipe suits them.

Another data set is another entry of `DATA_SETS`; the command line and every page pick it up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from cnn.data.builtin import TEST_START, VALIDATION_START, load_builtin
from cnn.data.digits import DataError, Digits, LabelledStrokes, Split
from cnn.data.download import Download
from cnn.data.drawings import draw_digits
from cnn.data.mnist import (
    TRAIN_LABELS,
    VALIDATION,
    how_to_get_mnist,
    load_mnist,
    load_mnist_test,
    mnist_download,
    mnist_is_available,
)


@dataclass(frozen=True)
class DataSet:
    """One data set.

    Attributes:
        name: What the command line and run folders call it.
        title: What a person chooses it by.
        mention: What sentences call it.
        recipe: Name of the recipe that it is trained by unless another one is chosen.
        load: Loads it; given a run's pen drawings, which one data set is made of.
        load_test: Loads its test digits alone; None where they are the user's own.
        is_available: Whether it is on this machine; quick.
        how_to_get: Says in a sentence what brings it here, where it may be missing.
        download: Returns what brings it here; None where that is for a person to do.
        sizes: How many digits its training and its validation part hold; None where that changes.
    """

    name: str
    title: str
    mention: str
    recipe: str
    load: Callable[[Sequence[LabelledStrokes]], Split]
    load_test: Callable[[], Digits] | None = None
    is_available: Callable[[], bool] = lambda: True
    how_to_get: Callable[[], str] = lambda: ""
    download: Callable[[], Download | None] = lambda: None
    sizes: tuple[int, int] | None = None


def split_drawings(drawings: Sequence[LabelledStrokes]) -> Split:
    """Make a data set of pen drawings alone; those held out are its test part.

    Raises:
        DataError: None is held out.
    """
    test = [drawing for drawing in drawings if drawing.held_out]
    if not test:
        raise DataError("No drawing is held out to measure by: keep some more on the page.")
    train = [drawing for drawing in drawings if not drawing.held_out]
    return Split("drawings", draw_digits(train), draw_digits([]), draw_digits(test))


def validation_digits(split: Split, drawings: Sequence[LabelledStrokes]) -> Digits:
    """Join a data set's validation digits and the pen drawings held out, if it has any of its own.

    Without any the drawings held out are what is measured by, and there are none to choose by.
    """
    own = split.validation
    drawn = draw_digits([drawing for drawing in drawings if drawing.held_out])
    if not own or not drawn:
        return own
    images, labels = (own.images, drawn.images), (own.labels, drawn.labels)
    return Digits(np.concatenate(images), np.concatenate(labels))


# The best one to learn from comes first.
DATA_SETS = {
    each.name: each
    for each in (
        DataSet(
            "mnist",
            title="MNIST",
            mention="MNIST",
            recipe="tutorial",
            load=lambda _: load_mnist(),
            load_test=load_mnist_test,
            is_available=mnist_is_available,
            how_to_get=how_to_get_mnist,
            download=mnist_download,
            sizes=(TRAIN_LABELS.shape[0] - VALIDATION, VALIDATION),
        ),
        DataSet(
            "digits",
            title="Built-in digits",
            mention="the built-in set",
            recipe="small",
            load=lambda _: load_builtin(),
            load_test=lambda: load_builtin().test,
            sizes=(VALIDATION_START, TEST_START - VALIDATION_START),
        ),
        # A hand's drawings are too few for the tutorial's recipe.
        DataSet(
            "drawings",
            title="Your drawings",
            mention="your drawings",
            recipe="small",
            load=split_drawings,
        ),
    )
}
DEFAULT = DATA_SETS["mnist"]


def measured_sets() -> list[DataSet]:
    """Return the data sets with test digits that anybody can measure on."""
    return [each for each in DATA_SETS.values() if each.load_test]


def at_hand() -> DataSet:
    """Return the first data set with test digits that is on this machine."""
    return next(each for each in measured_sets() if each.is_available())
