"""Ink that is no digit, to be called unsure: letters, signs, scribbles, numbers, textures.

Nothing here may be readable as one digit. `python -m cnn.augmentation.negatives SHEET.png` draws a
sheet of each kind to look at.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.random import Generator

from cnn.augmentation.glyphs import FAMILIES, strokes_of
from cnn.augmentation.letters import LETTERS
from cnn.augmentation.scribbles import jumble, scribble, strike_out, taps
from cnn.augmentation.several import several, side_by_side
from cnn.augmentation.sheet import file_asked_for, sheet_of
from cnn.augmentation.signs import SIGNS, TURNED
from cnn.augmentation.strokes import augment_strokes
from cnn.augmentation.textures import texture
from cnn.ink.strokes import Picture, Stroke, rasterise

# Share of pictures that were never strokes.
TEXTURES = 0.08

Drawings = Sequence[list[Stroke]]


def negative(drawings: Drawings, rng: Generator) -> Picture:
    """Draw something that is no digit, float32 [28, 28]: strokes, or a texture as of a photo.

    Args:
        drawings: Digits, of which numbers are put together.
        rng: Decides on all else.
    """
    if rng.random() < TEXTURES:
        return texture(rng)
    return rasterise(draw_negative(drawings, rng))


def draw_negative(drawings: Drawings, rng: Generator) -> list[Stroke]:
    """Draw something of the kinds that are strokes; see `negative`."""
    makers, shares = zip(*KINDS.values(), strict=True)
    return makers[rng.choice(len(makers), p=np.array(shares) / sum(shares))](drawings, rng)


def draw_letter(_: Drawings, rng: Generator) -> list[Stroke]:
    """Draw a letter of some script."""
    return _letter(_any(LETTERS, rng), rng)


def draw_sign(_: Drawings, rng: Generator) -> list[Stroke]:
    """Draw a sign or a little picture, those of `TURNED` at any angle."""
    return _sign(_any(SIGNS | TURNED, rng), rng)


def _draw_number(drawings: Drawings, rng: Generator) -> list[Stroke]:
    return augment_strokes(several(drawings, rng), rng)


def _draw_with_a_sign(drawings: Drawings, rng: Generator) -> list[Stroke]:
    """A digit beside a letter or a sign, on either side."""
    digit = drawings[int(rng.integers(len(drawings)))]
    other = (draw_letter if rng.random() < 0.5 else draw_sign)(drawings, rng)
    left, right = (digit, other) if rng.random() < 0.5 else (other, digit)
    return augment_strokes(side_by_side(left, right, rng), rng)


def _draw_struck_out(drawings: Drawings, rng: Generator) -> list[Stroke]:
    return strike_out(drawings[int(rng.integers(len(drawings)))], rng)


# What draws each kind, and its share of all strokes.
KINDS: Mapping[str, tuple[Callable[[Drawings, Generator], list[Stroke]], float]] = {
    "letters": (draw_letter, 0.26),
    "signs": (draw_sign, 0.26),
    "numbers": (_draw_number, 0.18),
    "digits with a sign": (_draw_with_a_sign, 0.03),
    "scribbles": (lambda _, rng: scribble(rng), 0.19),
    "jumbles": (lambda _, rng: augment_strokes(jumble(rng), rng), 0.04),
    "struck out": (_draw_struck_out, 0.02),
    "taps": (lambda _, rng: taps(rng), 0.02),
}


def _letter(name: str, rng: Generator) -> list[Stroke]:
    return augment_strokes(strokes_of(LETTERS[name], rng), rng)


def _sign(name: str, rng: Generator) -> list[Stroke]:
    if name in SIGNS:
        return augment_strokes(strokes_of(SIGNS[name], rng), rng)
    angle = rng.uniform(0, 2 * np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return augment_strokes([stroke @ turn.T for stroke in strokes_of(TURNED[name], rng)], rng)


def _any(shapes: Mapping[str, str], rng: Generator) -> str:
    return list(shapes)[rng.integers(len(shapes))]


def main() -> None:
    """Write the sheet: twelve of each letter and sign, four rows of each other kind."""
    path = file_asked_for(__doc__.splitlines()[0])
    rng = np.random.default_rng(0)
    digits = [strokes_of(family.shape, rng) for family in FAMILIES]
    others = {name: draw for name, (draw, _) in KINDS.items() if name not in {"letters", "signs"}}
    makers: list[tuple[str, Callable[[], Picture]]] = [
        *((name, lambda name=name: rasterise(_letter(name, rng))) for name in LETTERS),
        *((name, lambda name=name: rasterise(_sign(name, rng))) for name in SIGNS | TURNED),
        *(
            (name, lambda draw=draw: rasterise(draw(digits, rng)))
            for name, draw in others.items()
            for _ in range(4)
        ),
        *(("textures", lambda: texture(rng)) for _ in range(4)),
    ]
    sheet_of([(name, [make() for _ in range(12)]) for name, make in makers]).save(path)


if __name__ == "__main__":
    main()
