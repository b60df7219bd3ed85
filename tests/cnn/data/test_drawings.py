import gzip
import json

import numpy as np
import pytest

import cnn.data
from cnn.data.digits import DataError
from cnn.data.drawings import drawings_from_bytes, read_drawings
from cnn.ink.strokes import rasterise

UNIPEN = """.INCLUDE dene.doc
.LEXICON "0" "1"

.SEGMENT DIGIT  0 ? "8"
.COMMENT 8 12 224
.PEN_DOWN
 10  30
 20  50
.PEN_UP
.DT 100
.SEGMENT DIGIT  1-2 ? "1"
.PEN_DOWN
 1  2
.PEN_UP
.PEN_DOWN
 3  -4
 5  6
.PEN_UP
"""


def test_unipen_strokes_are_read_and_turned_y_down(tmp_path):
    path = tmp_path / "digits.txt"
    path.write_text(UNIPEN)
    eight, one = read_drawings(path)
    assert (eight.label, one.label) == (8, 1)
    np.testing.assert_array_equal(eight.strokes, [[[10, -30], [20, -50]]])
    assert [stroke.tolist() for stroke in one.strokes] == [[[1, -2]], [[3, 4], [5, -6]]]


def test_json_lines_are_read_plain_or_gzipped(tmp_path):
    record = {"label": 3, "strokes": [[[1, 2], [3.5, 4]], [[5, 6]]], "width": 20}
    text = f"{json.dumps(record)}\n\n{json.dumps(record)}\n"
    for name, content in [("a.jsonl", text.encode()), ("a.gz", gzip.compress(text.encode()))]:
        path = tmp_path / name
        path.write_bytes(content)
        first, second = read_drawings(path)
        assert first.label == second.label == 3
        assert [stroke.tolist() for stroke in first.strokes] == [[[1, 2], [3.5, 4]], [[5, 6]]]
        assert rasterise(first.strokes).shape == (28, 28)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("{", "no JSON"),
        ("[1]", "must be"),
        ('{"label": 3}', "must be"),
        ('{"label": 10, "strokes": [[[1, 2]]]}', "not 10"),
        ('{"label": true, "strokes": [[[1, 2]]]}', "not True"),
        ('{"label": 3, "strokes": []}', "no ink"),
        ('{"label": 3, "strokes": [[[1, NaN]]]}', "no finite number"),
        ('{"label": 3, "strokes": [[[1, 2, 3]]]}', "pairs of numbers"),
        ('{"label": 3, "strokes": [["ab"]]}', "pairs of numbers"),
    ],
)
def test_a_wrong_json_line_is_named(tmp_path, line, rule):
    path = tmp_path / "drawings.jsonl"
    path.write_text('{"label": 1, "strokes": [[[1, 2]]]}\n' + line)
    with pytest.raises(DataError, match=rf"drawings\.jsonl, line 2: .*{rule}"):
        read_drawings(path)


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ('"8"', '"x"', "line 4: .*digit in quotes"),
        (" 20  50", " 20", "line 8: .*two numbers"),
        (" 20  50", " 20 inf", "line 4: .*no finite number"),
        (".SEGMENT DIGIT  0", ".COMMENT", "line 6: .*before the first"),
        (" 5  6\n.PEN_UP\n", " 5  6\n", "line 17: .*cut off"),
    ],
)
def test_a_wrong_unipen_line_is_named(tmp_path, before, after, place):
    path = tmp_path / "digits.txt"
    path.write_text(UNIPEN.replace(before, after))
    with pytest.raises(DataError, match=place):
        read_drawings(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "Cannot read .*No such file"),
        (b"", "holds no drawings"),
        (b"hello", "holds no drawings"),
        (b"\x89PNG\r\n\x1a\n\xff\x00", "holds no drawings"),
        (gzip.compress(UNIPEN.encode())[:-20], "damaged"),
    ],
)
def test_a_file_that_holds_no_drawings_is_refused(tmp_path, content, message):
    path = tmp_path / "file"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        read_drawings(path)


def test_a_file_that_unfolds_to_more_than_any_file_of_drawings_is_refused(monkeypatch):
    monkeypatch.setattr(cnn.data.drawings, "MOST_BYTES", 1000)
    with pytest.raises(DataError, match="bomb holds more than 1,000 bytes"):
        drawings_from_bytes(gzip.compress(b" " * 100_000), "bomb")
