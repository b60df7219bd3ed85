"""A network leaves the Train page in a format of other programs, as a person would fetch it."""

import io
import json
import shutil
import zipfile

import numpy as np
import pytest
from playwright.sync_api import expect

from cnn.model import build, save_model
from cnn.predictor import Predictor
from cnn.runs.run import runs_folder
from tests.made_runs import RECIPE, make_run

pytestmark = pytest.mark.browser


@pytest.fixture
def run():
    """Make a run with a network; it is gone after the test."""
    run = make_run(runs_folder(), "sent away")
    save_model(build(RECIPE), run.model_file)
    yield run
    shutil.rmtree(run.folder)


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
def test_the_menu_of_downloads_has_every_format_and_gives_it_with_its_drawings(
    run, open_page, width, height
):
    page = open_page(
        "/Train?run=sent+away",
        "text=Download",
        accept_downloads=True,
        viewport={"width": width, "height": height},
    )
    page.get_by_role("button", name="Download").first.click()
    buttons = page.locator("[class*='st-key-export-'] button")
    expect(buttons.first).to_be_visible()
    for place in (button.bounding_box() for button in buttons.all() if button.is_visible()):
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= width
    with page.expect_download() as saving:
        page.locator(".st-key-export-tflite button").first.click()
    assert saving.value.suggested_filename == "sent away-tflite.zip"
    with zipfile.ZipFile(io.BytesIO(saving.value.path().read_bytes())) as archive:
        names = archive.namelist()
        reference = json.loads(archive.read("reference.json"))
    assert "model.tflite" in names
    first = reference["drawings"][0]
    said = Predictor.load(run.model_file, "").read(np.float32(first["image"])).probabilities
    assert first["probabilities"] == pytest.approx(said.tolist(), abs=1e-4)
