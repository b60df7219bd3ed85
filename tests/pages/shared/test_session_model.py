"""What the server keeps of a network between two runs of a page."""

import keras
from streamlit.testing.v1 import AppTest

from pages.shared import session_model


def test_keras_is_not_cleared_by_the_runs_of_pages_and_else_is_as_before(monkeypatch):
    times = []
    monkeypatch.setattr(keras.backend, "clear_session", lambda free_memory=True: times.append(1))
    page = AppTest.from_string("import streamlit as st\nst.write('A page')").run()
    assert len(times) == 1
    session_model._keep_kernels.__wrapped__()
    page.run()
    assert len(times) == 1
    keras.backend.clear_session()
    assert len(times) == 2
