"""Teaching a trained network one person's hand: the task, and what was learned and forgotten."""

from dataclasses import dataclass, replace

from cnn.data import DataError, load_builtin, load_mnist_test
from cnn.evaluation import draw_digits, evaluate
from cnn.handwriting import YOURS, read_yours
from cnn.mnist import mnist_is_available
from cnn.predictor import Predictor
from cnn.recipe import RECIPES
from cnn.runs import START, Run, Task, with_layers_of

# Fewer drawings say too little of a hand, and leave none to measure by.
ENOUGH = 10
# Drawings by other hands in all: what a computer of two cores learns in seconds.
MOST_DRAWN = 1_500
# The built-in digits are few, and rehearse too little alone.
STYLES = 40


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
    drawings = read_yours()
    if len(drawings) < ENOUGH:
        raise DataError(f"Fine-tuning needs {ENOUGH} drawings: {ENOUGH - len(drawings)} more.")
    taught = sum(not drawing.held_out for drawing in drawings)
    recipe = RECIPES["hand"]
    recipe = replace(recipe, hands=max(1, min(recipe.hands, MOST_DRAWN // taught)))
    if mnist_is_available():
        return Task(with_layers_of(recipe, start), "mnist", YOURS, start)
    return Task(with_layers_of(replace(recipe, styles=STYLES), start), "digits", YOURS, start)


def is_fine_tuning(run: Run) -> bool:
    """Whether a run teaches a network the user's hand."""
    return run.task.start is not None and run.task.drawings == YOURS


def what_changed(run: Run) -> tuple[Change, Change]:
    """Compare the network that a finished fine-tuning began with and the one that it made.

    Returns:
        What was learned, on the drawings held out; what was forgotten, on the test digits.

    Raises:
        ModelError: A network is damaged.
        DataError: Drawings or test digits cannot be read.
    """
    held_out = draw_digits([drawing for drawing in run.drawings() if drawing.held_out])
    test = load_mnist_test() if run.task.dataset == "mnist" else load_builtin().test
    before, after = (
        Predictor.load(file, file.stem) for file in (run.folder / START, run.model_file)
    )
    learned, forgotten = (
        Change(len(digits), evaluate(before, digits).accuracy, evaluate(after, digits).accuracy)
        for digits in (held_out, test)
    )
    return learned, forgotten
