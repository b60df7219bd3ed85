"""Contact sheets: rows of what is trained on, each with its name, for a person to look at."""

import argparse
from collections.abc import Container, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cnn.ink.strokes import Picture

if TYPE_CHECKING:
    from PIL import Image

# Pixels of the sheet: a picture's side, the room for a row's name; and rows in a column.
CELL, NAMES, ROWS = 56, 240, 42


def file_asked_for(about: str | None) -> Path:
    """Return the file that the command line of a script names for its sheet.

    Args:
        about: What the script draws, for its `--help`.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("sheet", type=Path, help="file to write, such as SHEET.png")
    path: Path = parser.parse_args().sheet
    return path


def sheet_of(
    rows: Sequence[tuple[str, Sequence[Picture]]], coloured: Container[str] = ()
) -> "Image.Image":
    """Lay rows of pictures below one another, in as many columns as they need.

    Args:
        rows: A name and pictures [28, 28], of which each row has as many.
        coloured: Names to be in colour.
    """
    from PIL import Image, ImageDraw

    width = NAMES + CELL * len(rows[0][1])
    columns = -(-len(rows) // ROWS)
    sheet = Image.new("RGB", (columns * width, CELL * min(len(rows), ROWS)))
    names = ImageDraw.Draw(sheet)
    for number, (name, pictures) in enumerate(rows):
        left, top = number // ROWS * width, number % ROWS * CELL
        colour = "orange" if name in coloured else "white"
        names.text((left + 8, top + CELL // 2), name, colour, anchor="lm")
        for column, picture in enumerate(pictures):
            image = Image.fromarray(np.round(picture * 255).astype(np.uint8))
            place = left + NAMES + column * CELL, top
            sheet.paste(image.resize((CELL, CELL), Image.Resampling.NEAREST), place)
    return sheet
