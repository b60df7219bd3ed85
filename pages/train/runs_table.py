"""All runs in a table, and several runs' curves over one another."""

import html
from collections.abc import Container, Mapping, Sequence

import streamlit as st

from cnn.plots.charts import COLOURS, accuracy_chart, loss_chart
from cnn.plots.timed import peers, time_chart, timed
from cnn.runs import jobs
from cnn.runs.history import best_runs
from cnn.runs.run import Run
from pages.shared import charts
from pages.train import run_data, run_view

NUMBERS = {"Epochs", run_data.VALIDATION, run_data.TEST, "Time"}
# Seconds between two looks at the runs while one is being trained.
TICK = 2.0
WHY = """<p class="note why">Choose by the validation digits: of many networks, the one that reads
most test digits may just have been lucky with them, and once you pick it for that, no digits are
left that nobody has looked at. A run with – has none to choose by.</p>"""


def table(chosen: str, in_use: str) -> None:
    """Show a table of all runs, the newest first; again and again while one is being trained.

    Args:
        chosen: The run that is looked at.
        in_use: The one whose network reads drawings.
    """
    is_busy = _is_busy()
    st.fragment(_table, run_every=TICK if is_busy else None)(chosen, in_use, is_busy)


def _table(chosen: str, in_use: str, was_busy: bool) -> None:
    if was_busy and not _is_busy():
        # Nothing more to wait for, and other things can be done with the last one.
        st.rerun()
    runs = list(run_data.names().values())
    rows = [run_data.summary(run, run.metrics()) for run in runs]
    best = {run.name for run in best_runs(runs)}
    head = "".join(f'<th scope="col"{_kind(name)}>{name}</th>' for name in rows[0])
    body = "".join(
        f'<tr class="{"chosen" if row["Run"] == chosen else ""}">{_cells(row, in_use, best)}</tr>'
        for row in rows
    )
    st.html(f'<div class="runs"><table><tr>{head}</tr>{body}</table></div>{WHY}')


def _is_busy() -> bool:
    return any(job.state.is_active for job in jobs.jobs())


def together(every: Mapping[str, Run], chosen: str) -> None:
    """Let runs be laid over the chosen one, and draw their curves."""
    others = [name for name in every if name != chosen]
    if not others:
        st.html('<p class="note">Train a second network, and compare the two here.</p>')
        return
    names = st.multiselect(
        "Over one another with",
        others,
        others[:1],
        max_selections=len(COLOURS) - 1,
        key=f"together-{chosen}",
    )
    shown = [every[chosen], *(every[name] for name in names if name in every)]
    drawn = [run_data.curves(run, run.metrics()) for run in shown]
    left, right = st.columns(2, gap="medium")
    with left:
        charts.chart("together-cost", loss_chart(drawn), run_view.picture_tools("cost"))
    with right:
        figure = accuracy_chart(drawn, run_data.reference(shown))
        charts.chart("together-accuracy", figure, run_view.picture_tools("accuracy"))
    if run_data.reference(shown):
        _beside_others(shown)


def _beside_others(shown: Sequence[Run]) -> None:
    """Let runs on MNIST be set beside what Keras and PyTorch take for the same network."""
    if not st.toggle("Beside Keras and PyTorch, over seconds", key="together-others"):
        return
    others = peers()
    figure = time_chart([timed(run.name, run.metrics()) for run in shown], others.curves)
    charts.chart("together-time", figure, run_view.picture_tools("accuracy over seconds"))
    st.html(f'<p class="note">Theirs were measured on {html.escape(others.machine)}.</p>')


def _cells(row: Mapping[str, str], in_use: str, best: Container[str]) -> str:
    cells = {name: html.escape(value) for name, value in row.items()}
    if row["Run"] == in_use:
        cells["Run"] += ' <span class="note">in use</span>'
    if row["Run"] in best:
        # Before the number, so that numbers end below one another.
        cells[run_data.VALIDATION] = f'<span class="note">best</span> {cells[run_data.VALIDATION]}'
    return "".join(f"<td{_kind(name)}>{cell}</td>" for name, cell in cells.items())


def _kind(name: str) -> str:
    return ' class="number"' if name in NUMBERS else ""
