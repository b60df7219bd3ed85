"""Messages that a browser never sends by itself, made by hand and sent to a real server."""

import subprocess
import sys

import psutil
import pytest

from cnn.runs import active_model
from cnn.runs.process import JobFile
from cnn.runs.run import all_runs
from pages.shared import messages, permissions
from tests.made_runs import make_run
from tests.server import serve
from tests.tab import Tab, connection

PASSWORD = "Grüne Äpfel"


@pytest.fixture(scope="module")
def job():
    """A process that stands for a training, so that those in the queue wait."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"]) as process:
        yield psutil.Process(process.pid)
        process.kill()


@pytest.fixture(scope="module")
def server(tmp_path_factory, job):
    folder = tmp_path_factory.mktemp("class")
    secrets = folder / "secrets.toml"
    secrets.write_text(f'[owner]\npassword = "{PASSWORD}"')
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNN_RUNS_DIR", str(folder))
        make_run(folder, "done").model_file.write_bytes(b"never read")
        busy = make_run(folder, "busy", epochs=1, finished=False)
        JobFile.of_process(job).write(busy.folder)
        with serve(folder / "log.txt", secrets) as address:
            yield address


@pytest.fixture
def tab(server):
    with connection(server) as socket:
        yield Tab(socket)


def sign_on(tab):
    return tab.run("sign-on", {"password": PASSWORD})


@pytest.fixture(scope="module")
def known(server):
    """Ids of all that an owner finds on the page; they are the same in every session."""
    with connection(server) as socket:
        tab = sign_on(Tab(socket))
        ids = dict(tab.widgets)
        tab.run(texts={"run": "done"})
        ids |= tab.widgets
        tab.run(texts={"run": "done", "picked-model": "Model done"})
        return ids | tab.widgets


BUTTONS = {"start", "use-this-model", "make-default", "picker-default", "pause", "stop"}


def attack(tab, known, buttons=BUTTONS):
    """Press an owner's buttons all at once, with an address that claims to be the owner's."""
    texts = {
        known["new-name"]: "theirs",
        known["picked-model"]: "Model done",
        known["run"]: "done",
    }
    presses = [known[key] for key in buttons]
    query = "run=done&model=done&entered-password=x&CNN_TRAINING=on"
    return tab.send(presses, texts, query)


def assert_nothing_was_done(tab, job):
    assert job.status() == psutil.STATUS_SLEEPING
    assert {run.name for run in all_runs()} == {"busy", "done"}
    assert active_model.default() == "shipped"
    assert '<span class="note">Shipped model</span>' in tab.texts
    assert not BUTTONS & set(tab.widgets)


def test_a_visitors_messages_for_buttons_that_he_was_never_shown_do_nothing(tab, known, job):
    for _ in range(2):
        assert_nothing_was_done(attack(tab, known), job)


def test_messages_for_the_buttons_of_a_page_that_was_signed_off_do_nothing(tab, known, job):
    assert "start" in sign_on(tab).widgets
    tab.run("sign-off")
    for _ in range(2):
        assert_nothing_was_done(attack(tab, known), job)


def test_a_choice_that_no_widget_offers_fails_no_page(tab, known):
    sign_on(tab)
    chosen = [key for key in known if key.startswith(("new-", "run", "picked", "replay"))]
    assert len(chosen) > 5
    for key in chosen:
        tab.send(texts={known[key]: "none of these"})
        assert messages.CRASHED not in "".join(tab.texts), key
    # Nor does a form's button without its form.
    tab.send([known["save"]], {known["run"]: "done"})
    assert messages.CRASHED not in "".join(tab.texts)


def test_the_same_messages_of_the_owner_do_something(tab, known, job):
    sign_on(tab)
    attack(tab, known, {"start", "pause"})
    assert job.status() == psutil.STATUS_STOPPED
    assert {run.name for run in all_runs()} == {"busy", "done", "theirs"}


def test_a_password_that_is_missing_or_long_is_wrong(tab):
    for texts in ({}, {"password": ""}, {"password": "x" * 1_000_000}):
        tab.run("sign-on", texts)
        assert "start" not in tab.widgets
        assert any(permissions.WRONG in text for text in tab.texts)


def test_one_who_guesses_keeps_nobody_else_out(server, tab):
    told_to_wait = permissions.TOO_MANY.partition("{}")[0]
    # Another address of this machine stands for another visitor.
    with connection(server, source_address=("127.0.0.2", 0)) as socket:
        theirs = Tab(socket)
        # A slow machine's guesses come after some of the waits: these double, so one is told soon.
        for _ in range(40):
            theirs.run("sign-on", {"password": "guess"})
            if told_to_wait in "".join(theirs.texts):
                break
        assert told_to_wait in "".join(theirs.texts)
        assert "start" in sign_on(tab).widgets
