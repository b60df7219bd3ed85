"""Fine-tuning: teach a copy of the network in use your hand, and see what that changed."""

import html

import streamlit as st

from cnn.runs.finetune import ENOUGH
from pages.draw import teaching
from pages.shared import messages
from pages.train import run_data

ABOUT = """<p class="note">A copy of the model in use is trained on your drawings, each as many
hands would draw it, among other digits, so that it does not forget those.</p>"""


def show(count: int) -> None:
    """Offer to fine-tune, once there are enough drawings, and show what the last time changed.

    Args:
        count: How many drawings are kept.
    """
    missing = ENOUGH - count
    if missing > 0:
        drawings = "drawing" if missing == 1 else "drawings"
        st.html(f'<p class="note">{missing} more {drawings}, and the network can learn them.</p>')
        return
    last = teaching.last()
    left, right = st.columns(2, gap="large")
    with left:
        st.html(f'<h4 class="part">Fine-tune</h4>{ABOUT}')
        busy = last is not None and teaching.is_active(last)
        st.button("Fine-tune", icon=":material/school:", type="primary", key="fine-tune",
                  disabled=busy, on_click=messages.attempt,
                  args=[teaching.TROUBLE, _start])  # fmt: skip
        if last is None:
            messages.show(teaching.TROUBLE)
    if last is not None:
        with right:
            st.html(f'<h4 class="part">What “{html.escape(last.name)}” learns</h4>')
            teaching.show(last)


def _start() -> None:
    """Submit the training, which begins with the network in use, and look at it."""
    run_data.look_at_next(teaching.start())
