"""Small pictures of digits and of values, with crisp pixels, and what their colours mean."""

import html
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnn.explain.receptive_field import ReceptiveField
from cnn.ink.strokes import SIZE, Picture
from cnn.plots.colours import FLOOR, css, css_upon, gradient
from cnn.plots.images import ROW, coloured, data_uri, fine_sheet, grey, own_scales

STYLE = Path(__file__).with_name("images.css")
# Sheets of weights are enlarged to this width; wider ones are shown as large as they are.
ENLARGED = 420
# More rows of numbers than these are no longer read.
MOST_NUMBERS = 7
WHOLE = ReceptiveField(0, 0, SIZE, SIZE)


def digit(image: Picture, alt: str, caption: str = "", box: ReceptiveField | None = None) -> str:
    """Show an image, white on black, a caption in HTML, and a part of it outlined."""
    return f"<figure>{ink(image, alt, box)}<figcaption>{caption}</figcaption></figure>"


def digit_and_part(
    image: Picture, part: Picture, alt: str, caption: str, box: ReceptiveField
) -> str:
    """Show a part of an image large, and below it the image with the rest of it dimmed."""
    if box == WHOLE:
        return digit(image, alt, caption)
    pictures = ink(part, "") + ink(image, alt, box, "lit")
    return f"<figure>{pictures}<figcaption>{caption}</figcaption></figure>"


def ink(image: Picture, alt: str, box: ReceptiveField | None = None, kind: str = "") -> str:
    """Show an image, white on black, with a part of it outlined."""
    outline = "" if box in (None, WHOLE) else f'<i class="{kind}" style="{_place(box)}"></i>'
    return (
        f'<div class="digit-picture"><img class="crisp" alt="{html.escape(alt)}"'
        f' src="{data_uri(grey(image))}">{outline}</div>'
    )


def weights(values: NDArray[np.float32], alt: str, columns: int = ROW) -> str:
    """Show pictures of weights [height, width, pictures], each on its own scale, told below."""
    laid = about_zero(values, columns)
    kind = "single" if values.shape[2] == 1 else "large" if laid.shape[1] > ENLARGED else ""
    return (
        f'<div class="weights {kind}"><img class="crisp" alt="{html.escape(alt)}"'
        f' src="{coloured(laid)}">{legend(values)}</div>'
    )


def numbers(values: NDArray[np.float32], alt: str) -> str:
    """Show one picture of weights [height, width] large, its numbers in the cells if they fit."""
    alone = values[:, :, None]
    if len(values) > MOST_NUMBERS:
        return weights(alone, alt)
    relative = own_scales(alone)[:, :, 0]
    rows = "".join(
        f"<tr>{''.join(map(_number, *line))}</tr>" for line in zip(values, relative, strict=True)
    )
    return (
        f'<div class="weights"><div class="cells" style="--columns:{values.shape[1]}">'
        f'<table aria-label="{html.escape(alt)}">{rows}</table></div>{legend(alone)}</div>'
    )


def about_zero(values: NDArray[np.float32], columns: int = ROW) -> NDArray[np.float32]:
    """Lay pictures of values [height, width, pictures] side by side, each on its own scale."""
    return fine_sheet(own_scales(values), columns)


def thumbnails(values: NDArray[np.float32]) -> list[str]:
    """Return the addresses of pictures of weights [height, width, pictures], each on its scale."""
    relative = own_scales(values)
    return [coloured(relative[:, :, i]) for i in range(values.shape[2])]


def row(figures: list[str], kind: str = "") -> str:
    """Lay figures side by side, in as many rows as it takes."""
    return f'<div class="pictures {kind}">{"".join(figures)}</div>'


def ramp(low: float = -1) -> str:
    """Show the colours from `low`, which is -1 or 0, to 1."""
    return f'<span class="ramp" style="background:{gradient(low, 1)}"></span>'


def short_legend(largest: float, *, from_zero: bool = False) -> str:
    """Tell the least at which the colours of maps end, each of which has its own scale.

    Args:
        largest: Of all of them.
        from_zero: Whether they are nowhere negative.
    """
    least = f"{FLOOR * largest:.2f}"
    low, high = ("0", f"≥ {least}") if from_zero else (f"≤ −{least}", f"≥ +{least}")
    colours = ramp(0 if from_zero else -1)
    return f'<div class="legend note"><span>{low}</span>{colours}<span>{high}</span></div>'


def legend(values: NDArray[np.float32], note: str = "") -> str:
    """Tell what the colours of pictures [height, width, pictures] mean, and what there is besides.

    A lone picture's scale ends at its largest value; of several each has its own, with a floor.
    """
    largest = float(np.abs(values).max())
    low, high = "−", "+"
    if values.shape[-1] == 1:
        low, high = f"−{largest:.2f}", f"+{largest:.2f}"
    else:
        note = f"each to its largest, at least {FLOOR * largest:.2f}. {note}".strip()
    said = _said(note) if note else ""
    return f'<div class="legend note"><span>{low}</span>{ramp()}<span>{high}</span>{said}</div>'


def _said(note: str) -> str:
    return f'<span class="said">{html.escape(note)}</span>'


def _number(value: float, relative: float) -> str:
    style = f"background:{css(relative)};color:{css_upon(relative)}"
    # What rounds to nothing has no sign.
    said = f"{value:z.2f}".replace("-", "−")
    return f'<td style="{style}">{said}</td>'


def _place(box: ReceptiveField) -> str:
    """Place an outline on the image; what lies beyond its edges is padding, and not shown."""
    top, left = max(box.top, 0), max(box.left, 0)
    bottom, right = min(box.top + box.height, SIZE), min(box.left + box.width, SIZE)
    parts = {"top": top, "left": left, "height": bottom - top, "width": right - left}
    return ";".join(f"{name}:{pixels / SIZE:.3%}" for name, pixels in parts.items())
