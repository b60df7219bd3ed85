import dataclasses

import pytest

from cnn.recipe import ABOUT, RECIPES, SETTINGS, Recipe, recipe_label
from cnn.setting import RecipeError


def test_the_tutorials_recipe_is_the_tutorials():
    tutorial = RECIPES["tutorial"]
    assert (tutorial.epochs, tutorial.batch_size, tutorial.learning_rate) == (10, 50, 1e-4)
    assert (tutorial.warmup, tutorial.augmentation_strength, tutorial.dropout) == (None, 0, 0)
    assert (tutorial.initialiser, tutorial.precision) == ("tutorial", "float32")
    assert (tutorial.ema_decay, tutorial.sam_rho, tutorial.train_size) == (0, 0, None)


@pytest.mark.parametrize(
    "recipe",
    [*RECIPES.values(), Recipe(filters=(16, 8), pooling="average", dense_units=50)],
    ids=[*RECIPES, "other layers"],
)
def test_a_recipe_survives_being_written_as_json(recipe):
    again = Recipe.from_json(recipe.as_json())
    assert again == recipe
    assert hash(again) == hash(recipe)


def test_a_recipe_written_before_layers_could_be_chosen_is_of_the_tutorials_layers():
    old = Recipe.from_json('{"network": "cnn", "epochs": 3}')
    assert (old.filters, old.filter_size, old.pooling, old.units) == ((32, 64), 5, "max", 1000)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"epochs": 0}, "epochs is 0, but must be a whole number from 1 to 1,000"),
        ({"batch_size": -5}, "batch_size is -5"),
        ({"learning_rate": float("nan")}, "learning_rate is nan"),
        ({"ema_decay": 1.0}, "ema_decay is 1.0"),
        (
            {"precision": "float8"},
            "precision is 'float8', but must be one of: auto",
        ),
        ({"network": "rnn"}, "network is 'rnn', but must be one of: cnn, fc"),
        ({"seed": -1}, "seed is -1"),
        (
            {"filters": (32, 0)},
            r"filters is \(32, 0\), but must be 1 to 4 whole numbers from 1 to 128",
        ),
        ({"filters": ()}, r"filters is \(\)"),
        ({"filters": (1, 2, 3, 4, 5)}, r"filters is \(1, 2, 3, 4, 5\)"),
        ({"filters": (2.5,)}, r"filters is \(2.5,\)"),
        ({"epochs": True}, "epochs is True"),
        ({"use_validation": 1}, "use_validation is 1, but must be true or false"),
        ({"filters": "32"}, "filters is '32'"),
        ({"filter_size": 4}, "filter_size is 4, but must be one of: 1, 3, 5, 7, 9"),
        ({"pooling": "min"}, "pooling is 'min', but must be one of: max, average"),
        ({"dense_units": 0}, "dense_units is 0, but must be a whole number from 1 to 2,048"),
    ],
)
def test_a_value_out_of_range_is_named_with_its_rule(change, rule):
    with pytest.raises(RecipeError, match=rule):
        dataclasses.replace(Recipe(), **change)


@pytest.mark.parametrize("text", ["", "[]", "3", '{"epoch": 3}', '{"epochs": "many"}'])
def test_what_is_no_recipe_is_refused(text):
    with pytest.raises(RecipeError, match="This is no recipe"):
        Recipe.from_json(text)


def test_every_setting_is_told_with_its_bounds():
    assert set(SETTINGS) == {field.name for field in dataclasses.fields(Recipe)}
    for setting in SETTINGS.values():
        value = getattr(Recipe(), setting.name)
        assert setting.about.endswith(".")
        assert setting.choices or isinstance(value, bool) or setting.low < setting.high
    assert set(ABOUT) == set(RECIPES)


def test_a_recipe_is_called_by_the_closest_named_one_and_its_changes():
    assert recipe_label(RECIPES["best"]) == "best"
    assert recipe_label(dataclasses.replace(RECIPES["small"], epochs=5)) == "small, epochs 5"
    fully_connected = dataclasses.replace(RECIPES["tutorial"], network="fc", seed=3)
    assert recipe_label(fully_connected) == "tutorial, network fc, seed 3"
    deep = dataclasses.replace(RECIPES["small"], filters=(8, 16, 32), use_validation=False)
    assert recipe_label(deep) == "small, filters 8,16,32, validation digits too no"
    assert recipe_label(dataclasses.replace(RECIPES["fast"], warmup=None)) == (
        "fast, warm-up a constant rate"
    )


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_a_written_value_is_read_as_it_was(recipe):
    for name, setting in SETTINGS.items():
        value = getattr(recipe, name)
        assert value is None or setting.parse(setting.written(value)) == value
