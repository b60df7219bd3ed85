"""Teaching a network a hand: the task, its road through the command line, and what came of it."""

import shutil

import numpy as np
import pytest

from cnn.augmentation.glyphs import strokes_of
from cnn.augmentation.strokes import augment_strokes
from cnn.cli import main
from cnn.data.datasets import DATA_SETS
from cnn.data.digits import DataError
from cnn.data.user_drawings import keep, read_user_drawings
from cnn.predictor import SHIPPED_MODEL
from cnn.recipe import RECIPES
from cnn.runs import finetune
from cnn.runs.finetune import ENOUGH, MOST_DRAWN, fine_tuning, is_fine_tuning, what_changed
from cnn.runs.run import Run

# A nine with a g's tail, which the shipped network takes for an eight.
NINE = (
    "80,15 50,0 20,12 20,32 50,42 78,25|-82,5 82,75"
    "|82,75 60,100 15,98 10,75 40,60 98,50"
)  # fmt: skip


@pytest.fixture(autouse=True)
def places(tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_DRAWINGS_DIR", str(tmp_path))
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path / "runs"))
    # Without MNIST it must go as well, and is quicker.
    monkeypatch.setattr(finetune, "at_hand", lambda: DATA_SETS["digits"])


def keep_nines(count):
    rng = np.random.default_rng(0)
    for _ in range(count):
        keep([stroke * 300 for stroke in augment_strokes(strokes_of(NINE, rng), rng)], 9)


def test_with_too_few_drawings_it_says_how_many_are_missing():
    keep_nines(ENOUGH - 3)
    with pytest.raises(DataError, match="needs 10 drawings: 3 more"):
        fine_tuning("shipped")


def test_many_drawings_are_drawn_by_fewer_hands_each(monkeypatch):
    keep_nines(ENOUGH)
    assert fine_tuning("shipped").recipe.stroke_copies == RECIPES["hand"].stroke_copies
    many = read_user_drawings() * 20
    monkeypatch.setattr(finetune, "read_user_drawings", lambda: many)
    taught = sum(not drawing.held_out for drawing in many)
    assert fine_tuning("shipped").recipe.stroke_copies == MOST_DRAWN // taught


def test_a_style_that_was_misread_is_learned_and_little_forgotten(tmp_path):
    keep_nines(ENOUGH)
    shipped = SHIPPED_MODEL.read_bytes()
    # Fewer digits than the recipe says, as a test is to be quick: too few for an average of all,
    # and for small steps.
    arguments = ["--train-size", "1200", "--stroke-copies", "100", "--ema-from-start", "no"]
    arguments += ["--learning-rate", "1.5e-3", "--start", "shipped"]
    arguments += ["--drawings", "yours", "--dataset", "digits"]
    assert main(["train", "--recipe", "hand", *arguments, "--run", "nines"]) == 0
    run = Run.open(tmp_path / "runs" / "nines")
    assert is_fine_tuning(run)
    changes = what_changed(run)
    assert changes.learned.n == ENOUGH // 4
    assert (changes.learned.before, changes.learned.after) == (0, 1)
    assert changes.certainty.before < 0.5 < changes.certainty.after
    assert changes.kept.before > 0.93
    assert changes.kept.after > changes.kept.before - 0.03
    assert SHIPPED_MODEL.read_bytes() == shipped
    # What the training has measured is what both networks say.
    shutil.rmtree(run.folder / "readings")
    assert what_changed(run) == changes
