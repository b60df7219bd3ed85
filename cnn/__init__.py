"""A convolutional network that reads hand-drawn digits, and everything needed to look inside it.

What a program needs is here; the rooms hold the rest. Nothing is imported before it is used, and
TensorFlow, which takes seconds, not before a network is built or read with.

Read a drawing, its strokes float [points, 2] of (x, y) with y down, in any unit:

    >>> import cnn
    >>> import numpy as np
    >>> seven = [np.array([[60.0, 80.0], [220.0, 80.0], [130.0, 250.0]])]
    >>> image = cnn.rasterise(seven)
    >>> image.shape, image.dtype.name
    ((28, 28), 'float32')
    >>> reading = cnn.shipped_predictor().read(image)
    >>> reading.probabilities.shape, reading.activations["conv1"].shape
    ((10,), (28, 28, 32))
    >>> decision = cnn.decide(reading.probabilities)
    >>> decision.digit, decision.sure
    (7, True)

Train a network, and see how well it reads digits that it has not learned from:

    >>> digits = cnn.load_builtin()
    >>> recipe = cnn.Recipe(filters=(4, 8), dense_units=16, epochs=1, initialiser="he")
    >>> training = cnn.training_set(recipe, digits, drawings=[])
    >>> *_, finished = cnn.train(recipe, training, digits.test)
    >>> evaluation = cnn.evaluate(cnn.Predictor(finished.model, "mine"), digits.test)
    >>> evaluation.n, evaluation.confusion.shape
    (252, (10, 10))

`cnn.save_model(finished.model, path)` keeps it, and `cnn.Predictor.load(path, name)` reads with it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnn.data.builtin import load_builtin as load_builtin
    from cnn.data.digits import DataError as DataError
    from cnn.data.digits import Digits as Digits
    from cnn.data.digits import LabelledStrokes as LabelledStrokes
    from cnn.data.digits import Split as Split
    from cnn.data.drawings import draw_digits as draw_digits
    from cnn.data.drawings import read_drawings as read_drawings
    from cnn.data.mnist import load_mnist as load_mnist
    from cnn.decision import Decision as Decision
    from cnn.decision import decide as decide
    from cnn.evaluation import Evaluation as Evaluation
    from cnn.evaluation import evaluate as evaluate
    from cnn.ink.formats import image_from_file as image_from_file
    from cnn.ink.formats import strokes_from_json as strokes_from_json
    from cnn.ink.strokes import InkError as InkError
    from cnn.ink.strokes import rasterise as rasterise
    from cnn.model import ModelError as ModelError
    from cnn.model import build as build
    from cnn.model import save_model as save_model
    from cnn.predictor import Predictor as Predictor
    from cnn.predictor import Reading as Reading
    from cnn.predictor import shipped_predictor as shipped_predictor
    from cnn.recipe import RECIPES as RECIPES
    from cnn.recipe import Recipe as Recipe
    from cnn.setting import RecipeError as RecipeError
    from cnn.training.dataset import TrainingSet as TrainingSet
    from cnn.training.dataset import training_set as training_set
    from cnn.training.trainer import Epoch as Epoch
    from cnn.training.trainer import Finished as Finished
    from cnn.training.trainer import Started as Started
    from cnn.training.trainer import Step as Step
    from cnn.training.trainer import TrainingError as TrainingError
    from cnn.training.trainer import train as train

    __version__: str

# Where each name is at home, by its module.
_HOMES = {
    "cnn.data.builtin": ("load_builtin",),
    "cnn.data.digits": ("DataError", "Digits", "LabelledStrokes", "Split"),
    "cnn.data.drawings": ("draw_digits", "read_drawings"),
    "cnn.data.mnist": ("load_mnist",),
    "cnn.decision": ("Decision", "decide"),
    "cnn.evaluation": ("Evaluation", "evaluate"),
    "cnn.ink.formats": ("image_from_file", "strokes_from_json"),
    "cnn.ink.strokes": ("InkError", "rasterise"),
    "cnn.model": ("ModelError", "build", "save_model"),
    "cnn.predictor": ("Predictor", "Reading", "shipped_predictor"),
    "cnn.recipe": ("RECIPES", "Recipe"),
    "cnn.setting": ("RecipeError",),
    "cnn.training.dataset": ("TrainingSet", "training_set"),
    "cnn.training.trainer": ("Epoch", "Finished", "Started", "Step", "TrainingError", "train"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import what is asked for, the first time."""
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version("digitscope")
    elif name in _HOME:
        value = getattr(import_module(_HOME[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*_HOME, "__version__"])
