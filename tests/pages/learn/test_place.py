"""Where in the lessons one is: read from an address, or from a browser's message, within bounds."""

import pytest

from pages.learn.place import MOST_SCREENS, Place, PlaceError, names, place_from

LESSON = "moving-filter"
FILTER = (0.5, -1.0, 2.25, 0.0)


def test_a_place_is_read_from_the_words_that_it_tells():
    for place in (
        Place(),
        Place(LESSON),
        Place(LESSON, 3, FILTER, "projector"),
        Place(view="notes"),
    ):
        assert place_from(place.words()) == place


def test_an_unknown_lesson_is_named_in_one_sentence():
    assert LESSON in names()
    with pytest.raises(PlaceError, match=r"no lesson “\.\./place”: choose one"):
        place_from({"lesson": "../place"})
    with pytest.raises(PlaceError) as said:
        place_from({"lesson": "x" * 10_000})
    assert len(str(said.value)) < 100


@pytest.mark.parametrize("screen", ["0", "-1", "x", "²", "1e9", "9" * 50, "", None, 3])
def test_a_screen_that_is_no_number_within_bounds_is_the_first(screen):
    assert place_from({"lesson": LESSON, "screen": screen}).screen == 1
    assert place_from({"lesson": LESSON, "screen": "99"}).screen == MOST_SCREENS


@pytest.mark.parametrize(
    "word", ["1_2", "x", "nan", "inf_1_1_1", "10", "1_1_1_1e9", "_".join("1" * 64)]
)
def test_a_filter_that_is_none_is_told_of(word):
    with pytest.raises(PlaceError, match="filter in this address is damaged"):
        place_from({"lesson": LESSON, "filter": word})


def test_a_view_that_there_is_not_is_left_out():
    assert place_from({"view": "else"}) == Place()
