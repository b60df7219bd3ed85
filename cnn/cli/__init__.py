"""The command line: `digitscope app | predict | train | use | evaluate | info | export | data`."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from cnn import app_server
from cnn.cli.training import add_recipe_options, train_model
from cnn.data.datasets import DATA_SETS, DEFAULT, measured_sets
from cnn.data.drawings import draw_digits, read_drawings
from cnn.data.mnist import fetch_mnist, how_to_mend, mnist_folder, mnist_status
from cnn.data.user_drawings import USER_DRAWINGS, read_user_drawings
from cnn.decision import decide
from cnn.evaluation import as_text, evaluate
from cnn.files import why_not_written, write_atomically
from cnn.ink.formats import image_from_file
from cnn.ink.strokes import InkError
from cnn.predictor import Predictor
from cnn.recipe import RECIPES
from cnn.runs.active_model import first_that_loads, load_active, model_label, set_default
from cnn.runs.export import export_html
from cnn.runs.outcome import SAID_TO_THE_USER
from cnn.runs.run import network_file
from cnn.signals import nobody_reads

# What is no drawing and no picture may have no end.
MOST_BYTES = 100_000_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status, 0 only on success."""
    try:
        try:
            options = _options(arguments)
            return int(options.command(options))
        finally:
            # What waits to be written may find nobody to read it.
            sys.stdout.flush()
    except (app_server.AppError, *SAID_TO_THE_USER) as error:
        return _fail(str(error))
    except BrokenPipeError:
        return nobody_reads()
    except OSError as error:
        return _fail(why_not_written(error))
    except KeyboardInterrupt:
        return _fail("Stopped.")


def app(options: argparse.Namespace) -> int:
    """Serve the app, and open it in a browser; any option of “streamlit run” may be given, too."""
    app_server.serve(options.port, options.address, options.others)
    return 0


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
        "sure": decision.sure,
        "runner_up": decision.runner_up,
        "probabilities": probabilities.tolist(),
    }


def _sentence(answer: dict[str, object]) -> str:
    kind = "" if answer["sure"] else "not sure, perhaps "
    return f"{answer['file']}: {kind}{answer['digit']} ({answer['probability']:.1%})"


def use(options: argparse.Namespace) -> int:
    """Read with the network of a run from now on, on the page too, or with the shipped one."""
    set_default(options.name)
    print(f"In use: {options.name}.")
    return 0


def evaluate_model(options: argparse.Namespace) -> int:
    """Measure a model on a test set, or on a file of drawings."""
    if options.drawings:
        own = options.drawings == USER_DRAWINGS
        drawings = read_user_drawings() if own else read_drawings(Path(options.drawings))
        if not drawings:
            return _fail(f"{options.drawings} holds no drawing.")
        digits = draw_digits(drawings)
    else:
        load_test = DATA_SETS[options.dataset].load_test
        assert load_test is not None
        digits = load_test()
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


def export(options: argparse.Namespace) -> int:
    """Write a network to take home: one HTML file, which reads what is drawn on it."""
    if options.html.exists() and not options.html.is_file():
        return _fail(f"{options.html} is no file: name one to write.")
    if not options.html.parent.is_dir():
        return _fail(f"There is no folder {options.html.parent}.")
    name, page = _page(options)
    write_atomically(options.html, page)
    print(f"{name} is in {options.html}: open it in a browser.")
    return 0


def _page(options: argparse.Namespace) -> tuple[str, bytes]:
    """Return the name and the HTML file of the network that options name, or of the one in use."""
    if options.model is not None:
        return options.model.stem, export_html(options.model, options.model.stem)
    if options.run is not None:
        return _page_of_run(options.run)
    page, problem = first_that_loads(_page_of_run)
    if problem:
        print(problem, file=sys.stderr)
    return page


def _page_of_run(run: str) -> tuple[str, bytes]:
    return model_label(run), export_html(network_file(run), model_label(run))


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
    return _fail(f"Not all is whole: {how_to_mend()}.")


def _predictor(path: Path | None) -> Predictor:
    if path is not None:
        return Predictor.load(path, path.stem)
    use = load_active()
    if use.problem:
        print(use.problem, file=sys.stderr)
    return use.predictor


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


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

    sub = command("predict", predict, "predict drawing.json photo.jpg --json")
    sub.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="drawing (JSON) or picture"
    )
    _add_json(sub)
    _add_model(sub)

    sub = command("train", train_model, "train --recipe fast --run my-run")
    defaults = ", ".join(f"{each.recipe} for {each.name}" for each in DATA_SETS.values())
    sub.add_argument("--recipe", choices=RECIPES, help=f"default: {defaults}")
    sub.add_argument(
        "--dataset", choices=DATA_SETS, default=DEFAULT.name, help=f"default: {DEFAULT.name}"
    )
    _add_drawings(sub)
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

    sub = command("evaluate", evaluate_model, "evaluate --drawings drawings.jsonl --json")
    source = sub.add_mutually_exclusive_group(required=True)
    measured = [each.name for each in measured_sets()]
    source.add_argument("--dataset", choices=measured, help="a data set's test digits")
    _add_drawings(source)
    _add_json(sub)
    _add_model(sub)

    sub = command("info", info, "info --model my/model.keras")
    _add_model(sub)

    sub = command("export", export, "export --html my-network.html --run my-run")
    sub.add_argument(
        "--html", type=Path, metavar="FILE", required=True, help="file to write, or to replace"
    )
    source = sub.add_mutually_exclusive_group()
    source.add_argument(
        "--run", metavar="NAME", help='run, or "shipped", instead of the model in use'
    )
    _add_model(source)

    sub = command("data", data, "data fetch")
    sub.add_argument("action", choices=["status", "fetch"])
    return parser


def _add_drawings(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--drawings",
        metavar="FILE",
        help='JSON lines {"label": 3, "strokes": [[[x, y], ...], ...]}, or UNIPEN text; "yours" for'
        " those that you kept on the page",
    )


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON, for other programs")


def _add_model(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--model", type=Path, metavar="FILE", help=".keras file instead of the model in use"
    )
