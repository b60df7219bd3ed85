"""Which network is evaluated, and beside which other: chosen here, or by the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import streamlit as st

from cnn.files import Version
from cnn.predictor import Predictor, shipped_predictor
from cnn.runs.active_model import load, model_label, trained, version
from cnn.runs.run import SHIPPED
from pages.shared import messages, session_model, starting
from pages.shared.choices import option

NETWORK, AGAINST = "evaluate-network", "evaluate-against"
# What stands for the network that this session reads with, and for no other one.
IN_USE = NOTHING = ""
STARTING = "Starting the network …"
GONE = "There is no trained network “{:.40}” any more: choose another one."

Key: TypeAlias = tuple[str, Version]


@dataclass(frozen=True)
class Started:
    """A network that can read.

    Attributes:
        name: What to call it.
        predictor: It reads with it.
        key: Its run and its file: another one whenever its numbers change.
    """

    name: str
    predictor: Predictor
    key: Key


def choose(asked: str) -> str:
    """Let a network be chosen; the first time, it is the one that the address asks for."""
    names = [IN_USE, *(name for name in trained() if name != session_model.choice())]
    begin_with(NETWORK, asked, names)
    st.selectbox(
        "Network",
        names,
        format_func=lambda name: model_label(name) if name else session_model.name(),
        key=NETWORK,
    )
    return option(st.session_state[NETWORK], names)


def choose_other(asked: str, first: str) -> str:
    """Let a network be set beside the first; the first time, the one that the address asks for.

    Returns:
        Its run, or "" for none.
    """
    taken = first or session_model.choice()
    names = [NOTHING, *(name for name in trained() if name != taken)]
    if len(names) == 1:
        return NOTHING
    begin_with(AGAINST, asked, names)
    st.selectbox(
        "Compare with",
        names,
        format_func=lambda name: model_label(name) if name else "nothing",
        key=AGAINST,
    )
    return option(st.session_state[AGAINST], names)


def begin_with(key: str, asked: str, options: list[str]) -> None:
    """Give a widget what is asked for, or its first option, unless it has one of its options."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = asked if asked in options else options[0]


def both(first: str, second: str) -> list[str]:
    """Return the runs of all networks that are evaluated: one, or two."""
    return [first, second] if second else [first]


def trouble_with(words: Mapping[str, str]) -> str:
    """Say that there is no such network as the address asks for; "" if there is."""
    asked = (words.get(name, "") for name in ("network", "against"))
    missing = next((name for name in asked if name and name not in trained()), "")
    return GONE.format(missing) if missing else ""


def started(name: str) -> Started:
    """Load a network; the one in use is that of the session, and may be another if it is damaged.

    Raises:
        RunError: There is no such run, or it has no trained network yet.
        ModelError: It is damaged.
    """
    if name:
        with st.spinner(STARTING):
            return Started(model_label(name), load(name), (name, version(name)))
    active = starting.await_network(STARTING)
    if problem := session_model.problem(active):
        messages.tell(problem)
    run = SHIPPED if active.predictor is shipped_predictor() else active.predictor.name
    return Started(model_label(run), active.predictor, (run, version(run)))
