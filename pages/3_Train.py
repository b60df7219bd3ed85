"""The Train page: start trainings, watch them learn, compare runs and use what they made."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from cnn import jobs, models
from cnn.jobs import Job
from cnn.runs import Run
from pages.widgets import actions, frame, live, newrun, pictures, runlist, runs

STYLE = Path(__file__).parent / "widgets" / "train.css"
RUNS, TOGETHER = "All runs", "Compare curves"
EMPTY = """<div class="reading waiting"><div class="sentence">No training yet. Choose data and a
recipe, then press “Start training”: here you will see it learn.</div></div>"""


def show_runs(every: Mapping[str, Run], known: Mapping[str, Job]) -> str:
    """Show one run as it is trained, and who waits; return its name."""
    busy = next((name for name, job in known.items() if job.state in actions.AT_WORK), "")
    name = runs.choose(list(every), busy)
    waiting = [
        f"{job.name} ({live.WORDS[job.state].lower()})"
        for job in sorted(known.values(), key=lambda job: job.place)
        if job.state in actions.AT_WORK and job.name != name
    ]
    if waiting:
        st.caption(f"Also in the queue: {', '.join(waiting)}.")
    actions.show(every[name], known[name])
    live.show(every[name], known[name])
    return name


def show_all(every: Mapping[str, Run], name: str) -> None:
    """Show what is asked for about all runs."""
    asked = st.segmented_control(
        "More about runs", [RUNS, TOGETHER], default=RUNS, required=True, key="more-runs"
    )
    if asked == RUNS:
        runlist.table(every, name, models.chosen())
    else:
        runlist.together(every, name)


frame.show("Train")
st.html(STYLE)
st.html(pictures.STYLE)
jobs.advance()
known = {job.name: job for job in jobs.jobs()}
every = {name: run for name, run in runs.names().items() if name in known}
left, right = st.columns([300, 780], gap="large")
with left:
    newrun.show()
if every:
    with right:
        chosen = show_runs(every, known)
    show_all(every, chosen)
else:
    right.html(EMPTY)
