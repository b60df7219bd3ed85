"""A run looked at again: one slider moves curves, mistakes, filters and readings, of one or two."""

import html
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import streamlit as st

from cnn.plots import Figure
from cnn.plots.charts import COST, accuracy_chart, loss_chart, share_axes
from cnn.plots.images import data_uri, probe_sheet
from cnn.plots.readings import confusion_chart
from cnn.runs import history
from cnn.runs.history import Readings
from cnn.runs.run import Run, RunError
from pages.shared import charts, messages
from pages.train import playback, run_actions, run_data, run_view

NOTHING = "Nothing was kept to replay: train this network again, and look back epoch by epoch."
NOT_YET = "Once the first epoch is done, you can look back from here."
Place = AbstractContextManager[Any]


@dataclass(frozen=True)
class Moment:
    """A run after one of its epochs, and its curves as plotly Figures in which that is marked."""

    run: Run
    epoch: int
    loss: Figure
    accuracy: Figure

    @classmethod
    def of(cls, run: Run, epoch: int) -> "Moment":
        """Draw the curves."""
        curves = [run_data.curves(run, run.metrics())]
        accuracy = accuracy_chart(curves, run_data.reference([run]), epoch)
        return cls(run, epoch, loss_chart(curves, epoch), accuracy)


def show(every: Mapping[str, Run], chosen: str) -> None:
    """Show a run after any of its epochs, and beside it another one if asked for.

    Args:
        every: The runs by name.
        chosen: The one that is looked at.
    """
    tick = playback.TICK if playback.is_playing(chosen) else None
    st.fragment(_show, run_every=tick)(every, chosen)


def _show(every: Mapping[str, Run], chosen: str) -> None:
    was_playing = playback.is_playing(chosen)
    _show_epoch(every, chosen)
    if was_playing and not playback.is_playing(chosen):
        # At the end the page asks for no more ticks.
        st.rerun()


def _show_epoch(every: Mapping[str, Run], chosen: str) -> None:
    run = every[chosen]
    kept = history.epochs(run)
    if len(kept) < 2:
        st.html(f'<p class="note">{NOTHING if run.metrics().finished else NOT_YET}</p>')
        return
    beside = _another(every, chosen)
    shown = {run: kept} if beside is None else {run: kept, beside: history.epochs(beside)}
    first = min(epochs[0] for epochs in shown.values())
    epoch = _controls(chosen, first, max(epochs[-1] for epochs in shown.values()))
    run_actions.use_epoch(run, epoch)
    moments = [Moment.of(each, _last(epochs, epoch)) for each, epochs in shown.items()]
    share_axes([moment.loss for moment in moments])
    share_axes([moment.accuracy for moment in moments])
    left, right = st.columns(2, gap="medium")
    if beside is None:
        _show_moment(moments[0], 0, left, right)
        return
    for i, moment in enumerate(moments):
        place = (left, right)[i]
        with place:
            st.html(f'<h4 class="part">{html.escape(moment.run.name)}</h4>')
        _show_moment(moment, i, place, place)


def _another(every: Mapping[str, Run], chosen: str) -> Run | None:
    """Let a second run be chosen among those that can be looked at again, if there are any."""
    others = [
        name for name, run in every.items() if name != chosen and len(history.epochs(run)) > 1
    ]
    if not others:
        return None
    name = st.selectbox("Beside it", others, index=None, placeholder="Another run",
                        key=f"replay-beside-{chosen}", width=400)  # fmt: skip
    return every[name] if name in others else None


def _controls(chosen: str, first: int, last: int) -> int:
    """Let an epoch be chosen, at first the last one, or all be seen one after the other."""
    # Another run beside it, or one at work, may have changed how many there are, and a slider with
    # other ends forgets where it was unless told.
    before = st.session_state.get(playback.slider_key(chosen), last)
    before = before if first <= before <= last else last
    epoch = playback.next_epoch(chosen, before, last)
    with st.container(key="replay-slider", horizontal=True, vertical_alignment="bottom"):
        pressed = _play(chosen)
        if pressed and playback.is_playing(chosen) and before == last:
            epoch = first
        key = playback.slider_key(chosen)
        st.session_state[key] = epoch
        epoch = int(st.slider("Epoch, 0 is before the first step", first, last, key=key))
    if pressed:
        # The page asks for ticks, or for no more.
        st.rerun()
    return epoch


def _play(chosen: str) -> bool:
    """Let replay go on by itself, or stay; return whether that has changed."""
    playing = playback.is_playing(chosen)
    name, icon = ("Pause", "pause") if playing else ("Play", "play_arrow")
    if not st.button(name, icon=f":material/{icon}:", key="replay-play"):
        return False
    if playing:
        playback.stop()
    else:
        playback.start(chosen)
    return True


def _last(epochs: list[int], epoch: int) -> int:
    """Return the last kept epoch that is not after this one: a short run stays at its end."""
    return max((each for each in epochs if each <= epoch), default=epochs[0])


def _show_moment(moment: Moment, number: int, left: Place, right: Place) -> None:
    """Show a run after an epoch, the curves and the drawing at the left, the rest at the right."""
    run, epoch = moment.run, moment.epoch
    try:
        readings = run_data.readings(run, epoch)
        probe = run_data.probe(run)
    except RunError as error:
        with left:
            messages.problem(error)
        return
    place = f"replay-{number}"
    with left:
        charts.chart(f"{place}-cost", moment.loss, run_view.picture_tools(f"{run.name} cost"))
        if not number:
            st.html(f'<p class="note">{COST}</p>')
        tools = run_view.picture_tools(f"{run.name} accuracy")
        charts.chart(f"{place}-accuracy", moment.accuracy, tools)
        run_view.show_certainty(run, place, epoch)
    with right:
        st.html(f'<h4 class="part">Mistakes</h4><p class="note">{_mistakes(readings)}</p>')
        charts.chart(
            f"{place}-confusion",
            confusion_chart(readings.confusion),
            run_view.picture_tools(f"{run.name} mistakes"),
        )
        st.html('<h4 class="part">Filters of layer 1</h4>' + run_view.filters(run, [epoch]))
        digits = ~probe.is_drawing
        if not digits.any():
            return
        pixels = probe_sheet(
            probe.images[digits], probe.labels[digits], readings.probabilities[digits]
        )
        st.html(
            '<h4 class="part">The same hundred test digits</h4>'
            f'<img class="crisp probe" alt="Test digits, those misread in orange"'
            f' width="{pixels.shape[1]}" height="{pixels.shape[0]}" src="{data_uri(pixels)}">'
            '<p class="note">Misread ones are orange.</p>'
        )


def _mistakes(readings: Readings) -> str:
    digits = int(readings.confusion.sum())
    wrong = digits - int(readings.confusion.trace())
    return f"{wrong:,} of {digits:,} test digits are misread."
