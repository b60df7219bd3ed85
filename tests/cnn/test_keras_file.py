"""Networks of other origin: read right, whatever their layers are called, or refused, and why."""

import io
import json
import shutil
import zipfile

import h5py
import numpy as np
import pytest

from cnn.explain.ablation import Ablation
from cnn.explain.attribution import Attributor, Question, contributions
from cnn.explain.diagnosis import hidden_units
from cnn.explain.feature_visualization import filter_banks
from cnn.explain.layers import layers_of
from cnn.model import ModelError, build, load_network, save_model
from cnn.predictor import SHIPPED_MODEL, Predictor
from cnn.recipe import Recipe
from tests.networks import READ, chain, conv, functional, keras, layers

IMAGES = np.random.default_rng(0).random((3, 28, 28), np.float32)


@pytest.mark.parametrize("name", READ)
def test_a_network_of_other_origin_is_read_with_as_by_its_own_program_and_explained(tmp_path, name):
    model = READ[name]()
    model(IMAGES[..., None])
    model.save(tmp_path / "model.keras")
    ours = Predictor.load(tmp_path / "model.keras", name)
    expected = np.asarray(model(IMAGES[..., None], training=False), np.float32)
    if "softmax" not in name:
        expected = np.exp(expected) / np.exp(expected).sum(axis=1, keepdims=True)
    atol = 2e-2 if "16" in name else 1e-4
    np.testing.assert_allclose(ours.probabilities(IMAGES), expected, atol=atol)
    assert {str(layer.compute_dtype) for layer in ours.model.layers} == {"float32"}
    assert_explained(ours)


def assert_explained(ours):
    parts = layers_of(ours.model)
    assert {"input", "logits", "softmax"} <= set(parts)
    reading = ours.read(IMAGES[0])
    shares = contributions(ours.model, IMAGES[0], 3)
    assert shares["logits"][3] == pytest.approx(reading.activations["logits"][3])
    assert len(hidden_units(ours.model, IMAGES)) == len(IMAGES)
    assert filter_banks(parts)
    ablation = Ablation(ours)
    units, bias = ablation.unit_contributions(reading, Question(3))
    assert units.sum() + bias == pytest.approx(float(reading.activations["logits"][3]), abs=1e-3)
    assert np.isfinite(Attributor(ours).occlusion(IMAGES[0], Question(3))).all()


def two_inputs():
    other = keras.Input((4,))
    return functional(
        lambda x: layers.Dense(10)(layers.Concatenate()([layers.Flatten()(x), other])), other
    )


def skipping(x):
    y = conv(padding="same")(x)
    return layers.Dense(10)(layers.Flatten()(layers.Add()([y, conv(padding="same")(y)])))


def used_twice(x):
    again = layers.MaxPooling2D()
    return layers.Dense(10)(layers.Flatten()(again(again(x))))


def two_outputs(x):
    flat = layers.Flatten()(x)
    return [layers.Dense(10)(flat), layers.Dense(10)(flat)]


def filled(value):
    model = chain(conv(), layers.Flatten())
    model.set_weights([np.full_like(weights, value) for weights in model.get_weights()])
    return model


REFUSED = {
    "a linear convolution": (lambda: chain(conv(None), layers.Flatten()), "activation linear"),
    "another activation": (lambda: chain(conv("tanh"), layers.Flatten()), "activation: Input"),
    "a linear dense layer": (lambda: chain(layers.Flatten(), layers.Dense(5)), "activation linear"),
    "a relu at its end": (lambda: chain(layers.Flatten(), layers.Dense(10, activation="relu"),
                                        end=""), "activation relu"),
    "relu behind pooling": (lambda: chain(layers.MaxPooling2D(), layers.ReLU(), layers.Flatten()),
                            "must follow a convolution"),
    "relu6": (lambda: chain(conv(None), layers.ReLU(6.0), layers.Flatten()), "max_value"),
    "two activations": (lambda: chain(layers.Flatten(), layers.Dense(10, activation="softmax"),
                                      layers.Softmax(), end=""), "must follow"),
    "normalisation": (lambda: chain(conv(), layers.BatchNormalization(), layers.Flatten()),
                      "is a BatchNormalization"),
    "separable": (lambda: chain(layers.SeparableConv2D(2, 3, activation="relu"),
                                layers.Flatten()), "is a SeparableConv2D"),
    "global pooling": (lambda: chain(conv(), layers.GlobalAveragePooling2D()),
                       "is a GlobalAveragePooling2D"),
    "another shape": (lambda: chain(layers.Flatten(), shape=(8, 8, 1)), "takes"),
    "three colours": (lambda: chain(layers.Flatten(), shape=(28, 28, 3)), "takes"),
    "eleven answers": (lambda: chain(layers.Flatten(), layers.Dense(11), end=""), "10 units"),
    "no dense layer": (lambda: chain(layers.AveragePooling2D((14, 5)), layers.Flatten(), end=""),
                       "dense layer of 10"),
    "dense on maps": (lambda: chain(layers.Dense(3, activation="relu"), layers.Flatten()),
                      "takes in maps"),
    "flat twice": (lambda: chain(layers.Flatten(), layers.Flatten()), "needs maps"),
    "dilated": (lambda: chain(conv(dilation_rate=2), layers.Flatten()), "dilation_rate"),
    "groups": (lambda: chain(conv(), layers.Conv2D(3, 3, groups=3, activation="relu"),
                             layers.Flatten()), "groups"),
    "two inputs": (two_inputs, "without branches|takes"),
    "a skip": (lambda: functional(skipping), "without branches|is a Add"),
    "a layer used twice": (lambda: functional(used_twice), "without branches"),
    "two outputs": (lambda: functional(two_outputs), "without branches|one output"),
    "a network in it": (lambda: chain(chain(conv(), end=""), layers.Flatten()), "is a Sequential"),
    "code": (lambda: chain(layers.Lambda(lambda x: x[:, 0, :10, 0]), end=""), "is a Lambda"),
    "nan": (lambda: filled(np.nan), "not finite"),
    "infinity": (lambda: filled(np.inf), "not finite"),
    "huge weights": (lambda: filled(1e25), "not finite, or too large"),
    "many layers": (lambda: chain(*(layers.MaxPooling2D(1) for _ in range(70)), layers.Flatten()),
                    "damaged"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_with_is_refused_in_a_sentence_that_says_why(tmp_path, name):
    make, rule = REFUSED[name]
    make().save(tmp_path / "model.keras")
    assert_refused(tmp_path / "model.keras", rule)


def assert_refused(file, rule):
    with pytest.raises(ModelError, match=rule) as refused:
        load_network(file)
    said = str(refused.value)
    assert len(said) < 500 + len(str(file))
    assert "\n" not in said
    assert said.endswith(".")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    file = tmp_path_factory.mktemp("small") / "model.keras"
    save_model(build(Recipe(filters=(2,), dense_units=4)), file)
    return file


def rewritten(small, change):
    """The small network's file with other members."""
    with zipfile.ZipFile(small) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


def described(change):
    def apply(members):
        config = json.loads(members["config.json"])
        change({layer["config"]["name"]: layer for layer in config["config"]["layers"]}, config)
        members["config.json"] = json.dumps(config).encode()

    return apply


def set_in(layer, **settings):
    return described(lambda parts, _: parts[layer]["config"].update(settings))


def weighed(change):
    def apply(members):
        file = io.BytesIO(members["model.weights.h5"])
        with h5py.File(file, "r+") as weights:
            change(weights["layers/dense_1/vars"])
        members["model.weights.h5"] = file.getvalue()

    return apply


def replaced(**arguments):
    def apply(group):
        del group["0"]
        group.create_dataset("0", **arguments)

    return apply


def linked(group):
    del group["0"]
    group["0"] = h5py.ExternalLink("other.h5", "/kernel")


CHANGED = {
    "nothing": (lambda members: members.clear(), "damaged"),
    "no weights": (lambda members: members.pop("model.weights.h5"), "damaged"),
    "no description": (lambda members: members.pop("config.json"), "damaged"),
    "random weights": (lambda m: m.update({"model.weights.h5": bytes(range(256)) * 9}), "damaged"),
    "a bomb": (lambda m: m.update({"config.json": b" " * 50_000_000}), "unfolds to more than"),
    "deep nesting": (lambda m: m.update({"config.json": b"[" * 500_000}), "damaged"),
    "no object": (lambda members: members.update({"config.json": b"[]"}), "damaged"),
    "no layers": (described(lambda _, config: config["config"].update(layers=[])), "takes"),
    "a huge layer": (set_in("dense1", units=10**9), "units"),
    "huge layers": (set_in("dense1", units=10**6),
                    "more than 60,000,000 parameters"),
    "units of another type": (set_in("dense1", units="9"),
                              "units"),
    "other units": (set_in("dense1", units=5), "must be numb"),
    "a kernel too large": (set_in("conv1", kernel_size=[99, 1]),
                           "kernel_size"),
    "a registered class": (described(
        lambda parts, _: parts["conv1"].update(registered_name="mine>Conv")), "is a Conv2D"),
    "a class of theirs": (described(
        lambda parts, _: parts["conv1"].update(module="theirs", registered_name="Conv2D")),
        "is a Conv2D"),
    "an activation of code": (set_in("conv1", activation={"class_name": "function"}), "activation"),
    "another class": (described(lambda _, config: config.update(class_name="Mine")), "is a Mine"),
    "another type of weights": (weighed(replaced(data=np.zeros((4, 10), np.int32))), "int32"),
    "weights without end": (weighed(replaced(shape=(10**6, 10**6), dtype="f4", chunks=(1000, 1000),
                                             compression="gzip")), "must be numbers"),
    "weights of another file": (weighed(linked), "damaged"),
    "missing weights": (weighed(lambda group: group.pop("1")), "damaged"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGED)
def test_a_file_changed_by_hand_is_refused_before_anything_large_is_made(tmp_path, small, name):
    change, rule = CHANGED[name]
    file = tmp_path / "model.keras"
    file.write_bytes(rewritten(small, change))
    assert_refused(file, rule)


def test_what_is_no_keras_file_is_told_apart(tmp_path):
    file = tmp_path / "model.keras"
    with h5py.File(file, "w") as weights:
        weights["kernel"] = np.zeros(3)
    assert_refused(file, "is an HDF5 file: open it in Keras 3")
    for content in (b"", b"PK", SHIPPED_MODEL.read_bytes()[:5000], bytes(range(256)) * 40):
        file.write_bytes(content)
        assert_refused(file, r"model\.keras is damaged or was made by another program")
    file.unlink()
    assert_refused(file, "There is no model at")
    file.mkdir()
    assert_refused(file, "no plain file")


def test_a_network_is_read_from_a_file_of_any_name(tmp_path, small):
    shutil.copy(small, tmp_path / "network")
    assert load_network(tmp_path / "network").count_params() > 0
