"""The command `digitscope evaluate`: how good a network is, where it fails, beside which other."""

import argparse
import json
import sys
from pathlib import Path

from tqdm import tqdm

from cnn.augmentation.corruptions import CORRUPTIONS
from cnn.cli.common import add_drawings, add_json, add_model, fail, predictor_of
from cnn.data.datasets import measured_sets
from cnn.data.measured import Measured, drawings_file, of_data_set, of_pictures, own_drawings
from cnn.data.pictures import pictures_at
from cnn.data.user_drawings import USER_DRAWINGS
from cnn.evaluation.findings import find_out
from cnn.evaluation.robustness import Point
from cnn.evaluation.text import findings_as_text
from cnn.files import write_atomically
from cnn.plots.report import report
from cnn.predictor import Predictor
from cnn.runs.active_model import load, model_label

EXAMPLE = "evaluate --drawings drawings.jsonl --json"
# What could not be read is listed up to here, and counted beyond.
MOST_LISTED = 20


def evaluate_model(options: argparse.Namespace) -> int:
    """Measure a model on test digits, a file of drawings, or pictures named by their digit."""
    if options.html is not None and not options.html.parent.is_dir():
        return fail(f"There is no folder {options.html.parent}.")
    # What is wrong with a network is said before anything is read.
    networks = _networks(options)
    measured = _measured(options)
    _say_what_is_left_out(measured)
    with tqdm(unit="point", leave=False, dynamic_ncols=True, disable=None) as bar:

        def tell(point: Point) -> None:
            bar.total = point.of
            bar.update()

        corruptions = tuple(CORRUPTIONS) if options.corruptions else ()
        findings = find_out(measured, networks, corruptions, tell)
    if options.html is not None:
        write_atomically(options.html, report(findings))
        # What JSON is for is no place for a sentence.
        print(f"The report is in {options.html}: open it in a browser.", file=sys.stderr)
    print(json.dumps(findings.as_json()) if options.json else findings_as_text(findings))
    return 0


def add_evaluate_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    source = parser.add_mutually_exclusive_group(required=True)
    measured = [each.name for each in measured_sets()]
    source.add_argument("--dataset", choices=measured, help="a data set's test digits")
    add_drawings(source)
    source.add_argument(
        "--pictures",
        type=Path,
        metavar="PATH",
        help="folder or ZIP file of pictures named by their digit: 7-anna.png, or 7/anna.png",
    )
    parser.add_argument(
        "--against", metavar="NAME", help='run, or "shipped", to compare with on the same digits'
    )
    parser.add_argument(
        "--corruptions",
        action="store_true",
        help="read them spoilt more and more, too, in each of "
        f"{len(CORRUPTIONS)} ways; takes a minute",
    )
    parser.add_argument(
        "--html", type=Path, metavar="REPORT", help="page to write, or to replace, with charts"
    )
    add_json(parser)
    add_model(parser)


def _networks(options: argparse.Namespace) -> list[tuple[str, Predictor]]:
    first = predictor_of(options.model)
    networks = [(first.name, first)]
    if options.against:
        networks.append((model_label(options.against), load(options.against)))
    return networks


def _measured(options: argparse.Namespace) -> Measured:
    if options.dataset:
        return of_data_set(options.dataset)
    if options.pictures:
        pictures = pictures_at(options.pictures)
        with tqdm(pictures, unit="picture", leave=False, dynamic_ncols=True, disable=None) as bar:
            return of_pictures(bar, str(options.pictures))
    if options.drawings == USER_DRAWINGS:
        return own_drawings()
    return drawings_file(Path(options.drawings))


def _say_what_is_left_out(measured: Measured) -> None:
    for each in measured.refused[:MOST_LISTED]:
        print(f"{each.name}: {each.reason}", file=sys.stderr)
    if len(measured.refused) > MOST_LISTED:
        more = len(measured.refused) - MOST_LISTED
        print(f"{more:,} more cannot be read, either.", file=sys.stderr)
