"""The Learn page: lessons to touch, from 28×28 numbers to a network in use."""

import streamlit as st

from pages.learn import component
from pages.shared import page


@st.fragment
def lessons() -> None:
    """Show the overview, or a lesson."""
    component.show()


page.show("Learn")
st.html(component.PAGE_STYLE)
lessons()
