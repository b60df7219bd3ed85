"""The sketchbook: what a canvas tells too late is not drawn again."""

import numpy as np
import pytest

from pages.draw.canvas import objects_from_strokes
from pages.draw.sketchbook import Drawing, Sketchbook, from_example


def strokes(count):
    """Return so many lines beside one another, as the canvas's objects."""
    lines = [np.array([[40.0 + 30 * i, 50.0], [40.0 + 30 * i, 250.0]]) for i in range(count)]
    return objects_from_strokes(lines, 20)


@pytest.fixture
def book():
    """A sketchbook with three strokes, one after the other."""
    book = Sketchbook()
    for count in (1, 2, 3):
        book.take(strokes(count))
    return book


CHANGES = {
    "clear": (lambda book: book.show(Drawing()), 0),
    "undo": (lambda book: book.turn(-1), 2),
    "undo twice": (lambda book: book.turn(-2), 1),
    "example": (lambda book: book.show(from_example(np.eye(28, dtype=np.float32), "")), 0),
}


@pytest.mark.parametrize(("change", "left"), CHANGES.values(), ids=CHANGES)
def test_a_stroke_that_the_canvas_tells_of_when_it_was_given_something_else_does_not_come_back(
    book, change, left
):
    change(book)
    shown = book.current
    book.take(strokes(4))
    assert book.current is shown
    book.take(strokes(left))
    assert book.current is shown
    # From then on whatever it tells is new, even the same.
    book.take(strokes(4))
    assert len(book.current.objects) == 4


def test_what_is_drawn_at_once_after_a_change_is_kept(book):
    book.show(Drawing())
    other = objects_from_strokes([np.array([[10.0, 20.0], [200.0, 30.0]])], 20)
    book.take(other)
    assert book.current.objects == other


def test_strokes_drawn_after_redo_are_kept(book):
    book.turn(-2)
    book.take(strokes(1))
    book.turn(2)
    book.take(strokes(3))
    book.take(strokes(4))
    assert len(book.current.objects) == 4


def test_what_the_canvas_tells_between_two_quick_undos_does_not_take_away_the_redo(book):
    book.turn(-1)
    book.turn(-1)
    book.take(strokes(2))
    book.take(strokes(1))
    assert [len(page.objects) for page in book.pages] == [0, 1, 2, 3]
    assert book.at == 1


def test_strokes_that_the_canvas_tells_of_at_once_are_undone_one_by_one():
    book = Sketchbook()
    book.take(strokes(3))
    book.turn(-1)
    assert len(book.current.objects) == 2
