import numpy as np

from cnn.tf import tensorflow
from cnn.training.optimizers import Adam, Muon, orthogonalised


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


def test_an_orthogonalised_step_learns_all_patterns_about_equally_fast():
    tf = tensorflow()
    rng = np.random.default_rng(0)
    for rows, columns in ((25, 32), (800, 64), (1, 8)):
        # Some patterns are a thousand times as strong as others.
        strengths = np.logspace(0, -3, columns)
        matrix = tf.constant(rng.normal(size=(rows, columns)) * strengths, tf.float32)
        left, values, right = np.linalg.svd(matrix.numpy(), full_matrices=False)
        result = orthogonalised(matrix).numpy()
        # The same directions, each with a strength near 1 unless it was next to nothing.
        along = np.diag(left.T @ result @ right.T)
        assert along.max() < 1.3
        assert along[values > values[0] / 100].min() > 0.3
        np.testing.assert_allclose(left.T @ result @ right.T, np.diag(along), atol=1e-3)


def test_muon_moves_kernels_of_convolutions_so_and_all_else_as_adam():
    tf = tensorflow()
    rng = np.random.default_rng(0)
    shapes = (5, 5, 2, 8), (8,), (20, 10)
    starts = [rng.normal(size=shape).astype(np.float32) for shape in shapes]
    ours, theirs = ([tf.Variable(start) for start in starts] for _ in range(2))
    muon, adam = Muon(ours), Adam(theirs, (0.85, 0.98))
    gradients = [tf.constant(rng.normal(size=shape), tf.float32) for shape in shapes]
    for optimizer in (muon, adam):
        optimizer.apply(gradients, tf.constant(0.01), tf.constant(0))
    for variable, reference in zip(ours[1:], theirs[1:], strict=True):
        np.testing.assert_array_equal(variable.numpy(), reference.numpy())
    moved = (starts[0] - ours[0].numpy()).reshape(50, 8)
    strengths = np.linalg.svd(moved, compute_uv=False) / (0.1 * (50 / 8) ** 0.5)
    assert strengths.min() > 0.6
    assert strengths.max() < 1.3
    assert float((moved * gradients[0].numpy().reshape(50, 8)).sum()) > 0
