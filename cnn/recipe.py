"""How to train: every hyper-parameter with its meaning and range, and the named recipes.

A hyper-parameter is one field of `Recipe`. The command line's options, the page's controls and
their help are made from what stands there.
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from cnn import old_names
from cnn.old_names import with_new_names
from cnn.setting import Group, RecipeError, Setting

# What fits any computer, and what a page can show.
MOST_CONVOLUTIONS = 4
MOST_FILTERS = 128

T = TypeVar("T")


def _setting(default: T, group: Group, title: str, about: str, **rule: Any) -> T:
    """Return a field of `Recipe`; see `Setting`."""
    about_it = {"group": group, "title": title, "about": about, **rule}
    value: T = field(default=default, metadata=about_it)
    return value


@dataclass(frozen=True)
class Recipe:
    """All that a training depends on besides its data."""

    network: str = _setting(
        "cnn",
        Group.LAYERS,
        "Network",
        "“cnn” is the tutorial's convolutional network; “fc” its earlier, fully connected one,"
        " which knows nothing of which pixels are neighbours.",
        choices=("cnn", "fc"),
    )
    filters: tuple[int, ...] = _setting(
        (32, 64),
        Group.LAYERS,
        "Filters",
        "How many patterns each convolution looks for, from the first to the last. More see more,"
        " and take longer.",
        low=1,
        high=MOST_FILTERS,
        most=MOST_CONVOLUTIONS,
    )
    filter_size: int = _setting(
        5,
        Group.LAYERS,
        "Filter size",
        "Height and width of each filter, in cells.",
        # Only odd ones have a middle, so that padding is the same on all sides.
        choices=(1, 3, 5, 7, 9),
    )
    pooling: str = _setting(
        "max",
        Group.LAYERS,
        "Pooling",
        "What is kept of every 2×2 window: its largest value or its average.",
        choices=("max", "average"),
    )
    dense_units: int | None = _setting(
        None,
        Group.LAYERS,
        "Dense units",
        "Units of the layer before the ten answers, where most of the weights are.",
        low=1,
        high=2048,
        step=10,
        empty="as many as the tutorial's network has",
    )
    initialiser: str = _setting(
        "tutorial",
        Group.STEPS,
        "Initialiser",
        "The weights before training are drawn by lot: “tutorial” draws all layers' from one range,"
        " “he” from ranges that keep signals as strong from layer to layer (He et al. 2015).",
        choices=("tutorial", "he"),
    )
    epochs: int = _setting(
        10, Group.STEPS, "Epochs", "How often every training digit is seen.", low=1, high=1000
    )
    batch_size: int = _setting(
        50,
        Group.STEPS,
        "Batch size",
        "Digits that one step learns from. Larger batches are faster and their steps steadier, but"
        " fewer.",
        low=1,
        high=10_000,
        stops=(10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000),
    )
    learning_rate: float = _setting(
        1e-4,
        Group.STEPS,
        "Learning rate",
        "How far each step moves the weights, at its peak. Too small learns slowly, too large not"
        " at all. The optimiser fits it to each weight.",
        low=1e-9,
        high=1.0,
        stops=(1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1, 0.2, 0.5, 1.0),
    )
    optimizer: str = _setting(
        "adam",
        Group.STEPS,
        "Optimiser",
        "What makes a step of a gradient: “adam” fits its length to each weight; “muon” besides"
        " has a convolution learn all its patterns equally fast (Jordan et al. 2024), and forgets"
        " sooner, for trainings of a few hundred steps.",
        choices=("adam", "muon"),
    )
    warmup: float | None = _setting(
        None,
        Group.STEPS,
        "Warm-up",
        "Share of all steps over which the learning rate rises from 0. Afterwards it falls back to"
        " 0 along half a cosine wave: slowly, fast, slowly (Loshchilov, Hutter 2017).",
        low=0.0,
        high=1.0,
        step=0.05,
        empty="a constant rate",
    )
    dropout: float = _setting(
        0.0,
        Group.STEPS,
        "Dropout",
        "Share of what each dense layer takes in that is left out by chance in each step, so that"
        " units do not rely on one another (Srivastava et al. 2014).",
        low=0.0,
        high=0.95,
        step=0.05,
    )
    ema_decay: float = _setting(
        0.0,
        Group.STEPS,
        "Weight average",
        "The weights kept are an average over the last steps, which evens out their noise (Polyak,"
        " Juditsky 1992): 0.99 counts about the last 100, 0.999 the last 1,000; 0 only the last.",
        low=0.0,
        high=0.999999,
        stops=(0.0, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998, 0.9999),
    )
    ema_from_start: bool = _setting(
        False,
        Group.STEPS,
        "Average from the start",
        "The average counts the weights that the training began with, too: for networks that are"
        " trained already, and are to forget little (Wortsman et al. 2022).",
    )
    precision: str = _setting(
        "auto",
        Group.STEPS,
        "Precision",
        "The numbers that the processor multiplies: float32 has 7 digits, bfloat16 only 2 or 3;"
        " “auto” takes the faster.",
        choices=("auto", "float32", "bfloat16"),
    )
    seed: int = _setting(
        0,
        Group.STEPS,
        "Seed",
        "Where chance begins: same seed, same machine, same weights.",
        low=0,
        high=2**31 - 1,
    )
    train_size: int | None = _setting(
        None,
        Group.DIGITS,
        "Training digits",
        "How many of the data set's own training digits are shown, drawn by lot. Fewer take less"
        " time, and show what can be learned from few.",
        low=1,
        high=60_000,
        stops=(100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000),
        empty="all there are",
    )
    augmentation_strength: float = _setting(
        0.0,
        Group.DIGITS,
        "Augmentation",
        "How much images are turned, slanted, stretched, moved and thickened, anew in every epoch."
        " 1 turns by 7° (one standard deviation), 0 leaves them alone.",
        low=0.0,
        high=2.0,
        step=0.2,
    )
    oversample: int = _setting(
        1,
        Group.DIGITS,
        "Oversampling",
        "How often an epoch shows each of the data set's own images, against once for each"
        " drawing.",
        low=1,
        high=100,
    )
    stroke_copies: int = _setting(
        0,
        Group.DIGITS,
        "Stroke copies",
        "How many copies of each pen drawing, each as by another hand, are made before training.",
        low=0,
        high=100,
        step=5,
    )
    glyph_copies: int = _setting(
        0,
        Group.DIGITS,
        "Glyph copies",
        "How many drawings are made of each glyph, a way in which somewhere in the world a digit"
        " is written.",
        low=0,
        high=10_000,
        step=10,
    )
    negatives: int = _setting(
        0,
        Group.DIGITS,
        "Negatives",
        "How many letters, signs, scribbles, numbers and textures are shown, to be called unsure.",
        low=0,
        high=1_000_000,
        step=1_000,
    )
    use_validation: bool = _setting(
        False,
        Group.DIGITS,
        "Validation digits too",
        "Train also on the digits held back to choose settings by, once all is chosen: nothing can"
        " be chosen by them then.",
    )

    def __post_init__(self) -> None:
        """Check every value's type and range.

        Raises:
            RecipeError: A value is of another type or out of its range; see `Setting.check`.
        """
        # From JSON they come as a list.
        if isinstance(self.filters, list):
            object.__setattr__(self, "filters", tuple(self.filters))
        for setting in SETTINGS.values():
            setting.check(getattr(self, setting.name))

    @property
    def needs_drawings(self) -> bool:
        """Whether pen drawings must be there to be copied, or put together to numbers."""
        return bool(self.stroke_copies or self.negatives)

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
            return cls.from_fields(json.loads(text))
        except (ValueError, RecursionError) as error:
            raise RecipeError(f"This is no recipe: {error!s}".rstrip(".") + ".") from error

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> "Recipe":
        """Make a recipe of its fields by name, of which earlier versions called some otherwise.

        Raises:
            RecipeError: They are no recipe's, or a value is of another type or out of its range.
        """
        if not isinstance(fields, Mapping):
            raise RecipeError(f"A recipe is named values, not a {type(fields).__name__}.")
        known = {name: fields[name] for name in fields if name not in old_names.RETIRED}
        values = with_new_names(known, old_names.RECIPE)
        for name in values:
            if name not in SETTINGS:
                raise RecipeError(f"A recipe has no hyper-parameter “{name!s:.40}”.")
        return cls(**values)


SETTINGS = {each.name: Setting(each.name, **each.metadata) for each in dataclasses.fields(Recipe)}


def recipe_label(recipe: Recipe) -> str:
    """Name a recipe by the named one that it differs least from, and say in what it differs."""
    fields = dataclasses.asdict(recipe)

    def changes(name: str) -> list[str]:
        named = dataclasses.asdict(RECIPES[name])
        return [field for field, value in fields.items() if value != named[field]]

    closest = min(RECIPES, key=lambda name: len(changes(name)))
    differences = [
        f"{SETTINGS[field].title.lower()} {SETTINGS[field].written(fields[field])}"
        for field in changes(closest)
    ]
    return ", ".join([closest, *differences])


RECIPES = {
    # The TensorFlow tutorial's own settings, and nothing besides. In bfloat16 the tutorial's
    # biases, of about 1, would swallow much of what its filters, which begin small, add to them.
    "tutorial": Recipe(precision="float32"),
    # The same network to 99 % on MNIST in the shortest time. The tutorial's initial biases would
    # silence filters that there is no time to wake. Fewer digits, or larger batches of them, reach
    # 99 % with some seeds only; smaller batches take longer, as the dense layer's weights are moved
    # in each step. Of the rest: without Muon the cost on validation digits is a third higher;
    # an average of the weights changes nothing where the rate ends at 0.
    "fast": Recipe(
        initialiser="he",
        epochs=1,
        batch_size=100,
        learning_rate=3e-3,
        optimizer="muon",
        warmup=0.1,
        train_size=40_000,
    ),
    # For the built-in digits, of which there are few: a step counts for more than a large network.
    # Glyphs drawn with a pen stand in for writers of other countries, and are what the page draws.
    # Chosen by cross-validation over writers (benchmarks/builtin_digits.py --writers).
    "small": Recipe(
        filters=(16, 32),
        dense_units=128,
        initialiser="he",
        epochs=24,
        batch_size=25,
        learning_rate=4e-3,
        warmup=0.1,
        augmentation_strength=2.0,
        glyph_copies=10,
        dropout=0.1,
        ema_decay=0.99,
        # There are few writers, so two more help.
        use_validation=True,
    ),
    # The shipped model.
    "best": Recipe(
        initialiser="he",
        epochs=10,
        batch_size=250,
        learning_rate=2e-3,
        warmup=0.05,
        augmentation_strength=1.6,
        # As few as there are of MNIST's images, drawings would else have too large a say.
        oversample=12,
        stroke_copies=40,
        glyph_copies=150,
        negatives=64_000,
        dropout=0.35,
    ),
    # To teach a trained network one person's hand in few steps. So that it forgets little, there
    # are other digits among the drawings, and the average keeps a share of what it was.
    "hand": Recipe(
        epochs=1,
        batch_size=50,
        learning_rate=4e-4,
        warmup=0.2,
        augmentation_strength=1.0,
        train_size=10_000,
        stroke_copies=100,
        ema_decay=0.98,
        ema_from_start=True,
    ),
}

ABOUT = {
    "tutorial": "As the tutorial trains: ten epochs at a constant rate.",
    "fast": "The same network to 99 % on MNIST in one pass, over part of its digits.",
    "small": "For the few built-in digits: a small network, each epoch with new variation.",
    "best": "As the shipped model was trained, for digits as people draw them.",
    "hand": "A few steps that teach a trained network your hand.",
}
