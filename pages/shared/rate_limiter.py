"""The brake on guessing a password: longer waits after each wrong try, for each visitor alone."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

# Seconds.
LONGEST_WAIT = 900.0
FORGOTTEN_AFTER = 3600.0
MOST_KNOWN = 1_000


@dataclass
class Tries:
    """A visitor's wrong tries.

    Attributes:
        count: How many.
        last: When the last one was.
    """

    count: int
    last: float


class RateLimiter:
    """Counts tries by who makes them, and tells how long to wait for the next."""

    def __init__(self, free: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Set the rule.

        Args:
            free: Tries that nobody has to wait after; each one more doubles the wait, from 2 s on.
            clock: Tells seconds.
        """
        self._free = free
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, Tries] = {}

    def wait(self, visitor: str) -> float:
        """Count a try as wrong, or return the seconds until one is allowed."""
        with self._lock:
            now = self._clock()
            self._forget_old(now)
            tries = self._known.setdefault(visitor, Tries(0, now))
            if (seconds := tries.last + self._wait_after(tries.count) - now) > 0:
                return seconds
            tries.count, tries.last = tries.count + 1, now
            if len(self._known) > MOST_KNOWN:
                # Whoever guesses most is remembered: many others' first tries do not help him.
                del self._known[min(self._known, key=lambda each: self._known[each].count)]
            return 0.0

    def forgive(self, visitor: str) -> None:
        """Forget a visitor's tries: the last one was right."""
        with self._lock:
            self._known.pop(visitor, None)

    def _wait_after(self, count: int) -> float:
        return min(2.0 ** (count - self._free + 1), LONGEST_WAIT) if count >= self._free else 0.0

    def _forget_old(self, now: float) -> None:
        self._known = {
            visitor: tries
            for visitor, tries in self._known.items()
            if now - tries.last < FORGOTTEN_AFTER
        }
