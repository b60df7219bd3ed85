import json

import numpy as np
import pytest
from PIL import Image

from cnn.augmentation.corruptions import CORRUPTIONS
from cnn.cli import main
from cnn.data.builtin import load_builtin
from cnn.model import build
from cnn.recipe import Recipe
from cnn.runs.networks import save_network
from cnn.runs.run import Run, Task

SEVEN = {"label": 7, "strokes": [[[60, 50], [200, 50], [110, 240]]]}


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """A run whose network has learned nothing."""
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path / "runs"))
    recipe = Recipe(filters=(2, 2), dense_units=4, epochs=1)
    run = Run.create(tmp_path / "runs" / "fresh", Task(recipe, "digits"))
    save_network(run, build(recipe))
    return run


def test_two_networks_are_compared_on_the_same_digits(fresh, capsys):
    assert main(["evaluate", "--dataset", "digits", "--against", "fresh"]) == 0
    text = capsys.readouterr().out
    assert "Shipped model is better at digits of this kind" in text
    assert main(["evaluate", "--dataset", "digits", "--against", "fresh", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    against = told["against"]
    assert against["name"] == "Model fresh"
    assert against["difference"] < 0
    assert len(against["only_first_right"]) + len(against["both_wrong"]) > 200
    assert "is better at digits of this kind" in against["conclusion"]
    model = ["--model", str(fresh.model_file), "--against", "shipped"]
    assert main(["evaluate", "--dataset", "digits", *model]) == 0
    assert "model beside Shipped model, on the same digits: " in capsys.readouterr().out


def test_a_network_to_compare_with_that_is_missing_is_told_in_one_sentence(fresh, capsys):
    assert main(["evaluate", "--dataset", "digits", "--against", "none"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "none" in err
    assert err.count("\n") == 1


def test_pictures_are_measured_by_their_names_and_the_bad_ones_listed(tmp_path, capsys):
    digits = load_builtin().test
    for i in range(3):
        picture = Image.fromarray((digits.images[i] * 255).astype(np.uint8))
        picture.save(tmp_path / f"{digits.labels[i]}-{i}.png")
    (tmp_path / "10.png").write_bytes(b"")
    assert main(["evaluate", "--pictures", str(tmp_path), "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["n"] == 3
    assert err == "10.png: It is named by 10, which is no digit 0 to 9.\n"
    assert main(["evaluate", "--pictures", str(tmp_path / "none.zip")]) == 1
    assert "none.zip is missing" in capsys.readouterr().err


def test_the_good_drawings_are_measured_and_many_bad_ones_counted(tmp_path, capsys):
    path = tmp_path / "some.jsonl"
    path.write_text("\n".join([json.dumps(SEVEN), *["{"] * 30, json.dumps(SEVEN)]))
    assert main(["evaluate", "--drawings", str(path), "--json"]) == 0
    out, err = capsys.readouterr()
    assert (json.loads(out)["n"], json.loads(out)["accuracy"]) == (2, 1.0)
    *listed, rest = err.splitlines()
    assert len(listed) == 20
    assert listed[0].startswith(f"{path}, line 2: ")
    assert rest == "10 more cannot be read, either."


def test_spoilt_digits_are_told_of_with_progress_and_in_a_report(fresh, tmp_path, capsys):
    path = tmp_path / "some.jsonl"
    path.write_text("\n".join([json.dumps(SEVEN)] * 3))
    page = tmp_path / "report.html"
    options = ["--corruptions", "--against", "fresh", "--html", str(page)]
    assert main(["evaluate", "--drawings", str(path), *options, "--json"]) == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    spoilt = told["corruptions"]
    assert spoilt["digits"] == 3
    assert [each["corruption"] for each in spoilt["curves"]] == list(CORRUPTIONS)
    assert spoilt["curves"][0]["right"][0]["count"] == 3
    assert len(told["against"]["corruptions"]["curves"]) == len(CORRUPTIONS)
    assert 0 <= told["mean_corruption_error"] < 1
    assert f"The report is in {page}: open it in a browser." in err
    assert "How much it stands" in page.read_text("utf-8")


def test_a_report_that_has_no_folder_is_refused_before_anything_is_read(tmp_path, capsys):
    page = tmp_path / "none" / "report.html"
    assert main(["evaluate", "--dataset", "digits", "--html", str(page)]) == 1
    assert "There is no folder" in capsys.readouterr().err
