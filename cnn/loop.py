"""The training loop: network, optimiser, data, and the compiled function that runs steps over them.

Whole stretches of steps run inside one TensorFlow function over data that stays in memory, which
takes a fraction of the time that Keras's `fit` does on a processor. All chance is drawn from the
recipe's seed and the number of the step, so that a training that goes on from a snapshot ends with
the same weights as one that was never interrupted.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn.adam import Adam
from cnn.augment import blemish, vary
from cnn.model import build
from cnn.precision import fast_precision
from cnn.predictor import load_network
from cnn.recipe import Recipe, RecipeError
from cnn.sharpness import uphill
from cnn.tf import tensorflow
from cnn.trainingset import NO_DIGIT, TrainingSet
from cnn.workers import Workers

# Steps a call: long enough to cost nothing, short enough to watch.
STRIDE = 50


@dataclass(frozen=True)
class Snapshot:
    """All that a training needs to go on as if it had never stopped.

    Attributes:
        epoch: Epochs done.
        steps: Steps done in the epoch that is under way.
        costs: Sum over these steps of their cost.
        hits: Sum over these steps of their accuracy.
        weights: The network's.
        averages: Their running averages.
        moments: Adam's.
        precision: What was computed in; "auto" might choose differently the next time.
    """

    epoch: int
    steps: int
    costs: float
    hits: float
    weights: list[NDArray[np.float32]]
    averages: list[NDArray[np.float32]]
    moments: list[NDArray[np.float32]]
    precision: str


def beginning_with(network: Any, recipe: Recipe) -> Snapshot:
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
        costs=0.0,
        hits=0.0,
        weights=weights,
        averages=weights,
        moments=[*still, *still],
        precision=_chosen(recipe.precision),
    )


def weights_of(recipe: Recipe, snapshot: Snapshot) -> list[NDArray[np.float32]]:
    """Return the weights that a training would keep if it ended here."""
    return snapshot.averages if recipe.average else snapshot.weights


def network_of(recipe: Recipe, snapshot: Snapshot) -> Any:
    """Build a float32 network with the weights that a training would keep if it ended here."""
    network = build(recipe)
    network.set_weights(weights_of(recipe, snapshot))
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
            start = beginning_with(load_network(start), recipe)
        self.recipe = recipe
        self.precision = start.precision if start else _chosen(recipe.precision)
        self.steps_an_epoch = len(training) // recipe.batch
        self.steps = self.steps_an_epoch * recipe.epochs
        self._images = tf.constant(training.images)
        self._targets = tf.constant(training.targets())
        self._is_digit = tf.constant((training.labels != NO_DIGIT).astype(np.float32))
        self._strength = tf.constant(training.strength * np.float32(recipe.pixel_strength))
        self._model = build(recipe, self.precision)
        self._variables = self._model.trainable_variables
        self._averages = [tf.Variable(variable) for variable in self._variables]
        self._adam = Adam(self._variables)
        self._run = tf.function(self._steps)
        self.epoch, self.steps_done, self._costs, self._hits = 0, 0, 0.0, 0.0
        if start is not None:
            self._go_on(start)

    @property
    def step(self) -> int:
        """Steps done in all."""
        return self.epoch * self.steps_an_epoch + self.steps_done

    def run_stretch(self) -> tuple[int, float, float]:
        """Run the next steps of the epoch; returns how many, their mean cost and accuracy."""
        tf = tensorflow()
        count = min(STRIDE, self.steps_an_epoch - self.steps_done)
        batch = self.recipe.batch
        # A new order for each epoch, which depends on nothing but seed and epoch.
        order = np.random.default_rng([self.recipe.seed, self.epoch]).permutation(len(self._images))
        first = self.steps_done * batch
        chosen = order[first : first + count * batch].reshape(count, batch)
        mine = chosen[:, self._workers.index :: self._workers.count]
        with self._workers.together():
            cost, accuracy = map(float, self._run(tf.constant(mine), tf.constant(self.step)))
        self.steps_done += count
        self._costs += cost * count
        self._hits += accuracy * count
        return count, cost, accuracy

    def end_epoch(self) -> tuple[float, float]:
        """Go to the next epoch; returns the mean cost and accuracy of the one that ends."""
        cost, accuracy = self._costs / self.steps_done, self._hits / self.steps_done
        self.epoch, self.steps_done, self._costs, self._hits = self.epoch + 1, 0, 0.0, 0.0
        return cost, accuracy

    def snapshot(self) -> Snapshot:
        """Copy the state."""
        weights, averages, moments = map(_values, self._state())
        return Snapshot(
            epoch=self.epoch,
            steps=self.steps_done,
            costs=self._costs,
            hits=self._hits,
            weights=weights,
            averages=averages,
            moments=moments,
            precision=self.precision,
        )

    def _go_on(self, start: Snapshot) -> None:
        self.epoch, self.steps_done = start.epoch, start.steps
        self._costs, self._hits = start.costs, start.hits
        for variables, values in zip(
            self._state(), (start.weights, start.averages, start.moments), strict=True
        ):
            for variable, value in zip(variables, values, strict=True):
                variable.assign(value)

    def _state(self) -> tuple[list[Any], list[Any], list[Any]]:
        return self._variables, self._averages, self._adam.moments

    def _steps(self, chosen: Any, start: Any) -> tuple[Any, Any]:
        """Run a step for each row of chosen digits; returns mean cost and accuracy."""
        tf = tensorflow()
        sums = [tf.constant(0.0), tf.constant(0.0), tf.constant(0.0)]
        for i in tf.range(tf.shape(chosen)[0]):
            step = start + i
            gradients, figures = self._workers.run(self._gradients, chosen[i], step)
            if self.recipe.sharpness_aware:
                with uphill(self._variables, gradients, self.recipe.sharpness_aware):
                    gradients, _ = self._workers.run(self._gradients, chosen[i], step)
            self._adam.apply(gradients, self._learning_rate(step), step)
            if self.recipe.average:
                self._update_averages(step)
            sums = [total + figure for total, figure in zip(sums, figures, strict=True)]
        cost, right, digits = sums
        return cost / tf.cast(tf.shape(chosen)[0], tf.float32), right / tf.maximum(digits, 1.0)

    def _gradients(self, indices: Any, step: Any) -> tuple[list[Any], list[Any]]:
        """Return gradients, and cost, digits read right and digits, all summed over the workers."""
        tf = tensorflow()
        images = tf.cast(tf.gather(self._images, indices), tf.float32)[..., None] / 255.0
        targets = tf.gather(self._targets, indices)
        is_digit = tf.gather(self._is_digit, indices)
        seed = tf.stack([tf.constant(self.recipe.seed + self._workers.index), step])
        if self.recipe.pixel_strength:
            images = vary(images, tf.gather(self._strength, indices), seed)
        if self.recipe.blemishes:
            images = blemish(images, self.recipe.blemishes, seed)
        with tf.GradientTape() as tape:
            logits = tf.cast(self._logits(images, seed), tf.float32)
            losses = tf.nn.softmax_cross_entropy_with_logits(targets, logits)
            cost = tf.reduce_sum(losses) / self.recipe.batch
        hit = tf.cast(tf.argmax(logits, axis=1) == tf.argmax(targets, axis=1), tf.float32)
        figures = [cost, tf.reduce_sum(hit * is_digit), tf.reduce_sum(is_digit)]
        totals = self._workers.total([*tape.gradient(cost, self._variables), *figures])
        return totals[:-3], totals[-3:]

    def _logits(self, images: Any, seed: Any) -> Any:
        if not self.recipe.dropout:
            return self._model(images, training=True)
        tf = tensorflow()
        x = images
        for number, layer in enumerate(self._model.layers[1:]):
            if isinstance(layer, tf.keras.layers.Dense):
                x = tf.nn.experimental.stateless_dropout(x, self.recipe.dropout, seed + 4 + number)
            x = layer(x)
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
        decay = tf.constant(self.recipe.average)
        if not self.recipe.keep_start:
            # Early on the average must forget sooner, or it would keep the random start for long.
            seen = tf.cast(step, tf.float32)
            decay = tf.minimum(decay, (1 + seen) / (10 + seen))
        for average, variable in zip(self._averages, self._variables, strict=True):
            average.assign(decay * average + (1 - decay) * variable)


def _values(variables: list[Any]) -> list[NDArray[np.float32]]:
    return [variable.numpy() for variable in variables]


def _chosen(precision: str) -> str:
    return fast_precision() if precision == "auto" else precision
