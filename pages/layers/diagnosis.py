"""The misread doctor: what sets a drawing apart from training digits, and what turns its answer."""

import html
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnn.data.digits import DataError, Digits
from cnn.decision import percent
from cnn.explain.diagnosis import (
    USUAL,
    Counterfactual,
    InkStatistic,
    hidden_layer,
    hidden_units,
    ink_statistics,
    measure,
    neighbours,
    smallest_counterfactual,
)
from cnn.explain.layers import layers_of
from cnn.ink.strokes import Picture, without_a_step
from cnn.predictor import Predictor
from pages.draw.sketchbook import Drawing
from pages.shared import images, messages
from pages.shared.datasets import training_digits

STYLE = Path(__file__).with_name("diagnosis.css")
NEIGHBOURS = 10


def show(current: Drawing, image: Picture, predictor: Predictor) -> None:
    """Show the section; the first time, it takes seconds.

    Args:
        current: The drawing, for its strokes.
        image: What the network sees of it, float32 [28, 28].
        predictor: The network.
    """
    st.html(images.STYLE)
    st.html(STYLE)
    st.subheader("Misread doctor", anchor="doctor")
    if not image.any():
        st.html('<p class="note">There is no ink to examine.</p>')
        return
    try:
        with st.spinner("Comparing with training digits …"):
            name, digits = training_digits()
            found = ink_statistics(image, _measures())
            units = _units(predictor)[1]
    except DataError as error:
        messages.problem(error)
        return
    left, right = st.columns(2, gap="medium")
    with left:
        _part("Its ink among training digits", _table(found, f"{len(digits):,} digits of {name}"))
        _part("Prepared in another way", _preparations(current, image, predictor))
    with right:
        _part(
            "Training digits most like it to the network", _nearest(image, predictor, digits, units)
        )
        with st.spinner("Searching the smallest patch …"):
            _, taken, given = _turns(predictor, image)
        _part("The smallest square that turns the answer", _deciding(taken, given))


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


def _preparations(current: Drawing, image: Picture, predictor: Predictor) -> str:
    if current.picture is not None or current.is_empty:
        return '<p class="note">Only strokes can be prepared anew; this is a picture.</p>'
    steps = without_a_step(current.strokes())
    prepared = np.stack([image, *(step.picture for step in steps)])
    names = ["As it is read", *(step.name for step in steps)]
    notes = ["", *(step.note for step in steps)]
    figures = [
        images.digit(picture, f"{name}: {note}", f"<b>{name}</b><br>{_said(probabilities)}")
        for picture, name, note, probabilities in zip(
            prepared, names, notes, predictor.probabilities(prepared), strict=True
        )
    ]
    return images.row(figures)


def _nearest(
    image: Picture, predictor: Predictor, digits: Digits, units: NDArray[np.float32]
) -> str:
    layer = hidden_layer(predictor.model)
    found = neighbours(predictor.read(image).activations[layer], units, NEIGHBOURS)
    figures = [
        images.digit(
            digits.images[one.index],
            f"A training digit {digits.labels[one.index]}",
            f"<b>{digits.labels[one.index]}</b> {one.similarity:.2f}",
        )
        for one in found
    ]
    title = layers_of(predictor.model)[layer].title
    note = f'<p class="note">Below each, its label and the cosine of the angle in {title}.</p>'
    return images.row(figures) + note


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


# Entries hold their predictor, so that no other one can get the same id meanwhile.
@st.cache_resource(max_entries=2, show_spinner=False, hash_funcs={Predictor: id})
def _units(predictor: Predictor) -> tuple[Predictor, NDArray[np.float32]]:
    return predictor, hidden_units(predictor.model, training_digits()[1].images)


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs={Predictor: id})
def _turns(
    predictor: Predictor, image: Picture
) -> tuple[Predictor, Counterfactual | None, Counterfactual | None]:
    taken, given = (smallest_counterfactual(predictor, image, added) for added in (False, True))
    return predictor, taken, given
