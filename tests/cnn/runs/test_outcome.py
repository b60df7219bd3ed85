"""What is said of a training that ended: its own error, or what is found out from outside."""

import os
import shutil
import signal
from collections import namedtuple

import pytest

from cnn.data.digits import DataError
from cnn.files import DISK_FULL
from cnn.model import ModelError
from cnn.recipe import Recipe
from cnn.runs import outcome
from cnn.runs.outcome import NO_MEMORY, why_it_died, why_it_failed, why_not_started
from cnn.runs.process import JobFile
from cnn.runs.run import Run, Task
from cnn.setting import RecipeError
from cnn.tf import tensorflow
from cnn.training.distributed import WorkerError
from cnn.training.trainer import TrainingError

Usage = namedtuple("Usage", "total used free")
KILLED_OR_OFF = "Its process was killed, or the computer was switched off."


@pytest.fixture
def run(tmp_path, monkeypatch):
    # Whatever this machine has had to end.
    monkeypatch.setattr(outcome, "oom_kills", lambda: 0)
    return Run.create(tmp_path / "a", Task(Recipe(epochs=1), "digits"))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TrainingError("Choose a smaller batch"), "Choose a smaller batch"),
        (DataError("No digit.\nAt all."), "No digit."),
        (ModelError("Damaged."), "Damaged."),
        (RecipeError("Too many."), "Too many."),
        (WorkerError("Lost."), "Lost."),
        (ValueError("Ends like a sentence."), "ValueError: Ends like a sentence."),
        (ValueError("x" * 500), f"ValueError: {'x' * 200}"),
        (ValueError(), "ValueError: "),
        (ValueError("OOM when allocating"), "ValueError: OOM when allocating"),
        (MemoryError(), NO_MEMORY),
        (OSError(28, "No space left on device"), DISK_FULL),
        (OSError(30, "Read-only", "/a/b"), "/a cannot be written to: its disk is read-only."),
    ],
)
def test_an_error_is_said_in_a_sentence_by_its_class_not_by_its_words(error, said):
    assert why_it_failed(error) == said


def test_tensorflow_out_of_memory_is_told_by_its_class():
    exhausted = tensorflow().errors.ResourceExhaustedError(None, None, "whatever it says")
    assert why_it_failed(exhausted) == NO_MEMORY


@pytest.mark.parametrize(
    ("status", "failed", "said"),
    [
        (None, False, KILLED_OR_OFF),
        (-signal.SIGKILL, False, "Its process was ended from outside (SIGKILL)."),
        (-signal.SIGTERM, False, "Its process was ended from outside (SIGTERM)."),
        (-signal.SIGSEGV, True, "Its process broke off (SIGSEGV)."),
        (-50, True, "Its process broke off (exit status -50)."),
        (3, True, "Its process broke off (exit status 3)."),
    ],
)
def test_a_process_that_ended_without_a_word_is_told_of_by_its_status(run, status, failed, said):
    assert why_it_died(JobFile(pid=1), run.folder, status) == (failed, said)


@pytest.mark.parametrize("status", [None, -15, -9, -6, 1, 0])
def test_one_that_was_asked_to_end_is_told_as_stopped_whatever_its_status(run, status):
    (run.folder / "errors.txt").write_text("Terminated\n")
    assert why_it_died(JobFile(pid=1, stopping=True), run.folder, status) == (False, "Stopped.")


@pytest.mark.parametrize("status", [None, -9])
def test_one_that_the_system_ended_for_want_of_memory_is_told_so(run, status, monkeypatch):
    monkeypatch.setattr(outcome, "oom_kills", lambda: 4)
    assert why_it_died(JobFile(pid=1, oom_kills=3), run.folder, status) == (True, NO_MEMORY)
    assert why_it_died(JobFile(pid=1, oom_kills=4), run.folder, status) != (True, NO_MEMORY)


def test_a_full_disk_is_told_and_is_why_nothing_is_started(run, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9, 4096))
    assert why_it_died(JobFile(pid=1), run.folder, None) == (True, DISK_FULL)
    assert why_not_started(run.folder) == DISK_FULL


def test_a_folder_that_cannot_be_written_to_is_why_nothing_is_started(run, monkeypatch):
    assert why_not_started(run.folder) == ""
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert why_not_started(run.folder).startswith(f"{run.folder} cannot be written to: ")


def test_last_words_are_those_on_standard_error_unless_the_training_went_on(run):
    said = "Its process broke off. Its last words: “F0000 Check failed: \ufffd”"
    (run.folder / "errors.txt").write_bytes(b"x\n" * 10_000 + b"F0000 Check failed: \xff\n\n")
    assert why_it_died(JobFile(pid=1), run.folder, None) == (True, said)
    run.append(event="step", step=50)
    errors = (run.folder / "errors.txt").stat()
    os.utime(run.folder / "metrics.jsonl", ns=(0, errors.st_mtime_ns + 10**9))
    assert why_it_died(JobFile(pid=1), run.folder, None) == (False, KILLED_OR_OFF)
    # What it prints is for people, and no word on its end.
    (run.folder / "log.txt").write_text("An error that is none\n")
    assert why_it_died(JobFile(pid=1), run.folder, None) == (False, KILLED_OR_OFF)
