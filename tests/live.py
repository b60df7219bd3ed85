"""What a page tells the reader in the browser, which tests of pages have none of."""

import json

import numpy as np

from cnn.decision import decide
from cnn.ink.formats import strokes_from_canvas
from cnn.ink.strokes import rasterise
from cnn.predictor import shipped_predictor

# What the canvas says of every path, and the browser is not told.
ALWAYS = {"type": "Path", "originX": "center", "originY": "center"}


def told(app, name="answer"):
    """What a component that follows the pen was told."""
    assert not app.exception
    protos = [component.proto for component in app.get("bidi_component")]
    (told,) = (proto for proto in protos if proto.component_name == f"digitscope_{name}")
    return json.loads(told.json)


def strokes(app):
    """The strokes that the browser is told of."""
    paths = told(app)["drawing"]["paths"]
    return strokes_from_canvas({"objects": [{**ALWAYS, **path} for path in paths]})


def sentence(app):
    """What the network says of what the browser is told of."""
    picture = told(app)["drawing"]["picture"]
    image = np.reshape(picture, (28, 28)).astype(np.float32) if picture else rasterise(strokes(app))
    return decide(shipped_predictor().read(image).probabilities).sentence
