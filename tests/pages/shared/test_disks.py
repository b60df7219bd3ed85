"""A disk that is full or cannot be written to: one sentence for each action, and nothing half."""

import errno
import shutil
from pathlib import Path

import numpy as np
import psutil
import pytest
from streamlit.testing.v1 import AppTest

from cnn.cli import main
from cnn.data import user_drawings
from cnn.files import DISK_FULL
from cnn.model import build_fc, save_model
from cnn.recipe import RECIPES
from cnn.runs import active_model, jobs, manage
from cnn.runs.jobs import State
from cnn.runs.process import JobFile
from cnn.runs.queue import queue
from cnn.runs.run import FOLDER_VARIABLE, Task, all_runs
from pages.shared import permissions
from tests.bad_disk import refusing
from tests.made_runs import make_run
from tests.patience import PATIENCE
from tests.server import APP

REFUSALS = (errno.ENOSPC, errno.EROFS, errno.EACCES)
TASK = Task(RECIPES["small"], "digits")
STROKES = [np.array([[60.0, 50], [200, 50], [110, 240]])]
LINES = b'{"label": 3, "strokes": [[[1, 2], [3, 4]]]}\n'
ACTIONS = {
    "submit": lambda: jobs.submit("new", TASK),
    "submit with a drawing": lambda: jobs.submit("new", TASK, np.zeros((28, 28), np.float32)),
    "resume": lambda: jobs.resume("broken"),
    "stop": lambda: jobs.stop("waits"),
    "rename": lambda: manage.rename("done", "other"),
    "rename the default": lambda: manage.rename("in use", "other"),
    "delete": lambda: manage.delete("done"),
    "note": lambda: manage.write_note("done", "wide"),
    "take a note away": lambda: manage.write_note("noted", ""),
    "set default": lambda: active_model.set_default("done"),
    "keep a drawing": lambda: user_drawings.keep(STROKES, 7),
    "import drawings": lambda: user_drawings.take_in(LINES, "these"),
    "correct": lambda: user_drawings.relabel([kept()], 1),
    "forget": lambda: user_drawings.delete([kept()]),
}
# What changes or takes away names, and what finds room in the last block of a file that is there.
NEEDS_NO_ROOM = {
    "stop",
    "rename",
    "delete",
    "take a note away",
    "keep a drawing",
    "import drawings",
}


def kept():
    return user_drawings.collection().drawings[0].id


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A folder with all that is kept, where a run is trained and another waits."""
    disk = tmp_path_factory.mktemp("disk")
    runs = disk / "runs"
    with pytest.MonkeyPatch.context() as patch:
        use(disk, patch)
        save_model(build_fc(seed=0), make_run(runs, "done").model_file)
        shutil.copytree(runs / "done", runs / "in use")
        shutil.copytree(runs / "done", runs / "noted")
        for name in ("broken", "waits", "busy"):
            make_run(runs, name, epochs=1, finished=False)
        JobFile(ticket=1).write(runs / "waits")
        JobFile.of_process(psutil.Process()).write(runs / "busy")
        manage.write_note("noted", "slow")
        active_model.set_default("in use")
        user_drawings.keep([stroke + 5 for stroke in STROKES], 4)
        for run in all_runs():
            with queue(runs), run.locked():
                pass
    return disk


@pytest.fixture
def disk(tmp_path, monkeypatch, whole):
    """A copy of that folder."""
    use(shutil.copytree(whole, tmp_path, dirs_exist_ok=True), monkeypatch)
    return tmp_path


def use(disk, patch):
    patch.setenv(FOLDER_VARIABLE, str(disk / "runs"))
    patch.setenv(user_drawings.FOLDER_VARIABLE, str(disk / "drawings"))


def content(disk):
    """All but locks, and what holds only them."""
    return {
        file.relative_to(disk): file.read_bytes()
        for file in disk.rglob("*")
        if file.is_file() and not file.name.endswith(".lock")
    }


@pytest.mark.parametrize("number", REFUSALS, ids=errno.errorcode.get)
@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_that_cannot_be_written_costs_one_sentence_and_changes_nothing(
    disk, name, number
):
    before = content(disk)
    folders = sorted(disk.rglob("*/"))
    is_full = number == errno.ENOSPC
    with refusing(disk, number):
        said = permissions.attempt(ACTIONS[name])
    if is_full and name in NEEDS_NO_ROOM:
        assert said == ""
        return
    assert content(disk) == before
    assert sorted(disk.rglob("*/")) == folders
    if is_full:
        assert said == DISK_FULL
    else:
        place, _, why = said.partition(" cannot be written to: ")
        assert Path(place).is_dir()
        assert why in (
            "its disk is read-only.",
            "give this program the right to, then try again.",
        )
    assert permissions.attempt(ACTIONS[name]) == "" or name.startswith("submit")


@pytest.mark.parametrize("number", REFUSALS, ids=errno.errorcode.get)
def test_a_command_says_so_too(disk, capsys, number):
    with refusing(disk, number):
        assert main(["train", "--dataset", "digits", "--run", "new"]) == 1
        assert main(["use", "done"]) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    for line in said:
        assert line == DISK_FULL or " cannot be written to: " in line
    assert not (disk / "runs" / "new").exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS], ids=errno.errorcode.get)
@pytest.mark.parametrize("name", ["app.py", "1_Layers.py", "2_Filters.py", "3_Train.py"])
def test_every_page_is_shown(disk, name, number):
    with refusing(disk, number):
        page = AppTest.from_file(APP, default_timeout=PATIENCE)
        if name != "app.py":
            page.switch_page(f"pages/{name}")
        page.run()
    assert not page.exception


def test_one_that_waits_says_why_it_is_not_started(disk, monkeypatch):
    monkeypatch.setattr(jobs, "why_not_started", lambda _: DISK_FULL)
    (disk / "runs" / "busy" / "job.json").unlink()
    jobs.advance()
    assert jobs.job("waits") == jobs.Job("waits", State.WAITING, DISK_FULL, 1)


def test_a_job_that_the_system_cannot_start_has_failed_and_says_why(disk, monkeypatch):
    def refuse(_):
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(jobs, "launch", refuse)
    (disk / "runs" / "busy" / "job.json").unlink()
    jobs.advance()
    said = "Resource temporarily unavailable."
    assert jobs.job("waits") == jobs.Job("waits", State.FAILED, said)
