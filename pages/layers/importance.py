"""What matters to an answer: which pixels, which filters, which units, and what happens without."""

from pathlib import Path

import numpy as np
import streamlit as st

from cnn.explain.attribution import Question
from cnn.ink.strokes import Picture
from cnn.predictor import Predictor
from pages.layers import ablation, attribution_maps, contributions
from pages.layers.explainers import Tools, tools_for
from pages.shared.choices import option

STYLE = Path(__file__).with_name("importance.css")
READ = "Digit read"
LIKELIEST = "Likeliest other"
NOTHING = "Nothing else"


def show(image: Picture, predictor: Predictor) -> None:
    """Show what matters to a network's answer, and let its filters be switched off.

    Args:
        image: The network's input, float32 [28, 28] in 0..1.
        predictor: The network.
    """
    tools = tools_for(predictor)
    st.subheader("What matters to this answer", anchor="what-matters")
    _what_matters(image, predictor, tools)
    st.subheader("Switch filters off", anchor="filters-off")
    if tools.ablation.filters:
        ablation.show(image, predictor, tools)
    else:
        st.html('<p class="note">This network has no filters: it is fully connected.</p>')


@st.fragment
def _what_matters(image: Picture, predictor: Predictor, tools: Tools) -> None:
    reading = predictor.read(image)
    with st.container(horizontal=True, key="matters-question"):
        question = _ask(np.argsort(-reading.probabilities).tolist())
    if question is None:
        st.html('<p class="note">Choose two different digits.</p>')
        return
    prepared = tools.ablation.prepare(image[None])
    score = float(prepared.logits[0] @ question.direction)
    st.html(attribution_maps.score(question, score))
    st.html(attribution_maps.figures(image, question, score, tools))
    st.html(contributions.tables(prepared, reading, question, tools))


def _ask(order: list[int]) -> Question | None:
    """Let the question be chosen; None if it compares a digit to itself.

    Args:
        order: The digits, from the most probable to the least.
    """
    digits = list(map(str, range(10)))
    answers, others = [READ, *digits], [LIKELIEST, NOTHING, *digits]
    digit = option(st.selectbox("Why this digit", answers, key="matters-digit", width=165), answers)
    other = option(st.selectbox("Rather than", others, key="matters-other", width=165), others)
    asked = order[0] if digit == READ else int(digit)
    if other == NOTHING:
        return Question(asked)
    likeliest = next(d for d in order if d != asked)
    rival = likeliest if other == LIKELIEST else int(other)
    return None if rival == asked else Question(asked, rival)
