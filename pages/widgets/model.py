"""The network in use, started in the background so that one can draw before it is ready."""

import gc
import threading
from concurrent.futures import Future

import streamlit as st

from cnn.models import SHIPPED, InUse, chosen, in_use

# TensorFlow's import would compete with the page's first seconds for the processor.
HEAD_START = 2.0


def name() -> str:
    """Return what to call the network in use."""
    return "Shipped model" if chosen() == SHIPPED else f"Model {chosen()}"


def loading() -> "Future[InUse]":
    """Start loading the network in use, once for the whole server, and return its future."""
    return _loading(chosen())


@st.cache_resource(show_spinner=False, max_entries=2)
def _loading(name: str) -> "Future[InUse]":
    future: Future[InUse] = Future()
    timer = threading.Timer(HEAD_START, _load, [future])
    timer.daemon = True
    timer.start()
    return future


def _load(future: "Future[InUse]") -> None:
    try:
        network = in_use()
        # Streamlit collects garbage after every run of a page, before the page's last words are
        # sent: with all that TensorFlow keeps for good, each time that took a third of a second.
        gc.freeze()
        future.set_result(network)
    except Exception as error:
        future.set_exception(error)
