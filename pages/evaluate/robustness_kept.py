"""Curves of robustness on disk: what a minute's work has found is there when a server starts anew.

They lie beside the maps of digits, in the user's cache folder, and may be deleted at any time.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

from pydantic import Field

from cnn.augmentation.corruptions import CORRUPTIONS
from cnn.evaluation.robustness import STRENGTHS, Point
from cnn.evaluation.shares import Share
from cnn.explain.map_store import maps_folder
from cnn.files import FileError, read_json, write_json

# Files that are kept; the oldest are removed.
MOST_FILES = 200
ALL_STRENGTHS = (0.0, *STRENGTHS)
PACKAGE = "digitscope"


@dataclass(frozen=True)
class Counts:
    """A file's content.

    Attributes:
        version: The program's: another one may spoil digits otherwise.
        n: Digits that were read at each strength.
        right: Of these, by each corruption's name, those read right at each strength.
    """

    version: str
    n: Annotated[int, Field(ge=1)]
    right: dict[str, list[Annotated[int, Field(ge=0)]]]

    @property
    def is_whole(self) -> bool:
        """Whether it is all that this program would find."""
        fit = all(
            len(counts) == len(ALL_STRENGTHS) and max(counts) <= self.n
            for counts in self.right.values()
        )
        return fit and list(self.right) == list(CORRUPTIONS) and self.version == version(PACKAGE)


def load(key: str) -> list[Point]:
    """Return all points that were kept under a key; none if they were not, or are damaged."""
    try:
        counts = read_json(_file(key), Counts)
    except FileError:
        return []
    if not counts.is_whole:
        return []
    found = [
        (name, strength, Share(count, counts.n))
        for name, right in counts.right.items()
        for strength, count in zip(ALL_STRENGTHS, right, strict=True)
    ]
    return [
        Point(name, strength, (share,), done, len(found))
        for done, (name, strength, share) in enumerate(found, start=1)
    ]


def keep(key: str, points: Sequence[Point]) -> None:
    """Keep all points of one network; without room on the disk they are found again next time."""
    right = {
        name: [each.right[0].count for each in points if each.corruption == name]
        for name in CORRUPTIONS
    }
    file = _file(key)
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_json(file, vars(Counts(version(PACKAGE), points[0].right[0].n, right)))
        kept = sorted(file.parent.glob("*.json"), key=lambda each: each.stat().st_mtime)
        for old in kept[:-MOST_FILES]:
            old.unlink(missing_ok=True)


def _file(key: str) -> Path:
    return maps_folder() / "robustness" / f"{key}.json"
