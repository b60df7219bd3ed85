"""The network this session reads with, started in the background: one can draw before it is ready.

It is the default, until whoever may choose has chosen another one for this session.
"""

import gc
import sys
import threading
from concurrent.futures import Future

import streamlit as st

from cnn.runs.active_model import (
    READY,
    ActiveModel,
    default,
    load_active,
    model_label,
    set_default,
    trained,
    version,
)
from cnn.runs.run import SHIPPED, RunError
from pages.shared import permissions

CHOICE = "model"
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
    return network.problem if permissions.may_train() else network.problem and ANOTHER


def loading() -> "Future[ActiveModel]":
    """Start loading this session's network, once for the whole server, and return its future."""
    name = choice()
    return _loading(name, version(name), default())


# The default is loaded where the network itself cannot be.
@st.cache_resource(show_spinner=False, max_entries=READY)
def _loading(name: str, version: int, default: str) -> "Future[ActiveModel]":
    future: Future[ActiveModel] = Future()
    delay = 0 if "tensorflow" in sys.modules else HEAD_START
    timer = threading.Timer(delay, _load, [future, name])
    timer.daemon = True
    timer.start()
    return future


def _load(future: "Future[ActiveModel]", name: str) -> None:
    try:
        network = load_active(name)
        # Streamlit collects garbage after every run of a page, before the page's last words are
        # sent: with all that TensorFlow keeps for good, each time that took a third of a second.
        gc.freeze()
        _keep_kernels()
        future.set_result(network)
    except Exception as error:
        future.set_exception(error)


def _keep_kernels() -> None:
    """Keep what TensorFlow has compiled.

    Streamlit clears Keras's session after every run of a page: the next reading had to build all of
    its kernels again, which took several times as long as the reading itself.
    """
    import keras  # what Streamlit looks for; importing it takes TensorFlow's seconds

    keras.backend.clear_session = lambda: None
