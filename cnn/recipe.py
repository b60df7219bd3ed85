"""How to train: every hyper-parameter in one frozen record, and the named recipes."""

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

# Of each convolution, and of dense1: what fits any computer, and what a page can show.
MOST_FILTERS = 128
MOST_UNITS = 2048
# Only odd ones have a middle, so that padding is the same on all sides.
FILTER_SIZES = (1, 3, 5, 7, 9)


class RecipeError(ValueError):
    """A hyper-parameter out of its range; the message names it, its value and the rule."""


@dataclass(frozen=True)
class Recipe:
    """All that a training depends on besides its data.

    Attributes:
        network: "cnn", the tutorial's convolutional network, or "fc", its fully connected one.
        filters: Of the convolutional network's two layers; 1 to 128 each.
        filter_size: Height and width of each filter, in cells: 1, 3, 5, 7 or 9.
        pooling: What is kept of every 2×2 window, its "max" or its "average".
        dense_units: Units of the layer before the logits, 1 to 2,048; None for as many as the
            tutorial's network has (see `units`).
        epochs: How often every training digit is seen (but see `repeats`); 1 to 1000.
        batch: Digits a step; 1 to 10,000.
        learning_rate: Adam's step size, at its peak; above 0, at most 1.
        warm_up: Share of all steps over which the learning rate rises from 0, to fall in a cosine
            to 0 afterwards (Loshchilov, Hutter 2017); 0 to 1. None keeps the rate constant.
        pixel_strength: How much images are turned, sheared, stretched, moved and thickened, anew
            in every epoch; 1 turns by 7° (one standard deviation), 0 leaves them alone; 0 to 2.
        repeats: How often an epoch shows each of the data set's own images, against once for each
            drawing; 1 to 100.
        hands: How many other hands draw each pen drawing, before training; 0 to 100.
        styles: How many hands draw each digit of `cnn.shapes`; 0 to 10,000.
        non_digits: How many scribbles, letters, signs and pairs of digits are shown, to be called
            unsure; 0 to 1,000,000.
        dropout: Share of what each dense layer takes in that is left out at random in each training
            step, which keeps units from relying on one another (Srivastava et al. 2014); 0 to 0.95.
        average: The weights kept are a running average with this decay over the steps, which
            smooths out their noise (Polyak, Juditsky 1992); 0 to below 1, 0 keeps the last.
        use_validation: Whether the validation digits are trained on too, once all is chosen.
        precision: "float32", "bfloat16" for what the processor multiplies, or "auto" for the one
            that it does faster.
        seed: Same seed, same machine: same weights.
    """

    network: str = "cnn"
    filters: tuple[int, int] = (32, 64)
    filter_size: int = 5
    pooling: str = "max"
    dense_units: int | None = None
    epochs: int = 10
    batch: int = 50
    learning_rate: float = 1e-4
    warm_up: float | None = None
    pixel_strength: float = 0.0
    repeats: int = 1
    hands: int = 0
    styles: int = 0
    non_digits: int = 0
    dropout: float = 0.0
    average: float = 0.0
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
        for name, low, high in (
            ("dense_units", 1, MOST_UNITS),
            ("epochs", 1, 1000),
            ("batch", 1, 10_000),
            ("learning_rate", 1e-9, 1),
            ("warm_up", 0, 1),
            ("pixel_strength", 0, 2),
            ("repeats", 1, 100),
            ("hands", 0, 100),
            ("styles", 0, 10_000),
            ("non_digits", 0, 1_000_000),
            ("dropout", 0, 0.95),
            ("average", 0, 0.999999),
            ("seed", 0, 2**31 - 1),
        ):
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise RecipeError(f"{name} is {value}, but must be from {low:,} to {high:,}.")
        for name, allowed in (
            ("network", ("cnn", "fc")),
            ("pooling", ("max", "average")),
            ("precision", ("auto", "float32", "bfloat16")),
        ):
            value = getattr(self, name)
            if value not in allowed:
                raise RecipeError(f"{name} is {value!r}, but must be one of: {', '.join(allowed)}.")
        if self.filter_size not in FILTER_SIZES:
            sizes = ", ".join(map(str, FILTER_SIZES))
            raise RecipeError(f"filter_size is {self.filter_size}, but must be one of: {sizes}.")

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
    # The TensorFlow tutorial's own settings.
    "tutorial": Recipe(),
    # The same network to 99 % on MNIST in the shortest time.
    "fast": Recipe(epochs=2, batch=250, learning_rate=2e-3, warm_up=0.1),
    # For the built-in digits, of which there are few.
    "small": Recipe(
        epochs=25, batch=50, learning_rate=2e-3, warm_up=0.1, pixel_strength=2.0, dropout=0.3
    ),
    # The shipped model.
    "best": Recipe(
        epochs=16,
        batch=250,
        learning_rate=2e-3,
        warm_up=0.05,
        pixel_strength=2.0,
        # As few as there are of MNIST's images, drawings would else have too large a say.
        repeats=3,
        hands=10,
        styles=60,
        non_digits=8_000,
        dropout=0.35,
        average=0.999,
        use_validation=True,
    ),
}
