"""A canvas for tests of pages, which run no JavaScript, and what is drawn on it."""

import numpy as np
import streamlit as st

from pages.draw import canvas

# Strokes in canvas pixels.
SEVEN = np.array([[70.0, 70.0], [230.0, 70.0], [130.0, 270.0]])
ONE = np.array([[160.0, 50.0], [160.0, 270.0]])


class Paper:
    """Stands for the canvas in a browser: a test appends strokes as a pen would."""

    def __init__(self):
        self.objects = []
        self.background = None
        self.given = None
        # What the page had the browser remember, for a server that has forgotten it.
        self.remembered = None

    def remember(self, given):
        self.remembered = given

    def ask(self, given, background, brush):
        # As the real canvas: what it is given anew replaces what is on it.
        if given != self.given:
            self.given = given
            self.objects[:] = given.objects
        self.background = background
        st.session_state[canvas.KEY] = {"backgroundFit": {"naturalWidth": 28}}
        return list(self.objects)
