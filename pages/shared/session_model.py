"""The network this session reads with, started in the background: one can draw before it is ready.

It is the default, until whoever may choose has chosen another one for this session.
"""

import gc
import sys
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from cnn.files import RETRY, Version
from cnn.runs.active_model import (
    READY,
    ActiveModel,
    default,
    default_problem,
    load_active,
    model_label,
    set_default,
    trained,
    version,
)
from cnn.runs.run import SHIPPED, RunError
from pages.shared import permissions

CHOICE = "model"
SHIPPED_INSTEAD = "The shipped model is used instead."
ANOTHER = "The network chosen for this server cannot be read: another one is used instead."
# TensorFlow's import would compete with the page's first seconds for the processor.
HEAD_START = 2.0


def choice() -> str:
    """Return the name of the run whose network this session reads with, or "shipped"."""
    mine: str = st.session_state.get(CHOICE, "")
    return mine if mine and permissions.may_train() else default()


def name() -> str:
    """Return what to call the network this session reads with."""
    return model_label(choice())


def use(name: str) -> None:
    """Read with the network of a run in this session, or with "shipped".

    It is loaded in the background: that it is damaged is told where it should read.

    Raises:
        RunError: There is no such run, or it has no trained network yet.
    """
    if name not in trained():
        raise RunError(f"There is no trained network “{name}” any more: choose another one.")
    st.session_state[CHOICE] = name
    loading()


def rename_choice(name: str, new: str) -> None:
    """Keep reading with a run's network that has got another name."""
    if st.session_state.get(CHOICE) == name:
        st.session_state[CHOICE] = new


def use_shipped() -> None:
    """Read with the shipped network again; where this session's was the default, so do all."""
    if choice() == default():
        set_default(SHIPPED)
    st.session_state[CHOICE] = SHIPPED


def problem(network: ActiveModel) -> str:
    """Say why it is not the network that was asked for; visitors are not told of folders."""
    return told(network.problem)


def told(problem: str) -> str:
    """Say to this session what is wrong with the network that it asked for."""
    damaged = "" if st.session_state.get(CHOICE) else default_problem()
    said = f"{damaged} {SHIPPED_INSTEAD}" if damaged else problem
    return said if permissions.may_train() else said and ANOTHER


def loading() -> "Future[ActiveModel]":
    """Start loading this session's network, once for the whole server, and return its future.

    It is loaded again when its file changes; if that cannot be done, after some seconds.
    """
    name, standard = choice(), default()
    # The default is loaded where the network itself cannot be, and then the shipped one.
    versions = tuple(version(each) for each in dict.fromkeys((name, standard, SHIPPED)))
    begun = _loading(name, standard, versions)
    if begun.has_failed() and time.monotonic() - begun.time > RETRY:
        _loading.clear(name, standard, versions)
        begun = _loading(name, standard, versions)
    return begun.future


@dataclass(frozen=True)
class _Loading:
    """A network that is being loaded, or was, and since when on the monotonic clock."""

    future: "Future[ActiveModel]"
    time: float

    def has_failed(self) -> bool:
        """Whether another network was loaded instead, or none."""
        if not self.future.done():
            return False
        return self.future.exception() is not None or bool(self.future.result().problem)


@st.cache_resource(show_spinner=False, max_entries=READY)
def _loading(name: str, standard: str, versions: tuple[Version, ...]) -> _Loading:
    future: Future[ActiveModel] = Future()
    delay = 0 if "tensorflow" in sys.modules else HEAD_START
    timer = threading.Timer(delay, _load, [future, name])
    timer.daemon = True
    timer.start()
    return _Loading(future, time.monotonic())


def _load(future: "Future[ActiveModel]", name: str) -> None:
    try:
        network = load_active(name)
        # Whenever Python collects garbage, it looks at all there is, and nobody is answered: with
        # all that TensorFlow keeps for good, each time that would take a third of a second.
        gc.freeze()
        _keep_kernels()
        future.set_result(network)
    except Exception as error:
        future.set_exception(error)


@cache
def _keep_kernels() -> None:
    """Keep what TensorFlow has compiled when Streamlit clears Keras's session, but then alone.

    It does so at the end of every run of a page, and has no setting for it: the next reading had to
    build all of its kernels again, which took several times as long as the reading itself.
    """
    import keras  # what Streamlit looks for; importing it takes TensorFlow's seconds

    clear = keras.backend.clear_session

    def clear_elsewhere(free_memory: bool = True) -> None:
        if get_script_run_ctx(suppress_warning=True) is None:
            clear(free_memory)

    keras.backend.clear_session = clear_elsewhere
