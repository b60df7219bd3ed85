import time

from cnn.recipe import RECIPES
from cnn.runs.jobs import State, job, submit
from cnn.runs.run import FOLDER_VARIABLE, Task, runs_folder

TASK = Task(RECIPES["small"], "no such data set")


def test_a_job_imports_nothing_from_the_folder_that_the_server_was_started_in(
    tmp_path, monkeypatch
):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "runs"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    for name in ("cnn", "tqdm", "random"):
        (tmp_path / f"{name}.py").write_text("raise ImportError('not this one')\n")
    submit("first", TASK)
    while job("first").state.is_active:
        time.sleep(0.1)
    assert "not this one" not in (runs_folder() / "first" / "log.txt").read_text()
    assert job("first").state is State.FAILED
