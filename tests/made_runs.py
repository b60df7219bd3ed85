"""Runs as a training leaves them, made in an instant."""

import numpy as np

from cnn.data.digits import Digits
from cnn.evaluation import score
from cnn.model import build, save_model
from cnn.recipe import Recipe
from cnn.runs import history
from cnn.runs.history import Readings
from cnn.runs.run import Run, Task

RECIPE = Recipe(epochs=4, batch_size=50, filters=(4, 8), dense_units=8)


def make_run(folder, name, epochs=4, finished=True, keep=True):
    """Write what a training writes, or what one of before did, which kept no readings.

    With each epoch more test digits are read right, and fewer validation digits.
    """
    rng = np.random.default_rng(0)
    run = Run.create(folder / name, Task(RECIPE, "mnist"))
    run.append(event="started", digits=1000, steps=80, precision="float32", epoch=0, step=0)
    for epoch in range(epochs + 1):
        shapes = {"conv1": (5, 5, 1, 4), "conv2": (5, 5, 4, 8)}
        filters = {
            name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()
        }
        history.save_filters(run, epoch, filters)
        if keep:
            keep_readings(run, epoch)
        if not epoch:
            continue
        run.append(event="step", step=20 * epoch, loss=1 / epoch, accuracy=0.8,
                   digits_per_second=1234.5, seconds_left=75.0)  # fmt: skip
        run.append(event="epoch", epoch=epoch, step=20 * epoch, loss=1 / epoch,
                   training_accuracy=0.8, test_accuracy=0.9 + epoch / 100, seconds=2.0,
                   **({"validation_accuracy": 0.9 - epoch / 100} if keep else {}))  # fmt: skip
    if finished:
        run.append(event="finished", seconds=8.0, temperature=1.1)
    return run


def keep_readings(run, epoch):
    """Keep a drawing and ten digits: at first all are read as 1, then one more is right an epoch.

    So is the drawing, from its second epoch on as a 7.
    """
    if not epoch:
        history.keep_drawing(run, np.eye(28, dtype=np.float32))
        history.begin(run, Digits(np.ones((10, 28, 28), np.float32), np.arange(10)))
    answers = np.array([7 if epoch > 1 else 1, *range(epoch), *[1] * (10 - epoch)])
    answer = np.eye(10, dtype=np.float32)[answers]
    confusion = score(np.arange(10), answer[1:]).confusion
    history.save_readings(run, epoch, Readings(answer, confusion))


def make_network(folder, name, filters):
    """Write a small, untrained network: one convolution for each count of filters."""
    (folder / name).mkdir()
    recipe = Recipe(filters=filters, dense_units=8, initialiser="he", seed=3)
    save_model(build(recipe), folder / name / "model.keras")
    return name
