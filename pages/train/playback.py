"""A replay that goes on by itself, epoch by epoch, once somebody has pressed Play."""

from dataclasses import dataclass
from time import monotonic

import streamlit as st

# Seconds that each epoch is seen.
TICK = 1.0
# A page that was left while it played has not asked for so many seconds: it does not go on alone.
FORGOTTEN = 10.0
STATE = "replay-playing"


@dataclass(frozen=True)
class Playing:
    """What is played.

    Attributes:
        name: Of the run.
        due: When its next epoch may come, in seconds of `time.monotonic`.
    """

    name: str
    due: float


def is_playing(name: str) -> bool:
    """Whether this run's replay goes on by itself."""
    playing = st.session_state.get(STATE)
    return (
        isinstance(playing, Playing)
        and playing.name == name
        and monotonic() < playing.due + FORGOTTEN
    )


def start(name: str) -> None:
    """Let a run's replay go on by itself."""
    # Half a tick: a tick that comes a little early counts, a hand on the slider between two does
    # not.
    st.session_state[STATE] = Playing(name, monotonic() + TICK / 2)


def stop() -> None:
    """Let it stay where it is."""
    st.session_state.pop(STATE, None)


def next_epoch(name: str, epoch: int, last: int) -> int:
    """Return the epoch to show: the next one if it is due; at the last one it stops."""
    if not is_playing(name):
        return epoch
    if monotonic() >= st.session_state[STATE].due:
        epoch = min(epoch + 1, last)
        start(name)
    if epoch == last:
        stop()
    return epoch
