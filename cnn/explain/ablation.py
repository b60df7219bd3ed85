"""Switch filters off, and see what the network answers without them.

A filter is off when its map is 0 everywhere. Pooling leaves such a map 0, so it makes no difference
whether the convolution's map or the pooled one is silenced. Only what comes after the first layer
silenced is computed anew: the maps before it are kept (`Prepared`).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from cnn.explain.attribution import Question
from cnn.ink.strokes import SIZE, Picture
from cnn.predictor import BATCH, Predictor, Reading
from cnn.tf import KerasLayer, Model, Tensor, tensorflow

Off: TypeAlias = Mapping[str, Collection[int]]
"""The channels switched off, by name of a convolution or pooling layer."""


@dataclass(frozen=True)
class Prepared:
    """What is kept of n images so that the network can be resumed behind its filters.

    Attributes:
        maps: float32 [n, height, width, channels] by name of the convolution, after the pooling
            that follows it.
        logits: float32 [n, 10], with every filter on.
    """

    maps: dict[str, NDArray[np.float32]]
    logits: NDArray[np.float32]


@dataclass(frozen=True)
class Part:
    """A filter or a unit, and what it contributes to a score, in logits."""

    layer: str
    index: int
    contribution: float


@dataclass(frozen=True)
class Strongest:
    """The filter whose removal changes the answer most.

    Attributes:
        layer: Its convolution.
        index: Its channel.
        digit: The digit read with every filter on.
        log_odds: Of that digit, log p / (1 − p), with the filter and without it.
        probabilities: float32 [10], without the filter.
    """

    layer: str
    index: int
    digit: int
    log_odds: tuple[float, float]
    probabilities: NDArray[np.float32]


class Ablation:
    """Switches a network's filters off; safe to share between threads.

    The network is a chain of layers that ends in a dense one, as `cnn.model` builds them.

    Attributes:
        filters: How many filters each convolution has, by its name, from first to last; {} for a
            fully connected network.
        units_layer: Name of the layer whose values the last dense layer weighs.
    """

    def __init__(self, predictor: Predictor) -> None:
        """Find the filters; each way through the network is compiled at its first use."""
        keras = tensorflow().keras
        model = predictor.model
        chain = [x for x in model.layers if not isinstance(x, keras.layers.InputLayer)]
        ends = _ends(chain)
        self.filters = {name: int(chain[end].output.shape[-1]) for name, end in ends.items()}
        self.units_layer: str = chain[-2].name
        self._last = chain[-1]
        # A pooling layer's maps are switched off as those of its convolution.
        self._convolution: dict[str, str] = {}
        for name, end in ends.items():
            self._convolution |= {name: name, chain[end].name: name}
        outputs = {name: chain[end].output for name, end in ends.items()}
        self._prepare = _compiled_whole(keras.Model(model.inputs, (outputs, model.output)))
        self._tails = {name: _compiled_tail(chain, ends, name) for name in ends}

    def prepare(self, images: Picture) -> Prepared:
        """Read images, [n, 28, 28] in 0..1, and keep their maps: 38 kB an image in the shipped one.

        Raises:
            ValueError: There are no images.
        """
        if not len(images):
            raise ValueError("There is nothing to prepare: the set holds no image.")
        parts = [
            self._prepare(images[i : i + BATCH, :, :, None]) for i in range(0, len(images), BATCH)
        ]
        maps = {name: np.concatenate([part[0][name] for part in parts]) for name in self.filters}
        return Prepared(maps, np.concatenate([part[1] for part in parts]))

    def logits(self, prepared: Prepared, off: Off) -> NDArray[np.float32]:
        """Answer with some filters switched off.

        Args:
            prepared: n images.
            off: Which filters; empty for none.

        Returns:
            float32 [n, 10].

        Raises:
            ValueError: There is no such layer or filter.
        """
        masks = self._masks(off)
        first = next((name for name, mask in masks.items() if not mask.all()), None)
        if first is None:
            return prepared.logits
        maps = prepared.maps[first]
        parts = [
            self._resume(first, maps[i : i + BATCH], masks) for i in range(0, len(maps), BATCH)
        ]
        return np.concatenate(parts)

    def logits_without_each(self, prepared: Prepared) -> dict[str, NDArray[np.float32]]:
        """Answer with each filter alone switched off.

        Args:
            prepared: One image.

        Returns:
            float32 [filters, 10] by name of the convolution.
        """
        masks = self._masks({})
        return {
            name: self._resume(
                name, prepared.maps[name], masks | {name: 1 - np.eye(count, dtype=np.float32)}
            )
            for name, count in self.filters.items()
        }

    def strongest(self, prepared: Prepared) -> Strongest | None:
        """Find the filter whose removal changes the answer most; None if there are no filters.

        The change is that of the log-odds of the digit read, up or down: where the network is sure,
        probabilities hardly move.

        Args:
            prepared: One image.
        """
        digit = int(prepared.logits[0].argmax())
        before = float(_log_odds(prepared.logits, digit)[0])
        found, largest = None, -1.0
        for name, without in self.logits_without_each(prepared).items():
            after = _log_odds(without, digit)
            index = int(np.abs(after - before).argmax())
            change = abs(float(after[index]) - before)
            if change > largest:
                odds = (before, float(after[index]))
                found = Strongest(name, index, digit, odds, probabilities(without[index]))
                largest = change
        return found

    def filter_contributions(
        self, prepared: Prepared, question: Question
    ) -> dict[str, NDArray[np.float32]]:
        """By ablation: the score less the score without the filter, each filter removed alone.

        They do not sum to the score, as filters act together.

        Args:
            prepared: One image.
            question: What to ask.

        Returns:
            float32 [filters] by name of the convolution, in logits.
        """
        direction = question.direction
        score = prepared.logits[0] @ direction
        return {
            name: score - without @ direction
            for name, without in self.logits_without_each(prepared).items()
        }

    def unit_contributions(
        self, reading: Reading, question: Question
    ) -> tuple[NDArray[np.float32], float]:
        """Split the score, exactly, into its units' activation × weight and the biases.

        The weight is the one to the digit, less the one to the other digit if there is one.

        Returns:
            float32 [units] and the biases' part, both in logits; together they sum to the score.
        """
        kernel, bias = self._last.get_weights()
        activations = reading.activations[self.units_layer]
        return activations * (kernel @ question.direction), float(bias @ question.direction)

    def _masks(self, off: Off) -> dict[str, NDArray[np.float32]]:
        """0 for what is off, 1 for what is on: float32 [1, filters] by name of the convolution."""
        masks = {name: np.ones((1, count), np.float32) for name, count in self.filters.items()}
        for layer, channels in off.items():
            if layer not in self._convolution:
                known = ", ".join(self._convolution) or "none"
                raise ValueError(f"No layer with filters is called {layer!r}: there is {known}.")
            mask = masks[self._convolution[layer]]
            for channel in channels:
                if channel not in range(mask.size):
                    raise ValueError(f"{layer} has filters 0 to {mask.size - 1}, not {channel}.")
                mask[0, channel] = 0
        return masks

    def _resume(
        self, first: str, maps: NDArray[np.float32], masks: Mapping[str, NDArray[np.float32]]
    ) -> NDArray[np.float32]:
        names = list(self.filters)
        later = names[names.index(first) :]
        return self._tails[first](maps, *(masks[name] for name in later)).numpy()


def probabilities(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Softmax along the last axis."""
    from scipy.special import softmax

    return softmax(logits, axis=-1)


def ranked(contributions: Mapping[str, NDArray[np.float32]]) -> list[Part]:
    """Rank the parts of all layers by their contribution, from most for to most against."""
    parts = [
        Part(layer, index, float(value))
        for layer, values in contributions.items()
        for index, value in enumerate(values)
    ]
    return sorted(parts, key=lambda part: -part.contribution)


def _log_odds(logits: NDArray[np.float32], digit: int) -> NDArray[np.float32]:
    """Log-odds log p / (1 − p) of a digit, [n] from logits [n, 10], exact where p is next to 1."""
    from scipy.special import logsumexp

    return logits[:, digit] - logsumexp(np.delete(logits, digit, axis=1), axis=1)


def _ends(chain: list[KerasLayer]) -> dict[str, int]:
    """Where each convolution's maps are kept: its own place in the chain, or its pooling's."""
    layers = tensorflow().keras.layers
    pooling = (layers.MaxPooling2D, layers.AveragePooling2D)
    return {
        layer.name: i + 1 if isinstance(chain[i + 1], pooling) else i
        for i, layer in enumerate(chain)
        if isinstance(layer, layers.Conv2D)
    }


def _compiled_whole(model: Model) -> Callable[..., Tensor]:
    tf = tensorflow()
    signature = [tf.TensorSpec((None, SIZE, SIZE, 1), tf.float32)]
    return tf.function(
        lambda images: model(images, training=False), input_signature=signature, autograph=False
    )


def _compiled_tail(
    chain: list[KerasLayer], ends: Mapping[str, int], first: str
) -> Callable[..., Tensor]:
    """Compile the network from behind a convolution's maps, with masks for these and all later."""
    tf = tensorflow()
    start = ends[first]
    silenced_after = [end for end in ends.values() if end >= start]

    def tail(maps: Tensor, *masks: Tensor) -> Tensor:
        waiting = dict(zip(silenced_after, masks, strict=True))
        x = maps * waiting[start][:, None, None, :]
        for i, layer in enumerate(chain[start + 1 :], start + 1):
            x = layer(x)
            if i in waiting:
                x = x * waiting[i][:, None, None, :]
        return x

    signature = [tf.TensorSpec((None, *chain[start].output.shape[1:]), tf.float32)]
    signature += [
        tf.TensorSpec((None, chain[end].output.shape[-1]), tf.float32) for end in silenced_after
    ]
    return tf.function(tail, input_signature=signature, autograph=False)
