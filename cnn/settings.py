"""Every hyper-parameter: what it is called, what it does, and which values it may have.

`cnn.recipe` checks values against this table; the page and the command line build their controls
and their help from it.
"""

from dataclasses import dataclass

# What fits any computer, and what a page can show.
MOST_FILTERS = 128


@dataclass(frozen=True)
class Setting:
    """One hyper-parameter.

    Attributes:
        name: The recipe's field.
        title: What people call it.
        about: What it does, in a sentence or two.
        low: The least value, of a number.
        high: The largest value, of a number.
        choices: All values there are, if it is one of few.
        empty: What leaving it out means, where that is allowed; else "".
    """

    name: str
    title: str
    about: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str | int, ...] = ()
    empty: str = ""


LAYERS = (
    Setting(
        "network",
        "Network",
        "“cnn” is the tutorial's convolutional network; “fc” its earlier, fully connected one,"
        " which knows nothing of which pixels are neighbours.",
        choices=("cnn", "fc"),
    ),
    Setting(
        "filters",
        "Filters",
        "How many patterns each of the two convolutions looks for. More see more, and take longer.",
        low=1,
        high=MOST_FILTERS,
    ),
    Setting(
        "filter_size",
        "Filter size",
        "Height and width of each filter, in cells.",
        # Only odd ones have a middle, so that padding is the same on all sides.
        choices=(1, 3, 5, 7, 9),
    ),
    Setting(
        "pooling",
        "Pooling",
        "What is kept of every 2×2 window: its largest value or its average.",
        choices=("max", "average"),
    ),
    Setting(
        "dense_units",
        "Dense units",
        "Units of the layer before the ten answers, where most of the weights are.",
        low=1,
        high=2048,
        empty="as many as the tutorial's network has",
    ),
)

COURSE = (
    Setting(
        "initialiser",
        "Initialiser",
        "What the weights are before training: “tutorial” draws all layers' with one spread, “he”"
        " with the spread that keeps signals equally strong from layer to layer (He et al. 2015).",
        choices=("tutorial", "he"),
    ),
    Setting(
        "epochs",
        "Epochs",
        "How often every training digit is seen.",
        low=1,
        high=1000,
    ),
    Setting(
        "batch",
        "Batch",
        "Digits a step. Larger batches are faster and their steps steadier, but fewer.",
        low=1,
        high=10_000,
    ),
    Setting(
        "learning_rate",
        "Learning rate",
        "Adam's step size, at its peak. Too small learns slowly, too large not at all.",
        low=1e-9,
        high=1.0,
    ),
    Setting(
        "warm_up",
        "Warm-up",
        "Share of all steps over which the learning rate rises from 0, to fall in a cosine to 0"
        " afterwards (Loshchilov, Hutter 2017).",
        low=0.0,
        high=1.0,
        empty="a constant rate",
    ),
    Setting(
        "dropout",
        "Dropout",
        "Share of what each dense layer takes in that is left out at random in each step, which"
        " keeps units from relying on one another (Srivastava et al. 2014).",
        low=0.0,
        high=0.95,
    ),
    Setting(
        "sharpness_aware",
        "Sharpness-aware",
        "Each step goes down the gradient found this far up the cost, which leads to flat places,"
        " where new digits are read better (Foret et al. 2021), and takes twice as long. 0 leaves"
        " that out.",
        low=0.0,
        high=1.0,
    ),
    Setting(
        "average",
        "Weight average",
        "The weights kept are a running average with this decay over the steps, which smooths out"
        " their noise (Polyak, Juditsky 1992). 0 keeps the last ones.",
        low=0.0,
        high=0.999999,
    ),
    Setting(
        "keep_start",
        "Average from the start",
        "The average counts the weights that the training began with, too: for networks that are"
        " trained already, and are to forget little (Wortsman et al. 2022).",
    ),
    Setting(
        "precision",
        "Precision",
        "What the processor multiplies; “auto” takes the one that it does faster.",
        choices=("auto", "float32", "bfloat16"),
    ),
    Setting(
        "seed",
        "Seed",
        "Where chance begins: same seed, same machine, same weights.",
        low=0,
        high=2**31 - 1,
    ),
)

DIGITS = (
    Setting(
        "digits",
        "Digits",
        "How many of the data set's own training digits are shown, drawn by lot. Fewer take less"
        " time, and show what can be learned from few.",
        low=1,
        high=60_000,
        empty="all there are",
    ),
    Setting(
        "pixel_strength",
        "Variation",
        "How much images are turned, sheared, stretched, moved and thickened, anew in every epoch."
        " 1 turns by 7° (one standard deviation), 0 leaves them alone.",
        low=0.0,
        high=2.0,
    ),
    Setting(
        "blemishes",
        "Blemishes",
        "Share of the images with worn ink or a piece of another digit at a rim, anew in every"
        " epoch.",
        low=0.0,
        high=1.0,
    ),
    Setting(
        "repeats",
        "Repeats",
        "How often an epoch shows each of the data set's own images, against once for each"
        " drawing.",
        low=1,
        high=100,
    ),
    Setting(
        "hands",
        "Hands",
        "How many other hands draw each pen drawing, before training.",
        low=0,
        high=100,
    ),
    Setting(
        "styles",
        "Styles",
        "How many hands draw each digit in each country's way of writing it.",
        low=0,
        high=10_000,
    ),
    Setting(
        "non_digits",
        "Non-digits",
        "How many scribbles, letters, signs and pairs of digits are shown, to be called unsure.",
        low=0,
        high=1_000_000,
    ),
    Setting(
        "use_validation",
        "Validation digits too",
        "Train on the validation digits as well, once all is chosen.",
    ),
)

SETTINGS = {setting.name: setting for setting in (*LAYERS, *COURSE, *DIGITS)}
