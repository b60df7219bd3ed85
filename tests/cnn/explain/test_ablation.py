import numpy as np
import pytest

from cnn.data.builtin import load_builtin
from cnn.explain.ablation import Ablation, Part, probabilities, ranked
from cnn.explain.attribution import Question
from cnn.model import build_fc
from cnn.predictor import Predictor, shipped_predictor
from cnn.tf import tensorflow

WHY_3_NOT_8 = Question(3, rather_than=8)


@pytest.fixture(scope="module")
def images():
    return load_builtin().test.images[:3]


@pytest.fixture(scope="module")
def shipped():
    return Ablation(shipped_predictor())


def without(off, images):
    """Logits of the shipped network with the kernels and biases of some filters set to 0."""
    keras = tensorflow().keras
    original = shipped_predictor().model
    model = keras.models.clone_model(original)
    model.set_weights(original.get_weights())
    for name, channels in off.items():
        kernel, bias = model.get_layer(name).get_weights()
        kernel[..., channels] = 0
        bias[channels] = 0
        model.get_layer(name).set_weights([kernel, bias])
    return model(images[..., None], training=False).numpy()


def test_filters_are_found_in_the_model(shipped):
    assert shipped.filters == {"conv1": 32, "conv2": 64}
    assert shipped.units_layer == "dense1"


@pytest.mark.parametrize(
    "off",
    [{"conv1": [4]}, {"conv2": [0, 63]}, {"conv1": [1, 2, 30], "conv2": [7]}],
    ids=["first layer", "second layer", "both"],
)
def test_a_filter_switched_off_answers_as_one_with_weights_and_bias_zero(shipped, images, off):
    prepared = shipped.prepare(images)
    expected = without(off, images)
    assert np.abs(expected - prepared.logits).max() > 0.01
    np.testing.assert_allclose(shipped.logits(prepared, off), expected, atol=1e-3)


def test_a_pooled_map_switched_off_is_its_filter_switched_off(shipped, images):
    prepared = shipped.prepare(images)
    np.testing.assert_array_equal(
        shipped.logits(prepared, {"pool1": [4], "pool2": [9]}),
        shipped.logits(prepared, {"conv1": [4], "conv2": [9]}),
    )


def test_with_nothing_off_the_answer_is_the_networks_own(shipped, images):
    prepared = shipped.prepare(images)
    for i, image in enumerate(images):
        reading = shipped_predictor().read(image)
        np.testing.assert_allclose(prepared.logits[i], reading.activations["logits"], atol=1e-3)
    assert shipped.logits(prepared, {"conv1": []}) is prepared.logits


def test_with_every_filter_off_only_the_biases_are_left(shipped, images):
    everything = {name: range(count) for name, count in shipped.filters.items()}
    logits = shipped.logits(shipped.prepare(images), everything)
    _, hidden_bias, kernel, bias = shipped_predictor().model.get_weights()[-4:]
    expected = np.maximum(hidden_bias, 0) @ kernel + bias
    np.testing.assert_allclose(logits, [expected] * len(images), atol=1e-3)


def test_many_images_answer_as_each_alone(shipped, images, monkeypatch):
    off = {"conv1": [3], "conv2": [5]}
    together = shipped.logits(shipped.prepare(images), off)
    monkeypatch.setattr("cnn.explain.ablation.BATCH", 2)
    np.testing.assert_allclose(shipped.logits(shipped.prepare(images), off), together, atol=1e-3)


def test_filters_contribute_what_their_removal_takes_away(shipped, images):
    prepared = shipped.prepare(images[:1])
    contributions = shipped.filter_contributions(prepared, WHY_3_NOT_8)
    for name, index in (("conv1", 11), ("conv2", 40)):
        removed = without({name: [index]}, images[:1])[0]
        change = (prepared.logits[0, 3] - prepared.logits[0, 8]) - (removed[3] - removed[8])
        assert contributions[name][index] == pytest.approx(change, abs=1e-3)
    assert {name: len(values) for name, values in contributions.items()} == shipped.filters


def test_units_and_biases_sum_to_the_score_exactly(shipped, images):
    reading = shipped_predictor().read(images[0])
    units, biases = shipped.unit_contributions(reading, WHY_3_NOT_8)
    kernel, _ = shipped_predictor().model.get_layer("logits").get_weights()
    unit = int(np.abs(units).argmax())
    by_hand = reading.activations["dense1"][unit] * (kernel[unit, 3] - kernel[unit, 8])
    assert units[unit] == pytest.approx(by_hand, rel=1e-5)
    logits = reading.activations["logits"]
    assert units.sum() + biases == pytest.approx(logits[3] - logits[8], abs=1e-4)


def small_network():
    """Three 1×1 filters, which carry the ink to the logits of 0, of 1 and of 1 again."""
    keras = tensorflow().keras
    x = inputs = keras.Input((28, 28, 1), name="input")
    x = keras.layers.Conv2D(3, 1, activation="relu", name="conv1")(x)
    x = keras.layers.GlobalAveragePooling2D(name="mean")(x)
    x = keras.layers.Dense(10, name="logits")(x)
    model = keras.Model(inputs, x)
    to_digits = np.zeros((3, 10))
    to_digits[[0, 1, 2], [0, 1, 1]] = [5, 4, 3]
    model.set_weights([np.ones((1, 1, 1, 3)), np.zeros(3), to_digits, np.zeros(10)])
    return Ablation(Predictor(model, "small"))


def test_the_strongest_filter_is_the_one_whose_removal_moves_the_log_odds_most():
    small = small_network()
    prepared = small.prepare(np.ones((1, 28, 28), np.float32))
    np.testing.assert_allclose(prepared.logits[0, :3], [5, 7, 0], atol=1e-5)
    # Log-odds of the 1: without filter 0 they gain log(e⁵ + 8) − log 9, without 1 they lose 4.
    strongest = small.strongest(prepared)
    assert (strongest.layer, strongest.index, strongest.digit) == ("conv1", 1, 1)
    expected = (7 - np.log(np.exp(5) + 8), 3 - np.log(np.exp(5) + 8))
    assert strongest.log_odds == pytest.approx(expected, abs=1e-4)
    left = np.exp([5, 3, *[0] * 8])
    np.testing.assert_allclose(strongest.probabilities, left / left.sum(), rtol=1e-5)


def test_a_convolution_without_pooling_is_switched_off_all_the_same():
    small = small_network()
    prepared = small.prepare(np.ones((2, 28, 28), np.float32))
    logits = small.logits(prepared, {"conv1": {2}})
    np.testing.assert_allclose(logits[:, :2], [[5, 4]] * 2, atol=1e-5)


def test_the_ranking_runs_from_most_for_to_most_against():
    parts = ranked({"a": np.array([0.5, -2.0]), "b": np.array([1.0])})
    assert parts == [Part("b", 0, 1.0), Part("a", 0, 0.5), Part("a", 1, -2.0)]


def test_a_fully_connected_network_has_units_but_no_filters(images):
    predictor = Predictor(build_fc(seed=2), "fc")
    ablation = Ablation(predictor)
    prepared = ablation.prepare(images[:1])
    assert ablation.filters == {}
    assert ablation.strongest(prepared) is None
    assert ablation.filter_contributions(prepared, WHY_3_NOT_8) == {}
    reading = predictor.read(images[0])
    units, biases = ablation.unit_contributions(reading, WHY_3_NOT_8)
    assert units.shape == (300,)
    score = float(reading.activations["logits"] @ WHY_3_NOT_8.direction)
    assert units.sum() + biases == pytest.approx(score, abs=1e-4)


def test_an_unknown_layer_or_filter_and_an_empty_set_are_named_in_a_sentence(shipped, images):
    prepared = shipped.prepare(images)
    with pytest.raises(ValueError, match="No layer with filters is called 'dense1'"):
        shipped.logits(prepared, {"dense1": [0]})
    with pytest.raises(ValueError, match="conv1 has filters 0 to 31, not 32"):
        shipped.logits(prepared, {"conv1": [32]})
    with pytest.raises(ValueError, match="holds no image"):
        shipped.prepare(images[:0])


def test_probabilities_are_the_softmax():
    np.testing.assert_allclose(
        probabilities(np.array([[0, np.log(3)]], np.float32)), [[0.25, 0.75]], rtol=1e-6
    )
