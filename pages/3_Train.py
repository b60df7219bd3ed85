"""The Train page: start trainings, watch them learn, compare runs and use what they made."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from cnn.runs import jobs
from cnn.runs.jobs import Job
from cnn.runs.run import Run
from pages.shared import images, page, permissions, session_model, sign_in
from pages.train import (
    damaged,
    form,
    into_view,
    live_reading,
    my_drawings,
    replay,
    run_actions,
    run_data,
    run_view,
    runs_table,
)

STYLE = Path(__file__).parent / "train" / "train.css"
RUNS, TOGETHER, REPLAY, DRAW = "All runs", "Compare curves", "Replay", "Draw"
EMPTY = """<div class="reading waiting"><div class="sentence">No training yet. Choose data and a
recipe, then press “Start training”: here you will see it learn.</div></div>"""

NOTHING = """<div class="reading waiting"><div class="sentence">Nothing has been trained here yet.
</div></div>"""


def show_runs(every: Mapping[str, Run], known: Mapping[str, Job]) -> str:
    """Show one run as it is trained, and who waits; return its name."""
    busy = next((name for name, job in known.items() if job.state.is_active), "")
    name = run_data.choose(list(every), busy)
    waiting = [
        f"{job.name} ({run_view.WORDS[job.state].lower()})"
        for job in sorted(known.values(), key=lambda job: job.place)
        if job.state.is_active and job.name != name
    ]
    if waiting:
        st.caption(f"Also in the queue: {', '.join(waiting)}.")
    with st.container(key="the-run"):
        run_actions.show(every[name], known[name])
        run_view.show(every[name], known[name])
    into_view.show()
    return name


def show_more(every: Mapping[str, Run], name: str, job: Job) -> None:
    """Show what is asked for about all runs, or about the one that is looked at."""
    kinds = [RUNS, TOGETHER, REPLAY, DRAW]
    asked = st.segmented_control(
        "More about runs", kinds, default=RUNS, required=True, key="more-runs"
    )
    if asked == RUNS:
        runs_table.table(name, session_model.choice())
    elif asked == TOGETHER:
        runs_table.together(every, name)
    elif asked == REPLAY:
        replay.show(every, name)
    else:
        live_reading.show(every[name], job)


page.show("Train")
st.html(STYLE)
st.html(images.STYLE)
run_view.advance()
known = {job.name: job for job in jobs.jobs()}
every = {name: run for name, run in run_data.names().items() if name in known}
if permissions.may_train():
    left, right = st.columns([300, 780], gap="large")
    with left:
        form.show()
        sign_in.sign_out()
else:
    sign_in.sign_in()
    right = st.container()
if every:
    with right:
        chosen = show_runs(every, known)
    show_more(every, chosen, known[chosen])
else:
    right.html(EMPTY if permissions.may_train() else NOTHING)
damaged.show()
my_drawings.show()
