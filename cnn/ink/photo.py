"""From a picture of a handwritten digit to the network's 28×28 input.

A photo has what strokes have not: paper in uneven light, noise, a pen of any width, and things
beside the digit. The road, a file each:

    pictures: read and shrink -> paper: compare with the paper around, keep what is ink
    -> pieces: keep what is the digit's (ruling: no frames and rules) -> outline: distance to its
    edge, fit into the box at a line width that MNIST has -> move the centre of mass -> [28, 28]

The distance lets a thin pen's line and a marker's be drawn anew, as strokes are: moving its zero
level thickens or thins every line by the same amount.
"""

from cnn.ink.outline import draw, drawn_width, outline_of
from cnn.ink.paper import Ink, ink_on_paper
from cnn.ink.pictures import at_most, read
from cnn.ink.pieces import Digit, digit
from cnn.ink.strokes import BOX, CANVAS_SIZE, Picture, PreparationStep, move_to_centre


def rasterise_photo(data: bytes) -> Picture:
    """Turn an image file into what the network wants to see.

    Args:
        data: The content of a PNG, JPEG, WebP, GIF (its first frame), TIFF, BMP, AVIF or PPM file;
            dark ink on light paper or light on dark, or on a transparent background.

    Returns:
        float32 [28, 28] in 0..1, white ink on black, all of it inside, its centre of mass at pixel
        (14, 14), or as near to it as that lets.

    Raises:
        InkError: The file is no such picture, is damaged or too big, or shows no ink.
    """
    return preparation_of_photo(data)[-1].picture


def preparation_of_photo(data: bytes) -> list[PreparationStep]:
    """Show each step that `rasterise_photo` takes; the last one is the network's input.

    Raises:
        InkError: As `rasterise_photo`.
    """
    ink = ink_on_paper(read(data))
    found = digit(ink)
    outline = outline_of(found.ink)
    fitted = draw(outline, (0, 0))
    across, down = move_to_centre(fitted)
    height, width = ink.light.shape
    line = outline.line_width * BOX / outline.extent
    scaled = f"into {BOX}×{BOX}, line from {line:.1f} to {drawn_width(line):.1f} px"
    moved = f"moved {across:+.1f} px across, {down:+.1f} px down"
    seen = f"{width}×{height} px, in {ink.hue}"
    return [
        PreparationStep("Picture", at_most(ink.light, CANVAS_SIZE), seen),
        PreparationStep("Ink", at_most(found.ink, CANVAS_SIZE), _left_out(ink, found)),
        PreparationStep("Scaled", fitted, scaled),
        PreparationStep("Centred", draw(outline, (down, across)), moved),
    ]


def _left_out(ink: Ink, found: Digit) -> str:
    light = [] if ink.is_even else ["light evened out"]
    return ", ".join(light + [f"{what} left out" for what in found.left_out]) or "all of it"
