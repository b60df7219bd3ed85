import dataclasses
import itertools

import numpy as np
import pytest

from cnn.recipe import ABOUT, RECIPES, SETTINGS, Recipe, recipe_label
from cnn.setting import RecipeError


def test_the_tutorials_recipe_is_the_tutorials():
    tutorial = RECIPES["tutorial"]
    assert (tutorial.epochs, tutorial.batch_size, tutorial.learning_rate) == (10, 50, 1e-4)
    assert (tutorial.warmup, tutorial.augmentation_strength, tutorial.dropout) == (None, 0, 0)
    assert (tutorial.initialiser, tutorial.precision) == ("tutorial", "float32")
    assert (tutorial.ema_decay, tutorial.train_size) == (0, None)


@pytest.mark.parametrize(
    "recipe",
    [*RECIPES.values(), Recipe(filters=(16, 8), pooling="average", dense_units=50)],
    ids=[*RECIPES, "other layers"],
)
def test_a_recipe_survives_being_written_as_json(recipe):
    again = Recipe.from_json(recipe.as_json())
    assert again == recipe
    assert hash(again) == hash(recipe)


def test_settings_that_no_training_has_any_more_are_read_over():
    old = '{"epochs": 3, "sharpness_aware": 0.15, "blemishes": 0.25, "sam_rho": 0.0}'
    assert Recipe.from_json(old) == Recipe(epochs=3)


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


NESTED: list[object] = []
for _ in range(100_000):
    NESTED = [NESTED]
WRONG = {
    "no": [bool, int, float, tuple, int | None],
    2.5: [int, int | None, bool, str, tuple],
    5.0: [int, int | None, bool, str, tuple],
    True: [int, int | None, float, str, tuple],
    float("nan"): [int, float, float | None, bool],
    float("inf"): [int, float, float | None, bool],
    10**5000: [int, float, int | None, bool, str],
    -(10**400): [int, float, int | None],
    b"he": [str, int],
}


def wrong_values():
    """Pairs of a field and a value of another type, or beyond all ranges."""
    types = {field.name: field.type for field in dataclasses.fields(Recipe)}
    for name, of in types.items():
        for value in [*NOT_FOR_ANY, *((True, True), (2.5,), ("2",), (np.int64(2),), [[2]])]:
            yield name, value
        for value, others in WRONG.items():
            if of in others:
                yield name, value
        if of in (int, str, float, bool):
            yield name, None
    # Choices of another type.
    yield from [("filter_size", 5.0), ("filter_size", "5"), ("filter_size", True)]


NOT_FOR_ANY = [[], {}, {1}, object(), np.int64(5), np.float64(0.5), np.bool_(True), NESTED, ()]
NOT_FOR_ANY += [np.zeros(2), b"", 1j]


@pytest.mark.parametrize(
    ("name", "value"), list(wrong_values()), ids=lambda each: f"{type(each).__name__}"[:20]
)
def test_a_value_of_another_type_is_named_with_its_rule(name, value):
    with pytest.raises(RecipeError, match=rf"^{name} is .*, but must be ") as refused:
        dataclasses.replace(Recipe(), **{name: value})
    assert len(str(refused.value)) < 250


def test_a_whole_number_may_stand_for_a_rate_and_a_list_for_filters():
    assert Recipe(dropout=0, warmup=1, filters=[2, 3]) == Recipe(warmup=1.0, filters=(2, 3))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "3",
        "null",
        "{",
        '{"epoch": 3}',
        '{"": 3}',
        '{"epochs": "many"}',
        '{"epochs": 2.5}',
        '{"filters": [true]}',
        '{"filters": {"a": 1}}',
        '{"seed": ' + "1" * 5000 + "}",
        '{"learning_rate": NaN}',
        '{"filters": ' + "[" * 100_000,
        "[" * 100_000,
    ],
    ids=range(15),
)
def test_what_is_no_recipe_is_refused(text):
    with pytest.raises(RecipeError, match="This is no recipe") as refused:
        Recipe.from_json(text)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize(
    "fields", [None, 3, "epochs", [], [("epochs", 3)], {"epoch": 3}, {3: 3}, {None: 3}], ids=repr
)
def test_fields_that_are_no_recipes_are_refused(fields):
    with pytest.raises(RecipeError, match=r"A recipe (is named values|has no hyper-parameter “)"):
        Recipe.from_fields(fields)


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


NUMBERS = [
    (recipe, setting.name)
    for recipe in RECIPES
    for setting in SETTINGS.values()
    if setting.low is not None
]


@pytest.mark.parametrize(("recipe", "name"), NUMBERS)
def test_one_press_moves_a_number_neither_too_far_nor_too_little(recipe, name):
    setting, value = SETTINGS[name], getattr(RECIPES[recipe], name)
    if setting.stops:
        stops = setting.stops_beside(value)
        assert value in stops
        for stop in stops:
            setting.check(stop)
        numbers = [stop for stop in stops if stop]
        assert all(low < high <= 3 * low for low, high in itertools.pairwise(numbers))
        return
    for number in value if isinstance(value, tuple) else [value]:
        if number and number != setting.low:
            assert number / 65 < setting.step <= number
