"""What version 0.1 called what is written into files: its runs and networks are read as before."""

from collections.abc import Mapping
from typing import Any

RECIPE = {
    "batch": "batch_size",
    "warm_up": "warmup",
    "average": "ema_decay",
    "keep_start": "ema_from_start",
    "digits": "train_size",
    "pixel_strength": "augmentation_strength",
    "repeats": "oversample",
    "hands": "stroke_copies",
    "styles": "glyph_copies",
    "non_digits": "negatives",
}
# Settings that no training has any more, by all their names: read over. They cost nothing to leave
# out (`benchmarks/hands.py`).
RETIRED = frozenset({"sharpness_aware", "sam_rho", "blemishes", "corruption"})
METRICS = {"cost": "loss"}
CHECKPOINT = {"costs": "loss_sum", "hits": "correct_sum"}


def names_of(name: str, new_names: Mapping[str, str]) -> list[str]:
    """Return what a field may be called in a file: its name, and those it had before.

    Example:
        >>> names_of("loss", METRICS)
        ['loss', 'cost']
    """
    return [name, *(old for old, new in new_names.items() if new == name)]


def with_new_names(fields: Mapping[str, Any], new_names: Mapping[str, str]) -> dict[str, Any]:
    """Return fields by the names that they have now.

    Example:
        >>> with_new_names({"batch": 50, "epochs": 2}, RECIPE)
        {'batch_size': 50, 'epochs': 2}
    """
    return {new_names.get(name, name): value for name, value in fields.items()}
