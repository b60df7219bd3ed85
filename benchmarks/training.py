"""How fast the network is trained, beside plain Keras and PyTorch, and beside the machine's limit.

Each contender trains in a process of its own, in turn; everything is measured in one run, because
machines differ and are noisy. Time to 99 % counts from the first step, test accuracy measured
after each epoch included, TensorFlow's and PyTorch's start and the loading of data left out, and so
are validation digits, which the command line measures besides. Who does not reach it counts as if
the last epoch had.

    CNN_DATA_DIR=... python benchmarks/training.py --rounds 3 > training.md

or, for whether five seeds reach 99 %:

    CNN_DATA_DIR=... python benchmarks/training.py --rounds 5 --only fast

or, for what the tutorial's recipe comes to, here and by Keras:

    CNN_DATA_DIR=... python benchmarks/training.py --only tutorial keras

PyTorch is installed for this alone: pip install torch.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

import numpy as np

from cnn.data.mnist import load_mnist
from cnn.recipe import RECIPES
from cnn.training.dataset import training_set
from cnn.training.precision import fast_precision, multiplications_a_second
from cnn.training.trainer import Epoch, Started, train

GOAL = 0.99
# A step's multiplications and additions for one digit: forward pass, and twice that backward.
MFLOP_A_DIGIT = 83
# Yields once when all is ready, then after each epoch the test accuracy.
Contender = Callable[[int], Iterator[float]]


def ours(name: str) -> Contender:
    """Train by one of this project's recipes."""

    def run(seed: int) -> Iterator[float]:
        recipe = replace(RECIPES[name], seed=seed)
        split = load_mnist()
        events = train(recipe, training_set(recipe, split, []), split.test)
        for event in events:
            match event:
                case Started():
                    yield 0.0
                case Epoch():
                    yield event.test_accuracy

    return run


def keras_fit(seed: int) -> Iterator[float]:
    """Train by the tutorial's recipe with `model.fit`, as a Keras user would write it."""
    import keras

    from cnn.model import build_cnn

    recipe = RECIPES["tutorial"]
    split = load_mnist()
    keras.utils.set_random_seed(seed)
    # All of what Keras offers, which `cnn.tf.Model` does not tell of.
    model: Any = build_cnn(seed)
    model.compile(
        optimizer=keras.optimizers.Adam(recipe.learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    images, tests = split.train.images[..., None], split.test.images[..., None]
    yield 0.0
    for _ in range(recipe.epochs):
        model.fit(images, split.train.labels, batch_size=recipe.batch_size, verbose=0)
        yield model.evaluate(tests, split.test.labels, verbose=0)[1]


def pytorch(seed: int) -> Iterator[float]:
    """Train by the recipe `fast` in PyTorch, with all that makes it fast on a processor."""
    import torch

    recipe = RECIPES["fast"]
    split = load_mnist()
    torch.manual_seed(seed)
    model = _torch_network(torch)
    images, tests = (
        torch.from_numpy(part.images[:, None]).contiguous(memory_format=torch.channels_last)
        for part in (split.train, split.test)
    )
    labels = torch.from_numpy(split.train.labels)
    optimizer = torch.optim.Adam(model.parameters(), recipe.learning_rate, fused=True)
    steps = len(labels) // recipe.batch_size * recipe.epochs
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps))
    kind = torch.bfloat16 if fast_precision() == "bfloat16" else torch.float32
    yield 0.0
    for _ in range(recipe.epochs):
        order = torch.randperm(len(labels))
        for indices in order.split(recipe.batch_size)[: steps // recipe.epochs]:
            with torch.autocast("cpu", kind, enabled=kind != torch.float32):
                logits = model(images[indices])
            loss = torch.nn.functional.cross_entropy(logits.float(), labels[indices])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
        with torch.no_grad():
            answers = torch.cat([model(part).argmax(1) for part in tests.split(1000)])
        yield float((answers.numpy() == split.test.labels).mean())


def _rate(step: int, steps: int) -> float:
    """Follow the recipe's warm-up and cosine."""
    done = (step + 1) / steps
    return min(done / (RECIPES["fast"].warmup or 1), 1) * (1 + np.cos(np.pi * done)) / 2


def _torch_network(torch: Any) -> Any:
    nn = torch.nn
    model = nn.Sequential(
        *(nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(3136, 1000), nn.ReLU(), nn.Linear(1000, 10)),
    )
    for parameter in model.parameters():
        if parameter.ndim == 1:
            nn.init.zeros_(parameter)
        else:
            nn.init.kaiming_normal_(parameter, nonlinearity="relu")
    return model.to(memory_format=torch.channels_last)


CONTENDERS: dict[str, Contender] = {
    "fast": ours("fast"),
    "tutorial": ours("tutorial"),
    "keras": keras_fit,
    "pytorch": pytorch,
}
TITLES = {
    "fast": "recipe `fast`",
    "tutorial": "recipe `tutorial`",
    "keras": "Keras `fit`, the tutorial's recipe",
    "pytorch": "PyTorch, recipe `fast`",
}


def measure(name: str, seed: int) -> dict[str, float]:
    """Run one contender in this process."""
    epochs = CONTENDERS[name](seed)
    next(epochs)
    begin = time.perf_counter()
    times, accuracies = [], []
    for accuracy in epochs:
        times.append(time.perf_counter() - begin)
        accuracies.append(accuracy)
    reached = [t for t, a in zip(times, accuracies, strict=True) if a >= GOAL]
    return {
        "goal": min(reached, default=times[-1]),
        "epoch": times[-1] / len(times),
        "digits": 55_000 * len(times) / times[-1],
        "accuracy": accuracies[-1],
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def in_new_process(name: str, seed: int) -> dict[str, float]:
    """Run one contender in a process of its own."""
    command = [sys.executable, __file__, "--one", name, "--seed", str(seed)]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    result: dict[str, float] = json.loads(output.splitlines()[-1])
    print(f"{name}, seed {seed}: {result}", file=sys.stderr)
    return result


def digits_a_second() -> float:
    """Return how many digits a second could be trained if nothing but multiplying took time."""
    # A multiplication and an addition are two operations.
    flop = 2 * multiplications_a_second(fast_precision(), side=2048, rounds=10)
    return flop / 1e6 / MFLOP_A_DIGIT


def main() -> None:
    """Print the medians as a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="default: 3")
    parser.add_argument("--only", nargs="+", choices=CONTENDERS, help="leave out the others")
    parser.add_argument("--one", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one, options.seed)))
        return
    there = [name for name in CONTENDERS if name != "pytorch" or find_spec("torch")]
    names = options.only or there
    rounds, limits = [], []
    for seed in range(options.rounds):
        limits.append(digits_a_second())
        rounds.append({name: in_new_process(name, seed) for name in names})
    # The best one: whatever else the machine did made it slower.
    limit = max(limits)
    print(
        f"Median of {options.rounds}. The machine multiplies fast enough for {limit:,.0f} digits/s."
    )
    print()
    print("| | to 99 % | × the first | an epoch | digits/s | of the limit | each seed | memory |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for name in names:
        median = {
            key: statistics.median(run[name][key] for run in rounds) for key in rounds[0][name]
        }
        each = ", ".join(f"{run[name]['accuracy']:.2%}" for run in rounds)
        ratio = statistics.median(run[name]["goal"] / run[names[0]]["goal"] for run in rounds)
        print(
            f"| {TITLES[name]} | {median['goal']:.1f} s | {ratio:.1f} | {median['epoch']:.1f} s"
            f" | {median['digits']:,.0f} | {median['digits'] / limit:.0%}"
            f" | {each} | {median['memory']:,.0f} MB |"
        )


if __name__ == "__main__":
    main()
