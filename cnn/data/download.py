"""A download that goes on in the background: begun once, whoever asks, and watched by all."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from cnn.data.digits import DataError

STOPPED = "Stopped. What has come whole is kept."


class StoppedError(Exception):
    """The download was asked to stop."""


@dataclass(frozen=True)
class Progress:
    """How far a download is.

    Attributes:
        is_active: Whether it is under way.
        done: Bytes that have come.
        size: Bytes in all, about.
        seconds_left: Estimate for the rest; None before there is one.
        problem: Why the last one came to nothing, in a sentence; "" if it did not.
    """

    is_active: bool
    done: int
    size: int
    seconds_left: float | None = None
    problem: str = ""

    @property
    def share(self) -> float:
        """How much has come, 0..1."""
        return min(self.done / self.size, 1.0)


class Bar:
    """Counts a download's bytes, as the progress bar that pooch fills: one file after another."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._whole_files = self._this_file = 0
        self._is_stopped = False

    @property
    def done(self) -> int:
        """Bytes that have come."""
        return self._whole_files + self._this_file

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self._begun

    @property
    def total(self) -> int:
        """Bytes of this file, which pooch tells when it begins with it; of no use here."""
        return 0

    @total.setter
    def total(self, _: int) -> None:
        self._this_file = 0

    def update(self, count: int) -> None:
        """Count more bytes.

        Raises:
            StoppedError: The download is to stop.
        """
        if self._is_stopped:
            raise StoppedError
        self._this_file += count

    def reset(self) -> None:
        """Count this file anew."""
        self._this_file = 0

    def close(self) -> None:
        """Go on to the next file."""
        self._whole_files, self._this_file = self.done, 0

    def stop(self) -> None:
        """Have the next bytes end the download."""
        self._is_stopped = True


class Download:
    """A download in a thread of its own; threads may share it."""

    def __init__(self, fetch: Callable[[Bar], object], size: int) -> None:
        """Say what it will be.

        Args:
            fetch: Downloads, and counts by the bar; raises DataError if it cannot be done.
            size: Bytes in all, about.
        """
        self._fetch = fetch
        self._size = size
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._bar = Bar()
        self._problem = ""

    @property
    def megabytes(self) -> int:
        """Its size in MB, rounded down as file managers do."""
        return self._size // 2**20

    def start(self) -> None:
        """Begin, unless it is under way; returns at once."""
        with self._lock:
            if self._is_active():
                return
            self._bar, self._problem = Bar(), ""
            self._thread = threading.Thread(target=self._run, args=[self._bar], daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End it with the next bytes; files that have come whole stay."""
        self._bar.stop()

    def progress(self) -> Progress:
        """Return how far it is."""
        with self._lock:
            done, seconds = min(self._bar.done, self._size), self._bar.seconds
            left = (self._size - done) * seconds / done if done else None
            return Progress(self._is_active(), done, self._size, left, self._problem)

    def _is_active(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _run(self, bar: Bar) -> None:
        try:
            self._fetch(bar)
        except DataError as error:
            self._problem = str(error)
        except StoppedError:
            self._problem = STOPPED
