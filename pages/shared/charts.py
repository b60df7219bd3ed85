"""Charts that change without a flicker.

Streamlit builds a chart anew when its numbers change, and shows nothing meanwhile. So there are
two, one upon the other, that take turns: the older is seen until the newer is drawn (page.css).
"""

from typing import Any

import streamlit as st

from cnn.plots import Figure

STATE = "charts"
PLAIN = {"displayModeBar": False, "responsive": True}


def chart(name: str, figure: Figure, config: dict[str, Any] | None = None) -> None:
    """Draw a chart, or change the one that is there.

    Args:
        name: Tells this place on the page from others.
        figure: plotly Figure.
        config: Plotly's, if it is not to be without any tools.
    """
    charts: dict[str, tuple[int, list[Figure]]] = st.session_state.setdefault(STATE, {})
    newest, figures = charts.get(name, (0, [figure, figure]))
    # To compare two takes milliseconds.
    if figures[newest] is not figure and figures[newest] != figure:
        newest = 1 - newest
        figures[newest] = figure
    charts[name] = (newest, figures)
    with st.container(key=f"chart-{name}"):
        for i, each in enumerate(figures):
            with st.container(key=f"slot-{i}-{name}"):
                st.plotly_chart(each, key=f"{name}-{i}", config=config or PLAIN)
        st.html(f'<i class="newest-{newest}"></i>')
