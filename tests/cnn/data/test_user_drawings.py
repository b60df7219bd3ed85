"""The user's own drawings: kept once each, whatever stops the machine or writes beside."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnn.data import user_drawings
from cnn.data.digits import DataError
from cnn.data.drawings import read_drawings
from cnn.data.user_drawings import (
    HELD_OUT_OF,
    as_json_lines,
    collection,
    delete,
    keep,
    relabel,
    take_in,
)
from tests.patience import exit_status

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_DRAWINGS_DIR", str(tmp_path))
    return tmp_path / "drawings.jsonl"


def stroke(number):
    return np.array([[10.0, 10.0], [20.0 + number, 200.0]])


def labels():
    return [kept.drawing.label for kept in collection().drawings]


def ids():
    return [kept.id for kept in collection().drawings]


def test_a_drawing_is_kept_as_a_line_that_training_reads(file):
    keep([stroke(1), stroke(2)], 7)
    (read,) = read_drawings(file)
    assert read.label == 7
    np.testing.assert_array_equal(read.strokes, [stroke(1), stroke(2)])
    record = json.loads(file.read_text())
    assert len(record["id"]) == 16
    assert record["time"] > 1e9


def test_the_same_drawing_is_kept_once_and_a_correction_changes_what_it_is():
    keep([stroke(1)], 7)
    keep([stroke(2)], 3)
    keep([stroke(1)], 7)
    assert labels() == [7, 3]
    keep([stroke(1)], 2)
    assert labels() == [2, 3]
    assert user_drawings.find([stroke(1)]).drawing.label == 2
    assert user_drawings.find([stroke(3)]) is None


def test_every_fourth_drawing_is_held_out_for_good():
    for number in range(12):
        keep([stroke(number)], 1)
    held = {kept.id for kept in collection().drawings if kept.drawing.held_out}
    assert len(held) == 12 // HELD_OUT_OF
    relabel(ids(), 7)
    delete(ids()[:2])
    assert {kept.id for kept in collection().drawings if kept.drawing.held_out} == held


def test_chosen_drawings_are_relabelled_and_deleted_alone():
    for number in range(4):
        keep([stroke(number)], number)
    relabel(ids()[1:3], 9)
    delete(ids()[:1])
    assert labels() == [9, 9, 3]


def test_what_is_exported_can_be_imported_and_is_not_kept_twice(file):
    for number in range(5):
        keep([stroke(number) + 0.123], number)
    exported = as_json_lines()
    before = collection()
    assert take_in(exported, "mine.jsonl") == 0
    file.unlink()
    assert take_in(exported, "mine.jsonl") == 5
    assert ids() == [kept.id for kept in before.drawings]
    held_out = [kept.drawing.held_out for kept in collection().drawings]
    assert held_out == [kept.drawing.held_out for kept in before.drawings]


def test_a_file_with_a_wrong_line_is_refused_whole_and_the_line_named():
    keep([stroke(1)], 1)
    good = '{"label": 3, "strokes": [[[1, 2], [3, 4]]]}\n'
    with pytest.raises(DataError, match=r"mine, line 2: .*label: "):
        take_in((good + '{"label": 12, "strokes": []}').encode(), "mine")
    assert labels() == [1]


def test_too_much_is_refused(monkeypatch):
    scribble = np.random.default_rng(0).uniform(0, 320, (20_000, 2))
    with pytest.raises(DataError, match="too many strokes"):
        keep([scribble], 1)
    monkeypatch.setattr(user_drawings, "MOST", 1)
    keep([stroke(1)], 1)
    with pytest.raises(DataError, match="more than 1 drawings: delete some"):
        keep([stroke(2)], 1)
    assert labels() == [1]


def test_an_import_of_more_than_a_hand_draws_or_of_numbers_out_of_bounds_keeps_nothing():
    line = b'{"label": 3, "strokes": [[[1, 2], [3, %d]]]}\n'
    too_many = b"".join(line % number for number in range(user_drawings.MOST + 1))
    for content, rule in [
        (too_many, "more than 5,000 drawings"),
        (gzip.compress(b" " * 30_000_000, mtime=0), "more than 20,000,000 bytes"),
        (line % 1 + line % 10**305, "line 2: .*within ±1,000,000"),
    ]:
        with pytest.raises(DataError, match=rule):
            take_in(content, "mine")
    assert labels() == []


GOOD = '{"id": "a", "time": 1.5, "label": 3, "held_out": false, "strokes": [[[1, 2], [3, 4]]]}'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"a"', "3"),
        ('"a"', '"' + "a" * 65 + '"'),
        ("1.5", "NaN"),
        ("1.5", "1e300"),
        ("1.5", "-1"),
        ("1.5", '"now"'),
        ("3,", "13,"),
        ("3,", "null,"),
        ("false", '"no"'),
        ("[1, 2]", "[1, 1e305]"),
        ("[1, 2]", "[1]"),
        ("[1, 2]", "[" * 50_000),
        ("[1, 2]", "[1, 2]" + ", [1, 2]" * 50_000),
        ('"label"', '"digit"'),
        (GOOD, "[1]"),
    ],
    ids=range(15),
)
def test_a_line_out_of_bounds_is_damaged_and_stays(file, before, after):
    file.write_text(f"{GOOD}\n{GOOD.replace(before, after, 1)}\n")
    assert (labels(), collection().damaged) == ([3], 1)
    keep([stroke(1)], 1)
    relabel(ids()[1:], 2)
    assert (labels(), collection().damaged) == ([3, 2], 1)


def test_a_file_that_cannot_be_read_holds_no_drawing_and_nothing_is_written(file, monkeypatch):
    keep([stroke(1)], 1)
    monkeypatch.setattr(user_drawings, "MOST_FILE_BYTES", 50)
    user_drawings._read.cache_clear()
    assert (labels(), collection().damaged) == ([], 1)
    for write in (lambda: keep([stroke(2)], 1), lambda: delete(["a"])):
        with pytest.raises(DataError, match="larger than 50 bytes: move it away"):
            write()
    file.unlink()
    file.mkdir()
    assert (labels(), collection().damaged) == ([], 1)


@pytest.mark.parametrize("label", [-1, 10, 3.0, True, "3", None, [3]])
def test_what_is_no_digit_is_not_kept(file, label):
    keep([stroke(1)], 7)
    before = file.read_bytes()
    (kept,) = user_drawings.collection().drawings
    for attempt in (lambda: keep([stroke(2)], label),
                    lambda: user_drawings.relabel([kept.id], label)):  # fmt: skip
        with pytest.raises(DataError, match="is a digit 0 to 9, not"):
            attempt()
    assert file.read_bytes() == before


def test_nothing_to_export_says_what_to_do():
    with pytest.raises(DataError, match="say on the Draw page what a drawing is"):
        as_json_lines()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(torn=st.binary(max_size=200), cut=st.integers(0, 400))
def test_whatever_a_crash_leaves_loses_no_other_drawing_and_is_never_removed(file, torn, cut):
    file.unlink(missing_ok=True)
    keep([stroke(1)], 1)
    keep([stroke(2)], 2)
    whole = file.read_bytes()
    first = whole[: whole.index(b"\n") + 1]
    left = whole[len(first) :][:cut].removesuffix(b"\n") + torn
    file.write_bytes(first + left)
    keep([stroke(3)], 3)
    assert (labels()[0], labels()[-1]) == (1, 3)
    damaged = collection().damaged
    relabel(ids()[:1], 8)
    delete(ids()[-1:])
    assert labels()[0] == 8
    assert collection().damaged == damaged
    for line in left.split(b"\n"):
        assert line in file.read_bytes()


def test_two_processes_that_keep_drawings_at_once_lose_none(file):
    code = (
        "import sys, numpy as np; from cnn.data.user_drawings import keep, relabel, find;"
        "start = int(sys.argv[1])\n"
        "for i in range(start, start + 40):\n"
        "    strokes = [np.array([[0.0, 0.0], [i, 99.0]])]\n"
        "    keep(strokes, 1); relabel([find(strokes).id], 5)"
    )
    environment = {**os.environ, "CNN_DRAWINGS_DIR": str(file.parent)}
    processes = [
        subprocess.Popen([sys.executable, "-c", code, str(start)], cwd=ROOT, env=environment)
        for start in (0, 100)
    ]
    assert [exit_status(process, file.parent) for process in processes] == [0, 0]
    assert labels() == [5] * 80
    assert collection().damaged == 0
