"""The data sets' digits that pages show, loaded once for all sessions.

They are those of the best data set that is on this machine; with each comes what sentences call it.
"""

import streamlit as st

from cnn.data.datasets import at_hand
from cnn.data.digits import Digits

# Training digits to compare with: enough for percentiles, few enough to be read in seconds.
MOST_TRAINING = 10_000


@st.cache_resource(show_spinner=False)
def training_digits() -> tuple[str, Digits]:
    """Return training digits to compare with; copied, so that the others can be freed."""
    source = at_hand()
    whole = source.load([]).train
    some = Digits(whole.images[:MOST_TRAINING].copy(), whole.labels[:MOST_TRAINING].copy())
    return source.mention, some


@st.cache_resource(show_spinner="Loading the examples …")
def test_digits() -> tuple[str, Digits]:
    """Return test digits, which no network was trained on."""
    source = at_hand()
    assert source.load_test is not None
    return source.mention, source.load_test()
