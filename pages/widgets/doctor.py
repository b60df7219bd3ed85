"""The misread doctor: what sets a drawing apart from training digits, and what turns its answer."""

import html
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnn.data import DataError, Digits, load_builtin, load_mnist
from cnn.doctor import (
    USUAL,
    Finding,
    Turn,
    findings,
    hidden_layer,
    hidden_units,
    measure,
    neighbours,
    smallest_turn,
)
from cnn.ink import Picture, without_a_step
from cnn.layers import layers_of
from cnn.mnist import mnist_is_available
from cnn.predictor import Predictor
from cnn.verdict import percent
from pages.widgets import pictures
from pages.widgets.drawing import Drawing

STYLE = Path(__file__).with_name("doctor.css")
# Training digits to compare with: enough for percentiles, few enough to be read in seconds.
DIGITS = 10_000
NEIGHBOURS = 10


def show(current: Drawing, image: Picture, predictor: Predictor) -> None:
    """Show the section; the first time, it takes seconds.

    Args:
        current: The drawing, for its strokes.
        image: What the network sees of it, float32 [28, 28].
        predictor: The network.
    """
    st.html(pictures.STYLE)
    st.html(STYLE)
    st.subheader("Misread doctor", anchor="doctor")
    if not image.any():
        st.html('<p class="note">There is no ink to examine.</p>')
        return
    try:
        with st.spinner("Comparing with training digits …"):
            name, digits = _training_digits()
            found = findings(image, _measures())
            units = _units(predictor)[1]
    except DataError as error:
        st.html(f'<p class="trouble">{html.escape(str(error))}</p>')
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


def _table(found: list[Finding], source: str) -> str:
    middle = f"Middle {USUAL[1] - USUAL[0]} %"
    titles = ("", "Drawing", middle, "Percentile", "")
    head = f"<tr>{''.join(f'<th>{title}</th>' for title in titles)}</tr>"
    note = f'<p class="note">Of {html.escape(source)}.</p>'
    return f"<table>{head}{''.join(map(_finding, found))}</table>{note}"


def _finding(finding: Finding) -> str:
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
    images = np.stack([image, *(step.picture for step in steps)])
    names = ["As it is read", *(step.name for step in steps)]
    notes = ["", *(step.note for step in steps)]
    figures = [
        pictures.digit(picture, f"{name}: {note}", f"<b>{name}</b><br>{_said(probabilities)}")
        for picture, name, note, probabilities in zip(
            images, names, notes, predictor.probabilities(images), strict=True
        )
    ]
    return pictures.row(figures)


def _nearest(
    image: Picture, predictor: Predictor, digits: Digits, units: NDArray[np.float32]
) -> str:
    layer = hidden_layer(predictor.model)
    found = neighbours(predictor.read(image).activations[layer], units, NEIGHBOURS)
    figures = [
        pictures.digit(
            digits.images[one.index],
            f"A training digit {digits.labels[one.index]}",
            f"<b>{digits.labels[one.index]}</b> {one.similarity:.2f}",
        )
        for one in found
    ]
    title = layers_of(predictor.model)[layer].title
    note = f'<p class="note">Below each, its label and the cosine of the angle in {title}.</p>'
    return pictures.row(figures) + note


def _deciding(taken: Turn | None, given: Turn | None) -> str:
    return pictures.row([_turn("Ink taken away", taken), _turn("Ink added", given)], "large")


def _turn(name: str, turn: Turn | None) -> str:
    if turn is None:
        return f"<figure><figcaption><b>{name}</b><br>No square turns it.</figcaption></figure>"
    side = turn.square.height
    caption = f"<b>{name}: {side}×{side} px</b><br>{_said(turn.probabilities)}"
    return pictures.digit(turn.image, f"{name}", caption, turn.square)


def _said(probabilities: NDArray[np.float32]) -> str:
    best = int(probabilities.argmax())
    return f"{best}, {percent(float(probabilities[best]))}"


@st.cache_resource(show_spinner=False)
def _training_digits() -> tuple[str, Digits]:
    """MNIST's training digits if they are here, else the built-in; copied, to free the others."""
    available = mnist_is_available()
    whole = load_mnist().train if available else load_builtin().train
    some = Digits(whole.images[:DIGITS].copy(), whole.labels[:DIGITS].copy())
    return "MNIST" if available else "the built-in set", some


@st.cache_resource(show_spinner=False)
def _measures() -> NDArray[np.float64]:
    return measure(_training_digits()[1].images)


# Entries hold their predictor, so that no other one can get the same id meanwhile.
@st.cache_resource(max_entries=2, show_spinner=False, hash_funcs={Predictor: id})
def _units(predictor: Predictor) -> tuple[Predictor, NDArray[np.float32]]:
    return predictor, hidden_units(predictor.model, _training_digits()[1].images)


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs={Predictor: id})
def _turns(predictor: Predictor, image: Picture) -> tuple[Predictor, Turn | None, Turn | None]:
    taken, given = (smallest_turn(predictor, image, added) for added in (False, True))
    return predictor, taken, given
