"""Long work in the background: done once for all who wait for it, and only while anybody does."""

import html
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Generic, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnn.data.drawings import Tell
from pages.shared.text import duration

T = TypeVar("T")

# Seconds that are waited at once, between two looks from then on, and without a look after which
# nobody waits any more: a busy server may be late.
AT_ONCE, TICK, LEFT_AFTER = 0.5, 0.5, 15.0
# Seconds of work, and the share of it, after which one can tell how long it will still take.
TELLING_TIME, TELLING_SHARE = 2.0, 0.02
STOPPED = "evaluate-stopped"


class LeftError(Exception):
    """Nobody waits for the work any more."""


class Work(Generic[T]):
    """Something that takes a while.

    Attributes:
        future: What comes of it.
    """

    def __init__(self, do: Callable[[Tell], T]) -> None:
        """Take what is to be done, which tells how far it is."""
        self.future: Future[T] = Future()
        self._do = do
        # Since when, on the monotonic clock, how much is done, and of how much.
        self._begun, self._done, self._of = 0.0, 0, 0
        self._looked_at = time.monotonic()

    @property
    def has_failed(self) -> bool:
        """Whether it has ended without a result."""
        return self.future.done() and self.future.exception() is not None

    def run(self) -> None:
        """Do it, unless nobody waits for it any more."""
        try:
            self._tell(0, 0)
            self.future.set_result(self._do(self._tell))
        except Exception as error:
            self.future.set_exception(error)

    def look(self) -> tuple[float, str]:
        """Say that somebody waits for it; return the share that is done, and the time left."""
        self._looked_at = time.monotonic()
        share = self._done / self._of if self._of else 0.0
        took = self._looked_at - self._begun
        if share < TELLING_SHARE or took < TELLING_TIME:
            return share, ""
        return share, f" {duration(took / share - took)} left"

    def _tell(self, done: int, of: int) -> None:
        now = time.monotonic()
        # Before the first is done there may be much to prepare.
        if not done:
            self._begun = now
        self._done, self._of = done, of
        if now - self._looked_at > LEFT_AFTER:
            raise LeftError


class Desk(Generic[T]):
    """Takes work, does one after the other, and keeps what came of it as long as there is room."""

    def __init__(self, weigh: Callable[[T], int], most: int) -> None:
        """Set the room.

        Args:
            weigh: Returns the bytes that a result takes.
            most: Bytes that are kept; the newest result always is.
        """
        self._weigh, self._most = weigh, most
        self._lock = threading.Lock()
        # Two at once would not be done sooner, and others are to be answered meanwhile.
        self._worker = ThreadPoolExecutor(1, "evaluate")
        # What was asked for last stands last.
        self._works: dict[Hashable, Work[T]] = {}

    def ask(self, key: Hashable, do: Callable[[Tell], T]) -> Work[T]:
        """Return the work under a key; it is begun unless it is there, or if it has failed.

        Args:
            key: What it is about: all that changes the result.
            do: Does it.
        """
        with self._lock:
            known = self._works.pop(key, None)
            work = Work(do) if known is None or known.has_failed else known
            self._make_room()
            self._works[key] = work
        if work is not known:
            self._worker.submit(work.run)
        return work

    def _make_room(self) -> None:
        weights = {
            key: self._weigh(work.future.result())
            for key, work in self._works.items()
            if work.future.done() and not work.has_failed
        }
        for key in list(weights):
            if sum(weights.values()) <= self._most:
                break
            del self._works[key], weights[key]
        for key in [key for key, work in self._works.items() if work.has_failed]:
            del self._works[key]


def result_of(work: Work[T], name: str, doing: str) -> T | None:
    """Return what comes of work, or None while it is not there: then it is shown how far it is.

    When it is done, the page is drawn anew.

    Args:
        work: The work; whatever it has failed with is raised.
        name: Tells it from other work on this page.
        doing: What it is at, without a full stop.
    """
    if st.session_state.get(STOPPED) == name and not work.future.done():
        with _row(name):
            st.html(f'<p class="note">{html.escape(doing)}: stopped.</p>', width="content")
            st.button("Go on", icon=":material/play_arrow:", key=f"go-on-{name}",
                      on_click=st.session_state.pop, args=[STOPPED, None])  # fmt: skip
        return None
    wait([work.future], AT_ONCE)
    if work.future.done():
        return work.future.result()
    # A fragment's run is not interrupted by a click, so none is long.
    st.fragment(_progress, run_every=TICK)(work, name, doing)
    return None


def _progress(work: Work[T], name: str, doing: str) -> None:
    if work.future.done() or st.session_state.get(STOPPED) == name:
        st.rerun()
    share, left = work.look()
    with _row(name):
        st.progress(min(share, 1.0), f"{doing} …{left}")
        st.button("Stop", icon=":material/stop:", key=f"stop-{name}", on_click=_stop, args=[name])


def _row(name: str) -> DeltaGenerator:
    key = f"evaluate-work-{name}"
    return st.container(horizontal=True, vertical_alignment="center", key=key)


def _stop(name: str) -> None:
    st.session_state[STOPPED] = name
