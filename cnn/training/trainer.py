"""Training: a generator of events that any front end can consume.

Nothing here draws, prints or writes files.
"""

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cnn.data.digits import Digits
from cnn.evaluation import Evaluation, score
from cnn.model import build
from cnn.predictor import Predictor
from cnn.recipe import Recipe
from cnn.tf import Model
from cnn.training.calibration import calibrated, temperature
from cnn.training.dataset import TrainingSet
from cnn.training.loop import Loop, Snapshot, build_from_snapshot, kept_weights

# A loss that no training recovers from, in nats: guessing costs ln 10 = 2.3.
DIVERGED = 50.0
# Digits that are measured on at a time: a fraction of a second.
PART = 1_000
# What a training is at before its first point, and while its untrained network is measured.
PhaseName: TypeAlias = Literal["digits", "tensorflow", "steps", "test"]


class TrainingError(Exception):
    """A training that cannot go on; the message says why and what to do."""


@dataclass(frozen=True)
class Phase:
    """Something begins that takes its time before there is anything to see.

    Attributes:
        phase: "digits" are read or drawn, "tensorflow" is imported, the first "steps" are compiled
            and run, the "test" digits are read by the network as it was before them.
    """

    phase: PhaseName


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
        before: Returns what reads with the network as it is now, also after the first steps; to be
            asked before the next event.
    """

    digits: int
    steps: int
    precision: str
    epoch: int
    step: int
    test: Digits = field(repr=False, compare=False)
    before: Callable[[], Predictor] = field(repr=False, compare=False)


@dataclass(frozen=True)
class Step:
    """After a chunk of steps: averages over that chunk.

    Attributes:
        step: Steps done, of `Started.steps`.
        loss: Mean cross-entropy in nats.
        accuracy: Share of the training digits read right, 0..1.
        digits_per_second: Speed over the chunk; None of the first, during which the steps are
            compiled.
        seconds_left: Estimate for the rest of the training; None before there is one.
        snapshot: Copies the training's state; to be called before the next event is asked for.
        predictor: Returns what reads with the network as it is; to be called and asked before then.
    """

    step: int
    loss: float
    accuracy: float
    digits_per_second: float | None
    seconds_left: float | None
    snapshot: Callable[[], Snapshot] = field(repr=False, compare=False)
    predictor: Callable[[], Predictor] = field(repr=False, compare=False)


@dataclass(frozen=True)
class Measuring:
    """While the network is measured at an epoch's end: a moment to stop at.

    Attributes:
        step: Steps done.
        snapshot: As in `Step`; whoever goes on from it measures first.
    """

    step: int
    snapshot: Callable[[], Snapshot] = field(repr=False, compare=False)


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
        predictor: Reads with the network as it is; to be asked before the next event.
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
    """At the end.

    Attributes:
        model: The trained network: keras.Model, float32.
        seconds: In all.
        temperature: What its logits were divided by so that its certainty means what it says; None
            if there were no validation digits to choose that by.
    """

    model: Model
    seconds: float
    temperature: float | None


Event = Phase | Started | Step | Measuring | Epoch | Finished


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
            the test digits. It has no influence on what is read, and must have none; at the end the
            network's certainty is calibrated on it (`cnn.training.calibration`). Without any, it
            stays as it is.

    Yields:
        Started, then for each epoch Steps, Measuring and one Epoch, then Finished.

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
    digits, loop = len(training), Loop(recipe, training, start)
    # The loop has its own copy.
    del training
    reader = _Reader(loop)
    yield Started(
        digits=digits,
        steps=loop.steps,
        precision=loop.precision,
        epoch=loop.epoch,
        step=loop.step,
        test=test,
        before=partial(reader.with_weights, kept_weights(recipe, loop.snapshot())),
    )
    clock = _Clock(loop)
    while loop.epoch < recipe.epochs:
        clock.begin_epoch()
        while loop.steps_done < loop.steps_an_epoch:
            yield _chunk(loop, clock, reader)
            clock.leave_the_start()
        yield from _end_epoch(loop, clock, reader, test, validation)
    yield _finish(loop, clock, reader, validation)


def _chunk(loop: Loop, clock: "_Clock", reader: "_Reader") -> Step:
    begin = time.perf_counter()
    count, loss, accuracy = loop.run_chunk()
    clock.note_chunk()
    # Not a number is not below the limit either.
    if not loss < DIVERGED:
        raise TrainingError(
            f"The cost became {loss:.3g} in epoch {loop.epoch + 1}, no better than guessing: try a"
            f" smaller learning rate than {loop.recipe.learning_rate:g}."
        )
    digits = count * loop.recipe.batch_size
    return Step(
        step=loop.step,
        loss=loss,
        accuracy=accuracy,
        digits_per_second=digits / (time.perf_counter() - begin) if clock.is_warm else None,
        seconds_left=clock.seconds_left(),
        snapshot=loop.snapshot,
        predictor=reader.now,
    )


def _end_epoch(
    loop: Loop, clock: "_Clock", reader: "_Reader", test: Digits, validation: Digits | None
) -> Generator[Measuring | Epoch, None, None]:
    # Whoever stops the training meanwhile keeps an epoch that has yet to be measured.
    result = yield from _measure(loop, reader, test)
    chosen_by = (yield from _measure(loop, reader, validation)) if validation else None
    loss, accuracy = loop.end_epoch()
    yield Epoch(
        epoch=loop.epoch,
        step=loop.step,
        loss=loss,
        training_accuracy=accuracy,
        validation_accuracy=chosen_by.accuracy if chosen_by else None,
        test_accuracy=result.accuracy,
        seconds=clock.epoch_seconds(),
        confusion=result.confusion,
        predictor=reader.now(),
        snapshot=loop.snapshot,
    )


def _measure(
    loop: Loop, reader: "_Reader", digits: Digits
) -> Generator[Measuring, None, Evaluation]:
    """Let the network as it is read digits, a part at a time."""
    predictor, parts = reader.now(), []
    for first in range(0, len(digits), PART):
        parts.append(predictor.probabilities(digits.images[first : first + PART]))
        yield Measuring(loop.step, loop.snapshot)
    return score(digits.labels, np.concatenate(parts))


def _finish(loop: Loop, clock: "_Clock", reader: "_Reader", validation: Digits | None) -> Finished:
    network, scale = build_from_snapshot(loop.recipe, loop.snapshot()), None
    if validation:
        scale = temperature(reader.now().logits(validation.images), validation.labels)
        network.set_weights(calibrated(network.get_weights(), scale))
    return Finished(network, clock.seconds(), scale)


class _Reader:
    """Reads with a training's network; compiled once, and not before it is asked for."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop

    @cached_property
    def _predictor(self) -> Predictor:
        return Predictor(build(self._loop.recipe), "in training")

    def now(self) -> Predictor:
        """Return what reads with the network as it is."""
        return self.with_weights(kept_weights(self._loop.recipe, self._loop.snapshot()))

    def with_weights(self, weights: list[NDArray[np.float32]]) -> Predictor:
        """Return what reads with some weights of the network's."""
        self._predictor.model.set_weights(weights)
        return self._predictor


class _Clock:
    """Times of a training, since it was begun or resumed.

    Attributes:
        is_warm: Whether the first chunk is done, during which the steps were compiled.
    """

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._begin = self._epoch_begin = self._chunk_end = time.perf_counter()
        self.is_warm = False
        # Where the speed is measured from.
        self._first_step, self._since = loop.step, self._begin

    def begin_epoch(self) -> None:
        self._epoch_begin = time.perf_counter()

    def note_chunk(self) -> None:
        self._chunk_end = time.perf_counter()

    def leave_the_start(self) -> None:
        """Take no account of what was done about the first chunk: the first test."""
        if self.is_warm:
            return
        now = time.perf_counter()
        self._begin += now - self._chunk_end
        self._epoch_begin += now - self._chunk_end
        self._first_step, self._since = self._loop.step, now
        self.is_warm = True

    def epoch_seconds(self) -> float:
        return time.perf_counter() - self._epoch_begin

    def seconds(self) -> float:
        return time.perf_counter() - self._begin

    def seconds_left(self) -> float | None:
        if not self.is_warm:
            return None
        done = self._loop.step - self._first_step
        return (time.perf_counter() - self._since) / done * (self._loop.steps - self._loop.step)
