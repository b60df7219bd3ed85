"""What the service answers is what page and command line say of the same drawing."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from cnn.cli import main
from cnn.data.builtin import load_builtin
from cnn.ink.formats import image_from_file
from cnn.model import build, save_model
from cnn.predictor import shipped_predictor
from cnn.recipe import Recipe
from cnn.runs.run import Run, Task, runs_folder
from cnn.service.service import Service
from tests.service import SEVEN, ask, form, serving


@pytest.fixture(scope="module")
def server():
    with serving(Service()) as address:
        yield address


@pytest.fixture(scope="module")
def png():
    file = io.BytesIO()
    Image.fromarray((load_builtin().test.images[0] * 255).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run with a small network of its own."""
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    recipe = Recipe(filters=(4,), dense_units=8)
    run = Run.create(runs_folder() / "mine", Task(recipe, "digits"))
    save_model(build(recipe), run.model_file)
    return run


def test_strokes_are_read_as_by_predictor_and_command_line(server, tmp_path, capsys):
    status, _, answer = ask(server, "POST", "/api/read", {"strokes": SEVEN})
    image = image_from_file(json.dumps({"strokes": SEVEN}).encode())
    reading = shipped_predictor().read(image)
    assert status == 200
    assert np.array_equal(np.float32(answer["input"]), image)
    assert answer["probabilities"] == pytest.approx(reading.probabilities.tolist(), abs=1e-6)

    file = tmp_path / "seven.json"
    file.write_text(json.dumps({"strokes": SEVEN}))
    assert main(["predict", "--json", str(file)]) == 0
    (said,) = json.loads(capsys.readouterr().out)
    assert answer["probabilities"] == pytest.approx(said["probabilities"], abs=1e-6)
    assert [answer[key] for key in ("digit", "kind", "sure", "runner_up")] == [
        said[key] for key in ("digit", "kind", "sure", "runner_up")
    ]
    assert answer["digits"] == [7]
    assert answer["sentence"].startswith("Reads as 7")
    assert answer["network"] == "shipped"


def test_a_picture_is_read_alike_in_json_and_in_a_form(server, png):
    text = base64.b64encode(png).decode()
    status, _, by_json = ask(server, "POST", "/api/read", {"picture": text})
    headers, body = form(png)
    assert ask(server, "POST", "/api/read", body, headers)[2] == by_json
    assert status == 200
    assert np.array_equal(np.float32(by_json["input"]), image_from_file(png))


def test_any_layers_output_is_answered_as_the_predictor_gives_it(server, png):
    reading = shipped_predictor().read(image_from_file(png))
    headers, body = form(png, layers="pool1, logits", network="shipped")
    by_form = ask(server, "POST", "/api/read", body, headers)[2]
    asked = {"picture": base64.b64encode(png).decode(), "layers": ["pool1", "logits", "softmax"]}
    by_json = ask(server, "POST", "/api/read", asked)[2]
    assert list(by_json["layers"]) == asked["layers"]
    for name in by_form["layers"]:
        assert np.array_equal(np.float32(by_form["layers"][name]), reading.activations[name])
        assert np.array_equal(np.float32(by_json["layers"][name]), reading.activations[name])


def test_many_drawings_are_read_as_each_alone_in_their_order(server, png):
    one = [[[100, 20], [100, 300]]]
    drawings = [{"strokes": SEVEN}, {"picture": base64.b64encode(png).decode()}, {"strokes": one}]
    status, _, answer = ask(server, "POST", "/api/read-many", {"drawings": drawings})
    assert status == 200
    for drawing, reading in zip(drawings, answer["readings"], strict=True):
        alone = ask(server, "POST", "/api/read", drawing)[2]
        assert reading["probabilities"] == pytest.approx(alone["probabilities"], abs=1e-6)
        assert reading["input"] == alone["input"]
    assert len(
        ask(server, "POST", "/api/read-many", {"drawings": drawings[:1] * 64})[2]["readings"]
    )


def test_what_lies_between_two_digits_or_is_none_names_two_or_none(server):
    scribble = [[[x % 7 * 40, x * 37 % 11 * 25] for x in range(60)]]
    answer = ask(server, "POST", "/api/read", {"strokes": scribble})[2]
    named = {"digit": 1, "either-or": 2, "no-digit": 0}
    assert len(answer["digits"]) == named[answer["kind"]]
    assert answer["sure"] == (answer["kind"] == "digit")


def test_the_network_of_a_run_reads_when_it_is_asked_for(server, run):
    listed = ask(server, "GET", "/api/networks")[2]["networks"]
    assert [(each["name"], each["in_use"]) for each in listed] == [
        ("shipped", True),
        ("mine", False),
    ]
    answer = ask(server, "POST", "/api/read", {"strokes": SEVEN, "network": "mine"})[2]
    assert answer["network"] == "mine"
    assert ask(server, "POST", "/api/read", {"strokes": SEVEN})[2]["network"] == "shipped"
    with serving(Service(standard="mine")) as own:
        assert ask(own, "POST", "/api/read", {"strokes": SEVEN})[2]["network"] == "mine"


def test_a_network_that_is_put_to_use_reads_from_then_on(server, run):
    assert main(["use", "mine"]) == 0
    assert ask(server, "POST", "/api/read", {"strokes": SEVEN})[2]["network"] == "mine"


def test_a_damaged_network_gets_one_sentence_and_whoever_names_none_another_network(server, run):
    assert main(["use", "mine"]) == 0
    run.model_file.write_bytes(b"damaged")
    status, _, problem = ask(server, "POST", "/api/read", {"strokes": SEVEN, "network": "mine"})
    assert (status, problem["detail"]) == (
        422,
        "The network “mine” cannot be read with: its file is damaged.",
    )
    assert ask(server, "POST", "/api/read", {"strokes": SEVEN})[2]["network"] == "shipped"
