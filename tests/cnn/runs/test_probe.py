"""What a run keeps at each epoch to be looked at again."""

import numpy as np
import pytest

from cnn.data.builtin import load_builtin
from cnn.data.digits import Digits
from cnn.predictor import Predictor
from cnn.recipe import Recipe
from cnn.runs import history
from cnn.runs.history import DRAWING, OF_EACH, Readings
from cnn.runs.recorder import record
from cnn.runs.run import Run, RunError, Task
from cnn.training.dataset import TrainingSet
from cnn.training.trainer import Epoch, train

RECIPE = Recipe(
    filters=(2, 3), dense_units=10, epochs=2, batch_size=4, learning_rate=0.01, precision="float32"
)
TEST = load_builtin().test


@pytest.fixture
def run(tmp_path):
    return Run.create(tmp_path / "run", Task(RECIPE, "digits"))


def drawn():
    picture = np.zeros((28, 28), np.float32)
    picture[4:24, 13:15] = 1
    return picture


def events(run):
    few = TrainingSet(
        np.round(TEST.images[:40] * 255).astype(np.uint8),
        TEST.labels[:40],
        np.zeros(40, np.float32),
    )
    return record(run, train(RECIPE, few, TEST, run.snapshot()))


def test_each_epoch_and_the_beginning_keep_how_probe_and_test_digits_were_read(run):
    history.keep_drawing(run, drawn())
    ends = [event for event in events(run) if isinstance(event, Epoch)]
    assert history.epochs(run) == [0, 1, 2]
    images = history.probe(run).pictures()
    np.testing.assert_array_equal(images[0], drawn())
    for end in ends:
        kept = history.readings(run, end.epoch)
        assert kept.confusion.sum() == len(TEST)
        assert kept.confusion.trace() == round(end.test_accuracy * len(TEST))
    network = Predictor.load(run.model_file, "kept")
    np.testing.assert_allclose(kept.probabilities, network.probabilities(images), atol=2e-3)
    first = history.readings(run, 0)
    assert first.confusion.sum() == len(TEST)
    assert not np.allclose(first.probabilities, kept.probabilities, atol=2e-3)
    assert set(history.filters_after(run, 0)) == {"conv1", "conv2"}


def test_a_probe_is_the_drawing_and_ten_test_digits_of_each_label(run):
    history.keep_drawing(run, drawn())
    probe = history.begin(run, TEST)
    assert probe.labels.tolist() == [DRAWING, *np.repeat(range(10), OF_EACH)]
    for image, label in zip(probe.images[1:], probe.labels[1:], strict=True):
        of_it = np.round(TEST.images[TEST.labels == label] * 255)
        assert (of_it == image).all(axis=(1, 2)).any()


def test_a_probe_stays_the_same_when_a_training_goes_on(run):
    first = history.begin(run, TEST)
    others = Digits(TEST.images[::-1], TEST.labels[::-1])
    np.testing.assert_array_equal(history.begin(run, others).images, first.images)
    assert len(first.labels) == 10 * OF_EACH


def test_epochs_that_are_to_be_done_again_after_a_kill_do_not_count(run):
    nothing = Readings(np.zeros((0, 10), np.float32), np.zeros((10, 10), np.int64))
    for epoch in range(3):
        history.save_readings(run, epoch, nothing)
    run.append(event="epoch", epoch=1, step=20, loss=1.0, test_accuracy=0.9)
    assert history.epochs(run) == [0, 1]


def test_a_run_of_before_keeps_nothing_and_damage_is_named(run):
    run.append(event="epoch", epoch=1, step=20, loss=1.0, test_accuracy=0.9)
    assert history.epochs(run) == []
    history.begin(run, TEST)
    (run.folder / "probe.npz").write_bytes(b"PK")
    with pytest.raises(RunError, match=r"probe\.npz cannot be read"):
        history.probe(run)
    with pytest.raises(RunError, match=r"epoch-0001\.npz is missing"):
        history.readings(run, 1)
