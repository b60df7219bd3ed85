"""How much networks stand: digits spoilt more and more, and how many are still read right.

There are small charts of all ways to spoil them, of which one is chosen and seen large, with a
digit that is spoilt in this way. The work goes on in the background (`robustness_work.py`).
"""

import html
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnn.augmentation.corruptions import CORRUPTIONS
from cnn.data.digits import evenly_spread
from cnn.data.measured import Measured
from cnn.decision import percent
from cnn.evaluation.robustness import (
    STRENGTHS,
    Curve,
    at_each_strength,
    mean_corruption_error,
)
from cnn.evaluation.shares import per_cent
from cnn.ink.strokes import Picture
from cnn.plots.images import data_uri, grey
from cnn.predictor import Predictor
from pages.evaluate import robustness_charts, robustness_work
from pages.evaluate.robustness_work import MOST_DIGITS, BusyError, Work
from pages.shared import charts, messages
from pages.shared.choices import option
from pages.shared.text import duration

STYLE = Path(__file__).with_name("robustness.css")
# Seconds between two looks at what is found.
TICK = 1.0
ASKER, DIGIT, CHOSEN = "robustness-asker", "robustness-digit", "robustness-corruption"
TROUBLE = "robustness-trouble"
# How strongly the digit on each small chart is spoilt.
SHOWN = STRENGTHS.index(0.6) + 1
NOTHING = "There is nothing to spoil: the set holds no digit."
DOING = "Spoiling and reading digits"
HOW_LONG = f"{len(CORRUPTIONS)} curves take about a minute."
WHAT = """Digits are spoilt more and more, from not at all to so much that people begin to fail.
{digits}; around each point lies its 95 % interval."""


@dataclass(frozen=True)
class Subject:
    """A network that is measured, and what is found about it.

    Attributes:
        name: What to call it.
        predictor: The network.
        key: Of it and the digits.
        work: What is found.
    """

    name: str
    predictor: Predictor
    key: str
    work: Work

    @property
    def curves(self) -> dict[str, Curve]:
        """The curves by their corruptions, as far as they are found."""
        return {curve.corruption: curve for curve in self.work.curves()}


def show_robustness(networks: Sequence[tuple[str, Predictor]], measured: Measured) -> None:
    """Show how much one network stands, or two of them side by side.

    Args:
        networks: One or two, each with what to call it.
        measured: The digits; of many, `MOST_DIGITS` are spoilt, evenly spread over them.
    """
    st.html(STYLE)
    if not len(measured.digits):
        st.html(f'<p class="note">{NOTHING}</p>')
        return
    subjects = [_subject(name, predictor, measured) for name, predictor in networks]
    is_active = any(each.work.is_active for each in subjects)
    with st.container(key="robustness-view"):
        st.fragment(_show, run_every=TICK if is_active else None)(subjects, measured, is_active)


def _subject(name: str, predictor: Predictor, measured: Measured) -> Subject:
    key = f"{robustness_work.digest_of(predictor)[1]}-{measured.key}"
    return Subject(name, predictor, key, robustness_work.desk.find(key))


def _show(subjects: Sequence[Subject], measured: Measured, was_active: bool) -> None:
    is_active = any(each.work.is_active for each in subjects)
    if is_active != was_active:
        # So that the page looks every second, or no more.
        st.rerun()
    st.html(f'<p class="note">{WHAT.format(digits=_digits_said(measured))}</p>')
    with st.container(key="robustness-control", horizontal=True, vertical_alignment="center"):
        _control(subjects, measured, is_active)
    messages.show(TROUBLE)
    for problem in {each.work.problem for each in subjects} - {""}:
        messages.problem(problem)
    names = list(CORRUPTIONS)
    st.html(_cards(subjects, _digit(measured)[0]))
    chosen = st.pills("How digits are spoilt", names, key=CHOSEN, required=True, default=names[0],
                      format_func=lambda name: CORRUPTIONS[name].title, width="stretch",
                      label_visibility="collapsed")  # fmt: skip
    _one(option(chosen, names), subjects, measured)


def _digits_said(measured: Measured) -> str:
    n = len(measured.digits)
    if n <= MOST_DIGITS:
        return f"All {n:,} digits are read at each strength" if n > 1 else "There is one digit"
    return f"{MOST_DIGITS:,} of the {n:,} digits, evenly spread, are read at each strength"


def _control(subjects: Sequence[Subject], measured: Measured, is_active: bool) -> None:
    """Let the work be begun and stopped, and show how far it is, or what came of it."""
    share = sum(each.work.share for each in subjects) / len(subjects)
    if share == 1:
        st.html(f'<p class="told">{html.escape(_told(subjects))}</p>')
        return
    if is_active:
        st.button("Stop", icon=":material/stop:", key="robustness-stop",
                  on_click=_stop, args=[subjects])  # fmt: skip
        st.progress(share, _how_far(subjects))
        return
    is_begun = any(0 < each.work.share < 1 for each in subjects)
    st.button("Go on" if is_begun else "Start", icon=":material/play_arrow:",
              key="robustness-start", on_click=_start, args=[subjects, measured])  # fmt: skip
    st.html(f'<p class="note">{"Stopped." if is_begun else HOW_LONG}</p>')


def _how_far(subjects: Sequence[Subject]) -> str:
    """Say how long all that is at work, or waits for its turn, still takes."""
    active = [each.work for each in subjects if each.work.is_active]
    pace = next((pace for work in active if (pace := work.seconds_a_point) is not None), None)
    if pace is None:
        return f"{DOING} …"
    return f"{DOING} … {duration(pace * sum(work.missing for work in active))} left"


def _start(subjects: Sequence[Subject], measured: Measured) -> None:
    try:
        for each in subjects:
            robustness_work.desk.begin(each.key, each.predictor, measured.digits, _asker())
    except BusyError as error:
        st.session_state[TROUBLE] = str(error)


def _stop(subjects: Sequence[Subject]) -> None:
    for each in subjects:
        robustness_work.desk.stop(each.key, _asker())


def _asker() -> str:
    asker: str = st.session_state.setdefault(ASKER, uuid.uuid4().hex)
    return asker


def _told(subjects: Sequence[Subject]) -> str:
    """Say what came of it: the mean corruption error of two, or the best and worst of one."""
    if len(subjects) > 1:
        return _compared(*subjects[:2])
    ends = {
        CORRUPTIONS[curve.corruption].title.lower(): curve.right[-1].value or 0.0
        for curve in subjects[0].work.curves()
    }
    best, worst = max(ends, key=ends.__getitem__), min(ends, key=ends.__getitem__)
    return (
        f"At full strength, {subjects[0].name} still reads {per_cent(ends[best], 0)} under {best},"
        f" and {per_cent(ends[worst], 0)} under {worst}."
    )


def _compared(one: Subject, other: Subject) -> str:
    try:
        error = mean_corruption_error(one.work.curves(), other.work.curves())
    except ValueError:
        return f"{other.name} makes no mistake in one of the curves: there is nothing to divide by."
    return (
        f"Mean corruption error: {one.name} makes {per_cent(error, 1)} of the mistakes that"
        f" {other.name} makes, on average over the fifteen corruptions of MNIST-C."
    )


def _digit(measured: Measured) -> tuple[Picture, int]:
    """Return the digit that is shown, and its label."""
    places = evenly_spread(len(measured.digits), MOST_DIGITS)
    turn = st.session_state.get(DIGIT, 0)
    place = int(places[turn % len(places)])
    return measured.digits.images[place], int(measured.digits.labels[place])


@st.cache_data(max_entries=32, show_spinner=False)
def _spoilt(image: Picture, corruption: str) -> Picture:
    return at_each_strength(image, corruption)


def _cards(subjects: Sequence[Subject], image: Picture) -> str:
    """Put behind each choice its curves, and the digit spoilt in this way."""
    rules, every = [], [each.curves for each in subjects]
    for number, name in enumerate(CORRUPTIONS, start=1):
        curves = robustness_charts.small(tuple(found.get(name) for found in every))
        digit = data_uri(grey(_spoilt(image, name)[SHOWN]))
        rules.append(
            f".st-key-{CHOSEN} button:nth-child({number}) {{"
            f' background-image: url("{curves}"), url("{digit}") }}'
        )
    return f"<style>{' '.join(rules)}</style>"


def _one(name: str, subjects: Sequence[Subject], measured: Measured) -> None:
    """Show one way to spoil digits: its curves, and what becomes of one digit."""
    corruption = CORRUPTIONS[name]
    found = _found(name, subjects)
    names = tuple(each.name for each in subjects)
    image, label = _digit(measured)
    st.html(f'<h4 class="part">{corruption.title}</h4>')
    left, right = st.columns(2, gap="medium")
    with left:
        charts.chart("robustness", robustness_charts.large(corruption, found, names))
    with right:
        st.html(_table(_spoilt(image, name), label, subjects, found))
        st.button("Another digit", icon=":material/skip_next:", key="robustness-another",
                  on_click=_another)  # fmt: skip


def _found(name: str, subjects: Sequence[Subject]) -> tuple[Curve | None, ...]:
    return tuple(each.curves.get(name) for each in subjects)


def _another() -> None:
    # Not the next one: digits of a set may be sorted.
    st.session_state[DIGIT] = st.session_state.get(DIGIT, 0) + 37


def _table(
    spoilt: Picture, label: int, subjects: Sequence[Subject], found: Sequence[Curve | None]
) -> str:
    """Show a digit at each strength, and below it each network's reading and share."""
    heads = "".join(f"<th scope='col'>{100 * s:.0f} %</th>" for s in (0, *STRENGTHS))
    pictures = "".join(
        f'<td><img class="crisp" alt="" src="{data_uri(grey(each))}"></td>' for each in spoilt
    )
    rows = "".join(
        _read(subject, spoilt, label) + _right(curve)
        for subject, curve in zip(subjects, found, strict=True)
    )
    return (
        f'<table class="strengths"><tr><th scope="row">Strength</th>{heads}</tr>'
        f'<tr><th scope="row">A {label}</th>{pictures}</tr>{rows}</table>'
    )


def _read(subject: Subject, spoilt: Picture, label: int) -> str:
    cells = ""
    for answer in _answers(subject.predictor, spoilt)[1]:
        read = int(np.argmax(answer))
        kind = "" if read == label else ' class="wrong"'
        said = f"<b>{read}</b><br>{html.escape(percent(float(answer[read])))}"
        cells += f"<td{kind}>{said}</td>"
    return f'<tr><th scope="row">{html.escape(subject.name)}</th>{cells}</tr>'


# An entry holds its predictor, so that no other one can get the same id meanwhile.
@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs={Predictor: id})
def _answers(predictor: Predictor, spoilt: Picture) -> tuple[Predictor, NDArray[np.float32]]:
    return predictor, predictor.probabilities(spoilt)


def _right(curve: Curve | None) -> str:
    shares = [each.value for each in curve.right] if curve else []
    cells = "".join(
        f"<td>{html.escape(per_cent(shares[i], 1)) if i < len(shares) else ''}</td>"
        for i in range(1 + len(STRENGTHS))
    )
    return f'<tr class="quiet"><th scope="row">Read right</th>{cells}</tr>'
