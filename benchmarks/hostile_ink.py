"""What the worst that may come to each door costs: processor time, and the memory at its peak.

Each case is read in a process of its own, from what a browser, an address or a file brings to the
network's input; a file of many drawings, to its drawings.
"""

import argparse
import base64
import contextlib
import gzip
import io
import json
import multiprocessing
import resource
import time
import zlib
from collections.abc import Callable

import numpy as np
from PIL import Image

from cnn.data.digits import DataError
from cnn.data.drawings import drawings_from_bytes
from cnn.data.user_drawings import MOST, MOST_IMPORT_BYTES
from cnn.ink.formats import image_from_file, strokes_from_canvas
from cnn.ink.link import drawing_from_text
from cnn.ink.strokes import InkError, rasterise

Case = tuple[Callable[[object], object], Callable[[], object]]
RNG = np.random.default_rng(0)


def scribble(events: int, strokes: int = 1) -> dict[str, object]:
    """A canvas's message: strokes of curves through as many random points."""
    each = RNG.uniform(0, 320, (strokes, events // strokes, 4)).round(2).tolist()
    place = {"left": 160, "top": 160, "originX": "center", "originY": "center"}
    return {
        "objects": [
            {"type": "Path", "path": [["M", 1, 2], *(["Q", *point] for point in points)], **place}
            for points in each
        ]
    }


def zigzag(points: int, strokes: int = 1) -> bytes:
    """A file of strokes that jump to and fro."""
    each = RNG.uniform(0, 320, (strokes, points // strokes, 2)).round(2).tolist()
    return json.dumps({"strokes": each}).encode()


def lines(drawings: int, points: int) -> bytes:
    """A file of JSON lines."""
    line = {"label": 3, "strokes": RNG.uniform(0, 320, (1, points, 2)).round(1).tolist()}
    return f"{json.dumps(line)}\n".encode() * drawings


def unipen(drawings: int, points: int) -> bytes:
    """A file of UNIPEN text."""
    return (b'.SEGMENT DIGIT 0 ? "8"\n.PEN_DOWN\n' + b"1 2\n" * points + b".PEN_UP\n") * drawings


def picture(width: int, height: int, kind: str, mode: str = "RGB", **options: object) -> bytes:
    """A picture of random pixels."""
    depth = (len(mode),) if len(mode) > 1 else ()
    pixels = RNG.integers(0, 256, (height, width, *depth), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


def blank(width: int, height: int, kind: str, mode: str = "RGB", **options: object) -> bytes:
    """A picture of next to no bytes."""
    file = io.BytesIO()
    Image.new(mode, (width, height)).save(file, kind, **options)
    return file.getvalue()


def specks() -> bytes:
    """A picture of random black and white pixels, a third of a million pieces."""
    file = io.BytesIO()
    Image.fromarray((RNG.random((1000, 1000)) < 0.5) * np.uint8(255)).save(file, "PNG")
    return file.getvalue()


def address(numbers: list[int]) -> str:
    """An address that unfolds to these numbers."""
    raw = np.array(numbers, "<i2").view(np.uint8).reshape(-1, 2).T.tobytes()
    return "s" + base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode().rstrip("=")


def from_canvas(message: object) -> object:
    """Read what the canvas sends."""
    return rasterise(strokes_from_canvas(message))


def from_address(text: object) -> object:
    """Read a drawing's address."""
    found = drawing_from_text(str(text))
    return rasterise(found) if isinstance(found, list) else found


def from_upload(content: object) -> object:
    """Read an uploaded file, or one named on the command line."""
    assert isinstance(content, bytes)
    return image_from_file(content)


def from_import(content: object) -> object:
    """Read a file of drawings, as large as the page takes them."""
    assert isinstance(content, bytes)
    return drawings_from_bytes(content, "It", MOST, MOST_IMPORT_BYTES)


CASES: dict[str, dict[str, Case]] = {
    "canvas": {
        "three minutes' scribbling, 10,000 curves": (from_canvas, lambda: scribble(10_000, 40)),
        "25,000 curves": (from_canvas, lambda: scribble(24_999)),
        "300 strokes": (from_canvas, lambda: scribble(24_000, 300)),
        "100,000 curves": (from_canvas, lambda: scribble(100_000)),
        "100,000 strokes": (from_canvas, lambda: scribble(200_000, 100_000)),
    },
    "upload": {
        "100,000 points": (from_upload, lambda: zigzag(100_000)),
        "300 strokes": (from_upload, lambda: zigzag(100_000, 300)),
        "1,000,000 points, 16 MB": (from_upload, lambda: zigzag(1_000_000)),
        "2 MB of brackets": (from_upload, lambda: b"[" * 2_000_000),
        "2 MB of empty strokes": (
            from_upload,
            lambda: b'{"strokes": [' + b"[]," * 660_000 + b"[]]}",
        ),
        "2 MB of one number": (from_upload, lambda: b'{"strokes": [[[' + b"9" * 1_900_000),
    },
    "picture": {
        "JPEG, 12 megapixels, 11 MB": (
            from_upload,
            lambda: picture(4000, 3000, "JPEG", quality=90),
        ),
        "progressive JPEG, 50 megapixels": (
            from_upload,
            lambda: blank(7000, 7000, "JPEG", progressive=True),
        ),
        "JPEG, 144 megapixels": (from_upload, lambda: blank(12_000, 12_000, "JPEG")),
        "PNG, transparent, 25 megapixels": (
            from_upload,
            lambda: blank(5000, 5000, "PNG", "RGBA"),
        ),
        "PNG, 6 megapixels, 18 MB": (
            from_upload,
            lambda: picture(3000, 2000, "PNG", compress_level=1),
        ),
        "PNG, 100 megapixels": (from_upload, lambda: blank(10_000, 10_000, "PNG", "1")),
        "PNG, a million random pixels": (from_upload, specks),
        "WebP, 13 megapixels": (from_upload, lambda: blank(4000, 3200, "WEBP", method=0)),
        "WebP, 6 megapixels, 3 MB": (
            from_upload,
            lambda: picture(3000, 1900, "WEBP", quality=50, method=0),
        ),
        "AVIF, 13 megapixels": (from_upload, lambda: blank(4000, 3200, "AVIF", speed=10)),
    },
    "address": {
        "300 dots": (from_address, lambda: address([300, *[1] * 300, *[0] * 600])),
        "10,000 points": (from_address, lambda: address([1, 10_000, *[1, -1] * 10_000])),
        "50,000 points": (from_address, lambda: address([2, *[24_000] * 2, *[1, -1] * 48_000])),
        "unfolds to 3 MB": (from_address, lambda: address([0] * 1_500_000)),
    },
    "import": {
        "5,000 drawings of 1 kB": (from_import, lambda: lines(5000, 60)),
        "20 MB of JSON lines": (from_import, lambda: lines(10, 130_000)),
        "500,000 dots, 18 MB": (from_import, lambda: lines(500_000, 1)),
        "a million lines of UNIPEN": (from_import, lambda: unipen(5, 199_000)),
        "100 MB of blanks in a 100 kB gzip": (
            from_import,
            lambda: gzip.compress(b" " * 101_000_000),
        ),
        "20,000,000 empty lines": (from_import, lambda: b"\n" * 19_999_999 + b"{"),
    },
}


def measure(door: str, name: str) -> tuple[float, int, str]:
    """Read one case; returns processor seconds, growth in MB at the peak, and the answer."""
    read, make = CASES[door][name]
    # What is imported at the first drawing is no part of it.
    rasterise([np.array([[0.0, 0.0], [1.0, 2.0]])])
    with contextlib.suppress(InkError):
        from_upload(picture(40, 40, "PNG"))
    made = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    try:
        read(made)
        answer = "read"
    except (InkError, DataError) as error:
        answer = str(error)
    seconds = time.process_time() - start
    growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return seconds, growth // 1024, answer


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--door", choices=CASES, help="this one alone")
    options = parser.parse_args()
    print("| door | what comes | processor, s | memory, MB | answer |\n|---|---|---:|---:|---|")
    context = multiprocessing.get_context("spawn")
    for door in [options.door] if options.door else CASES:
        for name in CASES[door]:
            with context.Pool(1) as pool:
                seconds, growth, answer = pool.apply(measure, (door, name))
            print(f"| {door} | {name} | {seconds:.2f} | {growth:,} | {answer} |", flush=True)


if __name__ == "__main__":
    main()
