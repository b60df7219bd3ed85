"""The network in use, started in the background so that one can draw before it is ready."""

import threading
from concurrent.futures import Future

import streamlit as st

from cnn.predictor import Predictor, shipped_predictor

# TensorFlow's import would compete with the page's first seconds for the processor.
HEAD_START = 1.0


@st.cache_resource(show_spinner=False)
def loading() -> "Future[Predictor]":
    """Start loading the model, once for the whole server, and return its future."""
    future: Future[Predictor] = Future()
    timer = threading.Timer(HEAD_START, _load, [future])
    timer.daemon = True
    timer.start()
    return future


def _load(future: "Future[Predictor]") -> None:
    try:
        future.set_result(shipped_predictor())
    except Exception as error:
        future.set_exception(error)
