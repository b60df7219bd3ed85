"""How robust an answer is: what sets a drawing apart, and what turns its answer."""

import html
import time
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnn.data import user_drawings
from cnn.data.digits import DataError, Digits
from cnn.decision import Decision, decide, percent
from cnn.explain.diagnosis import (
    USUAL,
    Counterfactual,
    InkStatistic,
    Neighbour,
    hidden_layer,
    hidden_units,
    ink_statistics,
    measure,
    neighbours,
    smallest_counterfactual,
)
from cnn.explain.layers import layers_of
from cnn.explain.verdict import Case, Evidence, Verdict, case_of, judge
from cnn.ink.strokes import Picture, PreparationStep, without_a_step
from cnn.predictor import Predictor
from pages.draw.sketchbook import Drawing
from pages.shared import glossary, images, messages
from pages.shared.choices import those_of
from pages.shared.datasets import training_digits

STYLE = Path(__file__).with_name("diagnosis.css")
NEIGHBOURS = 10
# Training digits that are read at once, and seconds after which it is told how many are.
PART = 2500
QUICK = 0.3


# Training digits of one kind, from which on a drawing is compared with these alone.
ENOUGH = 50


@dataclass(frozen=True)
class Reference:
    """The training digits that a drawing's ink is compared with.

    Attributes:
        mention: What sentences call them.
        like: The digit that all of them are; None if they are all ten.
        measures: [n, measures], of each.
    """

    mention: str
    like: int | None
    measures: NDArray[np.float64]


def question(current: Drawing, image: Picture, decision: Decision) -> Case:
    """Tell what there is to ask about an answer, which is the section's title."""
    return case_of(decision, _meant(current, image))


def show(current: Drawing, image: Picture, predictor: Predictor) -> None:
    """Show the section; the first time, it takes seconds.

    Args:
        current: The drawing, for its strokes.
        image: What the network sees of it, float32 [28, 28].
        predictor: The network.
    """
    decision = decide(predictor.probabilities(image[None])[0])
    st.subheader(question(current, image, decision), anchor="doctor")
    if not image.any():
        st.html('<p class="note">There is no ink to examine.</p>')
        return
    meant = _ask(current, image)
    # Its place is kept: it is known last, and read first.
    place = st.container(key="verdict")
    try:
        with place, st.spinner("Measuring training digits …"):
            name, digits = training_digits()
            like = _reference(decision, meant, name, digits)
            found = ink_statistics(image, like.measures)
        with place:
            units = _units_of_all(predictor, len(digits))
    except DataError as error:
        messages.problem(error)
        return
    nearest = _neighbours(image, predictor, units)
    steps = _steps(current)
    left, right = st.columns(2, gap="medium")
    with left:
        _part("Its ink among training digits", _table(found, like.mention))
        prepared = predictor.probabilities(np.stack([image, *(step.picture for step in steps)]))
        _part("Prepared in another way", _preparations(image, steps, prepared))
    with right:
        _part("Training digits most like it to the network", _nearest(nearest, predictor, digits))
        with st.spinner("Searching the smallest square …"):
            _, taken, given = _turns(predictor, image)
        _part("The smallest square that turns the answer", _deciding(taken, given))
    evidence = Evidence(
        found,
        like.like,
        digits.labels[[one.index for one in nearest]].tolist(),
        {step.name: int(each.argmax()) for step, each in zip(steps, prepared[1:], strict=True)},
        min((turn.square.height for turn in (taken, given) if turn), default=None),
    )
    place.html(_verdict(judge(decision, meant, evidence)))


def _key(image: Picture) -> str:
    # What one drawing was meant as says nothing of the next.
    return f"meant-{zlib.crc32(image.tobytes())}"


def _meant(current: Drawing, image: Picture) -> int | None:
    """Return what a person said that a drawing is: here, or where it was kept."""
    if _key(image) in st.session_state:
        return next(iter(those_of([st.session_state[_key(image)]], range(10))), None)
    if current.picture is not None or current.is_empty:
        return None
    kept = user_drawings.find(current.strokes())
    return kept.drawing.label if kept else None


def _ask(current: Drawing, image: Picture) -> int | None:
    """Let a person say which digit was meant."""
    meant = _meant(current, image)
    with st.container(key="meant"):
        st.pills("It is meant as", range(10), default=meant, key=_key(image), width="stretch")
    return _meant(current, image)


def _reference(decision: Decision, meant: int | None, name: str, digits: Digits) -> Reference:
    """Choose the training digits of the kind that a drawing is, or all where that is not known."""
    like = meant if meant is not None else decision.digit if decision.sure else None
    mention, of_kind = f"{len(digits):,} digits of {name}", digits.labels == like
    if of_kind.sum() < ENOUGH:
        return Reference(mention, None, _measures())
    mention += f", of which {of_kind.sum():,} are {like}s"
    return Reference(mention, like, _measures()[of_kind])


def _verdict(verdict: Verdict) -> str:
    said = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in verdict.sentences)
    return (
        f'<div class="verdict" role="status"><b>{html.escape(verdict.headline)}</b>'
        f"<ul>{said}</ul></div>"
    )


def _part(title: str, body: str) -> None:
    st.html(f'<div class="doctor"><h4>{title}</h4>{body}</div>')


def _table(found: list[InkStatistic], source: str) -> str:
    middle = f"Middle {USUAL[1] - USUAL[0]} %"
    titles = ("", "Drawing", middle, "Percentile", "")
    head = f"<tr>{''.join(f'<th>{title}</th>' for title in titles)}</tr>"
    note = f'<p class="note">Of {html.escape(source)}.</p>'
    return f"<table>{head}{''.join(map(_finding, found))}</table>{note}"


def _finding(finding: InkStatistic) -> str:
    decimals, unit = finding.measure.decimals, finding.measure.unit
    value, low, high = (
        f"{number:.{decimals}f}".replace("-", "−")
        for number in (finding.value, finding.low, finding.high)
    )
    kind = "" if finding.is_usual else ' class="unusual"'
    return (
        f"<tr{kind}><td>{finding.measure.name}</td><td>{value}{unit}</td>"
        f"<td>{low} – {high}</td><td>{100 * finding.share:.0f}</td>"
        f'<td><div class="track"><i style="left:{finding.share:.1%}"></i></div></td></tr>'
    )


def _steps(current: Drawing) -> list[PreparationStep]:
    """Prepare a drawing otherwise; a picture has no strokes, and cannot be."""
    if current.picture is not None or current.is_empty:
        return []
    return without_a_step(current.strokes())


def _preparations(
    image: Picture, steps: list[PreparationStep], prepared: NDArray[np.float32]
) -> str:
    if not steps:
        return '<p class="note">Only strokes can be prepared anew; this is a picture.</p>'
    ways = [("As it is read", image, ""), *((x.name, x.picture, x.note) for x in steps)]
    figures = [
        images.digit(picture, f"{name}: {note}", f"<b>{name}</b><br>{_said(probabilities)}")
        for (name, picture, note), probabilities in zip(ways, prepared, strict=True)
    ]
    return images.row(figures, "five")


def _neighbours(
    image: Picture, predictor: Predictor, units: NDArray[np.float32]
) -> list[Neighbour]:
    layer = hidden_layer(predictor.model)
    return neighbours(predictor.read(image).activations[layer], units, NEIGHBOURS)


def _nearest(found: list[Neighbour], predictor: Predictor, digits: Digits) -> str:
    figures = [
        images.digit(
            digits.images[one.index],
            f"A training digit {digits.labels[one.index]}",
            f"<b>{digits.labels[one.index]}</b> {one.similarity:.2f}",
        )
        for one in found
    ]
    title = layers_of(predictor.model)[hidden_layer(predictor.model)].title
    note = f"Below each, its label and the {glossary.tip('cosine', 'cosine')} in {title}."
    return images.row(figures, "five") + f'<p class="note">{note}</p>'


def _deciding(taken: Counterfactual | None, given: Counterfactual | None) -> str:
    return images.row([_turn("Ink taken away", taken), _turn("Ink added", given)], "large")


def _turn(name: str, turn: Counterfactual | None) -> str:
    if turn is None:
        return f"<figure><figcaption><b>{name}</b><br>No square turns it.</figcaption></figure>"
    side = turn.square.height
    caption = f"<b>{name}: {side}×{side} px</b><br>{_said(turn.probabilities)}"
    return images.digit(turn.image, f"{name}", caption, turn.square)


def _said(probabilities: NDArray[np.float32]) -> str:
    best = int(probabilities.argmax())
    return f"{best}, {percent(float(probabilities[best]))}"


@st.cache_resource(show_spinner=False)
def _measures() -> NDArray[np.float64]:
    return measure(training_digits()[1].images)


def _units_of_all(predictor: Predictor, count: int) -> NDArray[np.float32]:
    """Read all training digits, and tell how far that is: the first time, it takes seconds."""
    units, begun, bar = [], time.monotonic(), st.empty()
    for first in range(0, count, PART):
        if time.monotonic() - begun > QUICK:
            bar.progress(first / count, f"Reading training digits: {first:,} of {count:,}")
        units.append(_units(predictor, slice(first, first + PART))[1])
    bar.empty()
    return np.concatenate(units)


# Entries hold their predictor, so that no other one can get the same id meanwhile.
@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs={Predictor: id})
def _units(predictor: Predictor, part: slice) -> tuple[Predictor, NDArray[np.float32]]:
    return predictor, hidden_units(predictor.model, training_digits()[1].images[part])


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs={Predictor: id})
def _turns(
    predictor: Predictor, image: Picture
) -> tuple[Predictor, Counterfactual | None, Counterfactual | None]:
    taken, given = (smallest_counterfactual(predictor, image, added) for added in (False, True))
    return predictor, taken, given
