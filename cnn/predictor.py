"""Ask a trained network: probabilities and every layer's activations, in one call.

One predictor serves a whole process. TensorFlow takes seconds to start, so it is started and the
forward pass compiled when a predictor is made, once; after that a reading takes milliseconds, from
any thread.
"""

import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnn.ink.strokes import SIZE, Picture
from cnn.model import load_network
from cnn.tf import Model, tensorflow

SHIPPED_MODEL = Path(__file__).parent / "pretrained" / "model.keras"
# Images a call when many are read: large enough to keep the cores busy, small enough for the cache.
BATCH = 250


@dataclass(frozen=True)
class Reading:
    """What the network makes of one image.

    Attributes:
        probabilities: float32 [10], the softmax; sums to 1.
        activations: Output of each layer by its name, float32, without batch axis; of the
            tutorial's network conv1 [28, 28, 32], pool1 [14, 14, 32], conv2 [14, 14, 64], pool2
            [7, 7, 64], flatten [3136], dense1 [1000], logits [10]. Convolutions and dense1 after
            their ReLU.
    """

    probabilities: NDArray[np.float32]
    activations: dict[str, NDArray[np.float32]]


class Predictor:
    """A trained network, compiled for reading; safe to share between threads.

    Attributes:
        name: What to call the model on a page.
        model: The keras.Model, for those who look inside; never to be trained, as all share it.
    """

    def __init__(self, model: Model, name: str) -> None:
        """Compile the model's forward pass and run it once, so that the first reading is fast."""
        tf = tensorflow()
        self.name = name
        self.model = model
        layers = [layer for layer in model.layers if layer.name != "input"]
        every_layer = tf.keras.Model(model.inputs, {layer.name: layer.output for layer in layers})
        self._read_one = tf.function(
            lambda images: every_layer(images, training=False),
            input_signature=[tf.TensorSpec((1, SIZE, SIZE, 1), tf.float32)],
            autograph=False,
        )
        self._read_batch = tf.function(
            lambda images: model(images, training=False),
            input_signature=[tf.TensorSpec((None, SIZE, SIZE, 1), tf.float32)],
            autograph=False,
        )
        self.read(np.zeros((SIZE, SIZE), np.float32))

    @classmethod
    def load(cls, path: Path, name: str) -> "Predictor":
        """Load a `.keras` file; errors as `load_network`."""
        return cls(load_network(path), name)

    def read(self, image: Picture) -> Reading:
        """Read one image, [28, 28] in 0..1, white ink on black."""
        # TensorFlow imports it, too; whoever only opens a page need not wait for it.
        from scipy.special import softmax

        tf = tensorflow()
        outputs = self._read_one(tf.constant(image.reshape(1, SIZE, SIZE, 1), tf.float32))
        activations = {name: output.numpy()[0] for name, output in outputs.items()}
        return Reading(softmax(activations["logits"]), activations)

    def logits(self, images: Picture) -> NDArray[np.float32]:
        """Read many images, [n, 28, 28] in 0..1; returns the logits, float32 [n, 10]."""
        tf = tensorflow()
        parts = [
            self._read_batch(tf.constant(images[i : i + BATCH, :, :, None], tf.float32)).numpy()
            for i in range(0, len(images), BATCH)
        ]
        return np.concatenate(parts) if parts else np.empty((0, 10), np.float32)

    def probabilities(self, images: Picture) -> NDArray[np.float32]:
        """Read many images, [n, 28, 28] in 0..1; returns the softmax, float32 [n, 10]."""
        from scipy.special import softmax

        return np.asarray(softmax(self.logits(images), axis=1), np.float32)


_loading = threading.Lock()


def shipped_predictor() -> Predictor:
    """Return the predictor of the model that comes with this package, loaded once a process.

    Raises:
        ModelError: The model is missing or damaged.
    """
    # The cache alone would let two threads that come at once load the model twice.
    with _loading:
        return _load_shipped()


@cache
def _load_shipped() -> Predictor:
    return Predictor.load(SHIPPED_MODEL, "Shipped model")
