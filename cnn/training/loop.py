"""The training loop: network, optimiser, data, and the compiled function that runs steps over them.

Whole chunks of steps run inside one TensorFlow function over data that stays in memory, which
takes a fraction of the time that Keras's `fit` does on a processor. All chance is drawn from the
recipe's seed and the number of the step, so that a training that goes on from a snapshot ends with
the same weights as one that was never interrupted.
"""

import math
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnn.augmentation.images import augment
from cnn.model import build, load_network
from cnn.recipe import Recipe
from cnn.setting import RecipeError
from cnn.tf import Model, Tensor, tensorflow
from cnn.training.dataset import TrainingSet
from cnn.training.distributed import Workers
from cnn.training.forward import forward
from cnn.training.optimizers import OPTIMIZERS
from cnn.training.pace import Pace
from cnn.training.precision import fast_precision


@dataclass(frozen=True)
class Snapshot:
    """All that a training needs to go on as if it had never stopped.

    Attributes:
        epoch: Epochs done.
        steps: Steps done in the epoch that is under way.
        loss_sum: Sum over these steps of their loss.
        correct_sum: Sum over these steps of their accuracy.
        weights: The network's.
        averages: Their running averages.
        moments: The optimiser's.
        precision: What was computed in; "auto" might choose differently the next time.
    """

    epoch: int
    steps: int
    loss_sum: float
    correct_sum: float
    weights: list[NDArray[np.float32]]
    averages: list[NDArray[np.float32]]
    moments: list[NDArray[np.float32]]
    precision: str


def initial_snapshot(network: Model, recipe: Recipe) -> Snapshot:
    """Return the snapshot of a training that has not begun yet, with a network's weights.

    Args:
        network: keras.Model.
        recipe: How it will be trained; its layers must be the network's.

    Raises:
        RecipeError: The network has other layers.
    """
    weights = network.get_weights()
    if [w.shape for w in weights] != [w.shape for w in build(recipe).weights]:
        raise RecipeError("The network to begin with has other layers than the recipe.")
    still = [np.zeros_like(values) for values in weights]
    return Snapshot(
        epoch=0,
        steps=0,
        loss_sum=0.0,
        correct_sum=0.0,
        weights=weights,
        averages=weights,
        moments=[*still, *still],
        precision=_chosen(recipe.precision),
    )


def kept_weights(recipe: Recipe, snapshot: Snapshot) -> list[NDArray[np.float32]]:
    """Return the weights that a training would keep if it ended here."""
    return snapshot.averages if recipe.ema_decay else snapshot.weights


def build_from_snapshot(recipe: Recipe, snapshot: Snapshot) -> Model:
    """Build a float32 network with the weights that a training would keep if it ended here."""
    network = build(recipe)
    network.set_weights(kept_weights(recipe, snapshot))
    return network


class Loop:
    """A training's state, and how it goes on.

    Attributes:
        precision: What is computed in: "float32" or "bfloat16".
        steps_an_epoch: Steps an epoch; digits that fill no batch wait for the next epoch's order.
        steps: Steps in all.
        epoch: Epochs done.
        steps_done: Steps done in the epoch that is under way.
    """

    def __init__(
        self, recipe: Recipe, training: TrainingSet, start: Snapshot | Path | None
    ) -> None:
        # The workers must meet before TensorFlow does anything else.
        self._workers = Workers()
        tf = tensorflow()
        if isinstance(start, Path):
            start = initial_snapshot(load_network(start), recipe)
        self.recipe = recipe
        self.precision = start.precision if start else _chosen(recipe.precision)
        self.steps_an_epoch = len(training) // recipe.batch_size
        self.steps = self.steps_an_epoch * recipe.epochs
        self._images = tf.constant(training.images)
        self._targets = tf.constant(training.targets())
        self._is_digit = tf.constant(training.is_digit().astype(np.float32))
        self._strength = tf.constant(training.strength * np.float32(recipe.augmentation_strength))
        self._model = build(recipe, self.precision)
        self._variables = self._model.trainable_variables
        self._averages = [tf.Variable(variable) for variable in self._variables]
        self._optimizer = OPTIMIZERS[recipe.optimizer](self._variables)
        # So many rows that a call's length never has it compiled anew.
        mine = len(range(self._workers.index, recipe.batch_size, self._workers.count))
        rows = tf.TensorSpec((None, mine), tf.int64)
        self._run = tf.function(self._steps, input_signature=[rows, tf.TensorSpec((), tf.int32)])
        self._pace = Pace(recipe.batch_size, self._workers.count)
        self.epoch, self.steps_done, self._loss_sum, self._correct_sum = 0, 0, 0.0, 0.0
        if start is not None:
            self._go_on(start)

    @property
    def step(self) -> int:
        """Steps done in all."""
        return self.epoch * self.steps_an_epoch + self.steps_done

    def run_chunk(self) -> tuple[int, float, float]:
        """Run the next steps of the epoch; returns how many, their mean loss and accuracy."""
        tf = tensorflow()
        begin = time.perf_counter()
        count = min(self._pace.steps, self.steps_an_epoch - self.steps_done)
        batch = self.recipe.batch_size
        order = _order(self.recipe.seed, self.epoch, len(self._images))
        first = self.steps_done * batch
        chosen = order[first : first + count * batch].reshape(count, batch)
        mine = chosen[:, self._workers.index :: self._workers.count]
        with self._workers.together():
            loss, accuracy = map(float, self._run(tf.constant(mine), tf.constant(self.step)))
        self.steps_done += count
        self._loss_sum += loss * count
        self._correct_sum += accuracy * count
        self._pace.note(count, time.perf_counter() - begin)
        return count, loss, accuracy

    def end_epoch(self) -> tuple[float, float]:
        """Go to the next epoch; returns the mean loss and accuracy of the one that ends."""
        loss, accuracy = self._loss_sum / self.steps_done, self._correct_sum / self.steps_done
        self.epoch, self.steps_done, self._loss_sum, self._correct_sum = self.epoch + 1, 0, 0.0, 0.0
        return loss, accuracy

    def snapshot(self) -> Snapshot:
        """Copy the state."""
        weights, averages, moments = map(_values, self._state())
        return Snapshot(
            epoch=self.epoch,
            steps=self.steps_done,
            loss_sum=self._loss_sum,
            correct_sum=self._correct_sum,
            weights=weights,
            averages=averages,
            moments=moments,
            precision=self.precision,
        )

    def _go_on(self, start: Snapshot) -> None:
        self.epoch, self.steps_done = start.epoch, start.steps
        self._loss_sum, self._correct_sum = start.loss_sum, start.correct_sum
        for variables, values in zip(
            self._state(), (start.weights, start.averages, start.moments), strict=True
        ):
            for variable, value in zip(variables, values, strict=True):
                variable.assign(value)

    def _state(self) -> tuple[list[Tensor], list[Tensor], list[Tensor]]:
        return self._variables, self._averages, self._optimizer.moments

    def _steps(self, chosen: Tensor, start: Tensor) -> tuple[Tensor, Tensor]:
        """Run a step for each row of chosen digits; returns mean loss and accuracy."""
        tf = tensorflow()
        sums = [tf.constant(0.0), tf.constant(0.0), tf.constant(0.0)]
        for i in tf.range(tf.shape(chosen)[0]):
            step = start + i
            gradients, figures = self._workers.run(self._gradients, chosen[i], step)
            self._optimizer.apply(gradients, self._learning_rate(step), step)
            if self.recipe.ema_decay:
                self._update_averages(step)
            sums = [total + figure for total, figure in zip(sums, figures, strict=True)]
        loss, right, digits = sums
        return loss / tf.cast(tf.shape(chosen)[0], tf.float32), right / tf.maximum(digits, 1.0)

    def _gradients(self, indices: Tensor, step: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Return gradients, and loss, digits read right and digits, all summed over the workers."""
        tf = tensorflow()
        images = tf.cast(tf.gather(self._images, indices), tf.float32)[..., None] / 255.0
        targets = tf.gather(self._targets, indices)
        is_digit = tf.gather(self._is_digit, indices)
        seed = tf.stack([tf.constant(self.recipe.seed + self._workers.index), step])
        if self.recipe.augmentation_strength:
            images = augment(images, tf.gather(self._strength, indices), seed)
        with tf.GradientTape() as tape:
            logits = forward(self._model, images, self.recipe.dropout, seed)
            logits = tf.cast(logits, tf.float32)
            losses = tf.nn.softmax_cross_entropy_with_logits(targets, logits)
            loss = tf.reduce_sum(losses) / self.recipe.batch_size
        correct = tf.cast(tf.argmax(logits, axis=1) == tf.argmax(targets, axis=1), tf.float32)
        figures = [loss, tf.reduce_sum(correct * is_digit), tf.reduce_sum(is_digit)]
        totals = self._workers.total([*tape.gradient(loss, self._variables), *figures])
        return totals[:-3], totals[-3:]

    def _learning_rate(self, step: Tensor) -> Tensor:
        tf = tensorflow()
        if self.recipe.warmup is None:
            return tf.constant(self.recipe.learning_rate)
        done = tf.cast(step + 1, tf.float32) / self.steps
        rise = tf.minimum(done / max(self.recipe.warmup, 1e-9), 1.0)
        return self.recipe.learning_rate * rise * (1 + tf.cos(math.pi * done)) / 2

    def _update_averages(self, step: Tensor) -> None:
        tf = tensorflow()
        decay = tf.constant(self.recipe.ema_decay)
        if not self.recipe.ema_from_start:
            # Early on the average must forget sooner, or it would keep the random start for long.
            seen = tf.cast(step, tf.float32)
            decay = tf.minimum(decay, (1 + seen) / (10 + seen))
        for average, variable in zip(self._averages, self._variables, strict=True):
            average.assign(decay * average + (1 - decay) * variable)


@lru_cache(maxsize=1)
def _order(seed: int, epoch: int, count: int) -> NDArray[np.int64]:
    """A new order of the digits for each epoch, which depends on nothing but seed and epoch."""
    return np.random.default_rng([seed, epoch]).permutation(count)


def _values(variables: list[Tensor]) -> list[NDArray[np.float32]]:
    return [variable.numpy() for variable in variables]


def _chosen(precision: str) -> str:
    return fast_precision() if precision == "auto" else precision
