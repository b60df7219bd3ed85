"""Small pictures of digits and weights, with crisp pixels and a place outlined."""

import html
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnn.explain.receptive_field import ReceptiveField
from cnn.ink.strokes import SIZE, Picture
from cnn.plots.images import ROW, data_uri, diverging, grey, sheet

STYLE = Path(__file__).with_name("images.css")
# Sheets of weights are enlarged to this width; wider ones are shown as large as they are.
ENLARGED = 420
# Between pictures: the dark page is nearly as black as a value of 0.
GAP = (128, 138, 150, 128)
WHOLE = ReceptiveField(0, 0, SIZE, SIZE)


def digit(image: Picture, alt: str, caption: str = "", box: ReceptiveField | None = None) -> str:
    """Show an image [28, 28], white on black, a caption in HTML, and a part of it outlined."""
    outline = "" if box in (None, WHOLE) else f'<i style="{_place(box)}"></i>'
    return (
        f'<figure><div class="digit-picture"><img class="crisp" alt="{html.escape(alt)}"'
        f' src="{data_uri(grey(image))}">{outline}</div>'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def weights(values: NDArray[np.float32], alt: str, columns: int = ROW) -> str:
    """Show pictures of weights [height, width, pictures], on one scale about zero, told below."""
    laid = about_zero(values, columns)
    kind = "single" if values.shape[2] == 1 else "large" if laid.shape[1] > ENLARGED else ""
    return (
        f'<div class="weights {kind}"><img class="crisp" alt="{html.escape(alt)}"'
        f' src="{data_uri(laid)}">{legend(values)}</div>'
    )


def about_zero(values: NDArray[np.float32], columns: int = ROW) -> NDArray[np.uint8]:
    """Lay pictures of values [height, width, pictures] side by side, on one scale about zero."""
    return sheet(diverging(_relative(values)), columns, GAP)


def thumbnails(values: NDArray[np.float32]) -> list[str]:
    """Return the addresses of pictures of weights [height, width, pictures], on one scale."""
    coloured = diverging(_relative(values))
    return [data_uri(coloured[:, :, i]) for i in range(values.shape[2])]


def row(figures: list[str], kind: str = "") -> str:
    """Lay figures side by side, in as many rows as it takes."""
    return f'<div class="pictures {kind}">{"".join(figures)}</div>'


def legend(values: NDArray[np.float32], note: str = "") -> str:
    """Tell what the colours of weights mean, and what there is to say besides."""
    largest = float(np.abs(values).max())
    return (
        f'<div class="legend note">−{largest:.2f} <span class="ramp diverging"></span>'
        f" +{largest:.2f}<span>{html.escape(note)}</span></div>"
    )


def _place(box: ReceptiveField) -> str:
    """Place an outline on the image; what lies beyond its edges is padding, and not shown."""
    top, left = max(box.top, 0), max(box.left, 0)
    bottom, right = min(box.top + box.height, SIZE), min(box.left + box.width, SIZE)
    parts = {"top": top, "left": left, "height": bottom - top, "width": right - left}
    return ";".join(f"{name}:{pixels / SIZE:.3%}" for name, pixels in parts.items())


def _relative(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return values / max(float(np.abs(values).max()), 1e-9)
