"""What is known of a network that goes out: from its run's folder, or from its card."""

import re
from contextlib import suppress
from pathlib import Path

from cnn.data.datasets import DATA_SETS
from cnn.predictor import SHIPPED_MODEL
from cnn.runs.metrics import what_was_read
from cnn.runs.run import Run, RunError, read_recipe
from cnn.web.take_home import About

# What the shipped network's card says of it.
CARD = SHIPPED_MODEL.with_name("MODEL_CARD.md")
ROW = re.compile(r"^\| MNIST, the 10,000 test digits \| ([\d.]+ %) \|", re.MULTILINE)


def about_network(file: Path, name: str) -> About:
    """Collect what lies beside a network's file; what is not there is left empty.

    Args:
        file: A `.keras` file, of a run or not.
        name: What to call the network.
    """
    recipe = run = None
    with suppress(RunError):
        recipe = read_recipe(file.with_suffix(".json"))
    if file == SHIPPED_MODEL:
        return About(name, _accuracy_of_shipped(), recipe=recipe)
    with suppress(RunError):
        run = Run.open(file.parent)
    if run is None or file != run.model_file:
        return About(name, recipe=recipe)
    return About(name, _accuracy(run), DATA_SETS[run.task.dataset].title, recipe)


def _accuracy(run: Run) -> str:
    """Say how well a run's network reads: after a training that broke off, nobody knows."""
    measured = run.metrics()
    test_accuracy = measured.last("test_accuracy")
    if not measured.finished or test_accuracy is None:
        return ""
    return what_was_read(measured.last("validation_accuracy"), test_accuracy)


def _accuracy_of_shipped() -> str:
    found = ROW.search(CARD.read_text("utf-8"))
    return f"It reads {found[1]} of MNIST's 10,000 test digits right." if found else ""
