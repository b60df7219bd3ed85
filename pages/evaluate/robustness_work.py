"""Curves of robustness: each network's are found once on some digits, in the background, and kept.

The work goes on when whoever began it has left the page: a minute later the curves are there for
all. It ends early once all who asked for it have stopped it; what was found until then is kept.
"""

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import streamlit as st

from cnn.augmentation.corruptions import CORRUPTIONS
from cnn.data.digits import Digits
from cnn.evaluation.robustness import STRENGTHS, Curve, Point, curves, spoil_and_read
from cnn.explain.layers import layers_of
from cnn.predictor import Predictor
from cnn.web.network_file import network_file
from pages.evaluate import robustness_kept

# Digits that are read at each strength, evenly spread over a larger set: so two networks' curves
# are there within the time in which people wait.
MOST_DIGITS = 1_000
POINTS = 1 + len(STRENGTHS)
# Curves that are kept, and networks that may wait for their turn.
MOST_KEPT, MOST_WAITING = 64, 6
BUSY = "Other networks are being measured on this server: try again in a minute."

Spoil: TypeAlias = Callable[[Sequence[Predictor], Digits, Sequence[str], int], Iterator[Point]]


class BusyError(Exception):
    """Too much is to be done already."""


@dataclass
class Work:
    """What is found about one network on some digits.

    Attributes:
        points: Of all curves, as they were found.
        askers: The sessions that want it to go on.
        is_active: Whether it is at work, or waits for its turn.
        problem: What ended it, in a sentence.
        begun: When it began to find points, on the monotonic clock; 0 before.
        found: How many it has found since.
    """

    points: list[Point] = field(default_factory=list)
    askers: set[str] = field(default_factory=set)
    is_active: bool = False
    problem: str = ""
    begun: float = 0.0
    found: int = 0

    @property
    def missing(self) -> int:
        """How many points are still to be found."""
        return POINTS * len(CORRUPTIONS) - len(self.points)

    @property
    def share(self) -> float:
        """How much of it is done, 0..1."""
        return len(self.points) / (POINTS * len(CORRUPTIONS))

    @property
    def is_whole(self) -> bool:
        """Whether all curves are there."""
        return not self.missing

    @property
    def seconds_a_point(self) -> float | None:
        """How long a point takes; None while nobody knows."""
        return (time.monotonic() - self.begun) / self.found if self.found >= POINTS else None

    def curves(self) -> list[Curve]:
        """Return the curves as far as they are found."""
        return next(iter(curves(list(self.points))), [])


class Desk:
    """Takes work, does one after the other, and keeps what came of it; threads may share it."""

    def __init__(self, spoil: Spoil = spoil_and_read) -> None:
        """Begin with nothing to do."""
        self._spoil = spoil
        self._lock, self._turn = threading.Lock(), threading.Lock()
        # What was asked for last stands last.
        self._works: dict[str, Work] = {}

    def find(self, key: str) -> Work:
        """Return what is known under a key, be it nothing.

        Args:
            key: Of the network and the digits; it names a file.
        """
        with self._lock:
            work = self._works.pop(key, None) or Work(robustness_kept.load(key))
            self._works[key] = work
            self._make_room()
            return work

    def begin(self, key: str, predictor: Predictor, digits: Digits, asker: str) -> None:
        """Find the curves that are not there yet, in the background.

        Args:
            key: Of the network and the digits.
            predictor: The network.
            digits: What it is to read.
            asker: Who wants it.

        Raises:
            BusyError: Too many are waiting already.
        """
        work = self.find(key)
        with self._lock:
            if work.is_whole:
                return
            if work.is_active:
                work.askers.add(asker)
                return
            if sum(each.is_active for each in self._works.values()) >= MOST_WAITING:
                raise BusyError(BUSY)
            work.is_active, work.problem, work.found, work.askers = True, "", 0, {asker}
            arguments = (key, work, predictor, digits)
            # A server that ends does not wait for it.
            threading.Thread(target=self._do, args=arguments, daemon=True).start()

    def stop(self, key: str, asker: str) -> None:
        """Take back that somebody wants it: it stops unless others do."""
        self.find(key).askers.discard(asker)

    def _do(self, key: str, work: Work, predictor: Predictor, digits: Digits) -> None:
        with self._turn:
            try:
                self._go_on(work, predictor, digits)
                if work.is_whole:
                    robustness_kept.keep(key, work.points)
            # Whatever it is, it is for who asked.
            except Exception as error:
                work.problem = str(error)
            finally:
                work.is_active = False
                work.askers.clear()

    def _go_on(self, work: Work, predictor: Predictor, digits: Digits) -> None:
        """Find points as long as anybody wants them; a curve that was cut off begins anew."""
        known = Counter(point.corruption for point in work.points)
        whole = {name for name, count in known.items() if count == POINTS}
        work.points = [point for point in work.points if point.corruption in whole]
        work.begun, work.found = time.monotonic(), 0
        missing = [name for name in CORRUPTIONS if name not in whole]
        if not work.askers:
            return
        for point in self._spoil([predictor], digits, missing, MOST_DIGITS):
            work.points.append(point)
            work.found += 1
            if not work.askers:
                return

    def _make_room(self) -> None:
        idle = [key for key, work in self._works.items() if not work.is_active]
        for key in idle[: max(len(self._works) - MOST_KEPT, 0)]:
            del self._works[key]


desk = Desk()


# An entry holds its predictor, so that no other one can get the same id meanwhile.
@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs={Predictor: id})
def digest_of(predictor: Predictor) -> tuple[Predictor, str]:
    """Return a network, and what tells it from all others: a digest of its layers and weights."""
    content = network_file(layers_of(predictor.model), "")
    return predictor, hashlib.blake2b(content, digest_size=16).hexdigest()
