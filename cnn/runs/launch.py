"""How a job's process begins: not before the run's folder tells of it.

It waits for a byte on its standard input. Whoever starts it writes down first which process it is;
if that fails, or the starter is killed on the way, the process ends and the job still waits.
"""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from cnn.runs.outcome import ERRORS
from cnn.runs.process import JOB_ENV
from cnn.runs.run import FOLDER_VARIABLE, RunError

# Drawing must stay quick while a training runs beside it.
NICENESS = 10
# Of who owns the server, and of who may use its service: see pages/shared/permissions.py and
# cnn/service/service.py.
PASSWORD_VARIABLE, KEY_VARIABLE = "CNN_OWNER_PASSWORD", "CNN_SERVICE_KEY"
# What is meant for this process alone.
OWN_VARIABLES = {"TF_CONFIG", PASSWORD_VARIABLE, KEY_VARIABLE}


def command(name: str) -> list[str]:
    """Return the command that trains a run, as a job's process."""
    return [sys.executable, "-P", "-m", "cnn", "train", f"--resume={name}"]


def environment() -> dict[str, str]:
    """Return this process's environment for another one that runs a command of this package."""
    # This package, even where the server's own folder holds another one of its name.
    library = str(Path(__file__).parents[2])
    inherited = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}
    # An empty entry would be the server's folder.
    path = os.pathsep.join(filter(None, [library, os.environ.get("PYTHONPATH")]))
    return {**inherited, "PYTHONPATH": path}


def launch(folder: Path) -> "subprocess.Popen[bytes]":
    """Start a process that is to train a run, and waits for `let_begin`.

    Raises:
        OSError: The disk is full, the folder cannot be written to, or the system has no room for
            another process.
    """
    variables = {
        **environment(),
        JOB_ENV: folder.name,
        FOLDER_VARIABLE: str(folder.parent.absolute()),
        # What it says is in the log at once, also if it is killed.
        "PYTHONUNBUFFERED": "1",
    }
    with (folder / "log.txt").open("ab") as log, (folder / ERRORS).open("wb") as errors:
        return subprocess.Popen(
            command(folder.name),
            env=variables,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=errors,
            start_new_session=True,
        )


def let_begin(process: "subprocess.Popen[bytes]") -> None:
    """Let a process train whose run's folder tells of it."""
    give_way(process)
    assert process.stdin is not None
    # Unless it has broken off by now.
    with suppress(BrokenPipeError), process.stdin as told:
        told.write(b"!")


def give_way(process: "subprocess.Popen[Any]") -> None:
    """Let a process work with what those that people wait for leave of the processors."""
    # Windows counts otherwise.
    with suppress(OSError, psutil.Error):
        psutil.Process(process.pid).nice(NICENESS)


def wait_for_starter() -> None:
    """Wait until who has started this process has told of it in the run's folder.

    Raises:
        RunError: It has ended instead: the folder knows nothing of this process.
    """
    if not os.read(0, 1):
        raise RunError("The server ended while it started this training.")
