"""Trainings on another machine: seen while they are heard of, left alone, waited for no longer."""

import os
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import replace

import psutil
import pytest

from cnn.recipe import RECIPES
from cnn.runs import elsewhere, jobs, launch, manage, process
from cnn.runs.elsewhere import LONGEST_SILENCE, SILENT, WRITTEN
from cnn.runs.jobs import Job, State
from cnn.runs.process import JobFile, this_machine
from cnn.runs.run import FOLDER_VARIABLE, Run, RunError, Task, find_run
from tests import stand_in
from tests.patience import wait_until

TASK = Task(RECIPES["small"], "drawings")
# Its number is one that this machine has, too.
THERE = JobFile(pid=os.getpid(), identity="another start 12345", machine="oak")
HEARD_OF = "The run “a” is being trained on the machine “oak”: stop it there."
LATELY, LONG_AGO = LONGEST_SILENCE - 60, LONGEST_SILENCE + 60
SAID = SILENT.format("oak")
# A host name and processes of its own, as any user may have them.
CONTAINER = [
    "unshare",
    "--user",
    "--map-root-user",
    "--uts",
    "--pid",
    "--fork",
    "--mount-proc",
    "--kill-child",
]
CAN_CONTAIN = (
    bool(shutil.which("unshare"))
    and not subprocess.run(
        [*CONTAINER, "hostname", "oak"], stderr=subprocess.DEVNULL, check=False
    ).returncode
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Runs whose trainings here are stand-ins."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    command = [sys.executable, "-P", stand_in.__file__]
    monkeypatch.setattr(launch, "command", lambda name: [*command, name])
    return tmp_path


def make(folder, file, silent, name="a"):
    """Make a run with a job file, into which nothing was written for so many seconds."""
    run = Run.create(folder / name, TASK)
    file.write(run.folder)
    run.append(event="step", step=1, loss=2.3, accuracy=0.1)
    fall_silent(run, silent)
    return run


def fall_silent(run, seconds):
    at = time.time() - seconds
    for name in WRITTEN:
        if (run.folder / name).exists():
            os.utime(run.folder / name, (at, at))


STATES = {
    "it is heard of": (THERE, LATELY, Job("a", State.RUNNING, machine="oak")),
    "its clock is ahead": (THERE, -LATELY, Job("a", State.RUNNING, machine="oak")),
    "it was asked to stop there": (
        replace(THERE, stopping=True), 0, Job("a", State.STOPPING, machine="oak")),
    "it is silent": (THERE, LONG_AGO, Job("a", State.INTERRUPTED, SAID)),
    "its clock is far ahead": (THERE, -LONG_AGO, Job("a", State.INTERRUPTED, SAID)),
    "it ended there": (
        THERE.with_end(failed=True, reason="No."), 0, Job("a", State.FAILED, "No.")),
    "it waits": (JobFile(ticket=3, machine="oak"), LONG_AGO, Job("a", State.WAITING, place=1)),
    "a file of before, of this machine": (
        replace(THERE, machine=""), 0,
        Job("a", State.INTERRUPTED, "Its process was killed, or the computer was switched off.")),
    "another process of this machine": (
        replace(THERE, machine=this_machine()), 0,
        Job("a", State.INTERRUPTED, "Its process was killed, or the computer was switched off.")),
    "this machine, called otherwise by now": (
        replace(JobFile.of_process(psutil.Process()), machine="oak"), LONG_AGO,
        Job("a", State.RUNNING)),
}  # fmt: skip


@pytest.mark.parametrize("case", STATES)
def test_what_is_told_of_a_training_when(folder, case):
    file, silent, told = STATES[case]
    make(folder, file, silent)
    assert jobs.job("a") == told


def test_a_finished_one_is_finished_though_its_machine_has_not_said_so(folder):
    run = make(folder, THERE, 0)
    run.append(event="finished", seconds=1.0)
    assert jobs.job("a").state is State.RUNNING
    fall_silent(run, LONG_AGO)
    assert jobs.job("a").state is State.FINISHED


ACTIONS = {
    "pause": lambda: jobs.pause("a"),
    "resume": lambda: jobs.resume("a"),
    "stop": lambda: jobs.stop("a"),
    "rename": lambda: manage.rename("a", "b"),
    "delete": lambda: manage.delete("a"),
    "train": lambda: jobs.as_job(find_run("a")).__enter__(),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_one_that_is_heard_of_is_left_alone(folder, action):
    run = make(folder, THERE, LATELY)
    before = (run.folder / "job.json").read_bytes()
    with pytest.raises(RunError) as refusal:
        ACTIONS[action]()
    assert str(refusal.value) == HEARD_OF
    assert (run.folder / "job.json").read_bytes() == before


def test_a_damaged_run_that_is_trained_elsewhere_is_not_deleted(folder):
    (make(folder, THERE, LATELY).folder / "run.json").write_text("{")
    with pytest.raises(RunError) as refusal:
        manage.delete("a")
    assert str(refusal.value) == HEARD_OF


def test_the_queue_waits_for_it_until_it_is_silent_and_tells_nothing_of_its_end(folder):
    run = make(folder, THERE, LATELY)
    jobs.submit("short", TASK)
    assert jobs.job("short").state is State.WAITING
    before = (run.folder / "job.json").read_bytes()
    fall_silent(run, LONG_AGO)
    jobs.advance()
    wait_until(lambda: jobs.job("short").state is State.FINISHED)
    assert (run.folder / "job.json").read_bytes() == before


def test_a_silent_one_goes_on_here_unless_a_paused_process_still_holds_it(folder):
    run = make(folder, THERE, LONG_AGO, "short")
    with run.locked(), pytest.raises(RunError) as refusal:
        jobs.resume("short")
    assert str(refusal.value) == "The run “short” is paused on the machine “oak”: resume it there."
    assert jobs.job("short").state is State.INTERRUPTED
    jobs.resume("short")
    wait_until(lambda: jobs.job("short").state is State.FINISHED)
    assert JobFile.read(run.folder).machine == this_machine()


def test_one_that_was_given_to_another_machine_tells_nothing_of_its_own_end(folder):
    run = Run.create(folder / "a", TASK)
    with jobs.as_job(run):
        assert JobFile.read(run.folder).machine == this_machine()
        THERE.write(run.folder)
    assert JobFile.read(run.folder) == THERE


@pytest.mark.skipif(not CAN_CONTAIN, reason="Linux alone has containers, if it lets us make one.")
def test_a_training_in_another_container_is_seen_and_left_alone(folder):
    Run.create(folder / "long", TASK)
    inside = f"hostname oak && exec {sys.executable} -P {stand_in.__file__} long"
    with ExitStack() as stack:
        container = stack.enter_context(subprocess.Popen([*CONTAINER, "sh", "-c", inside]))
        stack.callback(container.kill)
        wait_until((folder / "long" / "ready").exists)
        jobs.submit("short", TASK)
        jobs.advance()
        assert jobs.job("long") == Job("long", State.RUNNING, machine="oak")
        assert jobs.job("short").state is State.WAITING
        with pytest.raises(RunError, match="on the machine “oak”: stop it there"):
            jobs.stop("long")
        jobs.stop("short")
        (training,) = psutil.Process(container.pid).children()
        training.terminate()
        container.wait()
    assert jobs.job("long") == Job("long", State.INTERRUPTED, "Stopped.")


def test_a_machines_name_is_bounded(monkeypatch):
    monkeypatch.setattr(process.platform, "node", lambda: "x" * 1_000)
    assert len(JobFile.of_process(psutil.Process()).machine) == process.LONGEST_MACHINE


def test_a_run_that_has_gone_is_silent(tmp_path):
    assert elsewhere.seconds_silent(tmp_path / "gone") > LONGEST_SILENCE
