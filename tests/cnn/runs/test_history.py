import numpy as np
import pytest

from cnn.data.builtin import load_builtin
from cnn.data.digits import Digits
from cnn.model import build_fc, filters_of, save_model
from cnn.predictor import Predictor, shipped_predictor
from cnn.recipe import Recipe
from cnn.runs.history import filters_after, kept_epochs, network_before, run_of
from cnn.runs.recorder import record
from cnn.runs.run import Run, RunError, Task, runs_folder
from cnn.training.dataset import TrainingSet
from cnn.training.trainer import train

RECIPE = Recipe(
    filters=(4, 6),
    filter_size=3,
    pooling="average",
    dense_units=20,
    epochs=2,
    batch_size=20,
    learning_rate=1e-9,
    precision="float32",
    seed=5,
)


@pytest.fixture(scope="module")
def trained():
    """A run whose steps are so short that its weights hardly leave where they began."""
    digits = load_builtin().test
    some = Digits(digits.images[:20], digits.labels[:20])
    images = (some.images * 255).astype(np.uint8)
    training = TrainingSet(images, some.labels, np.zeros(20, np.float32))
    run = Run.create(runs_folder() / "short", Task(RECIPE, "digits"))
    for _ in record(run, train(RECIPE, training, some)):
        pass
    return Predictor.load(run.model_file, "short")


def test_the_network_before_training_has_the_weights_it_began_with(trained):
    before = network_before(trained)
    for ours, theirs in zip(before.get_weights(), trained.model.get_weights(), strict=True):
        # The file's weights are rounded to float16, of 11 bits.
        np.testing.assert_allclose(ours, theirs, rtol=2**-11, atol=1e-7)


def test_a_runs_filters_can_be_followed_through_its_epochs(trained):
    run = run_of(trained)
    assert kept_epochs(run) == [1, 2]
    first = filters_of(network_before(trained))
    for name, kernels in filters_after(run, 1).items():
        np.testing.assert_allclose(kernels, first[name], atol=1e-4)


def test_damaged_filters_of_an_epoch_are_named(trained):
    run = run_of(trained)
    (run.folder / "filters" / "epoch-0002.npz").write_bytes(b"torn")
    with pytest.raises(RunError, match="epoch-0002"):
        filters_after(run, 2)


def test_the_shipped_network_has_a_beginning_but_no_run():
    shipped = shipped_predictor()
    before = network_before(shipped)
    assert before.count_params() == shipped.model.count_params()
    assert run_of(shipped) is None


def test_a_network_that_its_recipe_does_not_tell_of_has_no_known_beginning():
    folder = runs_folder() / "strange"
    folder.mkdir()
    save_model(build_fc(seed=0), folder / "model.keras")
    strange = Predictor.load(folder / "model.keras", "strange")
    assert network_before(strange) is None
    (folder / "model.json").write_text(RECIPE.as_json())
    assert network_before(strange) is None
    assert run_of(strange) is None
