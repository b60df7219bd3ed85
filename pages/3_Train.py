"""The Train page: start trainings, watch them learn, compare runs and use what they made."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from cnn import jobs
from cnn.jobs import Job
from cnn.runs import Run
from pages.widgets import (
    access,
    actions,
    frame,
    live,
    model,
    newrun,
    owner,
    pictures,
    replays,
    runlist,
    runs,
    yours,
)
from pages.widgets.access import Who

STYLE = Path(__file__).parent / "widgets" / "train.css"
RUNS, TOGETHER, REPLAY = "All runs", "Compare curves", "Replay"
EMPTY = """<div class="reading waiting"><div class="sentence">No training yet. Choose data and a
recipe, then press “Start training”: here you will see it learn.</div></div>"""

NOTHING = """<div class="reading waiting"><div class="sentence">Nothing has been trained here yet.
</div></div>"""


def show_runs(every: Mapping[str, Run], known: Mapping[str, Job]) -> str:
    """Show one run as it is trained, and who waits; return its name."""
    busy = next((name for name, job in known.items() if job.state.at_work), "")
    name = runs.choose(list(every), busy)
    waiting = [
        f"{job.name} ({live.WORDS[job.state].lower()})"
        for job in sorted(known.values(), key=lambda job: job.place)
        if job.state.at_work and job.name != name
    ]
    if waiting:
        st.caption(f"Also in the queue: {', '.join(waiting)}.")
    actions.show(every[name], known[name])
    live.show(every[name], known[name])
    return name


def show_all(every: Mapping[str, Run], name: str) -> None:
    """Show what is asked for about all runs."""
    asked = st.segmented_control(
        "More about runs", [RUNS, TOGETHER, REPLAY], default=RUNS, required=True, key="more-runs"
    )
    if asked == RUNS:
        runlist.table(every, name, model.choice())
    elif asked == TOGETHER:
        runlist.together(every, name)
    else:
        replays.show(every, name)


frame.show("Train")
st.html(STYLE)
st.html(pictures.STYLE)
if access.who() is not Who.NOBODY:
    jobs.advance()
known = {job.name: job for job in jobs.jobs()}
every = {name: run for name, run in runs.names().items() if name in known}
if access.may_train():
    left, right = st.columns([300, 780], gap="large")
    with left:
        newrun.show()
        owner.way_out()
else:
    owner.door()
    right = st.container()
if every:
    with right:
        chosen = show_runs(every, known)
    show_all(every, chosen)
else:
    right.html(EMPTY if access.may_train() else NOTHING)
if access.may_train():
    yours.show()
