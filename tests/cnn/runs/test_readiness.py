"""Which recipes can train on which data: told before the start as the training itself finds out."""

from dataclasses import replace

import numpy as np
import pytest

from cnn.data.datasets import DATA_SETS
from cnn.data.digits import DataError, Digits, LabelledStrokes, Split
from cnn.recipe import RECIPES, Recipe
from cnn.runs.readiness import NO_DRAWINGS, NOTHING_TO_MEASURE, why_not_trained
from cnn.setting import RecipeError
from cnn.training.dataset import training_set
from cnn.training.trainer import TrainingError

STROKE = [np.array([[10.0, 10.0], [100.0, 200.0]])]
# As few as can be fine-tuned with: of four, one is held out.
DRAWINGS = [LabelledStrokes(i % 10, STROKE, held_out=i % 4 == 3) for i in range(10)]
FEW = "There are {} training digits, fewer than one batch of {}"

# What stands in a row of the form: recipe, data set, whether with drawings; what is wrong with it.
TABLE = [
    ("tutorial", "mnist", False, ""),
    ("fast", "mnist", False, ""),
    ("small", "mnist", False, ""),
    ("best", "mnist", False, NO_DRAWINGS),
    ("hand", "mnist", False, NO_DRAWINGS),
    ("tutorial", "digits", False, ""),
    ("fast", "digits", False, ""),
    ("small", "digits", False, ""),
    ("best", "digits", False, NO_DRAWINGS),
    ("hand", "digits", False, NO_DRAWINGS),
    *((name, data, True, "") for name in RECIPES for data in ("mnist", "digits")),
    ("tutorial", "drawings", True, FEW.format(8, 50)),
    ("fast", "drawings", True, FEW.format(8, 100)),
    ("small", "drawings", True, ""),
    ("best", "drawings", True, ""),
    ("hand", "drawings", True, ""),
]


@pytest.mark.parametrize(("recipe", "data", "with_drawings", "said"), TABLE)
def test_each_recipe_says_of_each_data_set_whether_it_can_train_on_it(
    recipe, data, with_drawings, said
):
    drawings = DRAWINGS if with_drawings else []
    found = why_not_trained(RECIPES[recipe], DATA_SETS[data], drawings)
    assert found.startswith(said) if said else found == ""


def test_the_table_holds_every_recipe_and_data_set():
    pairs = {(recipe, data) for recipe, data, *_ in TABLE}
    assert pairs == {(recipe, data) for recipe in RECIPES for data in DATA_SETS}


def test_drawings_alone_need_one_to_measure_by():
    all_taught = [replace(drawing, held_out=False) for drawing in DRAWINGS]
    for drawings in ([], all_taught):
        found = why_not_trained(RECIPES["small"], DATA_SETS["drawings"], drawings)
        assert found == NOTHING_TO_MEASURE


QUICK = Recipe(filters=(2,), dense_units=2, epochs=1, batch_size=12, precision="float32")


@pytest.mark.parametrize("with_drawings", [False, True])
@pytest.mark.parametrize("data", ["some", "drawings"])
@pytest.mark.parametrize(
    "recipe",
    [
        QUICK,
        replace(QUICK, batch_size=13),
        replace(QUICK, batch_size=26, oversample=2),
        replace(QUICK, stroke_copies=1),
        replace(QUICK, negatives=3, batch_size=16),
        replace(QUICK, use_validation=True, batch_size=15),
        replace(QUICK, train_size=11),
    ],
)
def test_what_is_said_before_is_what_a_training_finds_out(recipe, data, with_drawings):
    drawings = DRAWINGS if with_drawings else []
    images = Digits(np.zeros((12, 28, 28), np.float32), np.arange(12) % 10)
    split = Split("some", images, Digits(images.images[:3], images.labels[:3]), images)
    some = replace(DATA_SETS["digits"], load=lambda _: split, sizes=(12, 3))
    dataset = {**DATA_SETS, "some": some}[data]

    def begin():
        whole = dataset.load(drawings)
        # As `train` does before its first step.
        if len(training_set(recipe, whole, drawings)) < recipe.batch_size:
            raise TrainingError

    if why_not_trained(recipe, dataset, drawings):
        with pytest.raises((DataError, RecipeError, TrainingError)):
            begin()
    else:
        begin()
