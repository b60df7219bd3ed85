"""Draw a sheet of all corruptions: `python -m cnn.augmentation.corruptions SHEET.png`."""

from typing import TYPE_CHECKING

import numpy as np

from cnn.augmentation.corruptions import CORRUPTIONS
from cnn.augmentation.glyphs import FAMILIES, strokes_of
from cnn.augmentation.sheet import file_asked_for, sheet_of
from cnn.ink.strokes import rasterise

if TYPE_CHECKING:
    from PIL import Image

# Of the sheet's columns; each holds these digits.
STRENGTHS = (0, 0.2, 0.4, 0.6, 0.8, 1)
SHOWN = (2, 5, 8)


def contact_sheet(seed: int = 0) -> "Image.Image":
    """Draw a row for each corruption: some digits at each strength, from none to all of it."""
    rng = np.random.default_rng(seed)
    shapes = [next(each.shape for each in FAMILIES if each.digit == digit) for digit in SHOWN]
    pictures = [rasterise(strokes_of(shape, rng)) for shape in shapes]
    digits = np.round(np.array(pictures) * 255).astype(np.uint8)
    rows = [
        (
            f"{each.title} ({each.most})",
            [picture / 255 for s in STRENGTHS for picture in each(digits, s, seed)],
        )
        for each in CORRUPTIONS.values()
    ]
    return sheet_of(rows, {f"{c.title} ({c.most})" for c in CORRUPTIONS.values() if c.in_mnist_c})


def main() -> None:
    """Write the contact sheet; the names of MNIST-C's are in colour."""
    path = file_asked_for(contact_sheet.__doc__)
    contact_sheet().save(path)


if __name__ == "__main__":
    main()
