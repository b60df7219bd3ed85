"""What a network can be measured on: test digits, drawings, pictures, whatever can be read of them.

A file of drawings or a heap of pictures is seldom without a fault. What can be read is measured on,
and what cannot is told, each with one sentence.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np

from cnn.data.datasets import DATA_SETS
from cnn.data.digits import DataError, Digits, LabelledStrokes
from cnn.data.drawings import (
    MOST_BYTES,
    MOST_DRAWINGS,
    BadLine,
    Tell,
    draw_digits,
    each_drawing,
    tell_nobody,
)
from cnn.data.pictures import NamedPicture, Refused
from cnn.data.user_drawings import read_user_drawings
from cnn.files import FileError, read_bytes
from cnn.ink.strokes import SIZE, Stroke


@dataclass(frozen=True)
class Measured:
    """A set of digits to measure on.

    Attributes:
        title: What a sentence calls it.
        digits: Those that can be read.
        names: What to call each of them; none, where its number in the set is all there is.
        strokes: Of each of them, where they were drawn; else none.
        refused: What could not be read, each with its reason.
    """

    title: str
    digits: Digits
    names: tuple[str, ...] = ()
    strokes: tuple[list[Stroke], ...] = ()
    refused: tuple[Refused, ...] = ()

    @cached_property
    def key(self) -> str:
        """Name the digits by what they are: what was found out about them is kept under it."""
        digest = hashlib.blake2b(np.ascontiguousarray(self.digits.images).data, digest_size=16)
        digest.update(np.ascontiguousarray(self.digits.labels).data)
        return digest.hexdigest()

    def name_of(self, index: int) -> str:
        """Return what to call one of the digits."""
        return self.names[index] if self.names else f"No. {index:,}"


def of_data_set(name: str) -> Measured:
    """Load the test digits of a data set, by its name.

    Raises:
        DataError: They are not on this machine, or damaged.
    """
    data_set = DATA_SETS[name]
    if data_set.load_test is None:
        raise DataError(f"{data_set.title} has no test digits of its own.")
    return Measured(f"{data_set.mention}, test digits", data_set.load_test())


def own_drawings(tell: Tell = tell_nobody) -> Measured:
    """Draw all drawings that the user has kept, and tell how many are done, of how many.

    Raises:
        DataError: There are none.
    """
    drawings = read_user_drawings()
    if not drawings:
        raise DataError("You have kept no drawing yet: say on the Draw page what a drawing is.")
    return _of_drawings(drawings, "your drawings", (), (), tell)


def drawings_in(content: bytes, name: str, tell: Tell = tell_nobody) -> Measured:
    """Draw what can be read of a file of drawings, JSON lines or UNIPEN, by its content.

    Args:
        content: Of the file.
        name: What messages call it.
        tell: Is told how many drawings are drawn, and of how many.

    Raises:
        DataError: Nothing of it can be read; the message says why.
    """
    drawings: list[LabelledStrokes] = []
    places: list[int] = []
    refused: list[Refused] = []
    for place, each in enumerate(islice(each_drawing(content, name), MOST_DRAWINGS + 1)):
        if place == MOST_DRAWINGS:
            rest = f"All drawings after the first {MOST_DRAWINGS:,} are left out: split the file."
            refused.append(Refused(name, rest))
        elif isinstance(each, BadLine):
            refused.append(Refused(f"{name}, line {each.number}", _sentence(each.rule)))
        else:
            drawings.append(each)
            places.append(place)
    if not drawings:
        raise _nothing_in(name, "drawing", refused)
    names = tuple(f"drawing {place + 1:,}" for place in places)
    return _of_drawings(drawings, name, names, refused, tell)


def drawings_file(path: Path) -> Measured:
    """Draw what can be read of a file of drawings; errors as `drawings_in`, or it is no file."""
    try:
        return drawings_in(read_bytes(path, MOST_BYTES), str(path))
    except FileError as error:
        raise DataError(str(error)) from error


def of_pictures(outcomes: Iterable[NamedPicture | Refused], name: str) -> Measured:
    """Gather what `cnn.data.pictures` reads of a folder or a ZIP file.

    Raises:
        DataError: It holds no picture that can be read.
    """
    pictures: list[NamedPicture] = []
    refused: list[Refused] = []
    for each in outcomes:
        if isinstance(each, Refused):
            refused.append(each)
        else:
            pictures.append(each)
    if not pictures:
        raise _nothing_in(name, "picture of a digit", refused)
    digits = Digits(
        np.array([each.image for each in pictures], np.float32).reshape(-1, SIZE, SIZE),
        np.array([each.label for each in pictures], np.int64),
    )
    return Measured(name, digits, tuple(each.name for each in pictures), (), tuple(refused))


def _of_drawings(
    drawings: Sequence[LabelledStrokes],
    title: str,
    names: tuple[str, ...],
    refused: Sequence[Refused],
    tell: Tell,
) -> Measured:
    strokes = tuple(each.strokes for each in drawings)
    return Measured(title, draw_digits(drawings, tell), names, strokes, tuple(refused))


def _nothing_in(name: str, what: str, refused: Sequence[Refused]) -> DataError:
    """Say that nothing of a file can be read, and of the first thing why."""
    why = f" that can be read: {refused[0].name}: {refused[0].reason}" if refused else "."
    return DataError(f"{name} holds no {what}{why}")


def _sentence(rule: str) -> str:
    return f"{rule[:1].upper()}{rule[1:]}."
