"""Whole runs, and hundreds of ways in which a file of one may be damaged."""

import io
import json
import os
import random
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from cnn.data.user_drawings import as_json_lines, keep
from cnn.model import build, save_model
from cnn.runs import history, networks
from cnn.runs.history import Live
from cnn.training.loop import Snapshot
from tests.made_runs import RECIPE, make_run

HURT, WELL = "hurt", "well"
DRAWINGS = "drawings.jsonl"
Damage = Callable[[Path], None]
Change = Callable[[Path, bytes], None]


def make_runs(folder: Path) -> None:
    """Make two finished runs that hold every file that a run may hold, a default, and drawings."""
    for digit in range(12):
        keep([np.array([[20, 20], [150 + digit, 200]])], digit % 10)
    for name in (WELL, HURT):
        run = make_run(folder, name)
        task = json.loads((run.folder / "run.json").read_text())
        task |= {"drawings": "yours", "start": WELL if name == HURT else None}
        (run.folder / "run.json").write_text(json.dumps(task))
        network = build(RECIPE)
        networks.save_epoch(run, 4, network)
        history.save_live(run, Live(80, np.zeros((10, 10), np.float32)))
        for file in ("model.keras", "start.keras"):
            save_model(network, run.folder / file)
        (run.folder / "model.json").write_text(RECIPE.as_json())
        (run.folder / "drawings").write_bytes(as_json_lines())
        (run.folder / "note.txt").write_text("a note")
        (run.folder / "log.txt").write_text("Epoch: 1 cost = 1.0\n")
        (run.folder / "environment.json").write_text('{"keras": "3"}')
        (run.folder / "job.json").write_text(
            '{"ticket": null, "pid": 1, "created": 1.5, "log_start": 0, "oom_kills": 0,'
            ' "machine": "here", "ended": true, "failed": false, "reason": "", "status": 0}'
        )
        (run.folder / "tensorboard").mkdir()
        weights = network.get_weights()
        at = Snapshot(4, 0, 0.0, 0.0, weights, weights, [*weights, *weights], "float32")
        run.save_checkpoint(at)
    (folder / ".default").write_text(HURT)


# As a person, another program, a full disk or a broken one may leave a file.
def _large(file: Path) -> None:
    with file.open("wb") as stream:
        stream.truncate(300_000_000)


def _with(content: bytes) -> Damage:
    def write(file: Path) -> None:
        file.write_bytes(content)

    return write


def _cut(file: Path, before: bytes) -> None:
    file.write_bytes(before[: len(before) // 2])


def _bent(file: Path, before: bytes) -> None:
    bent = bytearray(before)
    for place in random.Random(1).sample(range(len(bent)), min(len(bent), 40)):
        bent[place] ^= 0x55
    file.write_bytes(bytes(bent))


NEW: dict[str, Damage] = {
    "empty": _with(b""),
    "random bytes": _with(random.Random(0).randbytes(2_000)),
    "not UTF-8": _with(b"\xff\xfe\xfa text\n"),
    "zeros": _with(bytes(5_000)),
    "line ends": _with(b"\n" * 20_000),
    "a number": _with(b"5"),
    "null": _with(b"null\n"),
    "a list": _with(b"[]\n"),
    "an object": _with(b"{}\n"),
    "a text": _with(b'"text"\n'),
    "deep lists": _with(b"[" * 100_000),
    "deep objects": _with(b'{"recipe":' * 50_000),
    "a huge number": _with(b"9" * 6_000),
    "a zip": _with(b"PK\x05\x06" + bytes(18)),
    "large": _large,
    "a folder": lambda file: file.mkdir(),
    "missing": lambda file: None,
    "a pipe": os.mkfifo,
    "a dangling link": lambda file: file.symlink_to("nowhere"),
    "a link to itself": lambda file: file.symlink_to(file),
    "a link without end": lambda file: file.symlink_to("/dev/zero"),
}
CHANGED: dict[str, Change] = {"cut off": _cut, "bent": _bent}
FILES = ("run.json", "metrics.jsonl", "job.json", "model.json", "model.keras", "start.keras",
         "note.txt", "log.txt", "environment.json", "checkpoint.npz", "probe.npz",
         "filters/epoch-0004.npz", "readings/epoch-0004.npz", "filters", "readings", "tensorboard",
         "drawings", "live.npz", "networks/epoch-0004.npz")  # fmt: skip
BESIDE = (".default", "in-use")

# What a field may hold instead; as JSON, of which some is none.
VALUES = ("null", "true", "-1", "0", "0.5", "1e308", "1" + "0" * 30, "1" + "0" * 5_000, "NaN",
          "-Infinity", '"text"', '""', '"\\ud800"', '"\\u0000"', '"../../etc"', "[]", "{}",
          "[[1]]", "MISSING")  # fmt: skip
RECIPE_FIELDS = ("network", "filters", "dense_units", "epochs", "learning_rate", "filter_size")


def _field(names: tuple[str, ...], value: str) -> Change:
    """Put another value at a place of a JSON object."""

    def change(file: Path, before: bytes) -> None:
        file.write_bytes(_changed(before, names, value))

    return change


def _changed(before: bytes, names: tuple[str, ...], value: str) -> bytes:
    whole = part = json.loads(before)
    for name in names[:-1]:
        part = part[name]
    if value == "MISSING":
        del part[names[-1]]
        return json.dumps(whole).encode()
    part[names[-1]] = "HERE"
    return json.dumps(whole).replace('"HERE"', value).encode()


def _line_field(event: str, name: str, value: str) -> Change:
    """Put another value into the last line of an event."""

    def change(file: Path, before: bytes) -> None:
        lines = before.splitlines()
        last = max(i for i, line in enumerate(lines) if json.loads(line)["event"] == event)
        lines[last] = _changed(lines[last], (name,), value)
        file.write_bytes(b"\n".join(lines) + b"\n")

    return change


EVENTS = {
    "started": ("event", "digits", "steps", "precision", "epoch", "step", "time"),
    "step": ("step", "loss", "accuracy", "digits_per_second", "seconds_left", "time"),
    "epoch": ("epoch", "step", "loss", "training_accuracy", "validation_accuracy",
              "test_accuracy", "seconds", "time"),
    "finished": ("event", "seconds", "temperature"),
}  # fmt: skip

ARRAYS = {
    "probe.npz": ("images", "labels"),
    "readings/epoch-0004.npz": ("probabilities", "confusion"),
    "filters/epoch-0004.npz": ("conv1", "conv2"),
    "checkpoint.npz": ("epoch", "loss_sum", "precision", "weights-0", "averages-3", "moments-2"),
}
OTHER: dict[str, Callable[[Any], Any]] = {
    "another type": lambda a: np.zeros(a.shape, np.complex64),
    "text": lambda a: np.full(a.shape, "text"),
    "objects": lambda a: np.full(a.shape, {}, object),
    "truth": lambda a: np.zeros(a.shape, bool),
    "numbers of eight bytes": lambda a: np.zeros(a.shape, np.float64),
    "flat": lambda a: np.zeros(a.size, a.dtype),
    "one more axis": lambda a: a[..., None],
    "none of them": lambda a: np.atleast_1d(a)[:0],
    "one of them": lambda a: np.atleast_1d(a)[:1],
    "twice as many": lambda a: np.concatenate([np.atleast_1d(a)] * 2),
    "not a number": lambda a: a * a.dtype.type(np.nan) if a.dtype.kind == "f" else a,
    "without end": lambda a: a * 0 + a.dtype.type(np.inf) if a.dtype.kind == "f" else a,
    "below zero": lambda a: a * 0 - 5 if a.dtype.kind in "if" else a,
    "large": lambda a: np.full(a.shape, np.iinfo(a.dtype).max) if a.dtype.kind in "iu" else a,
}  # fmt: skip


def _array(name: str, other: Callable[[Any], Any] | None) -> Change:
    def change(file: Path, before: bytes) -> None:
        with np.load(io.BytesIO(before)) as archive:
            arrays = dict(archive)
        array = arrays.pop(name)
        if other is not None:
            arrays[name] = other(array)
        np.savez(file, **arrays)

    return change


def _bomb(claimed: tuple[int, ...], size: int) -> Change:
    """Add an array that claims a shape, and unfolds to some bytes of zeros."""

    def change(file: Path, before: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(before)) as archive:
            names = archive.namelist()
        header = io.BytesIO()
        np.lib.format.write_array_header_1_0(
            header, {"descr": "|u1", "fortran_order": False, "shape": claimed}
        )
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                archive.writestr(name, header.getvalue() + bytes(size) * (name == names[0]))

    return change


JOB_FIELDS = ("ticket", "pid", "created", "log_start", "oom_kills", "ended", "failed", "reason",
              "status", "machine")  # fmt: skip
FIELDS: dict[str, list[tuple[str, ...]]] = {
    "run.json": [*((n,) for n in ("recipe", "dataset", "drawings", "start")),
                 *(("recipe", n) for n in RECIPE_FIELDS)],
    "model.json": [(n,) for n in RECIPE_FIELDS],
    "job.json": [(n,) for n in JOB_FIELDS],
}  # fmt: skip


def damages() -> Iterator[tuple[str, str, Damage]]:
    """Name each damage, the file among the runs that it is done to, and what does it."""
    for file in (*(f"{HURT}/{name}" for name in FILES), *BESIDE):
        for kind, write in NEW.items():
            yield f"{file}: {kind}", file, write
    for name, kind, change in (*_cut_or_bent(), *_fields(), *_arrays()):
        yield f"{HURT}/{name}: {kind}", f"{HURT}/{name}", _after(name, change)


def _cut_or_bent() -> Iterator[tuple[str, str, Change]]:
    for name in FILES:
        if "." in name:
            for kind, change in CHANGED.items():
                yield name, kind, change


def _fields() -> Iterator[tuple[str, str, Change]]:
    for value in VALUES:
        for name, places in FIELDS.items():
            for place in places:
                yield name, f"{'.'.join(place)} = {value:.12}", _field(place, value)
        for event, fields in EVENTS.items():
            for field in fields:
                change = _line_field(event, field, value)
                yield "metrics.jsonl", f"{event}.{field} = {value:.12}", change


def _arrays() -> Iterator[tuple[str, str, Change]]:
    for name, arrays in ARRAYS.items():
        for array in arrays:
            for kind, other in [*OTHER.items(), ("missing", None)]:
                yield name, f"{array}, {kind}", _array(array, other)
        yield name, "claims without end", _bomb((10**9, 10**9), 0)
        yield name, "unfolds without end", _bomb((), 6 * 10**7)


def _after(name: str, change: Change) -> Damage:
    """Do to a file what depends on what it held."""
    return lambda file: change(file, KEPT[name])


# What the files of the run held before.
KEPT: dict[str, bytes] = {}


def keep_whole(folder: Path) -> None:
    """Remember what the files of the run to be damaged hold."""
    KEPT.clear()
    for name in FILES:
        if (file := folder / HURT / name).is_file():
            KEPT[name] = file.read_bytes()


def remove(file: Path) -> None:
    """Remove whatever lies at a path."""
    if file.is_dir() and not file.is_symlink():
        shutil.rmtree(file)
    else:
        file.unlink(missing_ok=True)


def restore(whole: Path, file: Path, folder: Path) -> None:
    """Put a copy of what was there before in a damaged file's place."""
    remove(file)
    before = whole / file.relative_to(folder)
    if before.is_dir():
        shutil.copytree(before, file)
    elif before.is_file():
        shutil.copy2(before, file)
