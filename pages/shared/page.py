"""The frame of every page: its configuration, the menu, and the model in use.

Every page calls `show` first, so each one works at its own address, on a server just started.
"""

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from cnn.runs.run import all_runs
from pages.shared import address, glossary, model_picker, permissions, share, tour
from pages.shared.permissions import Who

ROOT = Path(__file__).parents[2]
STYLE = Path(__file__).with_name("page.css")
# A file of ours: Streamlit would fetch its own icons for the browser's tab from the web.
ICON = Path(__file__).with_name("icon.svg")

SCRIPT, SCRIPT_STYLE = (Path(__file__).with_name(f"connection.{kind}") for kind in ("js", "css"))

NO_ANSWER = "The server does not answer. What you draw is read, and kept when it does."
WORDMARK = '<span class="wordmark">Digitscope</span><h1 class="unseen">{title}</h1>'


def show(title: str) -> None:
    """Configure the page and draw what stands above it."""
    st.set_page_config(
        page_title=f"{title} · Digitscope",
        page_icon=str(ICON),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    address.arrive(title)
    st.html(STYLE)
    st.html(glossary.STYLE)
    with st.container(key="frame", horizontal=True, vertical_alignment="center"):
        st.html(WORDMARK.format(title=title), width="content")
        pages = _pages()
        _menu(pages)
        model_picker.show()
        share.show()
        tour.show(title, list(pages))
    _connection()(key="connection", height="content")


def _pages() -> dict[str, str]:
    """Return the pages that there are for this visitor: their files, by their names."""
    files = sorted((ROOT / "pages").glob("[0-9]*_*.py"))
    if permissions.who() is Who.NOBODY and not all_runs():
        files = [file for file in files if not file.stem.endswith("_Train")]
    named = {file.stem.partition("_")[2].replace("_", " "): file for file in files}
    return {"Draw": "app.py"} | {
        name: file.relative_to(ROOT).as_posix() for name, file in named.items()
    }


def _menu(pages: dict[str, str]) -> None:
    """Link to the pages there are; a page alone needs no menu."""
    if len(pages) == 1:
        return
    with st.container(key="menu", horizontal=True, width="content"):
        for name, file in pages.items():
            st.page_link(file, label=name, width="content")


@cache
def _connection() -> Any:
    """Register the line that is shown while the server does not answer."""
    return st.components.v2.component(
        "digitscope_connection",
        html=f'<p role="status" hidden>{NO_ANSWER}</p>',
        css=SCRIPT_STYLE.read_text(),
        js=SCRIPT.read_text(),
    )
