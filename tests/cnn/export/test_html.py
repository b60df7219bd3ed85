import dataclasses
import html
import re
import subprocess
import sys

import pytest

from cnn.export.html import export_html
from cnn.model import ModelError, build, save_model
from cnn.predictor import SHIPPED_MODEL
from cnn.recipe import Recipe
from cnn.web.take_home import UNKNOWN
from tests.made_runs import RECIPE, make_run

ACCURACY = (
    "Read right at the end: 86.00% of the validation digits, to choose networks by, and 94.00% of"
    " the test digits."
)


def with_network(run):
    save_model(build(RECIPE), run.model_file)
    recipe = dataclasses.replace(RECIPE, epochs=7).as_json()
    run.model_file.with_suffix(".json").write_text(recipe)
    return run.model_file


def test_what_a_runs_folder_tells_of_its_network_stands_on_the_page(tmp_path):
    page = export_html(with_network(make_run(tmp_path, "mine")), "Model mine").decode()
    assert "<title>Model mine · Digitscope</title>" in page
    assert ACCURACY in page
    assert "<td>MNIST</td>" in page
    assert '<th scope="row">Epochs</th><td>7</td>' in page


def test_a_network_of_a_training_that_broke_off_has_no_accuracy(tmp_path):
    page = export_html(with_network(make_run(tmp_path, "mine", finished=False)), "mine").decode()
    assert "Read right" not in page
    assert "<td>MNIST</td>" in page


def test_of_a_network_without_a_recipe_nothing_is_claimed(tmp_path):
    file = with_network(make_run(tmp_path, "mine"))
    other = file.rename(tmp_path / "mine" / "other.keras")
    page = export_html(other, "other").decode()
    assert "Read right" not in page
    assert UNKNOWN in page
    other.with_suffix(".json").write_text('{"epochs": "many"}')
    assert UNKNOWN in export_html(other, "other").decode()


def test_the_shipped_network_shows_its_own_recipe_and_what_its_card_says():
    page = export_html(SHIPPED_MODEL, "Shipped model").decode()
    recipe = Recipe.from_json(SHIPPED_MODEL.with_suffix(".json").read_text())
    assert f'<th scope="row">Negatives</th><td>{recipe.negatives}</td>' in page
    assert re.search(
        r"It reads 99\.\d+ % of MNIST's 10,000 test digits right\.", html.unescape(page)
    )


@pytest.mark.parametrize("content", [None, b"no network"])
def test_what_is_no_network_gets_a_sentence(tmp_path, content):
    file = tmp_path / "model.keras"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.keras"):
        export_html(file, "none")


def test_it_does_not_wait_for_tensorflow():
    code = (
        "import sys; from cnn.predictor import SHIPPED_MODEL; from cnn.export.html import"
        " export_html; export_html(SHIPPED_MODEL, ''); print('tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
