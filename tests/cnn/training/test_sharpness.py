import numpy as np
import pytest

from cnn.tf import tensorflow
from cnn.training.optimizers import sam_perturbation


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
