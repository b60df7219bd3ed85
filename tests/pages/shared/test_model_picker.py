"""Which network a browser session reads with: the default, until another one is chosen."""

import shutil

import pytest
from streamlit.testing.v1 import AppTest

from cnn.model import build_fc, save_model
from cnn.runs import active_model
from pages.draw.canvas import objects_from_strokes
from pages.shared import session_model
from tests import live
from tests.made_runs import make_run
from tests.paper import SEVEN
from tests.patience import PATIENCE
from tests.server import APP


@pytest.fixture
def runs(tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    monkeypatch.setattr(session_model, "HEAD_START", 0)
    save_model(build_fc(seed=3), make_run(tmp_path, "mine").model_file)
    return tmp_path


def new_session():
    return AppTest.from_file(APP, default_timeout=PATIENCE)


def train_page():
    return new_session().switch_page("pages/3_Train.py").run()


def text(page):
    assert not page.exception
    return "\n".join(element.proto.body for element in page.get("html"))


def reads_with(page):
    """What the frame of every page says."""
    return page.get("popover")[0].proto.popover.label


def keys(page):
    return {button.key for button in page.button}


def test_the_choice_is_this_sessions_on_all_pages_until_it_is_made_the_default(runs, paper):
    page, other = train_page(), new_session().run()
    page.button(key="use-this-model").click().run()
    assert reads_with(page) == "Model mine"
    assert '<span class="note">in use</span>' in text(page)
    assert reads_with(page.switch_page("app.py").run()) == "Model mine"
    assert reads_with(other.run()) == "Shipped model"
    assert active_model.default() == "shipped"

    page.switch_page("pages/3_Train.py").run().button(key="make-default").click().run()
    assert active_model.default() == "mine"
    assert reads_with(other.run()) == reads_with(new_session().run()) == "Model mine"

    page.button(key="back-to-the-shipped-model").click().run()
    assert active_model.default() == "shipped"
    assert reads_with(page) == reads_with(other.run()) == "Shipped model"


def test_back_to_the_shipped_model_leaves_a_default_that_is_not_this_one(runs):
    make_run(runs, "default")
    shutil.copy(runs / "mine" / "model.keras", runs / "default" / "model.keras")
    active_model.set_default("default")
    page = train_page()
    page.selectbox(key="run").set_value("mine").run()
    page.button(key="use-this-model").click().run()
    page.button(key="back-to-the-shipped-model").click().run()
    assert reads_with(page) == "Shipped model"
    assert active_model.default() == "default"


def test_the_frame_lets_a_network_be_chosen_and_made_the_default(runs, paper):
    page = new_session().run()
    picker = page.selectbox(key="picked-model")
    assert picker.options == ["Shipped model", "Model mine"]
    assert "This is the default" in text(page)
    picker.set_value("mine").run()
    assert reads_with(page) == "Model mine"
    page.button(key="picker-default").click().run()
    assert active_model.default() == "mine"
    assert "picker-default" not in keys(page)
    assert "This is the default" in text(page)


def test_without_a_trained_network_there_is_only_the_shipped_ones_name(tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    page = train_page()
    assert '<span class="note">Shipped model</span>' in text(page)
    assert "picked-model" not in page.session_state


def test_a_damaged_network_is_not_made_the_default(runs):
    (runs / "mine" / "model.keras").write_bytes(b"PK")
    page = train_page().button(key="use-this-model").click().run()
    page.button(key="make-default").click().run()
    assert "is damaged" in text(page)
    assert active_model.default() == "shipped"


def test_a_network_deleted_before_it_was_chosen_is_not(runs):
    page = train_page()
    shutil.rmtree(runs / "mine")
    page.button(key="use-this-model").click().run()
    assert session_model.CHOICE not in page.session_state


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (shutil.rmtree, "There is no run “mine”"),
        (lambda folder: (folder / "model.keras").write_bytes(b"PK"), "model.keras is damaged"),
    ],
    ids=["deleted", "damaged"],
)
def test_a_network_lost_after_it_was_chosen_gives_way_to_the_default_with_a_sentence(
    runs, paper, spoil, sentence
):
    page = train_page().button(key="use-this-model").click().run()
    spoil(runs / "mine")
    page.switch_page("app.py").run()
    paper.objects.extend(objects_from_strokes([SEVEN], 20))
    said = text(page.run())
    assert sentence in said
    assert "The shipped model is used instead." in said
    assert live.sentence(page).startswith("Reads as 7")
