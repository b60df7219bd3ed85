import gzip
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn.data.digits import DataError
from cnn.data.drawings import drawings_from_bytes, read_drawings
from cnn.ink.strokes import MOST_POINTS, rasterise

LINE = b'{"label": 1, "strokes": [[[1, 2]]]}\n'

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
        ("{", "Invalid JSON"),
        ("[1]", "should be an object"),
        ('{"label": 3}', "strokes: .*required"),
        ('{"label": 10, "strokes": [[[1, 2]]]}', "label: .*less than or equal to 9"),
        ('{"label": true, "strokes": [[[1, 2]]]}', "label: .*valid integer"),
        ('{"label": 3, "held_out": 1, "strokes": [[[1, 2]]]}', "held_out: .*valid boolean"),
        ('{"label": 3, "strokes": [[[1, 1e305]]]}', "no finite number within ±1,000,000"),
        ('{"label": 3, "strokes": [[[1, true]]]}', "pairs of numbers"),
        ('{"label": 3, "strokes": ' + "[" * 100_000, "Invalid JSON"),
        ('{"label": 3, "strokes": [[[1, ' + "1" * 100_000 + "]]]}", "Invalid JSON|no finite"),
        ('{"label": 3, "strokes": [' + "[[1,2]]," * 1000 + "[[1,2]]]}", "1,001 strokes"),
        ('{"label": 3, "strokes": [[[1,2]' + ",[1,2]" * 200_000 + "]]}", "200,001 points"),
        ('{"label": 3, "strokes": [[[1,2]' + ",[1,2]" * 400_000 + "]]}", "at most 2,000,000 bytes"),
        ('{"label": 3, "strokes": []}', "no ink"),
        ('{"label": 3, "strokes": [[[1, NaN]]]}', "no finite number"),
        ('{"label": 3, "strokes": [[[1, 2, 3]]]}', "pairs of numbers"),
        ('{"label": 3, "strokes": [["ab"]]}', "pairs of numbers"),
    ],
    ids=lambda text: text[:50],
)
def test_a_wrong_json_line_is_named(tmp_path, line, rule):
    path = tmp_path / "drawings.jsonl"
    path.write_bytes(LINE + line.encode())
    with pytest.raises(DataError, match=rf"drawings\.jsonl, line 2: .*{rule}"):
        read_drawings(path)


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ('"8"', '"x"', "line 4: .*digit in quotes"),
        (" 20  50", " 20", "line 8: .*two numbers"),
        (" 20  50", " 20 inf", "line 4: .*no finite number"),
        (" 20  50", " 20 1e305", "line 4: .*within ±1,000,000"),
        (" 20  50", " 20 50\n" * 200_001, "line 200007: .*at most 200,000 points"),
        (".PEN_UP\n.DT", ".PEN_UP\n" + ".PEN_DOWN\n1 2\n.PEN_UP\n" * 1000 + ".DT", "1,001 strokes"),
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
        (gzip.compress(UNIPEN.encode(), mtime=0)[:-20], "damaged"),
    ],
)
def test_a_file_that_holds_no_drawings_is_refused(tmp_path, content, message):
    path = tmp_path / "file"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        read_drawings(path)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (gzip.compress(b" " * 101_000_000, mtime=0), "more than 100,000,000 bytes"),
        (b"\n" * 1_000_002, "more than 1,000,000 lines"),
        (LINE * 4, "more than 3 drawings"),
    ],
    ids=["unfolded", "lines", "drawings"],
)
def test_a_file_of_more_than_any_file_of_drawings_holds_is_refused(content, rule):
    with pytest.raises(DataError, match=f"bomb holds {rule}: split it"):
        drawings_from_bytes(content, "bomb", most=3)


@pytest.mark.parametrize("inside", ['"\u2028"', '"\u2029"', '"\u0085"', "\r1"], ids=ascii)
def test_only_a_line_feed_ends_a_line(inside):
    line = LINE.decode().replace("}\n", f', "note": {inside}}}')
    for end in ("\n", "\r\n"):
        assert len(drawings_from_bytes((line + end).encode() * 3, "three")) == 3


def test_a_drawing_of_more_points_than_matter_is_thinned():
    points = np.random.default_rng(0).uniform(0, 300, (100_000, 2)).round(1)
    line = json.dumps({"label": 3, "strokes": [points.tolist()]}).encode()
    (drawing,) = drawings_from_bytes(line, "many")
    assert MOST_POINTS / 2 < len(drawing.strokes[0]) <= MOST_POINTS


junk = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)
points = st.lists(st.lists(st.floats(-2e6, 2e6) | st.integers(), min_size=2, max_size=2))
records = st.builds(
    lambda record, changes: record | changes,
    st.fixed_dictionaries({"label": st.integers(0, 9), "strokes": st.lists(points, max_size=3)}),
    st.dictionaries(st.sampled_from(["label", "strokes", "held_out", "id"]), junk, max_size=1),
)
json_lines = st.lists(records.map(json.dumps), max_size=4)
unipen_lines = st.lists(
    st.sampled_from(['.SEGMENT DIGIT 1 ? "1"', ".PEN_DOWN", ".PEN_UP", ".DT 9", "1 2", "3 -4"])
    | st.builds("{} {}".format, st.floats(), st.floats())
    | st.text(max_size=9),
    max_size=12,
).map(lambda lines: ['.SEGMENT DIGIT 0 ? "8"', *lines])


@settings(max_examples=400)
@given(
    st.binary(max_size=80)
    | (json_lines | unipen_lines).map(lambda lines: "\n".join(lines).encode("utf-8", "replace"))
)
def test_any_file_holds_drawings_that_can_be_drawn_or_is_refused(content):
    try:
        drawings = drawings_from_bytes(content, "any")
    except DataError as error:
        assert_short(error)
        return
    for drawing in drawings:
        assert rasterise(drawing.strokes).max() > 0


def assert_short(error):
    assert len(str(error)) < 250
