"""The pictures in an image made of values, for a light and for a dark page."""

import base64
import io
import re
from urllib.parse import unquote

import numpy as np
from PIL import Image


def pictures(address):
    """Return both, light and dark, uint8 [height, width, 4]."""
    kind, _, svg = address.partition(",")
    assert kind == "data:image/svg+xml"
    found = re.findall(r'<image class="(\w+)"[^>]+href="data:image/png;base64,(.+?)"', unquote(svg))
    assert [theme for theme, _ in found] == ["light", "dark"]
    files = [io.BytesIO(base64.b64decode(file)) for _, file in found]
    return [np.asarray(Image.open(file).convert("RGBA")) for file in files]
