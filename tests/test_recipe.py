import dataclasses

import pytest

from cnn.recipe import RECIPES, Recipe, RecipeError


def test_the_tutorials_recipe_is_the_tutorials():
    tutorial = RECIPES["tutorial"]
    assert (tutorial.epochs, tutorial.batch, tutorial.learning_rate) == (10, 50, 1e-4)
    assert (tutorial.warm_up, tutorial.pixel_strength, tutorial.average) == (None, 0, 0)


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_survives_being_written_as_json(name):
    assert Recipe.from_json(RECIPES[name].as_json()) == RECIPES[name]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"epochs": 0}, "epochs is 0, but must be from 1 to 1,000"),
        ({"batch": -5}, "batch is -5"),
        ({"learning_rate": float("nan")}, "learning_rate is nan"),
        ({"average": 1.0}, "average is 1.0"),
        (
            {"precision": "float8"},
            "precision is 'float8', but must be one of: auto",
        ),
        ({"network": "rnn"}, "network is 'rnn', but must be one of: cnn, fc"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_a_value_out_of_range_is_named_with_its_rule(change, rule):
    with pytest.raises(RecipeError, match=rule):
        dataclasses.replace(Recipe(), **change)


@pytest.mark.parametrize("text", ["", "[]", "3", '{"epoch": 3}', '{"epochs": "many"}'])
def test_what_is_no_recipe_is_refused(text):
    with pytest.raises(RecipeError, match="This is no recipe"):
        Recipe.from_json(text)
