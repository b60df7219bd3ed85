"""A training's snapshot as the bytes of a file, and back."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn import old_names
from cnn.old_names import with_new_names
from cnn.training.loop import Snapshot

SCALARS = ("epoch", "steps", "loss_sum", "correct_sum", "precision")
LISTS = ("weights", "averages", "moments")


def as_bytes(snapshot: Snapshot) -> bytes:
    """Write a snapshot as a NumPy archive."""
    arrays: dict[str, Any] = {name: np.array(getattr(snapshot, name)) for name in SCALARS}
    for name in LISTS:
        for i, array in enumerate(getattr(snapshot, name)):
            arrays[f"{name}-{i}"] = array
    packed = io.BytesIO()
    np.savez(packed, allow_pickle=False, **arrays)
    return packed.getvalue()


def read(file: Path) -> Snapshot:
    """Read what `as_bytes` made; raises whatever NumPy's zip reader does on a damaged file."""
    with np.load(file, allow_pickle=False) as archive:
        arrays: dict[str, NDArray[Any]] = with_new_names(archive, old_names.CHECKPOINT)

    def part(name: str) -> list[NDArray[Any]]:
        count = sum(key.startswith(f"{name}-") for key in arrays)
        return [arrays[f"{name}-{i}"] for i in range(count)]

    return Snapshot(
        epoch=int(arrays["epoch"]),
        steps=int(arrays["steps"]),
        loss_sum=float(arrays["loss_sum"]),
        correct_sum=float(arrays["correct_sum"]),
        weights=part("weights"),
        averages=part("averages"),
        moments=part("moments"),
        precision=str(arrays["precision"]),
    )
