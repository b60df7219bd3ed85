"""What one hyper-parameter is: its meaning, which values it may have, and how these are read."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# Letters of a wrong value that a message repeats.
MOST_SHOWN = 60

Value = str | int | float | bool | tuple[int, ...] | None


class RecipeError(ValueError):
    """A hyper-parameter out of its range; the message names it, its value and the rule."""


class Group(StrEnum):
    """What a hyper-parameter is about."""

    LAYERS = "Layers"
    STEPS = "Steps"
    DIGITS = "Digits"


@dataclass(frozen=True)
class Setting:
    """What one hyper-parameter is, and which values it may have.

    Attributes:
        name: The recipe's field.
        group: What it is about.
        title: What people call it.
        about: What it does, in a sentence or two.
        low: The least value, of a number.
        high: The largest value, of a number.
        choices: All values there are, if it is one of few.
        most: How many values it may be a list of; 0 if it is no list.
        empty: What leaving it out means, where that is allowed; else "".
        step: By how much one press of a button changes a number.
        stops: The values that a slider offers of a number that people change by factors.
    """

    name: str
    group: Group
    title: str
    about: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str | int, ...] = ()
    most: int = 0
    empty: str = ""
    step: float = 1
    stops: tuple[float, ...] = ()

    def stops_beside(self, value: float | None) -> list[float | None]:
        """Return the stops in order, and with them a value that lies between them.

        Leaving it out, where that is allowed, comes last.
        """
        numbers = {*self.stops} if value is None else {*self.stops, value}
        return [*sorted(numbers), *([None] if self.empty else [])]

    def check(self, value: Any) -> None:
        """Check a value, its type too: exactly `int`, `float`, `str`, `bool` or a tuple of `int`.

        A whole number may stand for a `float`; NumPy's numbers must be made Python's first.

        Raises:
            RecipeError: It is of another type, or out of its range.
        """
        if not self._is_allowed(value):
            raise RecipeError(f"{self.name} is {_shown(value)}, but must be {self.rule}.")

    @property
    def rule(self) -> str:
        """Which values are allowed, in words: "from 1 to 1,000"."""
        if self.choices:
            return f"one of: {', '.join(map(str, self.choices))}"
        if self.low is None or self.high is None:
            return "true or false"
        bounds = f"from {self.low:,} to {self.high:,}"
        if self.most:
            return f"1 to {self.most} whole numbers {bounds}"
        return f"a whole number {bounds}" if isinstance(self.low, int) else bounds

    def parse(self, text: str) -> Value:
        """Read a value as people type it: "5", "2e-3", "he", "yes", "16,32".

        Raises:
            RecipeError: The text is none of the values that are allowed.
        """
        try:
            value = self._parsed(text)
        except (KeyError, ValueError):
            value = text
        self.check(value)
        return value

    def written(self, value: Value) -> str:
        """Write a value as people type it, and as `parse` reads it; None by what it means."""
        if value is None:
            return self.empty
        if isinstance(value, bool):
            return "yes" if value else "no"
        return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)

    def _parsed(self, text: str) -> Value:
        if self.choices:
            return type(self.choices[0])(text)
        if self.low is None:
            return {"yes": True, "no": False}[text]
        number = type(self.low)
        return tuple(int(part) for part in text.split(",")) if self.most else number(text)

    def _is_allowed(self, value: Any) -> bool:
        if value is None:
            return bool(self.empty)
        if self.choices:
            return any(type(value) is type(each) and value == each for each in self.choices)
        if self.low is None:
            return type(value) is bool
        if self.most:
            is_list = type(value) is tuple and 1 <= len(value) <= self.most
            return is_list and all(map(self._is_number, value))
        return self._is_number(value)

    def _is_number(self, value: Any) -> bool:
        assert self.low is not None
        assert self.high is not None
        types = (int,) if isinstance(self.low, int) else (int, float)
        return type(value) in types and self.low <= value <= self.high


def _shown(value: object) -> str:
    """Write a value, whatever it is, in at most a few words."""
    try:
        text = repr(value)
    # Of a number with thousands of digits, or of lists nested as deep.
    except (ValueError, RecursionError):
        return f"too large a {type(value).__name__}"
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
