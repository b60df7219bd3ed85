"""Drawings that other networks than the session's read in the browser: while they are trained, and
side by side."""

import shutil
import subprocess
import sys

import numpy as np
import psutil
import pytest
from playwright.sync_api import expect

from cnn.model import build, save_model
from cnn.runs.process import JobFile
from cnn.runs.run import runs_folder
from cnn.training.loop import initial_snapshot
from tests.browser.test_compare import open_compare
from tests.browser.test_draw import draw, points_of, press
from tests.browser.test_replay import open_run
from tests.made_runs import RECIPE, make_run

pytestmark = pytest.mark.browser

NAME = "reads"


def network_that_reads(digit):
    """Return one that takes everything for a digit."""
    network = build(RECIPE)
    *others, bias = network.get_weights()
    network.set_weights([*others, bias + 20 * np.eye(10)[digit]])
    return network


@pytest.fixture
def run():
    """Make a run that has begun; it is gone after the test."""
    yield make_run(runs_folder(), NAME, epochs=1, finished=False)
    shutil.rmtree(runs_folder() / NAME, ignore_errors=True)


@pytest.fixture
def trained(run):
    """Have it trained, as far as anybody can see."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"]) as process:
        JobFile.of_process(psutil.Process(process.pid)).write(run.folder)
        yield run
        process.kill()


def test_a_drawing_is_read_by_the_network_that_is_being_trained_as_it_was_last_saved(
    open_page, trained
):
    trained.save_checkpoint(initial_snapshot(network_that_reads(3), RECIPE))
    page = open_run(open_page, NAME)
    page.locator(".st-key-more-runs").get_by_text("Draw").click()
    page.locator("canvas.upper-canvas").wait_for()
    draw(page, points_of(1))
    digit = page.locator(".answer .digit")
    expect(digit).to_have_text("3")
    trained.save_checkpoint(initial_snapshot(network_that_reads(8), RECIPE))
    expect(digit).to_have_text("8")


def test_two_networks_read_the_same_drawing_side_by_side(open_page, run):
    save_model(network_that_reads(8), run.model_file)
    page = open_compare(open_page)
    page.locator(".st-key-compare-with").get_by_text("Another model").click()
    digits = page.locator(".answer .digit")
    expect(digits).to_have_text(["7", "8"])
    press(page, "clear")
    draw(page, points_of(1))
    expect(digits).to_have_text(["1", "8"])
