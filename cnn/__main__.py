"""The command line: `python -m cnn predict | train | evaluate | info | data`."""

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from cnn.data import (
    DataError,
    Digits,
    Split,
    load_builtin,
    load_mnist,
    load_mnist_test,
    read_drawings,
)
from cnn.evaluation import as_text, draw_digits, evaluate
from cnn.files import write_atomically
from cnn.ink import InkError, Picture, rasterise, strokes_from_file
from cnn.mnist import fetch_mnist, mnist_folder, mnist_status
from cnn.model import save_model
from cnn.photo import rasterise_photo
from cnn.predictor import ModelError, Predictor, shipped_predictor
from cnn.recipe import RECIPES, Recipe, RecipeError
from cnn.training import Epoch, Event, Finished, Started, Step, TrainingError, train
from cnn.trainingset import training_set
from cnn.verdict import judge

DATA_SETS: dict[str, Callable[[], Split]] = {"mnist": load_mnist, "digits": load_builtin}
TEST_SETS: dict[str, Callable[[], Digits]] = {
    "mnist": load_mnist_test,
    "digits": lambda: load_builtin().test,
}


def _truth(text: str) -> bool:
    return {"yes": True, "no": False}[text]


# How each field of a recipe is read from the command line.
RECIPE_FIELDS: dict[str, Callable[[str], Any]] = {
    "epochs": int,
    "batch": int,
    "learning_rate": float,
    "warm_up": float,
    "pixel_strength": float,
    "hands": int,
    "styles": int,
    "non_digits": int,
    "dropout": float,
    "average": float,
    "use_validation": _truth,
    "precision": str,
    "seed": int,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status, 0 only on success."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (DataError, InkError, ModelError, RecipeError, TrainingError) as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.filename}: {error.strerror}")
    except KeyboardInterrupt:
        return _fail("Stopped.")


def predict(options: argparse.Namespace) -> int:
    """Read each file and say which digit it shows; a file that cannot be read is skipped."""
    predictor = _predictor(options.model)
    status = 0
    answers = []
    for path in options.files:
        try:
            answers.append(_read_file(path, predictor))
        except (InkError, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            status = _fail(f"{path}: {reason}")
    if options.json:
        print(json.dumps(answers, indent=2))
    else:
        for answer in answers:
            print(_sentence(answer))
    return status


def _read_file(path: Path, predictor: Predictor) -> dict[str, object]:
    probabilities = predictor.read(_image_from_file(path)).probabilities
    verdict = judge(probabilities)
    return {
        "file": str(path),
        "digit": verdict.digit,
        "probability": float(verdict.probability),
        "sure": verdict.sure,
        "runner_up": verdict.runner_up,
        "probabilities": probabilities.tolist(),
    }


def _image_from_file(path: Path) -> Picture:
    content = path.read_bytes()
    strokes = strokes_from_file(content)
    return rasterise_photo(content) if strokes is None else rasterise(strokes)


def _sentence(answer: dict[str, object]) -> str:
    kind = "" if answer["sure"] else "not sure, perhaps "
    return f"{answer['file']}: {kind}{answer['digit']} ({answer['probability']:.1%})"


def train_model(options: argparse.Namespace) -> int:
    """Train the network by a recipe, print the accuracy after each epoch, and save it."""
    changes = {name: getattr(options, name) for name in RECIPE_FIELDS}
    changes = {name: value for name, value in changes.items() if value is not None}
    recipe = dataclasses.replace(RECIPES[options.recipe], **changes)
    split = DATA_SETS[options.dataset]()
    drawings = read_drawings(options.drawings) if options.drawings else []
    with tqdm(desc="Preparing", bar_format="{desc} {elapsed}", leave=False):
        training = training_set(recipe, split, drawings)
    with tqdm(unit="step", leave=False, dynamic_ncols=True) as bar:
        for event in train(recipe, training, split.test):
            _show(event, bar)
            if isinstance(event, Finished):
                save_model(event.model, options.out)
                write_atomically(options.out.with_suffix(".json"), recipe.as_json().encode())
    print(f"Saved to {options.out}.")
    return 0


def _show(event: Event, bar: "tqdm[None]") -> None:
    if isinstance(event, Started):
        bar.reset(total=event.steps)
        bar.set_description(f"{event.digits:,} digits in {event.precision}")
    elif isinstance(event, Step):
        bar.update(event.step - bar.n)
        bar.set_postfix_str(f"cost {event.cost:.3f}, accuracy {event.accuracy:.3f}")
    elif isinstance(event, Epoch):
        # The tutorial's own line.
        bar.write(
            f"Epoch: {event.epoch} cost = {event.cost:.3f}"
            f" test accuracy: {event.test_accuracy:.4f}",
            file=sys.stdout,
        )


def evaluate_model(options: argparse.Namespace) -> int:
    """Measure a model on a test set, or on a file of drawings."""
    if options.drawings:
        drawings = read_drawings(options.drawings)
        if not drawings:
            return _fail(f"{options.drawings} holds no drawing.")
        digits = draw_digits(drawings)
    else:
        digits = TEST_SETS[options.dataset]()
    result = evaluate(_predictor(options.model), digits)
    print(json.dumps(result.as_json()) if options.json else as_text(result))
    return 0


def info(options: argparse.Namespace) -> int:
    """Describe a model layer by layer."""
    predictor = _predictor(options.model)
    print(f"{predictor.name}: {predictor.model.count_params():,} parameters")
    for layer in predictor.model.layers:
        shape = " × ".join(f"{n:,}" for n in layer.output.shape[1:])
        print(f"  {layer.name:<8} {shape:>14} {layer.count_params():>12,}")
    return 0


def data(options: argparse.Namespace) -> int:
    """Show where MNIST's files are and whether they are whole, or download what is missing."""
    if options.action == "fetch":
        print(f"MNIST is in {fetch_mnist()}.")
        return 0
    print(f"MNIST's files belong in {mnist_folder()}:")
    statuses = mnist_status()
    for status in statuses:
        print(f"  {status.path.name:<26} {status.problem or 'whole'}")
    if all(status.problem is None for status in statuses):
        return 0
    return _fail("“python -m cnn data fetch” downloads what is missing.")


def _predictor(path: Path | None) -> Predictor:
    return shipped_predictor() if path is None else Predictor.load(path, path.stem)


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cnn",
        description="Read hand-drawn digits with a convolutional network.",
        epilog="example: python -m cnn predict drawing.json photo.jpg",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], example: str
    ) -> argparse.ArgumentParser:
        text = (run.__doc__ or "").strip()
        sub = commands.add_parser(
            name, help=text, description=text, epilog=f"example: python -m cnn {example}"
        )
        sub.set_defaults(run=run)
        return sub

    sub = command("predict", predict, "predict drawing.json photo.jpg --json")
    sub.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="drawing (JSON) or picture"
    )
    _add_json(sub)
    _add_model(sub)

    sub = command("train", train_model, "train --recipe fast --out my-model.keras")
    sub.add_argument("--recipe", choices=RECIPES, default="tutorial", help="default: tutorial")
    sub.add_argument("--dataset", choices=DATA_SETS, default="mnist", help="default: mnist")
    _add_drawings(sub)
    sub.add_argument(
        "--out", type=Path, metavar="FILE", default=Path("model.keras"), help="where to save"
    )
    changes = sub.add_argument_group("what to change in the recipe")
    for field in dataclasses.fields(Recipe):
        changes.add_argument(
            f"--{field.name.replace('_', '-')}", type=RECIPE_FIELDS[field.name], metavar="VALUE"
        )

    sub = command("evaluate", evaluate_model, "evaluate --drawings drawings.jsonl --json")
    source = sub.add_mutually_exclusive_group(required=True)
    source.add_argument("--dataset", choices=TEST_SETS, help="MNIST's or the built-in test digits")
    _add_drawings(source)
    _add_json(sub)
    _add_model(sub)

    sub = command("info", info, "info --model my/model.keras")
    _add_model(sub)

    sub = command("data", data, "data fetch")
    sub.add_argument("action", choices=["status", "fetch"])
    return parser


def _add_drawings(parser: Any) -> None:
    parser.add_argument(
        "--drawings",
        type=Path,
        metavar="FILE",
        help='JSON lines {"label": 3, "strokes": [[[x, y], ...], ...]}, or UNIPEN text',
    )


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON, for other programs")


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model", type=Path, metavar="FILE", help=".keras file instead of the shipped model"
    )


if __name__ == "__main__":
    sys.exit(main())
