"""What is known before a start: whether a recipe can train on a data set at all."""

from collections.abc import Sequence

from cnn.data.datasets import DataSet
from cnn.data.digits import LabelledStrokes
from cnn.recipe import Recipe
from cnn.training.dataset import digits_an_epoch

NO_DRAWINGS = "This recipe makes copies of pen drawings, and there are none among this data."
NOTHING_TO_MEASURE = "None of your drawings is held out to measure by: keep some more."
TOO_FEW = (
    "There are {:,} training digits, fewer than one batch of {:,}: choose a smaller batch size."
)


def why_not_trained(recipe: Recipe, dataset: DataSet, drawings: Sequence[LabelledStrokes]) -> str:
    """Say in a sentence why a training would break off before its first step; "" if it would not.

    Args:
        recipe: How to train.
        dataset: What to train on, which need not be on this machine yet.
        drawings: Pen drawings to train on too, those held out among them.
    """
    taught = sum(not drawing.held_out for drawing in drawings)
    if dataset.load_test is None and taught == len(drawings):
        return NOTHING_TO_MEASURE
    if recipe.needs_drawings and not taught:
        return NO_DRAWINGS
    # Where the data set is the drawings themselves, they are its training part, too.
    sizes = (taught, 0) if dataset.load_test is None else dataset.sizes
    if sizes is not None:
        digits = digits_an_epoch(recipe, *sizes, taught)
        if digits < recipe.batch_size:
            return TOO_FEW.format(digits, recipe.batch_size)
    return ""
