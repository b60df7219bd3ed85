"""The words of the field, each in plain sentences, and the "?" that tells them where they stand.

The tip is HTML's own popover: mouse, finger and keyboard open it; Escape and a click
beside it close it. Widgets take `meaning` as their `help`.
"""

import html
from pathlib import Path

STYLE = Path(__file__).with_name("glossary.css")

TERMS = {
    "batch": "The digits that one step of training learns from together.",
    "calibration error": "How far certainty and truth lie apart: of answers that are 90 % sure,"
    " 90 % should be right.",
    "cosine": "How alike two lists of numbers are, whatever their size: 1 is the same direction, 0"
    " nothing in common.",
    "cost": "How surprised the network is by the right answers, on average. Training makes it"
    " small. Also called loss or cross-entropy.",
    "epoch": "One pass over all training digits.",
    "F1": "One number for precision and recall, their harmonic mean: high only if both are.",
    "Grad-CAM": "Adds up the last convolution's maps, each weighed by how much it raises the score."
    " What shines is where these maps speak for the digit.",
    "integrated gradients": "Fades the drawing in from black, and adds up how much each pixel moves"
    " the score on the way: its share of it.",
    "learning rate": "How far each step of training moves the weights.",
    "log-odds": "How sure the network is, as log(p / (1 − p)): 0 is 50 %, +2.2 is 90 %, +6.9 is"
    " 99.9 %. It still moves where the percentage no longer shows it.",
    "logit": "A digit's score, any number. The largest wins; softmax turns all ten into"
    " probabilities.",
    "nats": "The unit of surprise: 0 if the right digit got 100 %, 0.69 if 50 %, 2.3 if 10 %, as by"
    " guessing.",
    "occlusion": "Covers the ink square by square. Where the score falls most, the ink mattered"
    " most.",
    "precision": "Of all that is read as this digit, the share that is it.",
    "recall": "Of all there are of this digit, the share that is read as it.",
    "receptive field": "The part of the drawing that a cell can see.",
    "ReLU": "Keeps what is positive, and makes what is negative 0.",
    "softmax": "Turns ten scores into ten probabilities, which add up to 100 %.",
    "test digits": "Digits that training never saw, to measure by.",
    "validation": "Digits held back from training, to choose settings by.",
    "Wilson interval": "Where the share of all such digits lies, as far as these can tell: for 95"
    " of 100 such sets that is true.",
}
TIP = (
    '<span class="term">{word}<button type="button" class="tip" popovertarget="{id}"'
    ' aria-label="What is {term}?">?</button></span>'
    '<span popover id="{id}" class="meaning"><b>{title}</b> {meaning}</span>'
)


def meaning(term: str) -> str:
    """Say in plain words what a term of the field means.

    Raises:
        KeyError: It is none of `TERMS`.
    """
    return TERMS[term]


def tip(term: str, word: str = "") -> str:
    """Return a "?" in HTML, to stand behind a term, that tells what it means.

    Args:
        term: One of `TERMS`.
        word: The word in HTML that it stands behind, in the same line.

    Raises:
        KeyError: It is none of `TERMS`.
    """
    return TIP.format(
        id="term-" + term.lower().replace(" ", "-"),
        word=word,
        term=html.escape(term),
        title=html.escape(term[0].upper() + term[1:]),
        meaning=html.escape(meaning(term)),
    )
