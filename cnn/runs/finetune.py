"""Teaching a trained network one person's hand: the task, and what was learned and forgotten."""

from dataclasses import dataclass, replace
from typing import Any

from cnn.data.datasets import DATA_SETS, DEFAULT, at_hand
from cnn.data.digits import DataError
from cnn.data.drawings import draw_digits
from cnn.data.user_drawings import USER_DRAWINGS, read_user_drawings
from cnn.evaluation import evaluate
from cnn.predictor import Predictor
from cnn.recipe import RECIPES, SETTINGS, Recipe
from cnn.runs.run import START, Run, RunError, Task, network_file, read_recipe
from cnn.setting import Group

# Fewer drawings say too little of a hand, and leave none to measure by.
ENOUGH = 10
# Drawings by other hands in all: what a computer of two cores learns in seconds.
MOST_DRAWN = 1_500
# Other digits than MNIST's are few, and rehearse too little alone.
GLYPH_COPIES = 40


@dataclass(frozen=True)
class Change:
    """How well digits are read before and after a training, as shares read right, 0..1."""

    n: int
    before: float
    after: float


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


def what_changed(run: Run) -> tuple[Change, Change]:
    """Compare the network that a finished fine-tuning began with and the one that it made.

    Returns:
        What was learned, on the drawings held out; what was forgotten, on the test digits.

    Raises:
        ModelError: A network is damaged.
        DataError: Drawings or test digits cannot be read.
    """
    held_out = draw_digits([drawing for drawing in run.drawings() if drawing.held_out])
    if not len(held_out):
        raise DataError(f"No drawing of the run “{run.name}” is held out to measure by.")
    load_test = DATA_SETS[run.task.dataset].load_test or at_hand().load_test
    assert load_test is not None
    before, after = (
        Predictor.load(file, file.stem) for file in (run.folder / START, run.model_file)
    )
    learned, forgotten = (
        Change(len(digits), evaluate(before, digits).accuracy, evaluate(after, digits).accuracy)
        for digits in (held_out, load_test())
    )
    return learned, forgotten
