"""Maps by t-SNE, each computed once, in the background, and kept in a file per network and digits.

They lie in the user's cache folder, and may be deleted at any time.
"""

import hashlib
import io
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from cnn.arrays import ArrayRule, read_arrays
from cnn.explain.digit_map import DigitMap, map_by_neighbours, with_places
from cnn.files import FileError, write_atomically

FOLDER_VARIABLE = "CNN_MAPS_DIR"
# Of the threads that compute: below those that answer.
NICENESS = 10
# Maps that are kept; the oldest are removed.
MOST_FILES = 50


class MapStore:
    """Computes maps one after another, and keeps them; threads may share it."""

    def __init__(self, compute: Callable[[DigitMap], DigitMap] = map_by_neighbours) -> None:
        """Begin with nothing under way."""
        self._compute = compute
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._running: dict[str, Future[DigitMap]] = {}

    def get(self, found: DigitMap) -> Future[DigitMap]:
        """Return the map by neighbours of the digits of a map, or what will be.

        It is done at once if it was computed before, else some seconds later.
        """
        key = key_of(found)
        with self._lock:
            future = self._running.get(key)
            if future is None or (future.done() and future.exception()):
                future = self._running[key] = Future()
                # A program that ends does not wait for it.
                arguments = (future, key, found)
                threading.Thread(target=self._fill, args=arguments, daemon=True).start()
            return future

    def _fill(self, future: Future[DigitMap], key: str, found: DigitMap) -> None:
        _be_nice()
        with self._turn:
            try:
                future.set_result(self._load_or_compute(key, found))
            # Whatever it is, it is for who asked.
            except Exception as error:
                future.set_exception(error)

    def _load_or_compute(self, key: str, found: DigitMap) -> DigitMap:
        file = maps_folder() / f"{key}.npz"
        rule = ArrayRule(("float32",), found.places.shape)
        with suppress(FileError):
            return with_places(found, read_arrays(file, {"places": rule})["places"])
        computed = self._compute(found)
        # Without room on the disk it is computed again next time.
        with suppress(OSError):
            _keep(file, computed.places)
        return computed


def maps_folder() -> Path:
    """Return where maps are kept: in `$CNN_MAPS_DIR` if set, else in the user's cache folder."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    return Path(chosen) if chosen else user_cache_path("digitscope") / "maps"


def key_of(found: DigitMap) -> str:
    """Name a map by what it comes from: the digits as their network sees them."""
    digest = hashlib.sha256(np.ascontiguousarray(found.mean).tobytes())
    digest.update(np.ascontiguousarray(found.reduced).tobytes())
    return digest.hexdigest()[:32]


def _keep(file: Path, places: NDArray[np.float32]) -> None:
    packed = io.BytesIO()
    np.savez(packed, allow_pickle=False, places=places)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, packed.getvalue())
    kept = sorted(file.parent.glob("*.npz"), key=lambda each: each.stat().st_mtime)
    for old in kept[:-MOST_FILES]:
        old.unlink(missing_ok=True)


def _be_nice() -> None:
    """Let this thread wait for those that answer; where the system knows no such thing, it runs."""
    with suppress(AttributeError, OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
