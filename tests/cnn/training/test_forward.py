import numpy as np
import pytest

from cnn.model import build
from cnn.recipe import Recipe
from cnn.tf import tensorflow
from cnn.training.forward import forward


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(),
        Recipe(initialiser="he", filters=(4, 6, 8), dense_units=20),
        Recipe(pooling="average", dense_units=20),
        Recipe(network="fc"),
    ],
    ids=["tutorial", "three-convolutions", "average-pooling", "fully-connected"],
)
def test_training_goes_the_networks_own_way_and_back(recipe):
    tf = tensorflow()
    network = build(recipe)
    rng = np.random.default_rng(0)
    images = tf.constant(rng.random((8, 28, 28, 1)), tf.float32)
    labels = tf.constant(rng.integers(0, 10, 8))
    found = []
    for way in (
        lambda: network(images),
        lambda: forward(network, images, 0.0, tf.constant([0, 0])),
    ):
        with tf.GradientTape() as tape:
            logits = way()
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
        found.append([logits, *tape.gradient(loss, network.trainable_variables)])
    for own, ours in zip(*found, strict=True):
        scale = float(tf.reduce_max(tf.abs(own)))
        np.testing.assert_allclose(ours.numpy(), own.numpy(), atol=1e-5 * scale)


def test_dropout_leaves_out_other_units_with_each_seed():
    tf = tensorflow()
    network = build(Recipe(network="fc", initialiser="he"))
    images = tf.constant(np.random.default_rng(0).random((2, 28, 28, 1)), tf.float32)
    plain, first, again, other = (
        forward(network, images, dropout, tf.constant([0, seed])).numpy()
        for dropout, seed in ((0.0, 0), (0.5, 1), (0.5, 1), (0.5, 2))
    )
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - plain).max() > 0.01
    assert np.abs(first - other).max() > 0.01
