"""Who may do and see what, on each kind of server, asked for by hand-made messages."""

import dataclasses
import html
import subprocess
import sys
from contextlib import ExitStack
from types import SimpleNamespace

import psutil
import pytest

from cnn.runs import manage
from cnn.runs.process import JobFile
from cnn.runs.run import Run
from pages.shared import messages
from tests.made_runs import make_run
from tests.server import serve
from tests.tab import Tab, connection

PASSWORD = "Grüne Äpfel"
REASON = "/srv/runs/failed: No space left on device."
# From roles to the kind of server that they meet.
ROLES = {"nobody": "off", "visitor": "class", "owner": "class", "everybody": "own"}
TRAINERS = {"owner", "everybody"}


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    """From kinds of servers to their addresses and folders of runs."""
    found = {}
    with ExitStack() as stack:
        # It stands for a training, so that those in the queue wait.
        command = [sys.executable, "-c", "import time; time.sleep(3600)"]
        process = stack.enter_context(subprocess.Popen(command))
        stack.callback(process.kill)
        training = psutil.Process(process.pid)
        for kind in ("off", "class", "own"):
            folder = tmp_path_factory.mktemp(kind)
            make_run(folder, "done").model_file.write_bytes(b"never read")
            failed = make_run(folder, "failed", epochs=1, finished=False).folder
            job = JobFile.of_process(training)
            dataclasses.replace(job, ended=True, failed=True, reason=REASON).write(failed)
            busy = make_run(folder, "busy", epochs=1, finished=False).folder
            JobFile.of_process(training).write(busy)
            secrets = folder / "secrets.toml"
            secrets.write_text(f'[owner]\npassword = "{PASSWORD}"' if kind == "class" else "")
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("CNN_RUNS_DIR", str(folder))
                patch.setenv("CNN_TRAINING", "off" if kind == "off" else "")
                address = stack.enter_context(serve(folder / "log.txt", secrets))
            found[kind] = SimpleNamespace(address=address, folder=folder)
        yield found


@pytest.fixture(params=ROLES)
def role(request):
    return request.param


@pytest.fixture
def tab(servers, role):
    """A tab of a role's on the Train page."""
    with connection(servers[ROLES[role]].address) as socket:
        tab = Tab(socket)
        if role == "owner":
            tab.run("sign-on", {"password": PASSWORD})
        yield tab


SIGHTS = {
    "run": set(ROLES),
    "download-metrics": set(ROLES),
    "download-model": set(ROLES),
    "take-home": set(ROLES),
    "export-savedmodel": TRAINERS,
    "start": TRAINERS,
    "use-this-model": TRAINERS,
    "picked-model": TRAINERS,
    "delete": TRAINERS,
    "save": TRAINERS,
    "yours-upload-0": TRAINERS,
    "sign-on": {"visitor"},
    "sign-off": {"owner"},
}


def test_each_sees_what_is_his_to_use(tab, role):
    seen = set(tab.widgets)
    tab.run(texts={"run": "done"})
    seen |= set(tab.widgets)
    assert {key for key in SIGHTS if key in seen} == {
        key for key, who in SIGHTS.items() if role in who
    }


def test_only_whoever_may_train_is_told_what_names_folders(tab, role):
    tab.run(texts={"run": "failed"})
    said = "\n".join(tab.texts)
    assert (REASON in said) is (role in TRAINERS)
    assert (html.escape(messages.FOR_VISITORS) in said) is (role not in TRAINERS)
    assert ("/srv" in said) is (role in TRAINERS)


@pytest.fixture(scope="module")
def known(servers):
    """Ids of what is shown to whoever may do all; they are the same on every server."""
    with connection(servers["own"].address) as socket:
        tab = Tab(socket)
        ids = dict(tab.widgets)
        tab.run(texts={"run": "done"})
        return ids | tab.widgets


def test_only_whoever_may_train_does_anything(tab, role, servers, known, monkeypatch):
    folder = servers[ROLES[role]].folder
    monkeypatch.setenv("CNN_RUNS_DIR", str(folder))
    new = f"of-{role}"
    texts = {
        known["new-name"]: new,
        known["run"]: "done",
        known["note-done"]: f"by {role}",
        known["name-done"]: "done",
    }
    tab.send([], texts)
    tab.send([known["save"]], texts)
    tab.send([known["delete"]], texts)
    tab.send([known["start"]], texts)
    done = role in TRAINERS
    assert (folder / new).is_dir() is done
    assert (manage.note(Run.open(folder / "done")) == f"by {role}") is done
    assert (folder / "done").is_dir()
