import numpy as np

from cnn.tf import tensorflow
from cnn.training.optimizers import Adam


def test_steps_are_those_of_kerass_adam():
    tf = tensorflow()
    rng = np.random.default_rng(0)
    start = rng.normal(size=(4, 3)).astype(np.float32)
    ours, theirs = tf.Variable(start), tf.keras.Variable(start)
    adam, reference = Adam([ours]), tf.keras.optimizers.Adam()
    for step in range(5):
        gradient, rate = tf.constant(rng.normal(size=(4, 3)), tf.float32), 0.01 * (step + 1)
        adam.apply([gradient], tf.constant(rate), tf.constant(step))
        reference.learning_rate.assign(rate)
        reference.apply_gradients([(gradient, theirs)])
    assert not np.allclose(ours.numpy(), start, atol=1e-3)
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), atol=1e-6)
