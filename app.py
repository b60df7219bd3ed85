"""The Draw page: draw a digit and see it read, with everything on the way; and what serves it."""

import streamlit as st
from starlette.middleware import Middleware
from streamlit import runtime

from pages.draw import editor, feedback, lesson, welcome
from pages.live import component
from pages.server import start
from pages.server.guard import Guard
from pages.shared import messages, page, permissions, prediction, session_model


@st.fragment
def draw_and_read() -> None:
    """Show the canvas and, beside and below it, what the network makes of the drawing."""
    stand = editor.show()
    if permissions.may_train():
        feedback.row(stand.under.container(key="teach"), stand.drawing)
    with st.container(key="below"):
        if stand.network and stand.network.problem:
            st.html(prediction.remark("", stand.network.problem))
        with st.container(key="maps"):
            if stand.network:
                component.strip(stand.network.address)
            # Who teaches it a hand draws with that hand.
            if stand.drawing.is_empty and not lesson.is_drawing():
                welcome.digits()
    # Not shown while there is nothing to prepare (page.css), but never away: Streamlit's expanders
    # are kept in the browser's memory when they are gone.
    how = st.expander("How it was prepared", key="preparation", on_change="rerun")
    if how.open and not stand.drawing.is_empty:
        how.html(prediction.preparation(stand.drawing.preparation()))


if runtime.exists():
    page.show("Draw")
    st.html(welcome.STYLE)
    draw_and_read()
    # The same for every drawing: no stroke makes them anew. They stand before how a drawing was
    # prepared (welcome.css).
    welcome.ways()
    session_model.loading()
else:
    # `streamlit run` finds it here, and serves with it what stands above.
    app = st.App(
        __file__,
        lifespan=start.lifespan,
        middleware=[Middleware(Guard)],
        on_script_error=messages.crash,
    )
