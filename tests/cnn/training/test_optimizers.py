import numpy as np
import pytest

from cnn.tf import tensorflow
from cnn.training.optimizers import Adam, sam_perturbation


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


@pytest.fixture
def variables():
    tf = tensorflow()
    return [tf.Variable([1.0, 2.0]), tf.Variable([[3.0]])]


def test_variables_move_together_by_the_distance_and_come_back(variables):
    tf = tensorflow()
    gradients = [tf.constant([2.0, 0.0]), tf.constant([[-1.5]])]
    with sam_perturbation(variables, gradients, 0.5):
        np.testing.assert_allclose(variables[0].numpy(), [1.4, 2.0], rtol=1e-6)
        np.testing.assert_allclose(variables[1].numpy(), [[2.7]], rtol=1e-6)
    assert variables[0].numpy().tolist() == [1.0, 2.0]
    assert variables[1].numpy().tolist() == [[3.0]]


def test_where_there_is_no_way_up_nothing_moves(variables):
    with sam_perturbation(variables, [0.0 * variable for variable in variables], 0.5):
        assert variables[0].numpy().tolist() == [1.0, 2.0]
        assert variables[1].numpy().tolist() == [[3.0]]
