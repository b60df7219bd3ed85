"""The wait for the server's own network, which starts while the first pages are shown."""

from concurrent.futures import wait

import streamlit as st

from cnn.runs.active_model import ActiveModel
from pages.shared import prediction, session_model

# Seconds between two looks whether it is there.
PAUSE = 0.2


def await_network(said: str) -> ActiveModel:
    """Wait for the network that this session reads with; meanwhile, the page can be left.

    Args:
        said: What is shown until it is there.

    Raises:
        ModelError: It cannot be read.
    """
    loading = session_model.loading()
    # A place of its own, so that what follows keeps its place when there is nothing to say.
    with st.container():
        if not loading.done():
            line = st.empty()
            while not loading.done():
                # Whenever a page says something, Streamlit looks whether the page is left.
                line.html(prediction.message(said))
                wait([loading], PAUSE)
            line.empty()
    return loading.result()
