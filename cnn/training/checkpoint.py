"""A training's snapshot as the bytes of a file, and back."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn import old_names
from cnn.arrays import ArrayRule, read_arrays
from cnn.files import FileError
from cnn.model import layer_table
from cnn.old_names import names_of, with_new_names
from cnn.recipe import Recipe
from cnn.training.loop import Snapshot

# Bytes: the largest network that a recipe can ask for takes 210 million, and there are four of it.
MOST_BYTES = 1_000_000_000
SCALARS = ("epoch", "steps", "loss_sum", "correct_sum", "precision")
LISTS = ("weights", "averages", "moments")
SUMS = ("loss_sum", "correct_sum")
RULES = {
    **{name: ArrayRule(("int64", "int32"), (), 0, 10**9) for name in ("epoch", "steps")},
    **{
        "|".join(names_of(name, old_names.CHECKPOINT)): ArrayRule(("float64", "float32"), ())
        for name in SUMS
    },
    "precision": ArrayRule(("U",), ()),
    **{rf"{name}-\d+": ArrayRule(("float32",), None) for name in LISTS},
}


def as_bytes(snapshot: Snapshot) -> bytes:
    """Write a snapshot as a NumPy archive."""
    arrays: dict[str, Any] = {name: np.array(getattr(snapshot, name)) for name in SCALARS}
    for name in LISTS:
        for i, array in enumerate(getattr(snapshot, name)):
            arrays[f"{name}-{i}"] = array
    packed = io.BytesIO()
    np.savez(packed, allow_pickle=False, **arrays)
    return packed.getvalue()


def read(file: Path, recipe: Recipe) -> Snapshot:
    """Read what `as_bytes` made of a training by a recipe.

    Raises:
        FileError: The file is damaged, or of another network than the recipe's.
    """
    arrays = with_new_names(read_arrays(file, RULES, MOST_BYTES), old_names.CHECKPOINT)

    def part(name: str) -> list[NDArray[Any]]:
        count = sum(key.startswith(f"{name}-") for key in arrays)
        return [arrays[key] for i in range(count) if (key := f"{name}-{i}") in arrays]

    lists = {name: part(name) for name in LISTS}
    sizes = [layer.parameters for layer in layer_table(recipe) if layer.parameters]
    # Of each layer a kernel and a bias; of Adam's moments two each.
    for name, times in (("weights", 1), ("averages", 1), ("moments", 2)):
        kernels, biases = lists[name][::2], lists[name][1::2]
        if len(kernels) != len(biases) or sizes * times != [
            kernel.size + bias.size for kernel, bias in zip(kernels, biases, strict=True)
        ]:
            raise FileError(f"{file} is of another network than the recipe's ({name}).")
    return Snapshot(
        epoch=int(arrays["epoch"]),
        steps=int(arrays["steps"]),
        loss_sum=float(arrays["loss_sum"]),
        correct_sum=float(arrays["correct_sum"]),
        precision=str(arrays["precision"]),
        **lists,
    )
