"""Does it matter how large, where, and with which brush a digit is drawn?

Draws every digit of a file of drawings anew at several sizes, at random places on the page's
canvas, in whole pixels as a mouse gives them, and reads it. Brushes are drawn as pictures and take
the road of an uploaded picture; strokes have no width.

    python benchmarks/drawing_size.py pendigits-orig.tes.gz
"""

import argparse
import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from cnn.data.digits import Digits, LabelledStrokes
from cnn.data.drawings import draw_digits, read_drawings
from cnn.evaluation import evaluate
from cnn.ink.photo import rasterise_photo
from cnn.ink.strokes import CANVAS_SIZE, Stroke
from cnn.predictor import shipped_predictor

SHARES = (0.15, 0.25, 0.5, 0.75, 0.95)
BRUSHES = (6, 18, 36)
# Pictures take longer: every so-many-th drawing is painted.
PICTURE_EVERY = 4


def place(strokes: list[Stroke], share: float, rng: np.random.Generator) -> list[Stroke]:
    """Scale a drawing to a share of the canvas and put it anywhere on it, in whole pixels."""
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = share * CANVAS_SIZE / max(extent.max(), 1)
    corner = rng.uniform(0, CANVAS_SIZE - extent * scale)
    return [np.round((stroke - low) * scale + corner) for stroke in strokes]


def paint(strokes: list[Stroke], brush: int) -> bytes:
    """Paint strokes white on black, with a round brush of so many pixels, as a PNG."""
    picture = Image.new("L", (CANVAS_SIZE, CANVAS_SIZE))
    pen = ImageDraw.Draw(picture)
    for stroke in strokes:
        points = [tuple(point) for point in stroke.tolist()]
        pen.line(points, fill=255, width=brush, joint="curve")
        for x, y in (points[0], points[-1]):
            r = brush / 2
            pen.ellipse((x - r, y - r, x + r, y + r), fill=255)
    png = io.BytesIO()
    picture.save(png, "PNG")
    return png.getvalue()


def main() -> None:
    """Print accuracy by size and by brush as a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("drawings", type=Path)
    drawings = read_drawings(parser.parse_args().drawings)
    predictor = shipped_predictor()
    print(f"| {len(drawings):,} drawings | accuracy |\n|---|---:|")
    print(f"| as they are | {evaluate(predictor, draw_digits(drawings)).accuracy:.2%} |")
    for share in SHARES:
        rng = np.random.default_rng(0)
        placed = [LabelledStrokes(d.label, place(d.strokes, share, rng)) for d in drawings]
        accuracy = evaluate(predictor, draw_digits(placed)).accuracy
        print(f"| {share:.0%} of the canvas, anywhere on it, whole pixels | {accuracy:.2%} |")
    some = drawings[::PICTURE_EVERY]
    labels = np.array([drawing.label for drawing in some], np.int64)
    for brush in BRUSHES:
        rng = np.random.default_rng(0)
        images = [rasterise_photo(paint(place(d.strokes, 0.6, rng), brush)) for d in some]
        accuracy = evaluate(predictor, Digits(np.array(images), labels)).accuracy
        print(f"| {len(some):,} of them as a picture, brush of {brush} px | {accuracy:.2%} |")


if __name__ == "__main__":
    main()
