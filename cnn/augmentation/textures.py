"""Pictures that are no drawing: what a photo of a flower, a cloth or a wall becomes.

They are made as grey pictures and fitted into the box, as `cnn.ink.photo` fits what it finds.
"""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from cnn.augmentation.glyphs import strokes_of
from cnn.augmentation.signs import SIGNS, TURNED
from cnn.augmentation.strokes import augment_strokes
from cnn.ink.strokes import BOX, SIZE, Picture, move_to_centre

# Width and height that textures are made at: some pixels for each one of the box.
MADE = 80
# Signs whose outlines can be filled.
OUTLINES = tuple(
    shape
    for name, shape in (SIGNS | TURNED).items()
    if name
    in {
        "heart",
        "heart, round",
        "diamond suit",
        "plus, outlined",
        "flower",
        "fir",
        "cloud",
        "bow",
        "half circle",
        "arrow, outlined",
        "star, outlined",
        "star of six",
        "star of four",
        "star of many",
        "triangle",
    }
)


def texture(rng: Generator) -> Picture:
    """Make a texture or a filled shape, float32 [28, 28] in 0..1, centred as photos are."""
    return _in_the_box(_KINDS[rng.integers(len(_KINDS))](rng))


def _in_the_box(ink: NDArray[np.float64]) -> Picture:
    """Scale ink into the box, and move its mass to the field's middle."""
    rows, columns = np.nonzero(ink > 0.5)
    ink = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    height, width = (round(BOX * side / max(ink.shape)) or 1 for side in ink.shape)
    image = Image.fromarray(ink.astype(np.float32)).resize((width, height), Image.Resampling.BOX)
    field = np.zeros((SIZE, SIZE), np.float32)
    top, left = (SIZE - height) // 2, (SIZE - width) // 2
    field[top : top + height, left : left + width] = np.asarray(image)
    across, down = move_to_centre(field)
    return np.roll(field, (round(down), round(across)), axis=(0, 1))


def _noise(rng: Generator, grain: float) -> NDArray[np.float64]:
    """Smooth noise of mean 0 and deviation 1, its spots about so many pixels wide."""
    from scipy.ndimage import gaussian_filter

    noise = gaussian_filter(rng.normal(0, 1, (MADE, MADE)), grain)
    return np.asarray((noise - noise.mean()) / noise.std())


def _blobs(rng: Generator) -> NDArray[np.float64]:
    """Noise parted into ink and paper, in spots too many to be lines of one digit."""
    level = rng.normal(0, 0.3)
    return (_noise(rng, rng.uniform(1, 6)) > level).astype(np.float64)


def _greys(rng: Generator) -> NDArray[np.float64]:
    noise = _noise(rng, rng.uniform(0.5, 7))
    return np.clip(rng.uniform(0.3, 0.7) + noise * rng.uniform(0.2, 0.5), 0, 1)


def _stripes(rng: Generator) -> NDArray[np.float64]:
    return _part(np.sin(2 * np.pi * rng.uniform(3, 9) * _bent_places(rng)[0]), rng)


def _checks(rng: Generator) -> NDArray[np.float64]:
    across, down = np.sin(2 * np.pi * rng.uniform(2, 5) * _bent_places(rng))
    return _part(across * down, rng)


def _dots(rng: Generator) -> NDArray[np.float64]:
    """Dots in rows or, where paper and ink change places, a net."""
    across, down = np.cos(2 * np.pi * rng.uniform(2.5, 6) * _bent_places(rng))
    return _part((across + down - rng.uniform(0, 0.9)) * rng.choice([-1, 1]), rng)


def _rings(rng: Generator) -> NDArray[np.float64]:
    """Rings around a place, as of wood."""
    distance = np.hypot(*_bent_places(rng) - rng.uniform(-0.4, 0.4, (2, 1, 1)))
    return _part(np.sin(2 * np.pi * (rng.uniform(4, 8) * distance + rng.random())), rng)


def _bent_places(rng: Generator) -> NDArray[np.float64]:
    """(across, down) of each pixel, from -0.5 to 0.5, turned and bent: [2, rows, columns]."""
    down, across = np.mgrid[:MADE, :MADE] / MADE - 0.5
    angle = rng.uniform(0, np.pi)
    bend = rng.uniform(0, 0.06)
    turned = [
        np.cos(angle) * across - np.sin(angle) * down,
        np.sin(angle) * across + np.cos(angle) * down,
    ]
    return np.array([line + bend * _noise(rng, 12) for line in turned])


def _part(wave: NDArray[np.float64], rng: Generator) -> NDArray[np.float64]:
    """Part a wave around 0 into ink and paper, along a hard edge or a soft one."""
    ink = np.clip(wave * rng.choice([1.0, 3.0, 20.0]) + 0.5, 0, 1)
    return ink[: rng.integers(MADE * 2 // 3, MADE), : rng.integers(MADE * 2 // 3, MADE)]


def _silhouette(rng: Generator) -> NDArray[np.float64]:
    """A filled shape; of every other one only spots are ink, as of a thing in the light."""
    strokes = augment_strokes(strokes_of(OUTLINES[rng.integers(len(OUTLINES))], rng), rng)
    image = Image.new("L", (2 * MADE, 2 * MADE))
    for stroke in strokes:
        if len(stroke) > 2:
            corners = [(float(x), float(y)) for x, y in stroke * MADE + MADE]
            ImageDraw.Draw(image).polygon(corners, fill=1)
    ink = np.asarray(image.resize((MADE, MADE)), np.float64)
    return ink * _spots(rng)


def _spots(rng: Generator) -> NDArray[np.float64]:
    """Spots of light on what lies below them, half of the time."""
    if rng.random() < 0.5:
        return np.ones((MADE, MADE))
    return np.clip(_noise(rng, rng.uniform(0.5, 6)) + 1.3, 0, 1)


def _land(rng: Generator) -> NDArray[np.float64]:
    """Ragged land below a sky, or houses, from whatever side; often with spots in it."""
    ragged = rng.uniform(0.05, 0.4) * _noise(rng, rng.uniform(2, 10))
    steps = np.repeat(rng.uniform(-0.4, 0.4, 8), MADE // 8) * rng.choice([0, 1])
    down = np.linspace(-1, 1, MADE)[:, None]
    land = np.rot90(down > ragged + steps - rng.uniform(0, 0.3), int(rng.integers(4)))
    return land * _spots(rng)


def _round(rng: Generator) -> NDArray[np.float64]:
    """A round thing, full of grains, and darker in the middle or on one side."""
    distance = np.hypot(*(_bent_places(rng) * np.array([1, rng.uniform(1, 1.4)])[:, None, None]))
    shade = _bent_places(rng)[0] if rng.random() < 0.5 else distance
    grains = 0.25 * _noise(rng, rng.uniform(0.5, 2.5)) + rng.uniform(0.5, 0.9)
    return np.clip((0.42 - distance) * 40, 0, 1) * np.clip(grains + shade, 0, 1)


def _flower(rng: Generator) -> NDArray[np.float64]:
    """Petals around a middle, which may be paper, with gaps between them or lighter places."""
    across, down = _bent_places(rng)
    angle, distance = np.arctan2(down, across), np.hypot(across, down)
    wave = np.cos(rng.integers(4, 10) * angle)
    petals = np.clip((0.33 + rng.uniform(0.08, 0.2) * wave - distance) * 40, 0, 1)
    veins = np.clip(1 + wave * rng.uniform(0, 2) + distance * 3, 0, 1)
    middle = np.clip((distance - rng.choice([0, rng.uniform(0.06, 0.13)])) * 40, 0, 1)
    return petals * veins * middle


_KINDS: tuple[Callable[[Generator], NDArray[np.float64]], ...] = (
    _blobs,
    _greys,
    _stripes,
    _checks,
    _dots,
    _rings,
    _silhouette,
    _silhouette,
    _land,
    _round,
    _flower,
)
