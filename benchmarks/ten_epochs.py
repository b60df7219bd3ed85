"""Measure what the lesson “Ten epochs” shows, and write it as a module that browsers read.

    python -m cnn train --recipe tutorial --dataset mnist --run FOLDER
    python -m benchmarks.ten_epochs FOLDER

The first trains the tutorial's network as the tutorial does, the second takes costs, accuracies and
the filters of layer 1 from its run. It trains small networks by itself, on a few of MNIST's digits:
by three learning rates, and on 200 digits with and without augmentation. Their accuracies are of
1,000 validation digits.
"""

import base64
import dataclasses
import json
import re
import sys
from pathlib import Path

import numpy as np

from benchmarks.server import ROOT
from cnn.data.digits import Digits, Split
from cnn.data.mnist import load_mnist
from cnn.recipe import RECIPES, Recipe
from cnn.runs import history
from cnn.runs.run import Run
from cnn.training.dataset import training_set
from cnn.training.trainer import Epoch, TrainingError, train

FILE = ROOT / "pages" / "learn" / "kit" / "measured-epochs.js"
HEAD = "/** Trainings that were measured: written by `python -m benchmarks.ten_epochs`. */\n"
# The largest weight is this many steps of a byte from 0.
STEPS = 127
SMALL = dataclasses.replace(
    RECIPES["small"], warmup=None, augmentation_strength=0.0, glyph_copies=0, dropout=0.0,
    ema_decay=0.0, use_validation=False, learning_rate=1e-3,
)  # fmt: skip
RATES, SOME, FEW, MEASURED = (1e-6, 1e-3, 0.1), 2_000, 200, 1_000


def main() -> None:
    """Measure, and write the module."""
    split = load_mnist()
    some = dataclasses.replace(SMALL, epochs=10, train_size=SOME)
    few = dataclasses.replace(SMALL, epochs=60, train_size=FEW)
    measured = {
        "tutorial": of_run(Run.open(Path(sys.argv[1]))),
        "rates": [
            {"rate": rate, **trained(split, dataclasses.replace(some, learning_rate=rate))}
            for rate in RATES
        ],
        "few": [
            {
                "augmentation": strength,
                **trained(split, dataclasses.replace(few, augmentation_strength=strength)),
            }
            for strength in (0.0, 2.0)
        ],
    }
    FILE.write_text(f"{HEAD}export default {written(measured)};\n")
    print(f"{FILE} has {FILE.stat().st_size:,} bytes.")


def written(values: object) -> str:
    """Write values as JSON, a line for each list of numbers."""
    lists = re.compile(r"\[[^\[\]{}]*\]")
    return lists.sub(lambda found: " ".join(found[0].split()), json.dumps(values, indent=1))


def of_run(run: Run) -> dict[str, object]:
    """Return a run's epochs, and the filters of layer 1 before and after each of them."""
    epochs = run.metrics().epochs
    filters = [history.filters_after(run, epoch)["conv1"] for epoch in history.epochs(run)]
    most = float(np.abs(filters).max())
    packed = np.round(np.array(filters) / most * STEPS).astype(np.int8)
    return {
        "cost": [round(epoch.loss, 4) for epoch in epochs],
        "accuracy": [round(epoch.test_accuracy, 4) for epoch in epochs],
        "shape": packed.shape,
        "most": round(most, 4),
        "filters": base64.b64encode(packed.tobytes()).decode(),
    }


def trained(split: Split, recipe: Recipe) -> dict[str, list[float]]:
    """Train; returns each epoch's cost, and the shares read right of both kinds of digits."""
    held = Digits(split.validation.images[:MEASURED], split.validation.labels[:MEASURED])
    found: dict[str, list[float]] = {"cost": [], "training": [], "validation": []}
    try:
        for event in train(recipe, training_set(recipe, split, []), held):
            if isinstance(event, Epoch):
                found["cost"].append(round(event.loss, 4))
                found["training"].append(round(event.training_accuracy, 4))
                found["validation"].append(round(event.test_accuracy, 4))
    except TrainingError as error:
        print(error)
    print(recipe.learning_rate, recipe.augmentation_strength, found["validation"][-1:])
    return found


if __name__ == "__main__":
    main()
