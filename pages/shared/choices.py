"""What was chosen of several options, where Streamlit hands on whatever a browser sends."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def option(chosen: object, options: Sequence[T]) -> T:
    """Return the option chosen, or the first if it is none of them.

    A `selectbox` returns any text that a hand-made message holds, and pills any value.
    """
    return next((each for each in options if _is(chosen, each)), options[0])


def those_of(chosen: object, options: Sequence[T]) -> list[T]:
    """Return the options chosen, in their order; what is none of them is left out."""
    found = chosen if isinstance(chosen, list | tuple) else []
    return [each for each in options if any(_is(one, each) for one in found)]


def _is(chosen: object, each: object) -> bool:
    # True is 1, and 1.0 is too, but neither was among the options.
    return type(chosen) is type(each) and chosen == each
