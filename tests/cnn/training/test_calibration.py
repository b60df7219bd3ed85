import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from cnn.training.calibration import HIGHEST, LOWEST, calibrated, temperature


def drawn(by, n=20_000):
    """Logits whose softmax, once they are divided by a temperature, is how often each label is."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, (n, 10)).astype(np.float32)
    edges = softmax(logits / by, axis=1).cumsum(axis=1)
    labels = (rng.uniform(size=(n, 1)) > edges[:, :-1]).sum(axis=1)
    return logits, labels


@pytest.mark.parametrize("known", [0.5, 1.0, 2.3])
def test_the_temperature_that_labels_were_drawn_by_is_found(known):
    assert temperature(*drawn(known)) == pytest.approx(known, rel=0.03)


def test_no_other_temperature_makes_the_labels_more_likely():
    logits, labels = drawn(1.7, 500)

    def likelihood(by):
        return log_softmax(logits / by, axis=1)[np.arange(500), labels].mean()

    best = temperature(logits, labels)
    assert all(likelihood(best) >= likelihood(other) for other in np.linspace(0.5, 4, 200))


def test_digits_all_read_right_or_all_wrong_end_at_a_bound():
    logits = 20 * np.eye(10, dtype=np.float32)
    assert temperature(logits, np.arange(10)) == pytest.approx(LOWEST, rel=1e-3)
    assert temperature(logits, 9 - np.arange(10)) == pytest.approx(HIGHEST, rel=1e-3)


def test_without_a_digit_there_is_nothing_to_calibrate_by():
    with pytest.raises(ValueError, match="holds no digit"):
        temperature(np.empty((0, 10), np.float32), np.empty(0, int))


def test_calibrating_divides_the_last_layer_alone_and_changes_no_answer():
    rng = np.random.default_rng(1)
    shapes = [(5, 5, 1, 4), (4,), (8, 10), (10,)]
    weights = [rng.normal(size=shape).astype(np.float32) for shape in shapes]
    units = rng.normal(size=(50, 8)).astype(np.float32)
    scaled = calibrated(weights, 2.0)
    before, after = (units @ kernel + bias for *_, kernel, bias in (weights, scaled))
    np.testing.assert_array_equal(after, before / 2)
    np.testing.assert_array_equal(after.argmax(axis=1), before.argmax(axis=1))
    for ours, theirs in zip(scaled[:2], weights[:2], strict=True):
        assert ours is theirs
