"""Digits spoilt, from not at all to so much that people begin to fail: what a network stands.

Fifteen of them are those of MNIST-C, written anew from their descriptions (N. Mu, J. Gilmer,
"MNIST-C: a robustness benchmark for computer vision", 2019); the others are what happens to digits
on paper. `python -m cnn.augmentation.corruptions SHEET.png` draws all at several strengths: look at
it after a change.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cnn.augmentation.corruptions import light, lines, noise, shapes
from cnn.ink.strokes import Picture

# Digits that are spoilt at a time: places in all of them take some tens of megabytes.
CHUNK = 1_000


@dataclass(frozen=True)
class Corruption:
    """One way to spoil digits.

    Attributes:
        name: Its address.
        title: What people call it.
        most: What it does at strength 1, in a few words.
        apply: Spoils ink [n, 28, 28] in 0..1, above strength 0.
        in_mnist_c: Whether it is one of MNIST-C's.
    """

    name: str
    title: str
    most: str
    apply: Callable[[Picture, float, Generator], Picture]
    in_mnist_c: bool = True

    def __call__(
        self, images: NDArray[np.uint8], strength: float, seed: int = 0
    ) -> NDArray[np.uint8]:
        """Spoil digits; the same seed spoils them in the same way, at each strength.

        Args:
            images: uint8 [n, 28, 28], 0 (paper) to 255 (ink).
            strength: 0 (they stay as they are) to 1.
            seed: Decides on directions, places and noise.

        Returns:
            uint8 [n, 28, 28].

        Raises:
            ValueError: The strength is not within 0 to 1.
        """
        if not 0 <= strength <= 1:
            raise ValueError(f"A strength is 0 to 1, not {strength}.")
        if not strength or not len(images):
            return images.copy()
        parts = []
        for start in range(0, len(images), CHUNK):
            ink = np.divide(images[start : start + CHUNK], 255, dtype=np.float32)
            spoilt = self.apply(ink, strength, np.random.default_rng([seed, start]))
            parts.append(np.round(np.clip(spoilt, 0, 1) * 255).astype(np.uint8))
        return np.concatenate(parts)


CORRUPTIONS = {
    each.name: each
    for each in (
        Corruption("rotate", "Rotation", "60° to either side", shapes.rotate),
        Corruption("translate", "Shift", "10 px in any direction", shapes.translate),
        Corruption("scale", "Scale", "to 40 % of its size", shapes.scale),
        Corruption("shear", "Shear", "45° to either side", shapes.shear),
        Corruption("thick", "Thicker lines", "2 px on either side", shapes.thicken, False),
        Corruption("thin", "Thinner lines", "1 px on either side", shapes.thin, False),
        Corruption("noise", "Noise", "deviation 0.6 of full ink", noise.gaussian, False),
        Corruption("shot-noise", "Shot noise", "2 photons of full ink", noise.shot),
        Corruption("impulse-noise", "Impulse noise", "40 % of the pixels", noise.impulse),
        Corruption("spatter", "Spatter", "a third of the field", noise.spatter),
        Corruption("blur", "Blur", "deviation 2.5 px", light.blur, False),
        Corruption("motion-blur", "Motion blur", "14 px in any direction", light.motion_blur),
        Corruption("glass-blur", "Glass blur", "3 px at random", noise.glass_blur),
        Corruption("brightness", "Brightness", "0.8 of full ink added", light.brighten),
        Corruption("contrast", "Contrast", "to 5 %", light.flatten, False),
        Corruption("fog", "Fog", "3 times as bright as ink", light.fog),
        Corruption("occlusion", "Occlusion", "a square of 12 px", shapes.occlude, False),
        Corruption("stripe", "Stripe", "10 px inverted", light.stripe),
        Corruption("dotted-line", "Dotted line", "dots of 3 px", lines.dotted),
        Corruption("zigzag", "Zigzag", "a line of 3 px", lines.zigzag),
        Corruption("canny-edges", "Canny edges", "nothing but edges", lines.canny_edges),
    )
}
MNIST_C = tuple(each.name for each in CORRUPTIONS.values() if each.in_mnist_c)
