"""Small pictures of digits and weights, with crisp pixels and a place outlined."""

import html
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnn.fields import Field
from cnn.figures import data_uri, diverging, grey
from cnn.ink import SIZE, Picture

STYLE = Path(__file__).with_name("pictures.css")


def digit(image: Picture, alt: str, caption: str = "", box: Field | None = None) -> str:
    """Show an image [28, 28], white on black, with a line of HTML below and a place outlined."""
    outline = "" if box is None else f'<i style="{_place(box)}"></i>'
    return (
        f'<figure><div class="digit-picture"><img class="crisp" alt="{html.escape(alt)}"'
        f' src="{data_uri(grey(image))}">{outline}</div>'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def weights(values: NDArray[np.float32], scale: float) -> str:
    """Return the address of a picture of weights [height, width], about zero, up to ±scale."""
    return data_uri(diverging(values / max(scale, 1e-9)))


def row(figures: list[str], kind: str = "") -> str:
    """Lay figures side by side, in as many rows as it takes."""
    return f'<div class="pictures {kind}">{"".join(figures)}</div>'


def legend(scale: float) -> str:
    """Show what the colours of weights mean."""
    return (
        f'<div class="legend note">−{scale:.2f} <span class="ramp diverging"></span> +{scale:.2f}'
        "</div>"
    )


def _place(box: Field) -> str:
    """Place an outline on the image; what lies beyond its edges is padding, and not shown."""
    top, left = max(box.top, 0), max(box.left, 0)
    bottom, right = min(box.top + box.height, SIZE), min(box.left + box.width, SIZE)
    parts = {"top": top, "left": left, "height": bottom - top, "width": right - left}
    return ";".join(f"{name}:{pixels / SIZE:.3%}" for name, pixels in parts.items())
