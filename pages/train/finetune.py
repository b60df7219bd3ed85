"""Fine-tuning: teach a copy of the network in use your hand, and see what that changed."""

import html

import streamlit as st

from cnn.data.datasets import DATA_SETS
from cnn.data.digits import DataError
from cnn.model import ModelError
from cnn.runs import jobs
from cnn.runs.finetune import ENOUGH, Change, fine_tuning, is_fine_tuning, what_changed
from cnn.runs.jobs import State
from cnn.runs.run import Run, RunError, find_run
from pages.shared import messages, session_model
from pages.train import form, run_data, run_view

ABOUT = """<p class="note">Fine-tuning trains a copy of the model in use on your drawings, each as
many hands would draw it, among other digits, so that it does not forget those. Nothing changes
until you use the new model.</p>"""
TABLE = """<div class="runs"><table class="changed"><tr><th scope="col">Read right</th>
<th scope="col" class="number">Before</th><th scope="col" class="number">After</th></tr>{rows}
</table></div>"""
ROW = """<tr><th scope="row">{what}</th><td class="number">{before}</td>
<td class="number">{after}</td></tr>"""


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
    last = next((run for run in run_data.names().values() if is_fine_tuning(run)), None)
    st.html('<h4 class="part">Fine-tune</h4>')
    left, right = st.columns(2, gap="large")
    with left:
        st.html(ABOUT)
        busy = last is not None and _state(last).is_active
        if st.button("Fine-tune", icon=":material/school:", type="primary", key="fine-tune",
                     disabled=busy):  # fmt: skip
            _start()
    if last is not None:
        with right:
            _outcome(last)


def _start() -> None:
    """Submit the training, which begins with the network in use, and look at it."""
    try:
        task = fine_tuning(session_model.choice())
    except (DataError, RunError) as error:
        messages.problem(error)
        return
    form.start(form.free_name("hand"), task)


def _outcome(run: Run) -> None:
    """Say what a fine-tuning changed, or how far it is."""
    st.html(f'<h4 class="part">What “{html.escape(run.name)}” changed</h4>')
    state = _state(run)
    if state != State.FINISHED:
        word = run_view.WORDS[state].lower()
        st.html(f'<p class="note">It is {word}: choose it above to see how far it is.</p>')
        return
    try:
        learned, forgotten = _changed(run.name, run.created)
    except (DataError, ModelError, RunError) as error:
        messages.problem(error)
        return
    name = DATA_SETS[run.task.dataset].title
    rows = _row(f"Your {learned.n} held-out drawings", learned, 0)
    rows += _row(f"{name}: {forgotten.n:,} test digits", forgotten, 2)
    st.html(TABLE.format(rows=rows))
    st.html(
        '<p class="note">Neither of them was trained on. Choose the run above to use its model,'
        " or to go back.</p>"
    )


def _state(run: Run) -> State:
    try:
        return jobs.job(run.name).state
    except RunError:
        # Deleted at this moment.
        return State.INTERRUPTED


def _row(what: str, change: Change, decimals: int) -> str:
    before, after = (
        f"{share:.{decimals}%}".replace("%", " %") for share in (change.before, change.after)
    )
    return ROW.format(what=html.escape(what), before=before, after=after)


# Another run may have the name later: when a run was created tells them apart.
@st.cache_data(max_entries=32, show_spinner="Reading the test digits with both networks …")
def _changed(name: str, created: float) -> tuple[Change, Change]:
    return what_changed(find_run(name))
