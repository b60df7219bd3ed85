"""The command line: `digitscope app | serve | predict | train | evaluate …`; see `--help`."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from cnn import app_server
from cnn.cli.common import add_drawings, add_json, add_model, fail, predictor_of
from cnn.cli.evaluation import EXAMPLE, add_evaluate_options, evaluate_model
from cnn.cli.exporting import EXAMPLE as EXPORT_EXAMPLE
from cnn.cli.exporting import add_export_options, export
from cnn.cli.training import add_recipe_options, train_model
from cnn.data.datasets import DATA_SETS, DEFAULT
from cnn.data.mnist import fetch_mnist, how_to_mend, mnist_folder, mnist_status
from cnn.decision import Kind, decide
from cnn.export.format import ExportError
from cnn.files import why_not_written
from cnn.ink.formats import image_from_file
from cnn.ink.strokes import InkError
from cnn.predictor import Predictor
from cnn.recipe import RECIPES
from cnn.runs.active_model import set_default
from cnn.runs.outcome import SAID_TO_THE_USER
from cnn.signals import nobody_reads

# What is no drawing and no picture may have no end.
MOST_BYTES = 100_000_000
# How a file is told of, by the kind of answer.
READ_AS = {
    Kind.DIGIT: "{file}: {digit} ({probability:.1%})",
    Kind.EITHER_OR: "{file}: not sure, {digit} ({probability:.1%}) or {runner_up}",
    Kind.NO_DIGIT: "{file}: no digit, perhaps {digit} ({probability:.1%})",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status, 0 only on success."""
    try:
        try:
            options = _options(arguments)
            return int(options.command(options))
        finally:
            # What waits to be written may find nobody to read it.
            sys.stdout.flush()
    except (app_server.AppError, ExportError, *SAID_TO_THE_USER) as error:
        return fail(str(error))
    except BrokenPipeError:
        return nobody_reads()
    except OSError as error:
        return fail(why_not_written(error))
    except KeyboardInterrupt:
        return fail("Stopped.")


def app(options: argparse.Namespace) -> int:
    """Serve the app, and open it in a browser; any option of “streamlit run” may be given, too."""
    app_server.serve(options.port, options.address, options.others)
    return 0


def serve(options: argparse.Namespace) -> int:
    """Serve readings to other programs, without the app's pages."""
    from cnn.service import server

    server.serve(options.network, options.host, options.port, options.key, options.cors)
    return 0


def predict(options: argparse.Namespace) -> int:
    """Read each file and say which digit it shows; a file that cannot be read is skipped."""
    predictor = predictor_of(options.model)
    status = 0
    answers = []
    for path in options.files:
        try:
            answers.append(_read_file(path, predictor))
        except (InkError, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            status = fail(f"{path}: {reason}")
    if options.json:
        print(json.dumps(answers, indent=2))
    else:
        for answer in answers:
            print(READ_AS[answer["kind"]].format(**answer))
    return status


def _read_file(path: Path, predictor: Predictor) -> dict[str, Any]:
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise InkError(
            f"This file has more than {MOST_BYTES:,} bytes: no picture that is read has."
        )
    probabilities = predictor.read(image_from_file(content)).probabilities
    decision = decide(probabilities)
    return {
        "file": str(path),
        "digit": decision.digit,
        "probability": float(decision.probability),
        "kind": decision.kind,
        "sure": decision.sure,
        "runner_up": decision.runner_up,
        "probabilities": probabilities.tolist(),
    }


def use(options: argparse.Namespace) -> int:
    """Read with the network of a run from now on, on the page too, or with the shipped one."""
    set_default(options.name)
    print(f"In use: {options.name}.")
    return 0


def info(options: argparse.Namespace) -> int:
    """Describe a model layer by layer."""
    predictor = predictor_of(options.model)
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
    return fail(f"Not all is whole: {how_to_mend()}.")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = _parser()
    options, others = parser.parse_known_args(arguments)
    if others and options.command is not app:
        parser.error(f"unrecognized arguments: {' '.join(others)}")
    # What is not ours, Streamlit may know.
    options.others = others
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="digitscope",
        description="Read hand-drawn digits with a convolutional network.",
        epilog="example: digitscope predict drawing.json photo.jpg",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], example: str
    ) -> argparse.ArgumentParser:
        text = (run.__doc__ or "").strip()
        sub = commands.add_parser(
            name, help=text, description=text, epilog=f"example: digitscope {example}"
        )
        sub.set_defaults(command=run)
        return sub

    sub = command("app", app, "app --port 8600 --theme.base dark")
    sub.add_argument("--port", metavar="N", help="default: 8501, or the next one that is free")
    sub.add_argument(
        "--address", metavar="A", help="default: 127.0.0.1; 0.0.0.0 opens it to your network"
    )

    _add_service(command("serve", serve, "serve --network my-run --port 8600"))

    sub = command("predict", predict, "predict drawing.json photo.jpg --json")
    sub.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="drawing (JSON) or picture"
    )
    add_json(sub)
    add_model(sub)

    sub = command("train", train_model, "train --recipe fast --run my-run")
    defaults = ", ".join(f"{each.recipe} for {each.name}" for each in DATA_SETS.values())
    sub.add_argument("--recipe", choices=RECIPES, help=f"default: {defaults}")
    sub.add_argument(
        "--dataset", choices=DATA_SETS, default=DEFAULT.name, help=f"default: {DEFAULT.name}"
    )
    add_drawings(sub)
    sub.add_argument(
        "--start",
        metavar="NAME",
        help='run whose network to begin with, or "shipped"; default: fresh weights',
    )
    place = sub.add_mutually_exclusive_group()
    place.add_argument("--run", metavar="NAME", help="name, or path, of the run's folder")
    place.add_argument("--resume", metavar="NAME", help="go on with this run instead")
    changes = sub.add_argument_group("what to change in the recipe")
    add_recipe_options(changes)

    sub = command("use", use, "use my-run")
    sub.add_argument("name", metavar="NAME", help='name of a run, or "shipped"')

    add_evaluate_options(command("evaluate", evaluate_model, EXAMPLE))

    sub = command("info", info, "info --model my/model.keras")
    add_model(sub)

    add_export_options(command("export", export, EXPORT_EXAMPLE))

    sub = command("data", data, "data fetch")
    sub.add_argument("action", choices=["status", "fetch"])
    return parser


def _add_service(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "--network",
        metavar="NAME",
        default="",
        help='run, or "shipped", that reads if a request names none; default: the one in use',
    )
    sub.add_argument("--port", metavar="N", help="default: 8502")
    sub.add_argument(
        "--host", metavar="A", help="default: 127.0.0.1; 0.0.0.0 opens it to your network"
    )
    sub.add_argument(
        "--key",
        metavar="KEY",
        help="that clients must send; others on this machine can see it here, and cannot in the"
        " environment's CNN_SERVICE_KEY",
    )
    sub.add_argument(
        "--cors",
        metavar="ORIGIN",
        action="append",
        default=[],
        help="site whose pages may use it, as https://example.org; may be given again",
    )
