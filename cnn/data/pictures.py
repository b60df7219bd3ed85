"""Pictures of digits named by their digit, in a folder or a ZIP file: read one by one.

A picture's digit is the name of the folder that it lies in, as `7/anna.png`, or what its own name
begins with, as `7-anna.png` or `7.png`. They are read as `digitscope predict` reads them; drawings
as JSON may be among them.
"""

import os
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path, PurePosixPath

from cnn.arrays import COMPRESSIONS
from cnn.data.digits import DataError
from cnn.files import FileError, read_bytes
from cnn.ink.formats import image_from_file
from cnn.ink.strokes import InkError, Picture

# Bytes of one picture, and of all that are unpacked; and how many there may be.
MOST_PICTURE_BYTES = 20_000_000
MOST_BYTES = 1_000_000_000
MOST_PICTURES = 20_000
# Characters of a name that are shown.
LONGEST_NAME = 80
# What computers put beside pictures by themselves.
BESIDE = {"Thumbs.db", "desktop.ini", "__MACOSX"}
NUMBER = re.compile(r"-?[0-9]+")
# Of a folder's name that is taken for a label, right or wrong: 10 and -1 are.
LONGEST_LABEL = 2
NAMING = "a picture's name, or its folder's, begins with its digit, as 7-anna.png"


@dataclass(frozen=True)
class Refused:
    """Something that cannot be measured on.

    Attributes:
        name: Which picture, or line.
        reason: Why, in one sentence.
    """

    name: str
    reason: str


@dataclass(frozen=True)
class NamedPicture:
    """A picture that can be.

    Attributes:
        name: Its path in the folder or ZIP file.
        label: The digit that it is named by.
        image: The network's input, float32 [28, 28] in 0..1, white ink on black.
    """

    name: str
    label: int
    image: Picture


class Pictures:
    """Pictures to be read one by one, each when it is asked for."""

    def __init__(self, readers: dict[str, Callable[[], bytes]]) -> None:
        """Take what reads the bytes of each, by its path with slashes."""
        self._readers = readers

    def __len__(self) -> int:
        return len(self._readers)

    def __iter__(self) -> Iterator[NamedPicture | Refused]:
        """Read them in the order of their names."""
        left = MOST_BYTES
        for path in sorted(self._readers):
            name = shown(path)
            try:
                label = label_of(path)
                content = self._readers[path]()
                left -= len(content)
                if left < 0:
                    raise DataError(f"All before it have {MOST_BYTES:,} bytes: split them.")
                yield NamedPicture(name, label, image_from_file(content))
            except (DataError, FileError, InkError) as error:
                yield Refused(name, str(error))


def label_of(path: str) -> int:
    """Return the digit that a picture is named by.

    Raises:
        DataError: There is none, or a number that is no digit.
    """
    *folders, name = PurePosixPath(path).parts
    folder = NUMBER.fullmatch(folders[-1]) if folders else None
    # In a digit's folder, pictures are numbered; a longer number may be a year's.
    if folder is not None and len(folder[0]) > LONGEST_LABEL:
        folder = None
    found = folder or NUMBER.match(name)
    if found is None:
        raise DataError(f"Which digit it is is not said: {NAMING}.")
    if len(found[0]) > 1:
        raise DataError(f"It is named by {found[0]:.20}, which is no digit 0 to 9.")
    return int(found[0])


def folder_of_pictures(folder: Path) -> Pictures:
    """Find the pictures of a folder and of all folders in it.

    Raises:
        DataError: It is no folder, or holds too many files.
    """
    if not folder.is_dir():
        raise DataError(f"There is no folder {folder}.")
    readers: dict[str, Callable[[], bytes]] = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not _is_beside(name)]
        for name in names:
            if _is_beside(name):
                continue
            file = Path(place) / name
            readers[file.relative_to(folder).as_posix()] = partial(_read, file)
            _check_count(len(readers), str(folder))
    return Pictures(readers)


def zip_of_pictures(content: bytes, name: str) -> Pictures:
    """Find the pictures of a ZIP file; none of it is unpacked before it is read.

    Args:
        content: Of the file.
        name: What messages call it.

    Raises:
        DataError: It is damaged, or holds too many files.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    # Python's zip reader raises whatever it comes to.
    except Exception as error:
        raise DataError(f"{name} is no ZIP file, or damaged ({error!s:.60}).") from error
    readers: dict[str, Callable[[], bytes]] = {}
    for member in archive.infolist():
        if member.is_dir() or any(map(_is_beside, PurePosixPath(member.filename).parts)):
            continue
        readers[member.filename] = partial(_unpack, archive, member)
        _check_count(len(readers), name)
    return Pictures(readers)


def pictures_at(path: Path) -> Pictures:
    """Find the pictures of a folder or a ZIP file.

    Raises:
        DataError: It is neither, damaged, or holds too many files.
    """
    if path.is_dir():
        return folder_of_pictures(path)
    try:
        return zip_of_pictures(read_bytes(path, MOST_BYTES), str(path))
    except FileError as error:
        raise DataError(str(error)) from error


def shown(path: str) -> str:
    """Write a path of somebody else's so that it can be shown: printable, and not too long."""
    printable = "".join(sign if sign.isprintable() else "�" for sign in path)
    return printable if len(printable) <= LONGEST_NAME else f"…{printable[1 - LONGEST_NAME :]}"


def _is_beside(name: str) -> bool:
    return name.startswith(".") or name in BESIDE


def _check_count(count: int, name: str) -> None:
    if count > MOST_PICTURES:
        raise DataError(f"{name} holds more than {MOST_PICTURES:,} pictures: split it.")


def _read(file: Path) -> bytes:
    try:
        return read_bytes(file, MOST_PICTURE_BYTES)
    except FileError as error:
        # Its name stands before the reason already.
        reason = str(error).removeprefix(f"{file} ")
        raise DataError(f"It {reason}") from error


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.flag_bits & 1:
        raise DataError("It is packed with a password.")
    if member.compress_type not in COMPRESSIONS:
        raise DataError("It is packed in a way that is not read: pack it anew.")
    if member.file_size > MOST_PICTURE_BYTES:
        raise DataError(f"It is larger than {MOST_PICTURE_BYTES:,} bytes.")
    try:
        with archive.open(member) as packed:
            # Never more than the directory tells, which is bounded above.
            return packed.read(MOST_PICTURE_BYTES)
    # Python's zip reader raises whatever it comes to.
    except Exception as error:
        raise DataError(f"It is damaged in the ZIP file ({error!s:.60}).") from error
