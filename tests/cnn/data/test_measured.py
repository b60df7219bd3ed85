import gzip
import json

import numpy as np
import pytest

from cnn.data import measured
from cnn.data.builtin import load_builtin
from cnn.data.digits import DataError
from cnn.data.drawings import read_drawings
from cnn.data.measured import drawings_file, drawings_in, of_data_set, own_drawings
from cnn.data.user_drawings import FOLDER_VARIABLE, keep
from cnn.ink.strokes import rasterise

STROKES = [[[60, 50], [200, 50], [110, 240]]]


def line(label=7, strokes=STROKES):
    return json.dumps({"label": label, "strokes": strokes})


def test_the_good_lines_are_measured_and_the_bad_ones_listed(tmp_path):
    path = tmp_path / "some.jsonl"
    path.write_text("\n".join([line(), line(10), "{", line(-1), line(4), line(3, [])]))
    found = drawings_file(path)
    assert found.digits.labels.tolist() == [7, 4]
    assert found.names == ("drawing 1", "drawing 5")
    np.testing.assert_array_equal(found.digits.images[0], rasterise(found.strokes[0]))
    assert [each.name for each in found.refused] == [f"{path}, line {n}" for n in (2, 3, 4, 6)]
    assert all(each.reason.endswith(".") for each in found.refused)


UNIPEN = """.PEN_DOWN
1 2
.PEN_UP
.SEGMENT DIGIT 0 ? "8"
.PEN_DOWN
 10  30
 20  50
.PEN_UP
.SEGMENT DIGIT 1 ? "x"
.SEGMENT DIGIT 2 ? "1"
.PEN_DOWN
 1  2 3
.PEN_UP
.SEGMENT DIGIT 3 ? "5"
.PEN_DOWN
 3  4
 5  6
.PEN_UP
"""


def test_of_unipen_each_digit_is_read_by_itself():
    found = drawings_in(gzip.compress(UNIPEN.encode()), "digits.gz")
    assert found.digits.labels.tolist() == [8, 5]
    assert [each.name for each in found.refused] == [f"digits.gz, line {n}" for n in (1, 9, 12)]


def test_what_comes_after_the_most_that_are_read_is_said_to_be_left_out(monkeypatch):
    monkeypatch.setattr(measured, "MOST_DRAWINGS", 2)
    found = drawings_in("\n".join([line(1), line(2), line(3)]).encode(), "a")
    assert found.digits.labels.tolist() == [1, 2]
    assert found.refused[0].reason == (
        "All drawings after the first 2 are left out: split the file."
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [("", "holds no drawing"), (line(12), "can be read: a, line 1: .*label"), ("\n", "no drawing")],
)
def test_a_file_without_one_good_drawing_is_refused_in_one_sentence(content, message):
    with pytest.raises(DataError, match=message):
        drawings_in(content.encode(), "a")


def test_a_missing_file_is_refused_as_where_it_is_trained_on(tmp_path):
    for read in (drawings_file, read_drawings):
        with pytest.raises(DataError, match=r"none\.jsonl"):
            read(tmp_path / "none.jsonl")


def test_own_drawings_are_measured_with_their_strokes(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    with pytest.raises(DataError, match="kept no drawing yet"):
        own_drawings()
    keep([np.array(STROKES[0], float)], 7)
    found = own_drawings()
    assert (len(found.digits), found.digits.labels.tolist(), len(found.strokes)) == (1, [7], 1)


def test_test_digits_are_those_of_the_data_set():
    found = of_data_set("digits")
    np.testing.assert_array_equal(found.digits.labels, load_builtin().test.labels)
    with pytest.raises(DataError, match="no test digits of its own"):
        of_data_set("drawings")


def test_the_same_digits_have_the_same_key_whatever_they_are_called():
    one, same, other = (
        drawings_in(f"{line(label)}\n".encode(), name)
        for label, name in ((7, "a"), (7, "b"), (1, "a"))
    )
    assert one.key == same.key != other.key
