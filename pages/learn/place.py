"""Where in the lessons one is, as an address or a browser tells it: checked, and within bounds."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LESSONS = Path(__file__).with_name("lessons")
# Without one of these, a page shows a lesson, or the overview of all.
VIEWS = ("projector", "notes")
WORDS = ("lesson", "screen", "filter", "view")
# A screen's number and a filter's weight are no larger, and no weight has more decimals.
MOST_SCREENS, MOST_WEIGHT, DECIMALS = 40, 9.0, 2
# Rows and columns of a filter: one with more would not fit into a word of an address.
SIDES = range(1, 6)
# Between the weights of a filter: a minus sign and a decimal point are parts of them.
BETWEEN = "_"
# Letters of an unknown name that are said.
MOST_SAID = 40


class PlaceError(ValueError):
    """A place that there is not; the message is for the person who came."""


@dataclass(frozen=True)
class Place:
    """A lesson, and where in it.

    Attributes:
        lesson: Its name, as its file has it; "" for the overview.
        screen: From 1 on; a lesson with fewer shows its last.
        filter: Weights that the learner has made, row by row, side × side; () for none.
        view: One of `VIEWS`, or "".
    """

    lesson: str = ""
    screen: int = 1
    filter: tuple[float, ...] = ()
    view: str = ""

    def words(self) -> dict[str, str]:
        """Return what an address tells of it."""
        told = {
            "lesson": self.lesson,
            "screen": str(self.screen) if self.lesson and self.screen > 1 else "",
            "filter": BETWEEN.join(f"{weight:g}" for weight in self.filter),
            "view": self.view,
        }
        return {name: word for name, word in told.items() if word}


def names() -> list[str]:
    """Return the names of all lessons, which are files of one folder."""
    return sorted(file.stem for file in LESSONS.glob("*.js"))


def place_from(words: Mapping[str, object]) -> Place:
    """Read a place from an address's words, or from a browser's message in the same words.

    Raises:
        PlaceError: There is no such lesson, or what is told of it is damaged.
    """
    word = {name: said if isinstance(said := words.get(name), str) else "" for name in WORDS}
    if word["lesson"] and word["lesson"] not in names():
        raise PlaceError(f"There is no lesson “{word['lesson'][:MOST_SAID]}”: choose one of these.")
    view = word["view"] if word["view"] in VIEWS else ""
    return Place(word["lesson"], _screen(word["screen"]), _filter(word["filter"]), view)


def _screen(word: str) -> int:
    is_whole = word.isascii() and word.isdecimal() and len(word) <= len(str(MOST_SCREENS))
    return min(max(int(word), 1), MOST_SCREENS) if is_whole else 1


def _filter(word: str) -> tuple[float, ...]:
    if not word:
        return ()
    try:
        weights = tuple(round(float(part), DECIMALS) for part in word.split(BETWEEN))
    except (ValueError, OverflowError):
        weights = (math.inf,)
    # What is not a number is not at most anything either.
    is_bounded = all(abs(weight) <= MOST_WEIGHT for weight in weights)
    if not is_bounded or len(weights) not in {side**2 for side in SIDES}:
        raise PlaceError("The filter in this address is damaged: ask for it again.")
    return weights
