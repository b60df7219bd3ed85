"""A process that does in its run's folder what a training does, without TensorFlow's start.

    python tests/stand_in.py NAME

The first word of the run's name says how it goes. Two at once leave a file `.overlap`.
"""

import errno
import fcntl
import os
import resource
import signal
import sys
import time

from cnn.runs import launch
from cnn.runs.jobs import advance, as_job
from cnn.runs.run import Run, runs_folder
from cnn.training.trainer import TrainingError

PAUSE = 0.02


def wait():
    while True:
        time.sleep(PAUSE)


def short(run):
    run.append(event="finished", seconds=1.0)


def long(run):
    asked = []
    signal.signal(signal.SIGTERM, lambda *_: asked.append(True))
    (run.folder / "ready").touch()
    while not asked:
        time.sleep(PAUSE)
    (run.folder / "checkpoint").touch()


def starting(run):
    (run.folder / "ready").touch()
    wait()


def stubborn(run):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    starting(run)


def fails(_):
    raise TrainingError("The loss became nan\nin epoch 1.")


def errs(_):
    raise ValueError("No sentence.")


def memory(_):
    resource.setrlimit(resource.RLIMIT_AS, (2**28, 2**28))
    bytearray(2**30)


def full(_):
    raise OSError(errno.ENOSPC, "No space left on device")


def aborts(_):
    os.write(2, b"Check failed: 1 == 2\n")
    os.abort()


def main():
    run = Run.open(runs_folder() / sys.argv[1])
    how = run.name.split()[0]
    if how == "unborn":
        starting(run)
    launch.command = lambda name: [sys.executable, "-P", __file__, name]
    try:
        train(run, how)
    finally:
        advance()


def train(run, how):
    # Closed before the end is told: from then on the next one may begin.
    with as_job(run), (runs_folder() / ".at-work").open("w") as at_work:
        try:
            fcntl.flock(at_work, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            (runs_folder() / ".overlap").touch()
        globals()[how](run)


if __name__ == "__main__":
    main()
