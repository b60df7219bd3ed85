"""How fast the network is trained, beside plain Keras and PyTorch, and beside the machine's limit.

Each contender trains in a process of its own, in turn; everything is measured in one run, because
machines differ and are noisy. Time to 99 % counts from the first step, test accuracy measured
after each epoch included, TensorFlow's and PyTorch's start and the loading of data left out, and so
are validation digits, which the command line measures besides. Who does not reach it counts as if
the last epoch had.

    CNN_DATA_DIR=... python -m benchmarks.training --rounds 3 > training.md

or, for whether five seeds reach 99 %:

    CNN_DATA_DIR=... python -m benchmarks.training --rounds 5 --only fast

or, for what the tutorial's recipe comes to, here and by Keras:

    CNN_DATA_DIR=... python -m benchmarks.training --only tutorial keras

or, as on a processor without bfloat16, with nothing newer than AVX2:

    ONEDNN_MAX_CPU_ISA=AVX2 ATEN_CPU_CAPABILITY=avx2 python -m benchmarks.training

`--plot FILE.png` draws accuracy over seconds of the first round, in which the networks are then
measured on their way, too, with the clock stopped; `--keep` keeps Keras's and PyTorch's, which the
Train page shows on wish. PyTorch is installed for this alone: pip install torch.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

from benchmarks.server import open_browser
from cnn.data.digits import Digits
from cnn.data.mnist import load_mnist
from cnn.evaluation import evaluate
from cnn.plots.timed import Peers, TimedCurve, keep_peers, time_chart
from cnn.predictor import Predictor
from cnn.recipe import RECIPES, Recipe
from cnn.training.dataset import training_set
from cnn.training.precision import fast_precision, multiplications_a_second
from cnn.training.trainer import Epoch, Started, Step, train

GOAL = 0.99
# A step's multiplications and additions for one digit: forward pass, and twice that backward.
MFLOP_A_DIGIT = 83
# What `fast` was before: without Muon, two passes.
ADAM_ALONE = Recipe(initialiser="he", epochs=2, batch_size=125, learning_rate=2e-3, warmup=0.1)
# MNIST's training digits without those for validation.
ALL = 55_000
# How often a training is looked at on its way, for the plot.
LOOKS = 12


@dataclass(frozen=True)
class Moment:
    """A moment of a training.

    Attributes:
        accuracy: Measures the share of the test digits that is read right.
        ends_epoch: Whether that belongs to the training, or is asked for on its way, for the plot.
    """

    accuracy: Callable[[], float]
    ends_epoch: bool = False


# Yields None when all is ready, then the training's moments.
Contender = Callable[[int], Iterator[Moment | None]]


def ours(name: str) -> Contender:
    """Train by one of this project's recipes."""

    def run(seed: int) -> Iterator[Moment | None]:
        recipe = replace(RECIPES[name], seed=seed)
        split = load_mnist()
        for event in train(recipe, training_set(recipe, split, []), split.test):
            match event:
                case Started():
                    # What reads is compiled when first asked for.
                    event.before()
                    yield None
                case Step():
                    yield Moment(partial(_read_right, event.predictor, split.test))
                case Epoch():
                    yield Moment(partial(float, event.test_accuracy), ends_epoch=True)

    return run


def _read_right(reader: Callable[[], Predictor], digits: Digits) -> float:
    return evaluate(reader(), digits).accuracy


def keras_fit(seed: int) -> Iterator[Moment | None]:
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
    yield None
    for _ in range(recipe.epochs):
        model.fit(images, split.train.labels, batch_size=recipe.batch_size, verbose=0)
        yield Moment(lambda: model.evaluate(tests, split.test.labels, verbose=0)[1], True)


def pytorch(seed: int) -> Iterator[Moment | None]:
    """Train by Adam alone in PyTorch, with all that makes it fast on a processor."""
    import torch

    recipe = ADAM_ALONE
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

    def accuracy() -> float:
        with torch.no_grad():
            answers = torch.cat([model(part).argmax(1) for part in tests.split(1000)])
        return float((answers.numpy() == split.test.labels).mean())

    yield None
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
            yield Moment(accuracy)
        yield Moment(accuracy, ends_epoch=True)


def _rate(step: int, steps: int) -> float:
    """Follow the recipe's warm-up and cosine."""
    done = (step + 1) / steps
    return min(done / (ADAM_ALONE.warmup or 1), 1) * (1 + np.cos(np.pi * done)) / 2


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


# The recipe by which each of them trains.
TRAINED_BY = {
    "fast": RECIPES["fast"],
    "tutorial": RECIPES["tutorial"],
    "keras": RECIPES["tutorial"],
    "pytorch": ADAM_ALONE,
}
CONTENDERS: dict[str, Contender] = {
    "fast": ours("fast"),
    "tutorial": ours("tutorial"),
    "keras": keras_fit,
    "pytorch": pytorch,
}
# Whose curves are kept.
PEERS = ("keras", "pytorch")
TITLES = {
    "fast": "recipe `fast`",
    "tutorial": "recipe `tutorial`",
    "keras": "Keras `fit`, the tutorial's recipe",
    "pytorch": "PyTorch, Adam alone, two epochs",
}


def measure(name: str, seed: int, looks: int) -> dict[str, Any]:
    """Run one contender in this process, and look at it so often on its way."""
    moments = CONTENDERS[name](seed)
    next(moments)
    # What looks on the way took does not count.
    begin, next_look = time.perf_counter(), 0.0
    curve, ends = [], []
    for moment in moments:
        assert moment is not None
        before = time.perf_counter()
        if moment.ends_epoch:
            accuracy = moment.accuracy()
            ends.append((time.perf_counter() - begin, accuracy))
            curve.append(ends[-1])
        elif looks and before - begin >= next_look:
            curve.append((before - begin, moment.accuracy()))
            # Close to one another where accuracy rises fast.
            next_look = (before - begin) * (1 + 6 / looks) + 0.1
            begin += time.perf_counter() - before
    seconds = ends[-1][0]
    return {
        "goal": min((t for t, found in ends if found >= GOAL), default=seconds),
        "epoch": seconds / len(ends),
        "digits": (TRAINED_BY[name].train_size or ALL) * len(ends) / seconds,
        "accuracy": ends[-1][1],
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "curve": curve,
    }


def in_new_process(name: str, seed: int, looks: int) -> dict[str, Any]:
    """Run one contender in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.training", "--one", name, "--seed", str(seed)]
    command += ["--looks", str(looks)]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    print(f"{name}, seed {seed}: {result}", file=sys.stderr)
    return result


def digits_a_second(precision: str) -> float:
    """Return how many digits a second could be trained if nothing but multiplying took time."""
    # A multiplication and an addition are two operations.
    flop = 2 * multiplications_a_second(precision, side=2048, rounds=10)
    return flop / 1e6 / MFLOP_A_DIGIT


def save_plot(curves: Sequence[TimedCurve], path: Path) -> None:
    """Draw accuracy over seconds as a picture."""
    figure = time_chart(curves[:1], curves[1:])
    figure.update_layout(template="plotly_white", font_size=14, width=900, height=420)
    figure.update_layout(margin={"r": 24, "t": 40})
    figure.add_hline(100 * GOAL, line_dash="dot", line_width=1)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        page_file = Path(folder) / "plot.html"
        figure.write_html(page_file, config={"staticPlot": True})
        browser = open_browser(playwright)
        page = browser.new_page(viewport={"width": 900, "height": 420})
        page.goto(page_file.as_uri())
        page.locator(".plotly-graph-div").screenshot(path=path)
        browser.close()


def main() -> None:
    """Print the medians as a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="default: 3")
    parser.add_argument("--only", nargs="+", choices=CONTENDERS, help="leave out the others")
    parser.add_argument("--plot", type=Path, help="a PNG for accuracy over seconds")
    parser.add_argument("--keep", action="store_true", help="keep the others' for the Train page")
    parser.add_argument("--looks", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--one", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one, options.seed, options.looks)))
        return
    there = [name for name in CONTENDERS if name != "pytorch" or find_spec("torch")]
    names = options.only or there
    rounds, limits = [], []
    for seed in range(options.rounds):
        limits.append(digits_a_second(fast_precision()))
        looks = LOOKS if seed == 0 and (options.plot or options.keep) else 0
        rounds.append({name: in_new_process(name, seed, looks) for name in names})
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
            key: statistics.median(run[name][key] for run in rounds)
            for key in rounds[0][name].keys() - {"curve"}
        }
        each = ", ".join(f"{run[name]['accuracy']:.2%}" for run in rounds)
        ratio = statistics.median(run[name]["goal"] / run[names[0]]["goal"] for run in rounds)
        print(
            f"| {TITLES[name]} | {median['goal']:.1f} s | {ratio:.1f} | {median['epoch']:.1f} s"
            f" | {median['digits']:,.0f} | {median['digits'] / limit:.0%}"
            f" | {each} | {median['memory']:,.0f} MB |"
        )
    curves = {
        name: TimedCurve(TITLES[name].replace("`", ""), *map(list, zip(*run["curve"], strict=True)))
        for name, run in rounds[0].items()
    }
    if options.plot:
        save_plot(list(curves.values()), options.plot)
    if options.keep:
        keep_peers(Peers(machine(), [curves[name] for name in PEERS]))


def machine() -> str:
    """Say what this machine is, in words."""
    return f"{os.cpu_count()} processor cores with {fast_precision()}"


if __name__ == "__main__":
    main()
