"""How to train: every hyper-parameter in one frozen record, and the named recipes."""

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

from cnn.settings import MOST_FILTERS, SETTINGS


class RecipeError(ValueError):
    """A hyper-parameter out of its range; the message names it, its value and the rule."""


@dataclass(frozen=True)
class Recipe:
    """All that a training depends on besides its data.

    What each field does, and which values it may have, is told in `cnn.settings`. An average of 0
    keeps the last weights; a warm_up of None keeps the learning rate constant.
    """

    network: str = "cnn"
    filters: tuple[int, int] = (32, 64)
    filter_size: int = 5
    pooling: str = "max"
    dense_units: int | None = None
    initialiser: str = "tutorial"
    epochs: int = 10
    batch: int = 50
    learning_rate: float = 1e-4
    warm_up: float | None = None
    pixel_strength: float = 0.0
    blemishes: float = 0.0
    repeats: int = 1
    hands: int = 0
    styles: int = 0
    non_digits: int = 0
    dropout: float = 0.0
    sharpness_aware: float = 0.0
    average: float = 0.0
    keep_start: bool = False
    digits: int | None = None
    use_validation: bool = False
    precision: str = "auto"
    seed: int = 0

    def __post_init__(self) -> None:
        """Check every range.

        Raises:
            RecipeError: A value is out of its range.
        """
        # From JSON they come as a list.
        object.__setattr__(self, "filters", _two_counts(self.filters))
        for name, setting in SETTINGS.items():
            value = getattr(self, name)
            if setting.choices and value not in setting.choices:
                allowed = ", ".join(map(str, setting.choices))
                raise RecipeError(f"{name} is {value!r}, but must be one of: {allowed}.")
            if setting.low is None or setting.high is None or (value is None and setting.empty):
                continue
            if name != "filters" and not setting.low <= value <= setting.high:
                bounds = f"from {setting.low:,} to {setting.high:,}"
                raise RecipeError(f"{name} is {value}, but must be {bounds}.")

    @property
    def units(self) -> int:
        """Units of the layer before the logits: 1,000 in the tutorial's network, 300 in "fc"."""
        return self.dense_units or {"cnn": 1000, "fc": 300}[self.network]

    def as_json(self) -> str:
        """Write the recipe as JSON."""
        return json.dumps(dataclasses.asdict(self), indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Recipe":
        """Read what `as_json` wrote.

        Raises:
            RecipeError: The text is no recipe.
        """
        try:
            fields: dict[str, Any] = json.loads(text)
            return cls(**fields)
        except (TypeError, ValueError) as error:
            raise RecipeError(f"This is no recipe: {error}.") from error


def called(recipe: Recipe) -> str:
    """Name a recipe by the named one that it differs least from, and say in what it differs."""
    fields = dataclasses.asdict(recipe)

    def changes(name: str) -> list[str]:
        named = dataclasses.asdict(RECIPES[name])
        return [field for field, value in fields.items() if value != named[field]]

    closest = min(RECIPES, key=lambda name: len(changes(name)))
    differences = [f"{SETTINGS[field].title.lower()} {fields[field]}" for field in changes(closest)]
    return ", ".join([closest, *differences])


def _two_counts(filters: Any) -> tuple[int, int]:
    counts = tuple(filters) if isinstance(filters, list | tuple) else ()
    if len(counts) != 2 or not all(
        isinstance(count, int) and 1 <= count <= MOST_FILTERS for count in counts
    ):
        raise RecipeError(
            f"filters is {filters!r}, but must be two whole numbers from 1 to {MOST_FILTERS}."
        )
    return counts


RECIPES = {
    # The TensorFlow tutorial's own settings, but for the average: at a rate that never falls, the
    # last step's weights alone read 0.2 to 0.4 points less of the validation digits. In bfloat16
    # the tutorial's biases, of about 1, would swallow much of what its filters, which begin small,
    # add to them.
    "tutorial": Recipe(average=0.999, precision="float32"),
    # The same network to 99 % on MNIST in the shortest time.
    "fast": Recipe(initialiser="he", epochs=2, batch=125, learning_rate=2e-3, warm_up=0.1),
    # For the built-in digits, of which there are few: a step counts for more than a large network.
    # Shapes drawn with a pen stand in for writers of other countries, and are what the page draws.
    # Chosen by cross-validation over writers (benchmarks/builtin_digits.py --writers).
    "small": Recipe(
        filters=(16, 32),
        dense_units=128,
        initialiser="he",
        epochs=24,
        batch=25,
        learning_rate=4e-3,
        warm_up=0.1,
        pixel_strength=2.0,
        styles=20,
        dropout=0.1,
        average=0.99,
        # There are few writers, so two more help.
        use_validation=True,
    ),
    # The shipped model.
    "best": Recipe(
        initialiser="he",
        epochs=5,
        batch=250,
        learning_rate=2e-3,
        warm_up=0.05,
        pixel_strength=1.6,
        blemishes=0.25,
        # As few as there are of MNIST's images, drawings would else have too large a say.
        repeats=32,
        hands=40,
        styles=120,
        non_digits=16_000,
        dropout=0.35,
        sharpness_aware=0.15,
        average=0.999,
        use_validation=True,
    ),
    # To teach a trained network one person's hand in few steps. So that it forgets little, there
    # are other digits among the drawings, and the average keeps a share of what it was.
    "hand": Recipe(
        epochs=1,
        batch=50,
        learning_rate=4e-4,
        warm_up=0.2,
        pixel_strength=1.0,
        digits=10_000,
        hands=100,
        average=0.98,
        keep_start=True,
    ),
}

ABOUT = {
    "tutorial": "As the tutorial trains, ten epochs at a constant rate, its weights averaged.",
    "fast": "The same network to 99 % on MNIST in the shortest time.",
    "small": "For the few built-in digits: a small network, each epoch with new variation.",
    "best": "As the shipped model was trained, for digits as people draw them.",
    "hand": "A few steps that teach a trained network your hand.",
}
# The built-in set, or a hand's drawings, are too few for the tutorial's recipe.
DEFAULT_RECIPES = {"mnist": "tutorial", "digits": "small", "drawings": "small"}
