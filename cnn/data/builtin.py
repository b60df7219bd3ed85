"""The built-in digits: scikit-learn's, in MNIST's style, which need no download."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cnn.data.digits import Digits, Split
from cnn.ink.strokes import BOX, CENTRE, SIZE, Picture, centre_of_mass

# scikit-learn's digits come writer by writer; every writer wrote the same series of about 130
# digits, which starts anew at these places. So the three parts share no writer.
VALIDATION_START = 1_287
TEST_START = 1_545
# The built-in digits are enlarged by this factor, and what is above the threshold becomes ink:
# chosen so that lines neither break nor fill loops. The gain leaves an edge as soft as MNIST's.
ZOOM = 8
THRESHOLD = 0.5
GAIN = 4.0


def load_builtin() -> Split:
    """Load the digits that come with scikit-learn, in MNIST's style: 1,287, 258 and 252.

    The 1,797 digits are the test part of "Optical Recognition of Handwritten Digits" (E. Alpaydin,
    C. Kaynak, UCI, 1998), 8×8 pixels each. They are enlarged smoothly, fitted into the 20×20 box
    and centred as MNIST's are. The split is fixed, and no writer is in two of its parts.
    """
    from sklearn.datasets import load_digits

    source = load_digits()
    images = np.stack([_in_mnist_style(big) for big in _enlarge(source.images / 16)])
    labels = source.target.astype(np.int64)
    parts = np.array_split(np.arange(len(labels)), [VALIDATION_START, TEST_START])
    train, validation, test = (Digits(images[part], labels[part]) for part in parts)
    return Split("builtin", train, validation, test)


def _enlarge(images: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    """Enlarge [n, 8, 8] by cubic splines, with a margin, and sharpen the lines' edges; 0..1.

    Yields one after the other, as all of them would take 250 MB.
    """
    from scipy.ndimage import zoom

    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    side = padded.shape[1]
    # Spline interpolation is linear and separable, so one matrix does it for rows and columns.
    unit = np.eye(side)
    matrix = zoom(unit, (ZOOM, 1), order=3, mode="grid-constant", grid_mode=True)
    for image in padded:
        yield np.clip((matrix @ image @ matrix.T - THRESHOLD) * GAIN + 0.5, 0, 1)


def _in_mnist_style(big: NDArray[np.float64]) -> Picture:
    """Crop a big picture to its ink, fit that into the box, and centre it by its mass."""
    from PIL import Image
    from scipy.ndimage import shift

    rows, columns = np.nonzero(big > 0.5)
    box = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    longest = max(box[2] - box[0], box[3] - box[1])
    width, height = (
        max(1, round((end - start) * BOX / longest))
        for start, end in ((box[0], box[2]), (box[1], box[3]))
    )
    small = Image.fromarray(big.astype(np.float32)).resize(
        (width, height), Image.Resampling.BOX, box
    )
    picture = np.zeros((SIZE, SIZE), np.float32)
    top, left = (SIZE - height) // 2, (SIZE - width) // 2
    picture[top : top + height, left : left + width] = np.asarray(small)
    row, column = centre_of_mass(picture)
    moved = shift(picture, (CENTRE - row, CENTRE - column), order=1)
    return np.clip(moved, 0, 1)
