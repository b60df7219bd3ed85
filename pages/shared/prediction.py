"""How a reading of the server's is shown, and what is said in its place."""

import html

import numpy as np
from numpy.typing import NDArray

from cnn.decision import decide
from cnn.ink.strokes import PreparationStep
from cnn.plots.images import data_uri, grey


def digit(probabilities: NDArray[np.float32]) -> str:
    """Show the digit, or the two it may be, very large, and one sentence on how sure that is."""
    decision = decide(probabilities)
    return (
        '<div class="reading" aria-live="polite">'
        f'<div class="digit {decision.kind}">{decision.short}</div>'
        f'<div class="sentence">{decision.sentence}</div></div>'
    )


def message(text: str) -> str:
    """Show, in the digit's place, why there is none."""
    return f'<div class="reading waiting"><div class="sentence">{html.escape(text)}</div></div>'


def remark(note: str, trouble: str) -> str:
    """Say in one line what the drawing is, or what went wrong; the line's place is always kept."""
    kind, text = ("trouble", trouble) if trouble else ("note", note)
    return f'<div class="remark {kind}" role="status">{html.escape(text)}</div>'


def preparation(steps: list[PreparationStep]) -> str:
    """Show each step from the drawing to the network's input."""
    return '<div class="steps">' + "".join(map(_step, steps)) + "</div>"


def _step(step: PreparationStep) -> str:
    return (
        f"<figure><figcaption>{html.escape(step.name)}</figcaption>"
        f'<img class="crisp" alt="{html.escape(step.name)}" src="{data_uri(grey(step.picture))}">'
        f'<div class="note">{html.escape(step.note)}</div></figure>'
    )
