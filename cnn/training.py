"""The training loop: a generator of events that any front end can consume.

Whole stretches of steps run inside one TensorFlow function over data that stays in memory, which
takes a fraction of the time that Keras's `fit` does on a processor. Nothing here draws, prints or
writes files.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cnn.augment import vary
from cnn.data import Digits
from cnn.evaluation import evaluate
from cnn.model import build_cnn
from cnn.predictor import Predictor
from cnn.recipe import Recipe
from cnn.tf import tensorflow
from cnn.trainingset import NO_DIGIT, TrainingSet

# Steps between two events: long enough to cost nothing, short enough to watch.
STRIDE = 50


class TrainingError(Exception):
    """A training that cannot go on; the message says why and what to do."""


@dataclass(frozen=True)
class Started:
    """Before the first step: digits an epoch, steps in all, and what is computed in."""

    digits: int
    steps: int
    precision: str


@dataclass(frozen=True)
class Step:
    """After a stretch of steps: averages over that stretch.

    Attributes:
        step: Steps done, of `Started.steps`.
        cost: Mean cross-entropy in nats.
        accuracy: Share of the training digits read right, 0..1.
        digits_per_second: Speed over the stretch.
        seconds_left: Estimate for the rest of the training.
    """

    step: int
    cost: float
    accuracy: float
    digits_per_second: float
    seconds_left: float


@dataclass(frozen=True)
class Epoch:
    """After an epoch, counted from 1: mean cost, training and test accuracy (0..1), seconds."""

    epoch: int
    cost: float
    training_accuracy: float
    test_accuracy: float
    seconds: float


@dataclass(frozen=True)
class Finished:
    """At the end: the trained network (keras.Model, float32), and seconds in all."""

    model: Any
    seconds: float


Event = Started | Step | Epoch | Finished


def train(recipe: Recipe, training: TrainingSet, test: Digits) -> Iterator[Event]:
    """Train the tutorial's network by a recipe.

    Args:
        recipe: How to train.
        training: What to train on.
        test: What to measure on after each epoch; it has no influence on the training.

    Yields:
        Started, then for each epoch Steps and one Epoch, then Finished.

    Raises:
        TrainingError: There is less than one batch of digits, or the cost is no finite number.
    """
    if len(training) < recipe.batch:
        raise TrainingError(
            f"There are {len(training):,} training digits, fewer than one batch of"
            f" {recipe.batch:,}: choose a smaller batch."
        )
    begin = time.perf_counter()
    precision = fast_precision() if recipe.precision == "auto" else recipe.precision
    loop = _Loop(recipe, training, precision)
    yield Started(len(training), loop.steps, precision)
    for epoch in range(recipe.epochs):
        epoch_begin = time.perf_counter()
        stretches = []
        for first in range(0, loop.steps_an_epoch, STRIDE):
            count = min(STRIDE, loop.steps_an_epoch - first)
            stretch_begin = time.perf_counter()
            cost, accuracy = loop.run(epoch, first, count)
            if not math.isfinite(cost):
                raise TrainingError(
                    f"The cost became {cost} in epoch {epoch + 1}: choose a smaller learning rate"
                    f" than {recipe.learning_rate}."
                )
            stretches.append((count, cost, accuracy))
            done = epoch * loop.steps_an_epoch + first + count
            yield Step(
                step=done,
                cost=cost,
                accuracy=accuracy,
                digits_per_second=count * recipe.batch / (time.perf_counter() - stretch_begin),
                seconds_left=(time.perf_counter() - begin) / done * (loop.steps - done),
            )
        weights, costs, accuracies = zip(*stretches, strict=True)
        yield Epoch(
            epoch=epoch + 1,
            cost=float(np.average(costs, weights=weights)),
            training_accuracy=float(np.average(accuracies, weights=weights)),
            test_accuracy=evaluate(Predictor(loop.network(), "in training"), test).accuracy,
            seconds=time.perf_counter() - epoch_begin,
        )
    yield Finished(loop.network(), time.perf_counter() - begin)


def fast_precision() -> str:
    """Return "bfloat16" where the processor multiplies it in hardware, else "float32".

    Elsewhere bfloat16 is emulated, and slower than float32.
    """
    flags = Path("/proc/cpuinfo")
    text = flags.read_text() if flags.is_file() else ""
    return "bfloat16" if "avx512_bf16" in text or "amx_bf16" in text else "float32"


class _Loop:
    """Network, optimiser and data, and the compiled function that runs steps over them."""

    def __init__(self, recipe: Recipe, training: TrainingSet, precision: str) -> None:
        tf = tensorflow()
        self.recipe = recipe
        self.steps_an_epoch = len(training) // recipe.batch
        self.steps = self.steps_an_epoch * recipe.epochs
        self._images = tf.constant(training.images)
        self._targets = tf.constant(training.targets())
        self._is_digit = tf.constant((training.labels != NO_DIGIT).astype(np.float32))
        self._strength = tf.constant(training.strength * np.float32(recipe.pixel_strength))
        self._model = build_cnn(recipe.seed, precision)
        self._variables = self._model.trainable_variables
        self._averages = [tf.Variable(variable) for variable in self._variables]
        self._optimizer = tf.keras.optimizers.Adam(recipe.learning_rate)
        self._optimizer.build(self._variables)
        self._run = tf.function(self._steps)

    def run(self, epoch: int, first: int, count: int) -> tuple[float, float]:
        """Run so many steps of an epoch from the given one; returns mean cost and accuracy."""
        tf = tensorflow()
        # A new order for each epoch, which depends on nothing but seed and epoch.
        order = np.random.default_rng([self.recipe.seed, epoch]).permutation(len(self._images))
        batch = self.recipe.batch
        chosen = order[first * batch : (first + count) * batch].reshape(count, batch)
        start = epoch * self.steps_an_epoch + first
        cost, accuracy = self._run(tf.constant(chosen), tf.constant(start))
        return float(cost), float(accuracy)

    def network(self) -> Any:
        """Return a float32 copy of the network with the weights to keep."""
        copy = build_cnn()
        kept = self._averages if self.recipe.average else self._variables
        copy.set_weights([variable.numpy() for variable in kept])
        return copy

    def _steps(self, chosen: Any, start: Any) -> tuple[Any, Any]:
        tf = tensorflow()
        cost, right, digits = tf.constant(0.0), tf.constant(0.0), tf.constant(1e-9)
        for i in tf.range(tf.shape(chosen)[0]):
            indices, step = chosen[i], start + i
            targets = tf.gather(self._targets, indices)
            is_digit = tf.gather(self._is_digit, indices)
            loss, logits = self._step(indices, targets, step)
            hit = tf.argmax(logits, axis=1) == tf.argmax(targets, axis=1)
            cost += loss
            right += tf.reduce_sum(tf.cast(hit, tf.float32) * is_digit)
            digits += tf.reduce_sum(is_digit)
        return cost / tf.cast(tf.shape(chosen)[0], tf.float32), right / digits

    def _step(self, indices: Any, targets: Any, step: Any) -> tuple[Any, Any]:
        tf = tensorflow()
        images = tf.cast(tf.gather(self._images, indices), tf.float32)[..., None] / 255.0
        seed = tf.stack([tf.constant(self.recipe.seed), step])
        if self.recipe.pixel_strength:
            images = vary(images, tf.gather(self._strength, indices), seed)
        self._optimizer.learning_rate.assign(self._learning_rate(step))
        with tf.GradientTape() as tape:
            logits = tf.cast(self._logits(images, seed), tf.float32)
            losses = tf.nn.softmax_cross_entropy_with_logits(targets, logits)
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, self._variables)
        self._optimizer.apply_gradients(zip(gradients, self._variables, strict=True))
        if self.recipe.average:
            self._update_averages(step)
        return loss, logits

    def _logits(self, images: Any, seed: Any) -> Any:
        if not self.recipe.dropout:
            return self._model(images, training=True)
        tf = tensorflow()
        x = images
        for layer in self._model.layers[1:]:
            x = layer(x)
            if layer.name == "dense1":
                x = tf.nn.experimental.stateless_dropout(x, self.recipe.dropout, seed + 4)
        return x

    def _learning_rate(self, step: Any) -> Any:
        tf = tensorflow()
        if self.recipe.warm_up is None:
            return tf.constant(self.recipe.learning_rate)
        done = tf.cast(step + 1, tf.float32) / self.steps
        rise = tf.minimum(done / max(self.recipe.warm_up, 1e-9), 1.0)
        return self.recipe.learning_rate * rise * (1 + tf.cos(math.pi * done)) / 2

    def _update_averages(self, step: Any) -> None:
        tf = tensorflow()
        # Early on the average must forget sooner, or it would keep the random start for long.
        seen = tf.cast(step, tf.float32)
        decay = tf.minimum(self.recipe.average, (1 + seen) / (10 + seen))
        for average, variable in zip(self._averages, self._variables, strict=True):
            average.assign(decay * average + (1 - decay) * variable)
