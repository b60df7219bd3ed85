"""How networks read in each format that they can be exported in, beside the networks themselves.

Three networks, the shipped one, a small and a fully connected one, in all formats; each is put in
its zip file, taken out again, and reads a whole set of digits by its own runtime. That of the HTML
file is Debian's Chromium.

    python -m benchmarks.exports mnist
    python -m benchmarks.exports digits --part validation --only tflite-int8
"""

import argparse
import io
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from benchmarks.server import open_browser, wait_for
from cnn.data.datasets import DATA_SETS, measured_sets
from cnn.data.digits import DataError, Digits, Split
from cnn.export.bundle import FORMATS, export_network
from cnn.export.check import Comparison, compare
from cnn.export.format import ExportError, Format
from cnn.export.html import export_html
from cnn.ink.strokes import Picture
from cnn.model import compressed
from cnn.predictor import Predictor, shipped_predictor
from cnn.recipe import RECIPES, Recipe
from cnn.training.dataset import training_set
from cnn.training.trainer import Finished, train
from cnn.web.take_home import About

HTML = "html"
READ = "(pictures) => pictures.map((picture) => [...digitscope.read(picture).probabilities])"
# Pictures that go to the browser at a time.
CHUNK = 50
# By data sets: short trainings, as what is compared is how a network reads here and there.
RECIPE = {"mnist": RECIPES["fast"], "digits": replace(RECIPES["small"], epochs=8)}


def networks(split: Split) -> Iterator[Predictor]:
    """Yield the shipped network, and two that are trained on a data set's digits."""
    yield shipped_predictor()
    recipe = RECIPE.get(split.name, RECIPE["digits"])
    small = replace(recipe, filters=(16, 32), dense_units=128)
    yield _trained("small", small, split)
    fully_connected = replace(recipe, network="fc", dense_units=None, epochs=3 * recipe.epochs)
    yield _trained("fully connected", fully_connected, split)


def _trained(name: str, recipe: Recipe, split: Split) -> Predictor:
    *_, last = train(recipe, training_set(recipe, split, []), split.validation)
    assert isinstance(last, Finished)
    return Predictor(last.model, name)


def measure(
    predictor: Predictor, format: Format, digits: Digits, calibration: Picture | None
) -> tuple[int, Comparison]:
    """Export a network, and read digits with what the zip file holds; returns its bytes, too."""
    exported = export_network(predictor, format, About(predictor.name), calibration)
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(io.BytesIO(exported.content)).extractall(folder)
        read = format.open(Path(folder))
        compared = compare(digits, predictor.probabilities(digits.images), read(digits.images))
    return len(exported.content), compared


def measure_html(predictor: Predictor, digits: Digits) -> tuple[int, Comparison]:
    """Do the same with the HTML file, in a browser."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        network, page_file = Path(folder, "model.keras"), Path(folder, "home.html")
        network.write_bytes(compressed(predictor.model))
        page_file.write_bytes(export_html(network, predictor.name))
        page = open_browser(playwright).new_page()
        page.goto(page_file.as_uri())
        wait_for(page, "Boolean(window.digitscope?.network)")
        images = digits.images.reshape(len(digits), -1)
        read = [
            page.evaluate(READ, images[i : i + CHUNK].tolist())
            for i in range(0, len(digits), CHUNK)
        ]
        compared = compare(
            digits,
            predictor.probabilities(digits.images),
            np.concatenate([np.array(part, np.float32) for part in read]),
        )
        return page_file.stat().st_size, compared


def main() -> None:
    """Print a Markdown table, a line for each network and format."""
    options = _options()
    split = DATA_SETS[options.dataset].load(())
    digits = getattr(split, options.part)
    calibration = None
    if options.calibrate_with:
        calibration = DATA_SETS[options.calibrate_with].load(()).train.images
    print(f"{len(digits):,} digits: {options.dataset}, {options.part}\n")
    print("| network | format | MB | as the network | largest difference | read right | before |")
    print("|---|---|---:|---:|---:|---:|---:|")
    forms = [options.only] if options.only else [*FORMATS, HTML]
    for predictor in networks(split):
        for form in forms:
            if form == HTML:
                size, compared = measure_html(predictor, digits)
            else:
                size, compared = measure(predictor, FORMATS[form], digits, calibration)
            print(_row(predictor.name, form, size, compared), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    names = [each.name for each in measured_sets()]
    parser.add_argument("dataset", choices=names)
    parser.add_argument("--part", choices=["validation", "test"], default="test")
    parser.add_argument("--only", choices=[*FORMATS, HTML], help="default: all formats")
    parser.add_argument("--calibrate-with", choices=names, help="default: the built-in digits")
    return parser.parse_args()


def _row(name: str, form: str, size: int, compared: Comparison) -> str:
    return (
        f"| {name} | {form} | {size / 1e6:.1f} | {compared.agreement:.2%}"
        f" | {compared.difference:.1e} | {compared.accuracy:.2%} | {compared.accuracy_before:.2%} |"
    )


if __name__ == "__main__":
    try:
        main()
    except (DataError, ExportError) as error:
        sys.exit(str(error))
