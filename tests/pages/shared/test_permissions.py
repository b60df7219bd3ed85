"""Who may train: the rules, the brake on guessing, and what each sees of the pages."""

import shutil

import pytest
import streamlit as st
from streamlit import config
from streamlit.testing.v1 import AppTest

from cnn.data.digits import DataError
from cnn.model import ModelError, build_fc, save_model
from cnn.runs import active_model, jobs, launch
from cnn.runs.run import RunError, all_runs
from pages.shared import permissions, session_model, sign_in
from pages.shared.permissions import Who
from pages.shared.rate_limiter import RateLimiter
from tests.made_runs import make_run
from tests.patience import PATIENCE
from tests.server import APP

PASSWORD = "Grüne Äpfel"


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    file = tmp_path_factory.mktemp("network") / "model.keras"
    save_model(build_fc(seed=3), file)
    return file


@pytest.fixture
def runs(tmp_path, monkeypatch, network):
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path / "runs"))
    for name in ("first", "second"):
        shutil.copy(network, make_run(tmp_path / "runs", name).model_file)
    return tmp_path / "runs"


@pytest.fixture
def secrets(tmp_path, monkeypatch):
    """Write what stands in secrets.toml."""
    file = tmp_path / "secrets.toml"
    before = st.get_option("secrets.files")
    config.set_option("secrets.files", [str(file)])
    monkeypatch.setattr(permissions, "by_address", RateLimiter(5, lambda: 0.0))
    monkeypatch.setattr(permissions, "by_network", RateLimiter(100, lambda: 0.0))

    def write(content):
        file.write_bytes(content)
        st.secrets._reset()

    st.secrets._reset()
    yield write
    config.set_option("secrets.files", before)
    st.secrets._reset()


@pytest.fixture
def class_server(secrets):
    secrets(f'[owner]\npassword = "{PASSWORD}"'.encode())


@pytest.fixture
def page(runs, monkeypatch):
    monkeypatch.setattr(session_model, "HEAD_START", 3600)
    return AppTest.from_file(APP, default_timeout=PATIENCE).switch_page("pages/3_Train.py")


def text(page):
    assert not page.exception
    return "\n".join(element.proto.body for element in page.get("html"))


def keys(page):
    return {button.key for button in page.button}


def links(page):
    return [link.proto.label for link in page.get("page_link")]


def sign_on(page, password):
    page.text_input(key="password").set_value(password)
    return page.button(key="sign-on").click().run()


@pytest.mark.parametrize(
    ("variable", "content", "expected"),
    [
        ("", None, Who.EVERYBODY),
        ("on", b"", Who.EVERYBODY),
        ("", b"[database]\nuser = 'me'", Who.EVERYBODY),
        ("", b"[owner]\npassword = 'a'", Who.OWNER),
        ("off", b"[owner]\npassword = 'a'", Who.NOBODY),
        # What is misspelt locks.
        ("Off ", None, Who.NOBODY),
        ("false", None, Who.NOBODY),
        ("", b"[owner]\npasword = 'a'", Who.OWNER),
        ("", b"[owner]\npassword = 7", Who.OWNER),
        ("", b"owner = 'a'", Who.OWNER),
        ("", b"[owner\npassword = 'a'", Who.OWNER),
        ("", b"\xff\xfe", Who.OWNER),
    ],
)
def test_everybody_may_train_unless_a_lock_is_set_however_badly(
    secrets, monkeypatch, variable, content, expected
):
    monkeypatch.setenv("CNN_TRAINING", variable)
    if content is not None:
        secrets(content)
    assert permissions.who() is expected


@pytest.mark.parametrize(
    "content", [b"[owner]\npassword = ''", b"[owner]", b"owner = ''", b"[owner\n", b"\xff"]
)
def test_no_password_fits_where_none_can_be_read(secrets, content):
    secrets(content)
    assert permissions.sign_in("") == permissions.WRONG
    assert not permissions.may_train()


@pytest.mark.parametrize("content", [None, b"[owner]\npassword = 'another'", b"[owner\n"])
def test_a_password_in_the_environment_is_the_owners_whatever_the_secrets_hold(
    secrets, monkeypatch, content
):
    monkeypatch.setenv("CNN_OWNER_PASSWORD", PASSWORD)
    if content is not None:
        secrets(content)
    assert permissions.who() is Who.OWNER
    assert permissions.sign_in("another") == permissions.WRONG
    assert permissions.sign_in(PASSWORD) == ""


@pytest.mark.parametrize("variable", ["", "\udcff"])
def test_an_empty_or_unreadable_password_in_the_environment_locks_and_nothing_fits(
    secrets, monkeypatch, variable
):
    monkeypatch.setenv("CNN_OWNER_PASSWORD", variable)
    assert permissions.who() is Who.OWNER
    assert permissions.sign_in("") == permissions.WRONG


@pytest.mark.parametrize("name", ["CNN_OWNER_PASSWORD", "CNN_SERVICE_KEY"])
def test_trainings_do_not_inherit_password_or_key(monkeypatch, name):
    monkeypatch.setenv(name, PASSWORD)
    assert not [value for value in launch.environment().values() if PASSWORD in value]


def test_the_right_password_is_refused_too_where_one_has_guessed(class_server, page):
    page.run()
    for _ in range(5):
        assert permissions.WRONG in text(sign_on(page, "guess"))
    # It has no place in a cache, which is cleared at times.
    st.cache_resource.clear()
    assert permissions.TOO_MANY.format(2) in text(sign_on(page, PASSWORD))
    assert "start" not in keys(page)


def test_guessing_elsewhere_keeps_nobody_out_and_whoever_is_signed_on_stays(class_server, page):
    sign_on(page.run(), PASSWORD)
    for visitor in ("192.0.2.7", "2001:db8::7"):
        for _ in range(50):
            permissions.by_address.wait(visitor)
    assert "start" in keys(page.run())
    page.button(key="sign-off").click().run()
    assert "start" in keys(sign_on(page, PASSWORD))


def test_whoever_guesses_with_many_addresses_of_one_network_is_slowed_down(class_server):
    for _ in range(101):
        permissions.by_network.wait("")
    assert permissions.sign_in(PASSWORD) == permissions.TOO_MANY.format(2)


@pytest.mark.parametrize(
    "error", [RunError("Why."), ModelError("Why."), DataError("Why."), OSError("Why.")]
)
def test_what_goes_wrong_in_an_attempt_is_told(error):
    def fail():
        raise error

    assert permissions.attempt(fail) == "Why."


def test_on_ones_own_machine_all_is_offered_and_nothing_asks_for_a_password(secrets, page):
    page.run()
    assert {"start", "use-this-model"} <= keys(page)
    assert not {"sign-on", "sign-off"} & keys(page)
    assert sign_in.LOOK not in text(page)


def test_a_visitor_looks_at_runs_and_downloads_but_finds_nothing_to_press(class_server, page):
    page.run()
    said = text(page)
    assert sign_in.LOOK in said
    assert "Epoch: 4 cost = 0.250 test accuracy: 0.940" in said
    assert keys(page) == {"sign-on"}
    assert len(page.get("download_button")) == 3
    assert not page.selectbox(key="run").disabled
    assert "picked-model" not in page.session_state


def test_the_password_opens_the_page_and_signing_off_closes_it(class_server, page):
    assert permissions.WRONG in text(sign_on(page.run(), "guess"))
    assert "start" not in keys(page)
    assert page.text_input(key="password").value == ""
    sign_on(page, PASSWORD)
    assert {"start", "use-this-model", "sign-off"} <= keys(page)
    page.button(key="use-this-model").click().run()
    assert "make-default" in keys(page)
    page.button(key="sign-off").click().run()
    assert keys(page) == {"sign-on"}
    assert "Shipped model" in text(page)


def test_another_password_signs_off_whoever_knew_the_old_one(class_server, secrets, page):
    sign_on(page.run(), PASSWORD)
    secrets(b"[owner]\npassword = 'new'")
    assert keys(page.run()) == {"sign-on"}


def test_a_button_that_is_pressed_after_the_lock_was_set_does_nothing(class_server, secrets, page):
    sign_on(page.run(), PASSWORD)
    page.button(key="use-this-model").click()
    page.button(key="start").click()
    secrets(b"[owner]\npassword = 'new'")
    page.run()
    assert len(all_runs()) == 2
    assert session_model.CHOICE not in page.session_state
    assert active_model.default() == "shipped"


def test_visitors_are_not_told_where_the_files_of_a_damaged_network_lie(
    class_server, runs, monkeypatch
):
    active_model.set_default("first")
    (runs / "first" / "model.keras").write_bytes(b"PK")
    monkeypatch.setattr(session_model, "HEAD_START", 0)
    page = AppTest.from_file(APP, default_timeout=PATIENCE).switch_page("pages/2_Filters.py")
    said = text(page.run())
    assert session_model.ANOTHER in said
    assert str(runs) not in said


def test_with_training_off_runs_can_be_looked_at_and_no_job_is_begun(secrets, page, monkeypatch):
    begun = []
    monkeypatch.setattr(jobs, "advance", lambda: begun.append(True))
    monkeypatch.setenv("CNN_TRAINING", "off")
    page.run()
    assert "Training is off on this server." in text(page)
    assert "Epoch: 4" in text(page)
    assert keys(page) == set()
    assert not begun
    assert "Train" in links(page)


def test_with_training_off_and_no_runs_the_menu_leaves_the_page_out(
    secrets, page, tmp_path, monkeypatch
):
    monkeypatch.setenv("CNN_TRAINING", "off")
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path / "none"))
    page.run()
    assert "Nothing has been trained here yet." in text(page)
    assert "Train" not in links(page)
    assert "Layers" in links(page)
