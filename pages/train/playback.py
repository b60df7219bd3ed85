"""A replay that goes on by itself, epoch by epoch, once somebody has pressed Play."""

from dataclasses import dataclass
from time import monotonic

import streamlit as st

# Seconds that each epoch is seen.
TICK = 1.0
# A page that was left while it played has not asked for so many seconds: it does not go on alone.
FORGOTTEN = 60.0
STATE = "replay-playing"
TURN = "replay-turn"


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


def slider_key(name: str) -> str:
    """Return the key of a run's slider, another one each time that replay begins or ends.

    A browser that has not yet shown where replay went may still send where the slider stood: back
    at the last epoch, replay would end as it begins. What is sent for an old key moves nothing.
    """
    return f"replay-epoch-{name}-{st.session_state.get(TURN, 0)}"


def start(name: str) -> None:
    """Let a run's replay go on by itself."""
    _turn()
    _wait(name)


def stop() -> None:
    """Let it stay where it is."""
    _turn()
    st.session_state.pop(STATE, None)


def next_epoch(name: str, epoch: int, last: int) -> int:
    """Return the epoch to show: the next one if it is due; at the last one it stops."""
    if not is_playing(name):
        return epoch
    if monotonic() >= st.session_state[STATE].due:
        epoch = min(epoch + 1, last)
        _wait(name)
    if epoch == last:
        stop()
    return epoch


def _wait(name: str) -> None:
    # Half a tick: a tick that comes a little early counts, a hand on the slider between two does
    # not.
    st.session_state[STATE] = Playing(name, monotonic() + TICK / 2)


def _turn() -> None:
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
