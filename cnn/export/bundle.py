"""A network in another format, opened again and compared, with its card and reference drawings."""

import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from cnn.data.digits import evenly_spread
from cnn.export import card, reference
from cnn.export.check import Comparison, builtin_digits, check
from cnn.export.format import ExportError, Format, Reader
from cnn.export.keras import KERAS
from cnn.export.lite import LITE, LITE_IN_8_BITS
from cnn.export.onnx import ONNX
from cnn.export.saved_model import SAVED_MODEL
from cnn.ink.strokes import Picture
from cnn.predictor import Predictor
from cnn.web.take_home import About

FORMATS = {each.name: each for each in (KERAS, SAVED_MODEL, LITE, LITE_IN_8_BITS, ONNX)}
# So many images tell what activations come to; with more the steps hardly change.
CALIBRATING = 500
# Of zip's nine levels; those above take several times as long for a few hundredths of the size.
COMPRESSION = 3


@dataclass(frozen=True)
class Exported:
    """A network in another format.

    Attributes:
        content: A zip file: the network, its card and its reference drawings.
        compared: How it reads, beside the network that it was made of.
    """

    content: bytes
    compared: Comparison


def export_network(
    predictor: Predictor, format: Format, about: About, calibration: Picture | None = None
) -> Exported:
    """Write a network in a format, open it by the format's own runtime, and compare it.

    Args:
        predictor: The network.
        format: One of `FORMATS`.
        about: What its card says of it.
        calibration: Images [n, 28, 28] by which a format of few bits is quantised, never of test
            digits; built-in training digits if None.

    Raises:
        ExportError: A package is missing or fails, or the export does not read as the network does.
        OSError: The disk is full.
    """
    format.check_packages()
    images = builtin_digits().train.images if calibration is None else calibration
    images = images[evenly_spread(len(images), CALIBRATING)]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        read = _written_and_opened(predictor, format, folder, images)
        compared = check(format, predictor.probabilities, read)
        (folder / card.FILE).write_bytes(card.card(format, about, compared))
        (folder / reference.FILE).write_bytes(reference.reference_file(read))
        return Exported(_zipped(folder), compared)


def _written_and_opened(
    predictor: Predictor, format: Format, folder: Path, images: Picture
) -> Reader:
    try:
        format.write(predictor.model, folder, images)
        return format.open(folder)
    except OSError:
        raise
    # Converters raise whatever they come to.
    except Exception as error:
        told = " ".join(f"{type(error).__name__}: {error}".split())
        raise ExportError(
            f"{format.title} cannot be written with the packages that are here ({told:.120})."
        ) from error


def _zipped(folder: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return content.getvalue()
