"""MNIST's four IDX files: where they lie, how they get there, how they are checked and read.

They are looked for in `$CNN_DATA_DIR` if that is set, else in the user's cache folder, where they
are downloaded when needed. A file's content is checked by its SHA-256 where it comes from outside:
after a download and in `mnist_status`. Reading alone relies on gzip's own checksum and the IDX
header, which catch every damage that a disk or an interrupted copy does; hashing each time would
take longer than reading. Files that were read are not unpacked again (`cnn.data.unpacked`).

MNIST: Y. LeCun, C. Cortes, C. Burges; CC BY-SA 3.0.
"""

import errno
import gzip
import hashlib
import math
import os
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from cnn.data import unpacked
from cnn.data.digits import DataError, Digits, Split
from cnn.data.download import Bar, Download

FOLDER_VARIABLE = "CNN_DATA_DIR"
FETCH_COMMAND = "digitscope data fetch"

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)


@dataclass(frozen=True)
class MnistFile:
    """One of the files: its name, the shape of its content, and that content's SHA-256.

    The *content* is hashed, because mirrors compress it differently.
    """

    name: str
    shape: tuple[int, ...]
    sha256: str

    @property
    def header(self) -> bytes:
        """IDX header: two zeros, type (8: unsigned byte), number of axes, each axis's length."""
        return bytes([0, 0, 8, len(self.shape)]) + b"".join(n.to_bytes(4) for n in self.shape)

    @property
    def length(self) -> int:
        """Bytes of the content, header included."""
        return len(self.header) + math.prod(self.shape)


TRAIN_IMAGES = MnistFile(
    "train-images-idx3-ubyte.gz",
    (60_000, 28, 28),
    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
)
TRAIN_LABELS = MnistFile(
    "train-labels-idx1-ubyte.gz",
    (60_000,),
    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
)
TEST_IMAGES = MnistFile(
    "t10k-images-idx3-ubyte.gz",
    (10_000, 28, 28),
    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
)
TEST_LABELS = MnistFile(
    "t10k-labels-idx1-ubyte.gz",
    (10_000,),
    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
)
FILES = (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)
# Bytes of the four as mirrors compress them, about.
DOWNLOAD_BYTES = 11_594_722
# The tutorial's `input_data` sets aside the first 5,000 of the 60,000 training images.
VALIDATION = 5_000


@dataclass(frozen=True)
class FileStatus:
    """Where a file was looked for, and what is wrong with it: None if it is there and valid."""

    path: Path
    problem: str | None


def load_mnist() -> Split:
    """Load MNIST as the TensorFlow tutorial splits it: 55,000, 5,000 and 10,000 digits.

    The files are downloaded first if need be (12 MB); see above for where they are kept.

    Raises:
        DataError: A file is damaged, or is missing and cannot be fetched.
    """
    training = _read_digits(TRAIN_IMAGES, TRAIN_LABELS)
    cut = VALIDATION
    # A view of the few would keep all in memory, of which a training lets go.
    few = Digits(training.images[:cut].copy(), training.labels[:cut])
    return Split(
        "mnist",
        train=Digits(training.images[cut:], training.labels[cut:]),
        validation=few,
        test=load_mnist_test(),
    )


def load_mnist_test() -> Digits:
    """Load MNIST's 10,000 test digits alone; errors as `load_mnist`."""
    return _read_digits(TEST_IMAGES, TEST_LABELS)


def mnist_folder() -> Path:
    """Folder in which MNIST is looked for: `$CNN_DATA_DIR`, else the user's cache folder."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    return Path(chosen).expanduser() if chosen else user_cache_path("digitscope") / "mnist"


def mnist_is_available() -> bool:
    """Whether all four files are there; quick, downloads nothing, looks into none of them."""
    return all((mnist_folder() / file.name).is_file() for file in FILES)


def mnist_status() -> list[FileStatus]:
    """Check the four files thoroughly, hashing their content; takes under a second."""
    return [_status(file, mnist_folder() / file.name) for file in FILES]


def how_to_mend() -> str:
    """Say what brings files that are missing or damaged, as the end of a sentence."""
    if os.environ.get(FOLDER_VARIABLE):
        return (
            f"put MNIST's four .gz files into that folder, or unset ${FOLDER_VARIABLE} to have them"
            " downloaded"
        )
    return f"“{FETCH_COMMAND}” downloads what is missing"


def how_to_get_mnist() -> str:
    """Say in a sentence that MNIST is not where it is looked for, and what to do."""
    if os.environ.get(FOLDER_VARIABLE):
        return f"MNIST is not in {mnist_folder()}: {how_to_mend()}."
    return "MNIST is not on this machine yet: download it first."


def mnist_download() -> Download | None:
    """Return the download of MNIST, the same for all; None where nothing is downloaded into."""
    return None if os.environ.get(FOLDER_VARIABLE) else _DOWNLOAD


def fetch_mnist(bar: Bar | bool = True) -> Path:
    """Download each file that is missing or damaged, and return the folder.

    Files that are there already are kept, so repeating an interrupted call goes on from there.

    Args:
        bar: Counts the bytes; True shows them in the terminal.

    Raises:
        DataError: No mirror delivered a file, the folder cannot be written to or is full; or
            `$CNN_DATA_DIR` is set, a folder of the user's that nothing is downloaded into.
    """
    folder = mnist_folder()
    broken = [
        (file, status)
        for file, status in zip(FILES, mnist_status(), strict=True)
        if status.problem is not None
    ]
    if broken and os.environ.get(FOLDER_VARIABLE):
        _, status = broken[0]
        raise DataError(f"{status.path} is {status.problem}: {how_to_mend()}.")
    for file, _ in broken:
        _download(file, folder, bar)
    return folder


def read_mnist(file: MnistFile) -> NDArray[np.uint8]:
    """Read one file, having downloaded it first if it may be.

    Returns:
        uint8 array of the file's shape: grey values 0 (paper) to 255 (ink), or labels 0 to 9.

    Raises:
        DataError: The file is damaged, or is missing and cannot be fetched.
    """
    path = mnist_folder() / file.name
    if not path.is_file():
        fetch_mnist()
    try:
        content = _content(file, path)
    except DataError as error:
        remedy = (
            "replace it with MNIST's own file"
            if os.environ.get(FOLDER_VARIABLE)
            else f"“{FETCH_COMMAND}” replaces it"
        )
        raise DataError(f"{path} is {error}: {remedy}.") from error
    return content[len(file.header) :].reshape(file.shape)


def _read_digits(images: MnistFile, labels: MnistFile) -> Digits:
    pixels = read_mnist(images)
    return Digits(np.divide(pixels, 255, dtype=np.float32), read_mnist(labels).astype(np.int64))


def _status(file: MnistFile, path: Path) -> FileStatus:
    try:
        content = _read(file, path)
    except DataError as error:
        return FileStatus(path, str(error))
    if hashlib.sha256(content).hexdigest() != file.sha256:
        return FileStatus(path, "a file of the right kind, but with other content than MNIST's")
    return FileStatus(path, None)


def _content(file: MnistFile, path: Path) -> NDArray[np.uint8]:
    """Return a file's content, from its unpacked copy if there is one; errors as `_read`."""
    copy = unpacked.find(path)
    if copy is not None and _problem(file, copy) is None:
        return copy
    content = _read(file, path)
    unpacked.keep(path, content)
    return np.frombuffer(content, np.uint8)


def _read(file: MnistFile, path: Path) -> bytes:
    """Decompress a file and check its content; the error's message completes "the file is …"."""
    try:
        with gzip.open(path) as stream:
            # One byte more than expected: notices what is too long, and has gzip check its sum.
            content = stream.read(file.length + 1)
    except FileNotFoundError as error:
        raise DataError("missing") from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"damaged ({error})") from error
    except OSError as error:
        raise DataError(f"unreadable ({error.strerror})") from error
    if problem := _problem(file, np.frombuffer(content, np.uint8)):
        raise DataError(problem)
    return content


def _problem(file: MnistFile, content: NDArray[np.uint8]) -> str | None:
    """Say what is wrong with a file's content, uint8 [bytes]; None if nothing is."""
    start = len(file.header)
    if content[:start].tobytes() != file.header or len(content) != file.length:
        return f"not {' × '.join(map(str, file.shape))} bytes in IDX format"
    # Images have three axes, labels one.
    if len(file.shape) == 1 and (largest := int(content[start:].max())) > 9:
        return f"no file of labels 0 to 9, as it holds a label {largest}"
    return None


def _download(file: MnistFile, folder: Path, bar: Bar | bool) -> None:
    """Get one file from the first mirror that delivers it whole."""
    import pooch
    import requests

    def fetch_and_check(url: str, target: str, _: object) -> None:
        # Pooch moves its temporary file to its place only if this returns.
        pooch.HTTPDownloader(progressbar=bar)(url, target, None)
        problem = _status(file, Path(target)).problem
        if problem is not None:
            raise DataError(f"what came is {problem}")

    failures = []
    try:
        (folder / file.name).unlink(missing_ok=True)
        for mirror in MIRRORS:
            shelf = pooch.create(folder, mirror, registry={file.name: None}, retry_if_failed=1)
            try:
                shelf.fetch(file.name, downloader=fetch_and_check)
                return
            except (requests.RequestException, DataError) as error:
                failures.append(f"{mirror} ({_reason(error)})")
    except OSError as error:
        advice = (
            "free some space" if error.errno in {errno.ENOSPC, errno.EDQUOT} else "make it writable"
        )
        raise DataError(
            f"Cannot write {file.name} to {folder} ({error.strerror or error}): {advice}, or set"
            f" ${FOLDER_VARIABLE} to a folder that holds MNIST's four .gz files."
        ) from error
    raise DataError(
        f"Cannot download {file.name} from {' or '.join(failures)}: check the network and try"
        f" again, or set ${FOLDER_VARIABLE} to a folder that holds MNIST's four .gz files."
    )


def _reason(error: Exception) -> str:
    """Say in a few words why a download failed; requests' own messages hold whole stacks."""
    import requests

    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"it answered {error.response.status_code}"
    if isinstance(error, requests.Timeout):
        return "it did not answer in time"
    if isinstance(error, requests.ConnectionError):
        return "it cannot be reached"
    if isinstance(error, requests.RequestException):
        return "the connection broke off"
    return str(error)


_DOWNLOAD = Download(fetch_mnist, DOWNLOAD_BYTES)
