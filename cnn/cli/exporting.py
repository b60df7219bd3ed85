"""The command `digitscope export`: a network in a format that other programs read."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cnn.cli.common import add_model, fail
from cnn.data.datasets import DATA_SETS, measured_sets
from cnn.export.about import about_network
from cnn.export.bundle import FORMATS, export_network
from cnn.export.html import export_html
from cnn.files import write_atomically
from cnn.ink.strokes import Picture
from cnn.predictor import Predictor
from cnn.runs.active_model import first_that_loads, model_label
from cnn.runs.run import network_file

EXAMPLE = "export my-run onnx"
HTML = "html"
NAMES = (HTML, *FORMATS)


@dataclass(frozen=True)
class _Written:
    """A network in a format.

    Attributes:
        place: Where it belongs unless somebody says otherwise.
        label: What to call the network.
        content: The file's.
        said: What there is to say of it.
    """

    place: Path
    label: str
    content: bytes
    said: str


def export(options: argparse.Namespace) -> int:
    """Write a network to take elsewhere: as one HTML file, or in a format of other programs."""
    form = options.format
    if options.run is not None and options.model is not None:
        options.error("name one network")
    if options.to and (problem := _why_not(options.to)):
        return fail(problem)
    if form != HTML:
        FORMATS[form].check_packages()
    written = _written(options.run, options.model, _writer(form, options.calibrate_with))
    place = options.to or written.place
    write_atomically(place, written.content)
    print(f"{written.label} is in {place}{written.said}")
    return 0


def add_export_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.set_defaults(error=parser.error)
    parser.add_argument(
        "run", nargs="?", metavar="RUN", help='run, or "shipped", instead of the model in use'
    )
    parser.add_argument(
        "format", metavar="FORMAT", choices=NAMES, help=f"one of {', '.join(NAMES)}"
    )
    parser.add_argument("--to", type=Path, metavar="FILE", help="file to write, or to replace")
    add_model(parser)
    parser.add_argument(
        "--calibrate-with",
        choices=[each.name for each in measured_sets()],
        help="whose training digits tflite-int8 is quantised by; default: digits",
    )


def _why_not(place: Path) -> str:
    """Say why no file can be written at a place; "" if one can."""
    if place.exists() and not place.is_file():
        return f"{place} is no file: name one to write."
    if not place.parent.is_dir():
        return f"There is no folder {place.parent}."
    return ""


def _writer(form: str, data_set: str | None) -> Callable[[Path, str, str], _Written]:
    """Return what writes a file's network, by a name for files and one for people."""

    def write(file: Path, name: str, label: str) -> _Written:
        if form == HTML:
            page = export_html(file, label)
            return _Written(Path(f"{name}.html"), label, page, ": open it in a browser.")
        format = FORMATS[form]
        about = about_network(file, label)
        exported = export_network(
            Predictor.load(file, label), format, about, _calibration(data_set)
        )
        said = (
            ", with a card and ten drawings to test by."
            f" {exported.compared.sentence(format.is_exact)}"
        )
        return _Written(Path(f"{name}-{form}.zip"), label, exported.content, said)

    return write


def _calibration(data_set: str | None) -> Picture | None:
    return DATA_SETS[data_set].load(()).train.images if data_set else None


def _written(
    run: str | None, model: Path | None, write: Callable[[Path, str, str], _Written]
) -> _Written:
    """Write the network that is named, or the one in use."""

    def write_run(name: str) -> _Written:
        return write(network_file(name), name, model_label(name))

    if model is not None:
        return write(model, model.stem, model.stem)
    if run is not None:
        return write_run(run)
    written, problem = first_that_loads(write_run)
    if problem:
        print(problem, file=sys.stderr)
    return written
