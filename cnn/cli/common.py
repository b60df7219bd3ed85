"""What several commands share: the network that they read with, and how they say what failed."""

import argparse
import sys
from pathlib import Path

from cnn.predictor import Predictor
from cnn.runs.active_model import load_active


def predictor_of(path: Path | None) -> Predictor:
    """Load the network of a file, or the one in use, and say so where that is another."""
    if path is not None:
        return Predictor.load(path, path.stem)
    use = load_active()
    if use.problem:
        print(use.problem, file=sys.stderr)
    return use.predictor


def fail(sentence: str) -> int:
    """Say on the error stream what failed; returns the exit status."""
    print(sentence, file=sys.stderr)
    return 1


def add_drawings(parser: argparse._ActionsContainer) -> None:
    """Add the option that names a file of drawings."""
    parser.add_argument(
        "--drawings",
        metavar="FILE",
        help='JSON lines {"label": 3, "strokes": [[[x, y], ...], ...]}, or UNIPEN text; "yours" for'
        " those that you kept on the page",
    )


def add_json(parser: argparse._ActionsContainer) -> None:
    """Add the option that asks for JSON."""
    parser.add_argument("--json", action="store_true", help="print JSON, for other programs")


def add_model(parser: argparse._ActionsContainer) -> None:
    """Add the option that names a network's file."""
    parser.add_argument(
        "--model", type=Path, metavar="FILE", help=".keras file instead of the model in use"
    )
