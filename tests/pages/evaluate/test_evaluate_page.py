"""The Evaluate page: what it says of good and of bad sets, and what its address chooses."""

import io
import json
import zipfile

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnn.data import measured
from cnn.data.builtin import load_builtin
from cnn.data.user_drawings import keep
from cnn.evaluation import evaluate
from cnn.evaluation.shares import per_cent
from cnn.predictor import shipped_predictor
from pages.evaluate import work
from pages.shared import session_model
from tests.live import told
from tests.made_runs import make_network
from tests.paper import ONE, SEVEN
from tests.patience import PATIENCE
from tests.server import APP


@pytest.fixture(autouse=True)
def places(tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_DRAWINGS_DIR", str(tmp_path / "drawings"))
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setattr(session_model, "HEAD_START", 0)
    # Nothing draws the page anew here when work is done.
    monkeypatch.setattr(work, "AT_ONCE", PATIENCE)
    (tmp_path / "runs").mkdir()
    return tmp_path


def opened(**words):
    page = AppTest.from_file(APP, default_timeout=PATIENCE).switch_page("pages/4_Evaluate.py")
    page.query_params.update({"data": "digits", **words})
    return page.run()


def text(page):
    assert not page.exception
    return "\n".join(element.proto.body for element in page.get("html"))


def gallery(page):
    return [(figure["index"], figure["said"]) for figure in told(page, "gallery")["figures"]]


@pytest.fixture(scope="module")
def expected():
    return evaluate(shipped_predictor(), load_builtin().test)


def test_it_says_how_many_are_read_right_and_shows_matrix_mistakes_and_every_digits_scores(
    expected,
):
    page = opened()
    assert f"<b>{per_cent(expected.accuracy)}</b>" in text(page)
    interval = expected.right.interval
    assert f"would read {per_cent(interval.low)} to {per_cent(interval.high)} right" in text(page)
    counts = [cell["text"] or "0" for cell in told(page, "matrix")["cells"]]
    assert np.array_equal(np.reshape(counts, (10, 10)).astype(int), expected.confusion)
    mistakes = expected.answers.mistakes()
    assert gallery(page) == [(each.index, f"{each.label} read as {each.read}") for each in mistakes]
    assert all(f"<td>{per_cent(each.f1)}</td>" in text(page) for each in expected.digits)


def test_the_address_chooses_a_cell_whose_digits_are_shown(expected):
    label, read = np.argwhere(expected.confusion * (1 - np.eye(10, dtype=int)))[0].tolist()
    page = opened(cell=f"{label}-{read}")
    assert told(page, "matrix")["chosen"] == 10 * label + read
    assert [index for index, _ in gallery(page)] == expected.answers.cell(label, read).tolist()
    page.button(key="evaluate-all").click().run()
    assert "cell" not in page.query_params
    assert len(gallery(page)) == len(expected.answers.mistakes())


@pytest.mark.parametrize(
    "words",
    [
        {"network": "x" * 1000, "against": "../x", "data": "?", "cell": "4"},
        {"cell": "²-3"},
        {"cell": "10-1", "data": "drawings"},
    ],
)
def test_the_page_opens_at_any_address(words):
    page = opened(**words)
    assert ("no trained network" in text(page)) is ("network" in words)


def test_two_networks_are_set_side_by_side(places):
    make_network(places / "runs", "untrained", (2,))
    page = opened(against="untrained")
    assert "Shipped model alone reads" in text(page)
    assert "so Shipped model is better at digits of this kind" in text(page)
    assert "read differently" in text(page)
    assert page.query_params["against"] == "untrained"


@pytest.mark.parametrize("word", ["network", "against"])
def test_a_damaged_network_costs_a_sentence_and_another_can_be_chosen(places, word):
    name = make_network(places / "runs", "damaged", (2,))
    (places / "runs" / name / "model.keras").write_bytes(b"?")
    page = opened(**{word: name})
    assert 'class="trouble"' in text(page)
    page.selectbox(key=f"evaluate-{word}").set_value("").run()
    assert "Shipped model reads" in text(page)


def test_ones_own_drawings_are_read_or_it_is_said_where_they_come_from():
    assert "You have kept no drawing yet" in text(opened(data="drawings"))
    keep([SEVEN], 7)
    assert "1 of 1 digit right" in text(opened(data="drawings"))


def test_a_visitor_of_a_server_is_shown_nobodys_drawings(monkeypatch):
    keep([SEVEN], 7)
    monkeypatch.setenv("CNN_TRAINING", "off")
    page = opened(data="drawings")
    assert page.query_params["data"] != "drawings"


def test_work_that_takes_longer_shows_how_far_it_is_and_can_be_stopped(monkeypatch):
    monkeypatch.setattr(work, "AT_ONCE", 0)
    # Begun, and never done.
    monkeypatch.setattr(work.Work, "run", lambda self: self._tell(1, 4))
    page = opened(data="file")
    (uploader,) = page.get("file_uploader")
    uploader.upload("endless.jsonl", line(3).encode()).run()
    assert page.get("progress")
    (stop,) = [button for button in page.button if button.label == "Stop"]
    page = stop.click().run()
    assert ": stopped." in text(page)
    (go_on,) = [button for button in page.button if button.label == "Go on"]
    assert go_on.click().run().get("progress")


def line(label, stroke=SEVEN):
    return json.dumps({"label": label, "strokes": [stroke.tolist()]})


def png():
    pixels = np.zeros((200, 160), np.uint8)
    pixels[20:180, 72:88] = 255
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def packed(**pictures):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in pictures.items():
            archive.writestr(f"{name.replace('minus', '-')}.png", content)
    return file.getvalue()


# From what a set is to its content, how many of its digits are read, and what is said of the rest.
SETS = {
    "of none": (b"", 0, "holds no drawings"),
    "of no drawings": (b"hello", 0, "holds no drawings"),
    "of one": (line(7).encode(), 1, "1 of 1 digit right"),
    "of one class": ("\n".join([line(7)] * 5).encode(), 5, "<td>–</td>"),
    "with a label 10": (f"{line(7)}\n{line(10)}".encode(), 1, "line 2</b>"),
    "with a label -1": (f"{line(-1)}\n{line(1, ONE)}".encode(), 1, "line 1</b>"),
    "of bad labels alone": (line(10).encode(), 0, "holds no drawing that can be read"),
    "of more than are read": ("\n".join([line(7)] * 9).encode(), 6, "after the first 6"),
    "of one picture": (png(), 1, "1 of 1 digit"),
    "of pictures": (packed(**{"1-a": png(), "1-b": png()}), 2, "of 2 digits right"),
    "of some bad pictures": (
        packed(**{"1-a": png(), "10-a": png(), "minus1-a": png(), "2-a": b"?", "x": png()}),
        1,
        "named by 10, which is no digit",
    ),
    "of bad pictures alone": (packed(**{"1-a": b"?"}), 0, "holds no picture of a digit"),
    "of no pictures": (packed(), 0, "holds no picture of a digit"),
    "that is damaged": (packed(**{"1-a": png()})[:60], 0, "is no ZIP file, or damaged"),
}


@pytest.mark.parametrize("kind", SETS)
def test_of_a_set_the_good_are_evaluated_and_the_bad_are_listed(kind, monkeypatch):
    monkeypatch.setattr(measured, "MOST_DRAWINGS", 6)
    content, count, said = SETS[kind]
    page = opened(data="file")
    assert "Choose a file" in text(page)
    (uploader,) = page.get("file_uploader")
    uploader.upload("1-set.bin", content).run()
    assert said in text(page)
    cells = [c for c in page.get("bidi_component") if "matrix" in c.proto.component_name]
    assert bool(cells) is bool(count)
    if count:
        assert f" of {count:,} digit" in text(page)
