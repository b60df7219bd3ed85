"""Teaching a trained network one person's hand: the task, and what was learned and forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cnn.data.datasets import DATA_SETS, DEFAULT, at_hand
from cnn.data.digits import DataError
from cnn.data.drawings import draw_digits
from cnn.data.user_drawings import USER_DRAWINGS, read_user_drawings
from cnn.evaluation import evaluate
from cnn.predictor import Predictor
from cnn.recipe import RECIPES, SETTINGS, Recipe
from cnn.runs import history
from cnn.runs.run import START, Run, RunError, Task, network_file, read_recipe
from cnn.setting import Group

# Fewer drawings say too little of a hand, and leave none to measure by.
ENOUGH = 10
# Drawings by other hands in all: what a computer of two cores learns in seconds.
MOST_DRAWN = 1_500
# Other digits than MNIST's are few, and rehearse too little alone.
GLYPH_COPIES = 17


@dataclass(frozen=True)
class Change:
    """A share of so many digits, 0..1, before and after a training."""

    n: int
    before: float
    after: float


@dataclass(frozen=True)
class Changes:
    """What a fine-tuning has changed.

    Attributes:
        learned: Of the drawings held out, how many are read right.
        certainty: The probability of the digit that they are, on average.
        kept: Of the test digits, how many are read right.
    """

    learned: Change
    certainty: Change
    kept: Change


def fine_tuning(start: str) -> Task:
    """Make the task of teaching a network all kept drawings but those held out.

    Args:
        start: The network to begin with: a run's name or "shipped". It stays as it is.

    Raises:
        DataError: There are too few drawings.
        RunError: There is no such network.
    """
    drawings = read_user_drawings()
    if len(drawings) < ENOUGH:
        raise DataError(f"Fine-tuning needs {ENOUGH} drawings: {ENOUGH - len(drawings)} more.")
    taught = sum(not drawing.held_out for drawing in drawings)
    recipe = RECIPES["hand"]
    recipe = replace(recipe, stroke_copies=max(1, min(recipe.stroke_copies, MOST_DRAWN // taught)))
    dataset = at_hand()
    if dataset.name != DEFAULT.name:
        recipe = replace(recipe, glyph_copies=GLYPH_COPIES)
    return Task(with_layers_of(recipe, start), dataset.name, USER_DRAWINGS, start)


def with_layers_of(recipe: Recipe, start: str) -> Recipe:
    """Give a recipe the layers of the network that it is to begin with.

    Raises:
        RunError: There is no such network, or it is not known which layers it has.
    """
    file = network_file(start).with_suffix(".json")
    try:
        theirs = read_recipe(file)
    except RunError as error:
        raise RunError(f"{file}, which tells the layers of “{start}”, cannot be read.") from error
    layers: dict[str, Any] = {
        name: getattr(theirs, name)
        for name, setting in SETTINGS.items()
        if setting.group is Group.LAYERS
    }
    return replace(recipe, **layers)


def is_fine_tuning(run: Run) -> bool:
    """Whether a run teaches a network the user's hand."""
    return run.task.start is not None and run.task.drawings == USER_DRAWINGS


def what_changed(run: Run) -> Changes:
    """Compare the network that a finished fine-tuning began with and the one that it made.

    Raises:
        ModelError: A network is damaged.
        DataError: Drawings or test digits cannot be read.
    """
    held_out = draw_digits([drawing for drawing in run.drawings() if drawing.held_out])
    if not len(held_out):
        raise DataError(f"No drawing of the run “{run.name}” is held out to measure by.")
    networks = [Predictor.load(file, file.stem) for file in (run.folder / START, run.model_file)]
    answers = [network.probabilities(held_out.images) for network in networks]
    count, each = len(held_out), np.arange(len(held_out))
    right = [float((answer.argmax(axis=1) == held_out.labels).mean()) for answer in answers]
    certain = [float(answer[each, held_out.labels].mean()) for answer in answers]
    kept = _measured(run) or _measure(run, networks)
    return Changes(Change(count, *right), Change(count, *certain), kept)


def _measured(run: Run) -> Change | None:
    """Return what the training itself has measured on the test digits, if that can be read."""
    try:
        epochs = (0, run.task.recipe.epochs)
        before, after = (history.readings(run, epoch).confusion for epoch in epochs)
    except RunError:
        return None
    count = int(after.sum())
    if not count:
        return None
    return Change(count, float(before.trace() / count), float(after.trace() / count))


def _measure(run: Run, networks: Sequence[Predictor]) -> Change:
    load_test = DATA_SETS[run.task.dataset].load_test or at_hand().load_test
    assert load_test is not None
    digits = load_test()
    before, after = (evaluate(network, digits).accuracy for network in networks)
    return Change(len(digits), before, after)
