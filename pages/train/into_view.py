"""The run that was just started, brought into view where the form stands above it."""

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

SCRIPT = Path(__file__).with_suffix(".js")
# In the session's state: how many trainings it has started.
STARTED = "runs-started"


def bring() -> None:
    """Bring the run into view when the page is next drawn."""
    st.session_state[STARTED] = st.session_state.get(STARTED, 0) + 1


def show() -> None:
    """Let the browser do so."""
    _component()(key="into-view", data=st.session_state.get(STARTED, 0), height="content")


@cache
def _component() -> Any:
    return st.components.v2.component("digitscope_into_view", js=SCRIPT.read_text())
