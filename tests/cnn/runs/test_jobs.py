from cnn.recipe import RECIPES
from cnn.runs.jobs import State, job, submit
from cnn.runs.run import FOLDER_VARIABLE, Task, runs_folder
from tests.patience import bytes_in, wait_until

# There are none: it fails at once.
TASK = Task(RECIPES["small"], "drawings")


def test_a_job_imports_nothing_from_the_folder_that_the_server_was_started_in(
    tmp_path, monkeypatch
):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "runs"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    for name in ("cnn", "tqdm", "random"):
        (tmp_path / f"{name}.py").write_text("raise ImportError('not this one')\n")
    submit("first", TASK)
    wait_until(lambda: not job("first").state.is_active, lambda: bytes_in(runs_folder()))
    assert "not this one" not in (runs_folder() / "first" / "log.txt").read_text()
    assert job("first").state is State.FAILED
