"""Training: a generator of events that any front end can consume.

Nothing here draws, prints or writes files.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnn.data.digits import Digits
from cnn.evaluation import evaluate
from cnn.model import build
from cnn.predictor import Predictor
from cnn.recipe import Recipe
from cnn.tf import Model
from cnn.training.dataset import TrainingSet
from cnn.training.loop import Loop, Snapshot, build_from_snapshot, kept_weights

# A loss that no training recovers from, in nats: guessing costs ln 10 = 2.3.
DIVERGED = 50.0


class TrainingError(Exception):
    """A training that cannot go on; the message says why and what to do."""


@dataclass(frozen=True)
class Started:
    """Before the first step.

    Attributes:
        digits: Training digits.
        steps: Steps in all.
        precision: What is computed in: "float32" or "bfloat16".
        epoch: Epochs done already, if an interrupted training goes on.
        step: Steps done already.
        test: What is measured on after each epoch.
        predictor: Reads with the network as it is; to be asked before the next event.
    """

    digits: int
    steps: int
    precision: str
    epoch: int
    step: int
    test: Digits = field(repr=False, compare=False)
    predictor: Predictor = field(repr=False, compare=False)


@dataclass(frozen=True)
class Step:
    """After a chunk of steps: averages over that chunk.

    Attributes:
        step: Steps done, of `Started.steps`.
        loss: Mean cross-entropy in nats.
        accuracy: Share of the training digits read right, 0..1.
        digits_per_second: Speed over the chunk.
        seconds_left: Estimate for the rest of the training.
        snapshot: Copies the training's state; to be called before the next event is asked for.
        predictor: Returns what reads with the network as it is; to be called and asked before then.
    """

    step: int
    loss: float
    accuracy: float
    digits_per_second: float
    seconds_left: float
    snapshot: Callable[[], Snapshot] = field(repr=False, compare=False)
    predictor: Callable[[], Predictor] = field(repr=False, compare=False)


@dataclass(frozen=True)
class Epoch:
    """After an epoch.

    Attributes:
        epoch: Epochs done.
        step: Steps done.
        loss: Mean cross-entropy of the epoch in nats.
        training_accuracy: Share of its digits read right while training, 0..1.
        validation_accuracy: Share of the validation digits read right at its end, 0..1, to choose
            networks by; None without any.
        test_accuracy: The same of the test digits, which nothing is to be chosen by.
        seconds: How long it took, or its part since the training was resumed.
        confusion: Of the test digits, int64 [10, 10]; row: true digit, column: digit read.
        predictor: As in `Started`.
        snapshot: As in `Step`.
    """

    epoch: int
    step: int
    loss: float
    training_accuracy: float
    validation_accuracy: float | None
    test_accuracy: float
    seconds: float
    confusion: NDArray[np.int64] = field(repr=False, compare=False)
    predictor: Predictor = field(repr=False, compare=False)
    snapshot: Callable[[], Snapshot] = field(repr=False, compare=False)


@dataclass(frozen=True)
class Finished:
    """At the end: the trained network (keras.Model, float32), and seconds in all."""

    model: Model
    seconds: float


Event = Started | Step | Epoch | Finished


def train(
    recipe: Recipe,
    training: TrainingSet,
    test: Digits,
    start: Snapshot | Path | None = None,
    validation: Digits | None = None,
) -> Iterator[Event]:
    """Train a network by a recipe, alone or together with the workers that TF_CONFIG names.

    Args:
        recipe: How to train.
        training: What to train on.
        test: What to measure on after each epoch; it has no influence on the training.
        start: Where to go on, or the file of a network to begin with; None begins with fresh
            weights.
        validation: What to measure on too, so that networks can be chosen by other digits than
            the test digits; as these it has no influence on the training, and must have none.

    Yields:
        Started, then for each epoch Steps and one Epoch, then Finished.

    Raises:
        ModelError: The network to begin with cannot be read.
        RecipeError: It has other layers than the recipe.
        TrainingError: There is less than one batch of digits, or the loss grows without end.
        WorkerError: TF_CONFIG is wrong, or another worker was lost.
    """
    if len(training) < recipe.batch_size:
        raise TrainingError(
            f"There are {len(training):,} training digits, fewer than one batch of"
            f" {recipe.batch_size:,}: choose a smaller batch."
        )
    loop = Loop(recipe, training, start)
    # One for the whole training: it is compiled once.
    reader = Predictor(build(recipe), "in training")
    yield Started(
        digits=len(training),
        steps=loop.steps,
        precision=loop.precision,
        epoch=loop.epoch,
        step=loop.step,
        test=test,
        predictor=_updated(reader, loop),
    )
    clock = _Clock(loop)
    while loop.epoch < recipe.epochs:
        clock.begin_epoch()
        while loop.steps_done < loop.steps_an_epoch:
            yield _chunk(loop, clock, reader)
        yield _end_epoch(loop, clock, reader, test, validation)
    yield Finished(build_from_snapshot(recipe, loop.snapshot()), clock.seconds())


def _chunk(loop: Loop, clock: "_Clock", reader: Predictor) -> Step:
    begin = time.perf_counter()
    count, loss, accuracy = loop.run_chunk()
    # Not a number is not below the limit either.
    if not loss < DIVERGED:
        raise TrainingError(
            f"The cost became {loss:.3g} in epoch {loop.epoch + 1}, no better than guessing: try a"
            f" smaller learning rate than {loop.recipe.learning_rate:g}."
        )
    return Step(
        step=loop.step,
        loss=loss,
        accuracy=accuracy,
        digits_per_second=count * loop.recipe.batch_size / (time.perf_counter() - begin),
        seconds_left=clock.seconds_left(),
        snapshot=loop.snapshot,
        predictor=partial(_updated, reader, loop),
    )


def _end_epoch(
    loop: Loop, clock: "_Clock", reader: Predictor, test: Digits, validation: Digits | None
) -> Epoch:
    _updated(reader, loop)
    loss, accuracy = loop.end_epoch()
    result = evaluate(reader, test)
    return Epoch(
        epoch=loop.epoch,
        step=loop.step,
        loss=loss,
        training_accuracy=accuracy,
        validation_accuracy=evaluate(reader, validation).accuracy if validation else None,
        test_accuracy=result.accuracy,
        seconds=clock.epoch_seconds(),
        confusion=result.confusion,
        predictor=reader,
        snapshot=loop.snapshot,
    )


def _updated(reader: Predictor, loop: Loop) -> Predictor:
    """Have a reader read with the network as it is."""
    reader.model.set_weights(kept_weights(loop.recipe, loop.snapshot()))
    return reader


class _Clock:
    """Times of a training, since it was begun or resumed."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._first_step = loop.step
        self._begin = self._epoch_begin = time.perf_counter()

    def begin_epoch(self) -> None:
        self._epoch_begin = time.perf_counter()

    def epoch_seconds(self) -> float:
        return time.perf_counter() - self._epoch_begin

    def seconds(self) -> float:
        return time.perf_counter() - self._begin

    def seconds_left(self) -> float:
        done = self._loop.step - self._first_step
        return self.seconds() / done * (self._loop.steps - self._loop.step)
