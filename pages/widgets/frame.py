"""The frame of every page: its configuration, the menu, and the model in use.

Every page calls `show` first, so each one works at its own address, on a server just started.
"""

import html
from pathlib import Path

import streamlit as st

from pages.widgets import model

ROOT = Path(__file__).parents[2]
STYLE = Path(__file__).with_name("style.css")
# A file of ours: Streamlit would fetch its own icons for the browser's tab from the web.
ICON = Path(__file__).with_name("icon.svg")

HEAD = """<div class="frame">
<span class="wordmark">Digitscope</span><span class="note">{model}</span>
</div>"""


def show(title: str) -> None:
    """Configure the page and draw what stands above it."""
    st.set_page_config(
        page_title=f"{title} · Digitscope",
        page_icon=str(ICON),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    st.html(STYLE)
    st.html(HEAD.format(model=html.escape(model.name())))
    _menu()


def _menu() -> None:
    """Link to the pages there are; a page alone needs no menu."""
    pages = sorted((ROOT / "pages").glob("[0-9]*_*.py"))
    if not pages:
        return
    with st.container(key="menu", horizontal=True):
        st.page_link("app.py", label="Draw")
        for page in pages:
            label = page.stem.partition("_")[2].replace("_", " ")
            st.page_link(page.relative_to(ROOT).as_posix(), label=label)
