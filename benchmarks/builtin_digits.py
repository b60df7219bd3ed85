"""How long a training on the built-in digits takes, and how many held-out ones it reads right.

Times the whole command as a person starts it, Python's and TensorFlow's start included.

    python benchmarks/builtin_digits.py

With `--writers`, cross-validates instead: trains without three of the writers at a time, and reads
their digits. No test digit is looked at, so this is the command to choose settings by:

    python benchmarks/builtin_digits.py --writers --seeds 2 --epochs 10 --filters 16,32
"""

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from cnn.cli.training import add_recipe_options, changed_recipe
from cnn.data.builtin import load_builtin
from cnn.data.digits import Digits, Split
from cnn.recipe import RECIPES, Recipe
from cnn.runs.run import Run
from cnn.training.dataset import training_set
from cnn.training.trainer import Epoch, train

# Where every third writer of the training and validation digits begins.
FOLDS = (0, 386, 776, 1157)


def time_the_command(seed: int) -> tuple[float, float, float]:
    """Train in a new process; returns seconds, seconds of processors, test accuracy."""
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        command = [sys.executable, "-m", "cnn", "train", "--dataset", "digits"]
        spent, begin = _processor_seconds(), time.perf_counter()
        subprocess.run(
            [*command, "--run", str(run), "--seed", str(seed)],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        seconds, spent = time.perf_counter() - begin, _processor_seconds() - spent
        return seconds, spent, Run.open(run).metrics().epochs[-1].test_accuracy


def cross_validate(recipe: Recipe) -> float:
    """Return the share of training and validation digits read by networks without their writers."""
    recipe = replace(recipe, use_validation=False)
    whole = load_builtin()
    images = np.concatenate([whole.train.images, whole.validation.images])
    labels = np.concatenate([whole.train.labels, whole.validation.labels])
    right = 0.0
    for first, last in zip(FOLDS, [*FOLDS[1:], len(labels)], strict=True):
        inside = np.r_[0:first, last : len(labels)]
        others = Digits(images[first:last], labels[first:last])
        split = Split("writers", Digits(images[inside], labels[inside]), others, others)
        training = training_set(recipe, split, [])
        epochs = [e for e in train(recipe, training, others) if isinstance(e, Epoch)]
        right += epochs[-1].test_accuracy * len(others)
    return right / len(labels)


def main() -> None:
    """Print a line for each seed, and what lies in the middle."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5, help="default: 5")
    parser.add_argument("--writers", action="store_true", help="cross-validate over writers")
    add_recipe_options(parser)
    options = parser.parse_args()
    if options.writers:
        recipe = changed_recipe(RECIPES["small"], options)
        shares = [cross_validate(replace(recipe, seed=seed)) for seed in range(options.seeds)]
        print(f"{statistics.mean(shares):.2%} of writers not trained on: {_each(shares)}")
        return
    runs = [time_the_command(seed) for seed in range(options.seeds)]
    seconds, spent, accuracies = zip(*runs, strict=True)
    print("| | median | each seed |\n|---|---:|---|")
    print(f"| the command | {statistics.median(seconds):.1f} s | {_list(seconds)} |")
    print(f"| processors' time | {statistics.median(spent):.1f} s | {_list(spent)} |")
    print(f"| held-out digits | {statistics.median(accuracies):.2%} | {_each(accuracies)} |")


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _list(seconds: tuple[float, ...]) -> str:
    return ", ".join(f"{value:.1f}" for value in seconds)


def _each(shares: list[float] | tuple[float, ...]) -> str:
    return ", ".join(f"{share:.2%}" for share in shares)


if __name__ == "__main__":
    main()
