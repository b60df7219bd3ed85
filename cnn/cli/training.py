"""The command `digitscope train`: a recipe, changed by options, trained in a run's folder."""

import argparse
import dataclasses
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from tqdm import tqdm

from cnn.data.datasets import DATA_SETS, DEFAULT, validation_digits
from cnn.data.user_drawings import USER_DRAWINGS
from cnn.recipe import RECIPES, SETTINGS, Recipe
from cnn.runs.finetune import with_layers_of
from cnn.runs.jobs import State, advance, as_job, jobs
from cnn.runs.metrics import tutorial_line, what_was_read
from cnn.runs.recorder import record
from cnn.runs.run import Run, Task, check_name, runs_folder
from cnn.signals import sigterm_noted
from cnn.tf import tensorflow
from cnn.training.dataset import training_set
from cnn.training.distributed import Workers
from cnn.training.trainer import Epoch, Event, Measuring, Phase, Started, Step, train


def train_model(options: argparse.Namespace) -> int:
    """Train a network by a recipe, print its accuracy after each epoch, and keep it all in a run.

    Among several workers, which the variable TF_CONFIG names, the first one writes and prints.
    """
    is_chief = Workers.is_chief()
    run = Run.open(_run_path(options.resume)) if options.resume else _new_run(options, is_chief)
    if not is_chief:
        for _ in _events(run):
            pass
        return 0
    try:
        with as_job(run):
            _say_what_is_trained_beside(run)
            _train(run)
    finally:
        advance()
    print(f"The run is in {run.folder}.")
    return 0


def _say_what_is_trained_beside(run: Run) -> None:
    """Say which other runs are trained on this machine: a command that trains waits for none."""
    for job in jobs():
        if job.state is State.RUNNING and not job.machine and job.name != run.name:
            print(
                f"“{job.name}” is being trained on this machine, too, and both take longer: one"
                " that is started on the Train page waits its turn.",
                file=sys.stderr,
            )


def _train(run: Run) -> None:
    """Train, write and show what happens; SIGTERM ends it with a checkpoint."""
    with closing(record(run, _events(run))) as events, _bar() as bar:
        # Until the first steps are done there is nothing to save: SIGTERM ends the process at once.
        for event in events:
            _show(event, bar)
            if isinstance(event, Step):
                break
        with sigterm_noted() as asked_to_stop:
            for event in events:
                _show(event, bar)
                if asked_to_stop.is_set() and isinstance(event, Step | Measuring | Epoch):
                    run.save_checkpoint(event.snapshot())
                    bar.write(f"Stopped after step {event.step:,}.", file=sys.stdout)
                    return
    measured = run.metrics()
    test_accuracy = measured.last("test_accuracy")
    # Resumed after its last epoch, a run may have lost its metrics.
    if test_accuracy is not None:
        print(what_was_read(measured.last("validation_accuracy"), test_accuracy))
    if measured.temperature is not None:
        print(f"Calibrated on the validation digits: temperature {measured.temperature:.2f}.")


def _bar() -> "tqdm[None]":
    # In a log a bar would only be in the way.
    return tqdm(unit="step", leave=False, dynamic_ncols=True, disable=None)


def _new_run(options: argparse.Namespace, is_chief: bool) -> Run:
    name = options.recipe or DATA_SETS[options.dataset].recipe
    recipe = changed_recipe(RECIPES[name], options)
    if options.start:
        recipe = with_layers_of(recipe, options.start)
    task = Task(recipe, options.dataset, _drawings_named(options.drawings), options.start)
    folder = _run_path(options.run or f"{time.strftime('%Y-%m-%d-%H%M%S')}-{name}")
    if folder.parent == runs_folder():
        check_name(folder.name)
    return Run.create(folder, task) if is_chief else Run(folder, task)


def add_recipe_options(parser: argparse._ActionsContainer) -> None:
    """Add an option for every hyper-parameter to a parser, or to a group of its options."""
    for setting in SETTINGS.values():
        parser.add_argument(
            f"--{setting.name.replace('_', '-')}",
            metavar="VALUE",
            help=f"{setting.about} ({setting.rule})".replace("%", "%%"),
        )


def changed_recipe(recipe: Recipe, options: argparse.Namespace) -> Recipe:
    """Change a recipe as the options say that `add_recipe_options` has added.

    Raises:
        RecipeError: A value is out of its range.
    """
    given = {name: getattr(options, name) for name in SETTINGS}
    changes: dict[str, Any] = {
        name: SETTINGS[name].parse(text) for name, text in given.items() if text is not None
    }
    return dataclasses.replace(recipe, **changes)


def _drawings_named(given: str | None) -> str | None:
    # A path holds for whoever resumes the run from another folder, too.
    return given if given in (None, USER_DRAWINGS) else str(Path(given).absolute())


def _run_path(name: str) -> Path:
    # A path of its own, or a name among the runs.
    return Path(name).absolute() if len(Path(name).parts) > 1 else runs_folder() / name


def _events(run: Run) -> Iterator[Event]:
    """Train what the run says, from its last checkpoint on."""
    task = run.task
    importing = threading.Thread(target=tensorflow)
    if _imports_nothing(task):
        # It keeps one core busy for seconds, and the digits the other.
        importing.start()
    yield Phase("digits")
    drawings = run.drawings()
    split = DATA_SETS[task.dataset].load(drawings)
    training = training_set(task.recipe, split, drawings)
    validation = validation_digits(split, drawings) if task.holds_out_validation else None
    test = split.test
    # A quarter of a gigabyte, of which no more is needed.
    del split
    yield Phase("tensorflow")
    if importing.ident is not None:
        importing.join()
    tensorflow()
    yield Phase("steps")
    events = train(task.recipe, training, test, run.start(), validation)
    del training
    yield from events


def _imports_nothing(task: Task) -> bool:
    """Whether a task's digits are only read from files: what is drawn needs libraries.

    Two threads must not import the same ones at once: Python gives them half-made modules.
    """
    recipe = task.recipe
    is_drawn = task.drawings or recipe.needs_drawings or recipe.glyph_copies
    return task.dataset == DEFAULT.name and not is_drawn


def _show(event: Event, bar: "tqdm[None]") -> None:
    if isinstance(event, Started):
        bar.reset(total=event.steps)
        # Steps of before an interruption say nothing about the speed.
        bar.initial = bar.n = bar.last_print_n = event.step
        bar.set_description(f"{event.digits:,} digits in {event.precision}")
    elif isinstance(event, Step):
        bar.update(event.step - bar.n)
        bar.set_postfix_str(f"loss {event.loss:.3f}, accuracy {event.accuracy:.3f}")
    elif isinstance(event, Epoch):
        bar.write(
            tutorial_line(event.epoch, event.loss, event.test_accuracy),
            file=sys.stdout,
        )
