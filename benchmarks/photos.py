"""How well photos of digits are read.

Draws digits of a file of drawings as if it had been photographed: a pen of 2 to 40 pixels, a
sheet of 800×600, turned by up to 6 degrees, in many kinds of light and paper, with frames and
rules around, in ink that differs in hue alone, saved as JPEG. And saves MNIST's validation digits
as pictures, which must lose nothing on the road of a photo. And counts how often pictures without
any drawing, textures and scikit-learn's two photos cut up, are refused.

    python benchmarks/photos.py pendigits-orig.tes.gz
"""

import argparse
import io
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter
from sklearn.datasets import load_sample_images

from cnn.data.digits import Digits
from cnn.data.drawings import draw_digits, read_drawings
from cnn.data.mnist import load_mnist
from cnn.evaluation import evaluate
from cnn.ink.photo import rasterise_photo
from cnn.ink.strokes import SIZE, InkError, Picture, Stroke
from cnn.predictor import shipped_predictor

WIDTH, HEIGHT = 800, 600
KINDS = (
    "even light",
    "gradient",
    "shadow",
    "ruled, shadow",
    "squared, shadow",
    "negative",
    "ruled strongly, gradient",
    "squared strongly, gradient",
    "frame, even light",
    "frame, shadow",
    "open frame, gradient",
    "touched frame, gradient",
    "cells, gradient",
    "hue alone",
)
# Pairs of ink and paper of the same grey.
HUES = (((0, 0, 255), (97, 0, 0)), ((200, 0, 0), (0, 102, 0)), ((225, 105, 60), (90, 150, 170)))
INKS = ((20, 20, 25), (25, 40, 130), (25, 25, 165), (150, 25, 25), (90, 90, 90), (15, 90, 40))

Colours = NDArray[np.float64]
"""[height, width, 3] in 0..1."""


def photograph(strokes: list[Stroke], kind: str, rng: np.random.Generator) -> bytes:
    """Draw strokes as a photo of that kind and return the JPEG file."""
    is_framed = "frame" in kind or kind.startswith("cells")
    ink = draw_ink(strokes, rng, 0.5 if is_framed else 0.9)
    if is_framed:
        ink = np.maximum(ink, draw_frame(ink, kind, rng))
    ink = ink[..., None] * rng.uniform(0.75, 1)
    sheet = np.ones((HEIGHT, WIDTH, 3)) * rng.uniform(0.8, 0.97) * rng.uniform(0.93, 1, 3)
    if kind.startswith(("ruled", "squared")):
        rule(sheet, kind, rng)
    colour = np.array(INKS[rng.integers(len(INKS))]) / 255
    if kind == "hue alone":
        colour, sheet[:] = np.array(HUES[rng.integers(len(HUES))]) / 255
    photo = sheet * (1 - ink) + ink * colour
    photo *= 1 + 0.03 * gaussian_filter(rng.normal(size=(HEIGHT, WIDTH, 1)), (1.5, 1.5, 0))
    if not kind.endswith(("even light", "hue alone")):
        photo *= light(kind.endswith("shadow"), rng)
        blur = rng.uniform(0.3, 1.2)
        photo = gaussian_filter(photo / max(1.0, photo.max()), (blur, blur, 0))
        photo += rng.normal(0, rng.uniform(0.005, 0.035), photo.shape)
    if kind == "negative":
        photo = 1 - photo
    return encode(photo, "JPEG", quality=int(rng.integers(60, 95)))


def draw_ink(
    strokes: list[Stroke], rng: np.random.Generator, longest: float = 0.9
) -> NDArray[np.float64]:
    """Draw strokes anywhere on the sheet: the share of ink in each pixel, [height, width]."""
    points = np.concatenate(strokes)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    length = rng.uniform(0.3, longest) * HEIGHT
    pen = min(float(np.exp(rng.uniform(np.log(2), np.log(40)))), length / 4)
    scale = (length - pen) / max(np.ptp(points, axis=0).max(), 1)
    angle = np.deg2rad(rng.uniform(-6, 6))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    half = np.minimum(0.62 * length, (WIDTH / 2, HEIGHT / 2))
    place = rng.uniform(half, np.array([WIDTH, HEIGHT]) - half)
    # Drawn at twice the size and shrunk, for smooth edges.
    sheet = Image.new("L", (2 * WIDTH, 2 * HEIGHT))
    brush = ImageDraw.Draw(sheet)
    for stroke in strokes:
        path = [tuple(point) for point in 2 * ((stroke - middle) * scale @ turn + place)]
        brush.line(path, fill=255, width=max(1, round(2 * pen)), joint="curve")
        for x, y in path:
            brush.ellipse((x - pen, y - pen, x + pen, y + pen), fill=255)
    return np.asarray(sheet.resize((WIDTH, HEIGHT), Image.Resampling.BOX), np.float64) / 255


def draw_frame(
    ink: NDArray[np.float64], kind: str, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw a rectangle around ink, with a side missing or touched, or with its like beside it."""
    rows, columns = np.nonzero(ink > 0.5)
    low = np.array([columns.min(), rows.min()], float)
    high = np.array([columns.max(), rows.max()], float)
    pen = float(np.exp(rng.uniform(np.log(2), np.log(16))))
    room = pen / 2 + 4 + rng.uniform(0.05, 0.4, 4) * (high - low).max()
    if kind.startswith("touched"):
        room[rng.integers(4)] = 0
    (left, top), (right, bottom) = low - room[:2], high + room[2:]
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    sides = np.stack([corners, np.roll(corners, -1, axis=0)], axis=1)
    if kind.startswith("open"):
        sides = np.delete(sides, rng.integers(4), axis=0)
    if kind.startswith("cells"):
        step = np.array([right - left, 0])
        sides = np.concatenate([sides + i * step for i in range(-2, 3)])
    angle = np.deg2rad(rng.uniform(-3, 3)) * (not kind.startswith("touched"))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    middle = (low + high) / 2
    picture = Image.new("L", (2 * WIDTH, 2 * HEIGHT))
    brush = ImageDraw.Draw(picture)
    for ends in 2 * ((sides - middle) @ turn + middle):
        # As a hand draws it, or a press.
        wobble = rng.normal(0, 1, (2, 2)) * rng.integers(2) * 3
        brush.line([tuple(end) for end in ends + wobble], fill=255, width=round(2 * pen))
    return np.asarray(picture.resize((WIDTH, HEIGHT), Image.Resampling.BOX), np.float64) / 255


def textures(rng: np.random.Generator) -> Iterable[bytes]:
    """Make pictures without any drawing: clouds, grain, balls, scikit-learn's photos cut up."""
    down, across = np.mgrid[:HEIGHT, :WIDTH] / HEIGHT
    for size in (4, 8, 12, 20, 40, 60):
        cloud = gaussian_filter(rng.normal(size=(HEIGHT, WIDTH)), size)
        yield encode((cloud - cloud.min()) / np.ptp(cloud), "JPEG")
        yield encode(0.5 + 0.4 * np.sin(across * 1000 / size + 3 * cloud / cloud.std()), "JPEG")
        yield encode(np.exp(-((down - 0.5) ** 2 + (across - 0.6) ** 2) * size), "JPEG")
    for photo in load_sample_images().images:
        yield encode(photo / 255, "JPEG")
        for _ in range(10):
            top, left = rng.integers(0, np.array(photo.shape[:2]) - 200)
            yield encode(photo[top : top + 200, left : left + 200] / 255, "JPEG", 3)


def rule(sheet: Colours, kind: str, rng: np.random.Generator) -> None:
    """Print slightly slanted lines, pale or strong, on a sheet."""
    row, column = np.mgrid[:HEIGHT, :WIDTH]
    slant, gap, thickness = rng.uniform(-0.05, 0.05), rng.integers(25, 90), rng.integers(1, 3)
    lines = (row + slant * column) % gap < thickness
    if kind.startswith("squared"):
        lines |= (column - slant * row) % gap < thickness
    is_strong = "strongly" in kind
    sheet[lines] = rng.uniform((0.6, 0.7, 0.8), (0.75, 0.8, 0.9)) * (0.3 if is_strong else 1)


def light(shadow: bool, rng: np.random.Generator) -> Colours:
    """Brightness that falls off to one side and the corners, perhaps with a shadow's edge."""
    down, across = np.mgrid[:HEIGHT, :WIDTH] / np.reshape((HEIGHT, WIDTH), (2, 1, 1)) - 0.5

    def along() -> NDArray[np.float64]:
        angle = rng.uniform(0, 2 * np.pi)
        return np.cos(angle) * across + np.sin(angle) * down

    brightness = 1 + rng.uniform(0.2, 0.7) * along()
    brightness *= 1 - rng.uniform(0, 0.8) * (down**2 + across**2)
    if shadow:
        edge = (along() - rng.uniform(-0.2, 0.2)) / rng.uniform(0.003, 0.05)
        brightness *= 1 - rng.uniform(0.2, 0.5) / (1 + np.exp(-edge))
    return brightness[..., None]


def encode(picture: NDArray[np.floating], kind: str, zoom: int = 1, **options: int) -> bytes:
    """Save a picture, [height, width] or [height, width, 3] in 0..1, as a file of that kind."""
    image = Image.fromarray((picture.clip(0, 1) * 255).round().astype(np.uint8))
    image = image.resize((image.width * zoom, image.height * zoom), Image.Resampling.BICUBIC)
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def read_all(photos: Iterable[bytes]) -> Picture:
    """Bring photos to the network's input; a refused one is left black, and so misread."""
    images = []
    for photo in photos:
        try:
            images.append(rasterise_photo(photo))
        except InkError:
            images.append(np.zeros((SIZE, SIZE), np.float32))
    return np.array(images)


def main() -> None:
    """Print accuracy by kind of picture as a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("drawings", type=Path)
    parser.add_argument("--count", type=int, default=500, help="how many, the file's last")
    options = parser.parse_args()
    drawings = read_drawings(options.drawings)[-options.count :]
    predictor = shipped_predictor()
    digits = draw_digits(drawings)
    print(f"| {len(drawings):,} drawings | accuracy |\n|---|---:|")
    print(f"| as strokes | {evaluate(predictor, digits).accuracy:.2%} |")
    for kind in KINDS:
        rng = np.random.default_rng(0)
        images = read_all(photograph(d.strokes, kind, rng) for d in drawings)
        print(
            f"| photo, {kind} | {evaluate(predictor, Digits(images, digits.labels)).accuracy:.2%} |"
        )
    images = read_all(textures(np.random.default_rng(0)))
    refused = np.mean([not image.any() for image in images])
    print(f"\n| {len(images)} pictures without a drawing | refused |\n|---|---:|")
    print(f"| textures, photos cut up | {refused:.2%} |")
    mnist = load_mnist().validation
    print(f"\n| {len(mnist):,} MNIST digits | accuracy |\n|---|---:|")
    print(f"| as they are | {evaluate(predictor, mnist).accuracy:.2%} |")
    for zoom in (1, 10):
        images = read_all(encode(image, "PNG", zoom) for image in mnist.images)
        accuracy = evaluate(predictor, Digits(images, mnist.labels)).accuracy
        print(f"| as pictures of {SIZE * zoom}×{SIZE * zoom} | {accuracy:.2%} |")


if __name__ == "__main__":
    main()
