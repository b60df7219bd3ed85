"""Jobs from their submission to their end; but for one, a stand-in trains, which starts at once."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from cnn.recipe import RECIPES
from cnn.runs import jobs, launch, process
from cnn.runs.jobs import State, advance, ask_to_stop, job, pause, resume, stop, submit
from cnn.runs.manage import delete, why_not_delete
from cnn.runs.process import JobFile
from cnn.runs.run import FOLDER_VARIABLE, Run, RunError, Task
from tests import stand_in
from tests.patience import bytes_in, wait_until

TASK = Task(RECIPES["small"], "drawings")
STAND_IN = [sys.executable, "-P", stand_in.__file__]
SERVER = f"""
import os, sys, time
from cnn.recipe import RECIPES
from cnn.runs import jobs, launch
from cnn.runs.process import JobFile
from cnn.runs.run import Task
launch.command = lambda name: [*{STAND_IN!r}, name]
def submit(name):
    jobs.submit(name, Task(RECIPES["small"], "drawings"))
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Runs whose trainings are stand-ins; none is left at work."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "runs"))
    monkeypatch.setattr(launch, "command", lambda name: [*STAND_IN, name])
    yield tmp_path / "runs"
    for each in sorted(jobs.jobs(), key=lambda job: -job.place):
        if each.state.is_active:
            stop(each.name)


def state(name):
    return job(name).state


def ended(name):
    """Wait until a job has ended; return it."""
    wait_until(lambda: not state(name).is_active)
    return job(name)


def ready(folder, name):
    """Wait until a job is at work; return its process."""
    wait_until((folder / name / "ready").exists)
    return JobFile.read(folder / name).process()


def test_a_job_imports_nothing_from_the_folder_that_the_server_was_started_in(
    tmp_path, monkeypatch
):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "runs"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    for name in ("cnn", "tqdm", "random"):
        (tmp_path / f"{name}.py").write_text("raise ImportError('not this one')\n")
    submit("first", TASK)
    wait_until(lambda: not state("first").is_active, lambda: bytes_in(tmp_path))
    assert "not this one" not in (tmp_path / "runs" / "first" / "errors.txt").read_text()
    reason = "No drawing is held out to measure by: keep some more on the page."
    assert job("first") == jobs.Job("first", State.FAILED, reason)


def test_jobs_are_trained_in_turn_and_finish(folder):
    for name in ("short 1", "short 2", "short 3"):
        submit(name, TASK)
    assert [ended(f"short {i}").state for i in (1, 2, 3)] == [State.FINISHED] * 3
    assert not (folder / ".overlap").exists()


def test_of_two_one_waits_until_the_other_ends_and_is_told_its_place(folder):
    submit("long", TASK)
    submit("short", TASK)
    submit("short too", TASK)
    ready(folder, "long")
    assert [(state(name), job(name).place) for name in ("long", "short", "short too")] == [
        (State.RUNNING, 0), (State.WAITING, 1), (State.WAITING, 2)]  # fmt: skip
    stop("short")
    assert (state("short"), job("short").reason, job("short too").place) == (
        State.INTERRUPTED, "Stopped.", 1)  # fmt: skip
    stop("long")
    assert ended("short too").state is State.FINISHED
    resume("short")
    assert ended("short").state is State.FINISHED
    with pytest.raises(RunError, match="has finished"):
        resume("short")


def test_a_paused_job_keeps_its_place_and_its_memory(folder):
    submit("long", TASK)
    before = ready(folder, "long")
    submit("short", TASK)
    pause("long")
    wait_until(lambda: state("long") is State.PAUSED)
    advance()
    assert state("short") is State.WAITING
    resume("long")
    assert state("long") is State.RUNNING
    assert JobFile.read(folder / "long").process() == before
    pause("long")
    stop("long")
    assert (folder / "long" / "checkpoint").exists()
    with pytest.raises(RunError, match="not being trained, so it cannot be paused"):
        pause("long")


@pytest.mark.parametrize("name", ["unborn", "starting", "long", "stubborn"])
def test_a_job_that_is_stopped_is_told_as_stopped_at_whatever_moment(folder, name, monkeypatch):
    monkeypatch.setattr(process, "GRACE", 0.3)
    submit(name, TASK)
    ready(folder, name)
    stop(name)
    assert job(name) == jobs.Job(name, State.INTERRUPTED, "Stopped.")


def test_who_asks_a_job_to_stop_does_not_wait_and_everybody_is_told(folder):
    submit("stubborn", TASK)
    at_work = ready(folder, "stubborn")
    submit("short", TASK)
    watching = ask_to_stop("stubborn")
    assert (state("stubborn"), state("short")) == (State.STOPPING, State.WAITING)
    reason = "“stubborn” is being stopped: wait for its end."
    assert why_not_delete(job("stubborn")) == reason
    at_work.kill()
    watching.join()
    assert job("stubborn") == jobs.Job("stubborn", State.INTERRUPTED, "Stopped.")
    assert ended("short").state is State.FINISHED
    assert ask_to_stop("stubborn") is None


def test_a_job_that_is_stopped_while_it_starts_is_told_as_stopped(folder):
    submit("starting", TASK)
    stop("starting")
    assert job("starting") == jobs.Job("starting", State.INTERRUPTED, "Stopped.")


@pytest.mark.parametrize(
    ("name", "how", "why"),
    [
        ("fails", State.FAILED, "The loss became nan"),
        ("errs", State.FAILED, "ValueError: No sentence."),
        ("memory", State.FAILED, "The memory ran out: close other programs, or choose"),
        ("full", State.FAILED, "The disk is full: make room, then try again."),
        ("aborts", State.FAILED, "broke off (SIGABRT). Its last words: “Check failed: 1 == 2”"),
    ],
)
def test_a_job_that_fails_says_why_and_the_next_one_begins(folder, name, how, why):
    submit(name, TASK)
    submit("short", TASK)
    assert ended("short").state is State.FINISHED
    assert state(name) is how
    assert why in job(name).reason


def test_a_job_that_is_killed_is_told_as_killed_and_the_next_one_begins(folder):
    submit("starting", TASK)
    submit("short", TASK)
    ready(folder, "starting").kill()
    assert ended("short").state is State.FINISHED
    assert job("starting").state is State.INTERRUPTED
    assert job("starting").reason == "Its process was ended from outside (SIGKILL)."


def test_a_job_outlives_its_server_and_any_other_server_tells_its_end(folder):
    serve = f"{SERVER}\nsubmit('starting')\nos.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", serve], check=False)
    at_work = ready(folder, "starting")
    assert state("starting") is State.RUNNING
    at_work.kill()
    wait_until(lambda: state("starting") is State.INTERRUPTED)
    advance()
    reason = JobFile.read(folder / "starting").reason
    assert reason == "Its process was killed, or the computer was switched off."


def test_a_job_that_ends_while_it_is_looked_at_is_told_in_its_own_words(folder, monkeypatch):
    Run.create(folder / "a", TASK)
    told = JobFile(pid=2**30).with_end(failed=True, reason="The loss became nan")
    files = iter([replace(told, ended=False), told])
    with monkeypatch.context() as patch:
        patch.setattr(JobFile, "read", lambda _: next(files))
        assert job("a") == jobs.Job("a", State.FAILED, "The loss became nan")


def test_a_queue_goes_on_without_any_server(folder):
    names = [f"short {i}" for i in range(3)]
    serve = f"{SERVER}\nfor name in {names!r}: submit(name)\nos.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", serve], check=False)
    assert [ended(name).state for name in names] == [State.FINISHED] * 3
    assert not (folder / ".overlap").exists()


@pytest.mark.parametrize("where", ["JobFile.of_process", "JobFile.write"])
def test_a_server_killed_while_it_starts_a_job_leaves_no_training_that_nobody_knows(folder, where):
    serve = f"""{SERVER}
def killed(*_):
    os.kill(os.getpid(), 9)
launched = launch.launch
def launch_one(folder):
    started = launched(folder)
    print(started.pid, flush=True)
    {where} = killed
    return started
jobs.launch = launch_one
submit("long")
"""
    told = subprocess.run([sys.executable, "-c", serve], capture_output=True, check=False)
    # It ends, and leaves the job to another process, of which the folder tells.
    assert ready(folder, "long").pid != int(told.stdout)
    assert not (folder / ".overlap").exists()


def test_two_servers_on_one_folder_never_train_two_at_once_and_every_job_ends(folder):
    serve = f"""{SERVER}
for how in ("short", "fails", "aborts"):
    submit(f"{{how}} {{sys.argv[1]}}")
while any(job.state.is_active for job in jobs.jobs()):
    jobs.advance()
"""
    servers = [subprocess.Popen([sys.executable, "-c", serve, name]) for name in "ab"]
    assert [server.wait() for server in servers] == [0, 0]
    assert not (folder / ".overlap").exists()
    told = sorted((job.name, job.state) for job in jobs.jobs())
    hows = (("aborts", State.FAILED), ("fails", State.FAILED), ("short", State.FINISHED))
    assert told == [(f"{how} {name}", state) for how, state in hows for name in "ab"]


def test_a_command_takes_a_run_out_of_the_queue_and_leaves_one_at_work_alone(folder):
    submit("long", TASK)
    submit("short", TASK)
    ready(folder, "long")
    by_hand = [
        subprocess.run([*STAND_IN, name], capture_output=True, check=False)
        for name in ("short", "long")
    ]
    assert [each.returncode for each in by_hand] == [0, 1]
    assert b"Another process is training" in by_hand[1].stderr
    assert (state("short"), state("long")) == (State.FINISHED, State.RUNNING)
    assert (folder / ".overlap").exists(), "a command waits for nobody"


def test_a_job_waits_for_a_command_that_trains(folder):
    submit("long", TASK)
    ready(folder, "long")
    stop("long")
    (folder / "long" / "ready").unlink()
    with subprocess.Popen([*STAND_IN, "long"]):
        ready(folder, "long")
        submit("short", TASK)
        advance()
        assert state("short") is State.WAITING
        stop("long")
        advance()
    assert ended("short").state is State.FINISHED
    assert not (folder / ".overlap").exists()


def test_a_process_at_work_is_seen_though_its_run_cannot_be_read(folder):
    submit("long", TASK)
    ready(folder, "long")
    description = (folder / "long" / "run.json").read_bytes()
    (folder / "long" / "run.json").write_text("damaged")
    submit("short", TASK)
    assert state("short") is State.WAITING
    (folder / "long" / "run.json").write_bytes(description)


def test_a_run_is_deleted_as_soon_as_it_is_stopped(folder):
    submit("long", TASK)
    ready(folder, "long")
    stop("long")
    delete("long")
    assert not Path(folder / "long").exists()
