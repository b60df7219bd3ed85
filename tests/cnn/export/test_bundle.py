"""Networks in other formats, tiny ones of all kinds: each opened by its own runtime."""

import dataclasses
import io
import json
import re
import zipfile

import numpy as np
import pytest

from cnn.export.bundle import FORMATS, export_network
from cnn.export.check import CLOSE, builtin_digits, compare, some_digits
from cnn.export.format import ExportError
from cnn.export.reference import drawings
from cnn.ink.strokes import rasterise
from cnn.model import build, load_network
from cnn.predictor import Predictor, shipped_predictor
from cnn.recipe import Recipe
from cnn.web.take_home import About
from tests.networks import READ

ABOUT = About("Model mine", "It reads 9 of 10 digits right.", "MNIST", Recipe(epochs=3))
RECIPES = {
    "tutorial": Recipe(filters=(3, 4), dense_units=8, initialiser="he"),
    "fully connected": Recipe(network="fc", dense_units=8, initialiser="he"),
}
OTHERS = ("strides and no padding",)


@pytest.fixture(scope="module", params=[*RECIPES, *OTHERS])
def network(request, tmp_path_factory):
    """A network that was never trained, as a run's file or another program's is read."""
    name = request.param
    if name in RECIPES:
        return Predictor(build(RECIPES[name]), name)
    file = tmp_path_factory.mktemp("other") / "other.keras"
    READ[name]().save(file)
    return Predictor(load_network(file), name)


@pytest.fixture(scope="module")
def tiny():
    return Predictor(build(RECIPES["fully connected"]), "tiny")


def unpacked(exported, folder):
    zipfile.ZipFile(io.BytesIO(exported.content)).extractall(folder)
    return {path.name for path in folder.iterdir()}


def ran(card, capsys):
    """Run a card's example as it stands; returns what it prints."""
    (code,) = re.findall(r"```python\n(.*?)```", card, re.DOTALL)
    exec(code, {})
    return capsys.readouterr().out


@pytest.mark.parametrize("format", FORMATS.values(), ids=FORMATS)
def test_an_export_reads_as_the_network_does_and_its_cards_example_runs(
    format, network, tmp_path, monkeypatch, capsys
):
    exported = export_network(network, format, ABOUT)
    assert unpacked(exported, tmp_path) == {format.content, "README.md", "reference.json"}
    images = builtin_digits().test.images[:20]
    difference = np.abs(format.open(tmp_path)(images) - network.probabilities(images)).max()
    assert difference <= (CLOSE if format.is_exact else 0.1)
    assert exported.compared.digits == 100
    monkeypatch.chdir(tmp_path)
    printed = ran((tmp_path / "README.md").read_text(), capsys)
    assert float(printed.rsplit(maxsplit=1)[1]) <= CLOSE


def test_the_card_tells_what_is_known_of_the_network(tiny, tmp_path):
    unpacked(export_network(tiny, FORMATS["keras"], ABOUT), tmp_path)
    card = (tmp_path / "README.md").read_text()
    assert card.startswith("# Model mine\n")
    assert "It reads 9 of 10 digits right. Trained on: MNIST. Recipe: tutorial" in card
    assert "On 100 digits it gives the same answers as in Digitscope" in card
    assert "longer side is 20 pixels" in card


def test_keras_file_is_one_that_this_program_reads_with(tiny, tmp_path):
    unpacked(export_network(tiny, FORMATS["keras"], ABOUT), tmp_path)
    again = Predictor.load(tmp_path / "model.keras", "again")
    images = some_digits().images[:5]
    np.testing.assert_allclose(again.probabilities(images), tiny.probabilities(images), atol=1e-6)


def test_the_reference_drawings_are_prepared_as_on_the_page(tiny, tmp_path):
    unpacked(export_network(tiny, FORMATS["keras"], ABOUT), tmp_path)
    for record in json.loads((tmp_path / "reference.json").read_bytes())["drawings"]:
        image = rasterise([np.array(stroke) for stroke in record["strokes"]])
        np.testing.assert_allclose(np.array(record["image"]), image, atol=1e-6)
        answer = tiny.probabilities(image[None])[0]
        np.testing.assert_allclose(np.array(record["probabilities"]), answer, atol=CLOSE)


def test_the_reference_drawings_are_digits_that_the_shipped_network_reads():
    images = np.array([rasterise(strokes) for strokes in drawings()])
    probabilities = shipped_predictor().probabilities(images)
    assert probabilities.argmax(axis=1).tolist() == list(range(10))
    assert probabilities.max(axis=1).min() > 0.9


@pytest.mark.parametrize("wrong", [
    lambda right: right[:, ::-1],
    lambda right: right + 2e-4 * np.eye(10, dtype=np.float32)[0],
    lambda right: right * np.nan,
    np.log,
], ids=["other answers", "other probabilities", "not a number", "no probabilities"])  # fmt: skip
def test_what_does_not_read_as_the_network_does_is_not_kept(tiny, wrong):
    odd = dataclasses.replace(
        FORMATS["keras"], open=lambda _: lambda images: wrong(tiny.probabilities(images))
    )
    with pytest.raises(ExportError, match=r"Keras does not read as the network does, and is not"):
        export_network(tiny, odd, ABOUT)


def test_what_only_comes_close_must_give_probabilities_and_says_how_close(tiny):
    close = dataclasses.replace(FORMATS["tflite-int8"], write=lambda *_: None)
    other = dataclasses.replace(close, open=lambda _: lambda images: images[:, :10, 0] + 1)
    with pytest.raises(ExportError, match="8 bits does not read as the network does"):
        export_network(tiny, other, ABOUT)
    digits = some_digits().at(np.arange(4))
    right = np.eye(10, dtype=np.float32)[digits.labels]
    worse = right.copy()
    worse[0] = np.roll(worse[0], 1)
    assert compare(digits, right, worse).sentence(is_exact=False) == (
        "Of 4 digits it answers 3 as in Digitscope; it reads 3 right, where Digitscope reads 4."
    )


def test_a_package_that_is_missing_is_named_with_what_brings_it(tiny):
    needy = dataclasses.replace(FORMATS["onnx"], packages=("json", "no_such_package"))
    with pytest.raises(ExportError) as error:
        export_network(tiny, needy, ABOUT)
    assert str(error.value) == ("ONNX needs no_such_package: pip install 'digitscope[export]'.")


def test_a_converter_that_fails_costs_one_sentence(tiny):
    def write(*_):
        raise TypeError("odd\ntrouble")

    broken = dataclasses.replace(FORMATS["onnx"], write=write, packages=())
    with pytest.raises(ExportError) as error:
        export_network(tiny, broken, ABOUT)
    assert str(error.value) == (
        "ONNX cannot be written with the packages that are here (TypeError: odd trouble)."
    )


@pytest.mark.parametrize("given", [None, np.ones((2, 28, 28), np.float32)], ids=["none", "some"])
def test_it_is_quantised_by_training_digits_or_by_those_given(tiny, given):
    told = []

    def write(model, folder, calibration):
        told.append(calibration)
        FORMATS["keras"].write(model, folder, calibration)

    export_network(tiny, dataclasses.replace(FORMATS["keras"], write=write), ABOUT, given)
    allowed = builtin_digits().train.images if given is None else given
    assert {image.tobytes() for image in told[0]} <= {image.tobytes() for image in allowed}
