"""Whether a training that is killed again and again ends as if nothing had happened.

Trains once without interruption, and once killed (SIGKILL) at twenty random moments and resumed
each time; reads every file of the run after each kill, and compares the final weights.

    python benchmarks/kill_resume.py
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from cnn.predictor import Predictor
from cnn.runs import history
from cnn.runs.run import Run

TRAIN = [sys.executable, "-m", "cnn", "train"]
WHAT = ["--dataset", "digits", "--augmentation-strength", "1", "--ema-decay", "0.99"]


def start(*arguments: str) -> "subprocess.Popen[bytes]":
    """Start a training that says nothing."""
    return subprocess.Popen(
        [*TRAIN, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def read_everything(folder: Path) -> int:
    """Read all that the run holds, which raises if anything is torn; returns its epochs."""
    if not (folder / "run.json").is_file():
        return 0
    run = Run.open(folder)
    run.snapshot()
    metrics = run.metrics()
    for record in metrics.epochs:
        history.filters_after(run, record.epoch)
        history.readings(run, record.epoch)
    if metrics.started:
        history.probe(run)
    if run.model_file.is_file():
        Predictor.load(run.model_file, "killed")
    return len(metrics.epochs)


def main() -> None:
    """Print what became of the training."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20, help="default: 20")
    parser.add_argument("--epochs", type=int, default=300, help="default: 300")
    options = parser.parse_args()
    what = [*WHAT, "--epochs", str(options.epochs)]
    rng = random.Random(0)
    with tempfile.TemporaryDirectory() as place:
        whole, killed = Path(place) / "whole", Path(place) / "killed"
        if start(*what, "--run", str(whole)).wait():
            raise SystemExit("The uninterrupted training failed.")
        for i in range(options.kills):
            begun = (killed / "run.json").is_file()
            process = start(
                *(["--resume", str(killed)] if begun else [*what, "--run", str(killed)])
            )
            time.sleep(rng.uniform(1, 14))
            alive = process.poll() is None
            process.kill()
            process.wait()
            epochs = read_everything(killed)
            print(f"{'killed' if alive else 'ended'} {i + 1}: {epochs} epochs done", flush=True)
        if start("--resume", str(killed)).wait():
            raise SystemExit("The last resumption failed.")
        one, other = (
            Predictor.load(Run.open(folder).model_file, "compared").model.get_weights()
            for folder in (whole, killed)
        )
        equal = all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    print(f"Final weights equal: {'yes' if equal else 'no'}.")


if __name__ == "__main__":
    main()
