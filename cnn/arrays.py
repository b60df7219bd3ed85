"""NumPy archives read from disk: what is in one is checked before any of it is unpacked.

An archive may claim to hold other arrays than it does, or unfold to more than any memory holds.
"""

import math
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from cnn.files import FileError, open_plain

# Of one array's description: ours take less than a hundred bytes.
MOST_HEADER = 1_000
# Arrays of one archive.
MOST_ARRAYS = 1_000
COMPRESSIONS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


@dataclass(frozen=True)
class ArrayRule:
    """What an array must be.

    Attributes:
        types: Names of the types that it may have.
        shape: None stands for any length, or for any shape.
        low: The least value, of numbers; they must be finite.
        high: The largest.
        is_needed: Whether there must be at least one such array.
    """

    types: tuple[str, ...]
    shape: tuple[int | None, ...] | None
    low: float = -math.inf
    high: float = math.inf
    is_needed: bool = True

    def fits(self, kind: "np.dtype[Any]", shape: tuple[int, ...]) -> bool:
        """Whether an array of such a type and shape may be it."""
        wanted = shape if self.shape is None else self.shape
        return (
            (kind.name in self.types or kind.kind in self.types)
            and len(shape) == len(wanted)
            and all(rule in (None, n) for rule, n in zip(wanted, shape, strict=True))
        )


def read_arrays(
    file: Path, rules: Mapping[str, ArrayRule], most: int = 50_000_000
) -> dict[str, NDArray[Any]]:
    """Read the arrays of an archive that rules are given for; all others are left out.

    Args:
        file: As `numpy.savez` writes it.
        rules: By the arrays' names, as regular expressions that match the whole name.
        most: Bytes that all its arrays may take.

    Raises:
        FileError: It is no archive, too large, or an array is missing or breaks its rule.
    """
    with open_plain(file) as stream:
        try:
            return _read(zipfile.ZipFile(stream), rules, most)
        except _RuleError as error:
            raise FileError(f"{file} cannot be read ({error}).") from error
        # Python's zip reader raises whatever it comes to; NumPy's does, too.
        except Exception as error:
            raise FileError(f"{file} cannot be read ({error!s:.60}).") from error


class _RuleError(Exception):
    """An archive breaks a rule, which the message tells."""


def _read(
    archive: zipfile.ZipFile, rules: Mapping[str, ArrayRule], most: int
) -> dict[str, NDArray[Any]]:
    members = archive.infolist()
    # What is unpacked of a member is never more than the archive's directory tells of it.
    if len(members) > MOST_ARRAYS or sum(member.file_size for member in members) > most:
        raise _RuleError(f"more than {most:,} bytes, or {MOST_ARRAYS:,} arrays")
    arrays = {}
    missing = {name for name, rule in rules.items() if rule.is_needed}
    for member in members:
        name = member.filename.removesuffix(".npy")
        found = next((pattern for pattern in rules if re.fullmatch(pattern, name)), None)
        if found is None:
            continue
        if member.compress_type not in COMPRESSIONS or name in arrays:
            raise _RuleError(f"{name:.40} is packed otherwise, or there twice")
        with archive.open(member) as packed:
            arrays[name] = _array(packed, member.file_size, name, rules[found])
        missing.discard(found)
    if missing:
        raise _RuleError(f"{min(missing)} is missing")
    return arrays


def _array(packed: IO[bytes], size: int, name: str, rule: ArrayRule) -> NDArray[Any]:
    version = np.lib.format.read_magic(packed)
    read_header = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }[version]
    shape, is_fortran, kind = read_header(packed, max_header_size=MOST_HEADER)
    count = math.prod(shape)
    if kind.hasobject or not rule.fits(kind, shape) or count * kind.itemsize > size:
        raise _RuleError(f"{name:.40} is {kind.name} {shape!s:.60}")
    content = packed.read()
    if len(content) != count * kind.itemsize:
        raise _RuleError(f"{name:.40} is cut off")
    array = np.frombuffer(content, kind).reshape(shape, order="F" if is_fortran else "C")
    if kind.kind == "f" and not np.isfinite(array).all():
        raise _RuleError(f"{name:.40} is not finite")
    if kind.kind in "iuf" and count and not rule.low <= array.min() <= array.max() <= rule.high:
        raise _RuleError(f"{name:.40} is not within {rule.low:g} to {rule.high:g}")
    return array
