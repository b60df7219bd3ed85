"""Ten test digits as a run's newest network reads them: hits and misses, while it learns."""

import streamlit as st

from cnn.plots.images import data_uri
from cnn.runs import history
from cnn.runs.run import Run, RunError
from pages.shared import messages
from pages.train import run_data

HEAD = '<h4 class="part">Ten test digits</h4>'
WAITING = '<p class="note">They are read before the first step, then every few seconds.</p>'
FIGURE = """<figure class="{kind}"><img class="crisp" alt="{alt}" src="{picture}">
<figcaption aria-hidden="true">{caption}</figcaption></figure>"""
# Read right and wrong; the wrong one by a sign, too, for who sees no colours.
RIGHT, WRONG = "{}", '<span class="cross">✗</span> {}'


def show(run: Run) -> None:
    """Show one test digit of each kind, and under it what a run's network takes it for now."""
    with st.container(key="ten-digits"):
        try:
            if row := _row(run):
                st.html(HEAD + row)
        except RunError as error:
            messages.problem(error)


def _row(run: Run) -> str:
    if not history.epochs(run):
        return "" if run.metrics().epochs else WAITING
    probe = run_data.probe(run)
    newest, chosen = history.newest(run, probe), history.one_of_each(probe)
    if newest is None or not len(chosen):
        return ""
    answers = newest.probabilities.argmax(axis=1)
    labels = probe.labels[chosen]
    figures = "".join(
        _figure(data_uri(image), int(label), int(answer))
        for image, label, answer in zip(probe.images[chosen], labels, answers, strict=True)
    )
    right = int((answers == labels).sum())
    when = f"after {newest.step:,} steps" if newest.step else "before the first step"
    return (
        f'<div class="ten">{figures}</div>'
        f'<p class="note">{right} of {len(labels)} read right, {when}</p>'
    )


def _figure(picture: str, label: int, answer: int) -> str:
    is_right = answer == label
    alt = f"A {label}, read right" if is_right else f"A {label}, read as {answer}"
    caption = (RIGHT if is_right else WRONG).format(answer)
    kind = "right" if is_right else "wrong"
    return FIGURE.format(kind=kind, alt=alt, picture=picture, caption=caption)
