"""The networks that a session's browser reads with, as files: trained ones without TensorFlow."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cnn.explain.layers import Layer, layers_in_file, layers_of
from cnn.files import FileCache
from cnn.model import ModelError
from cnn.predictor import SHIPPED_MODEL
from cnn.runs.active_model import first_that_loads, model_label, trained
from cnn.runs.run import SHIPPED, Run, RunError, network_file
from cnn.training.loop import build_from_snapshot
from cnn.web.network_file import network_file as written
from pages.server import networks
from pages.server.lasting import Lasting
from pages.shared import session_model


@dataclass(frozen=True)
class Offered:
    """A network that a browser may have.

    Attributes:
        address: Of its file, below the app's own.
        name: What to call it on a page.
        problem: Why it is not the one that this session reads with; "" if it is.
        run: Whose it is, or "shipped".
    """

    address: str
    name: str
    problem: str
    run: str


def mine() -> Offered:
    """Offer the network that this session reads with: the one that the server loads for it, too.

    Raises:
        ModelError: The shipped network is damaged, too.
    """
    (run, file), problem = first_that_loads(_load, session_model.choice())
    return _offer(run, file, session_model.told(problem))


def of_run(run: str) -> Offered:
    """Offer the network of another run, or "shipped": whoever sees a run may have its network.

    Raises:
        RunError: There is none.
        ModelError: It is damaged.
    """
    if run not in trained():
        raise RunError(f"There is no trained network “{run}” any more: choose another one.")
    return _offer(*_load(run))


def being_trained(run: Run) -> Offered | None:
    """Offer a run's network as its training last saved it, rounded as a trained one is.

    Returns:
        None before the training has saved any.

    Raises:
        RunError: What it has saved is damaged.
    """
    if not run.checkpoint.is_file():
        return None
    return Offered(networks.offer(_snapshots.read(run.checkpoint)), run.name, "", run.name)


def _offer(run: str, file: Lasting, problem: str = "") -> Offered:
    return Offered(networks.offer(file), model_label(run), problem, run)


def _load(run: str) -> tuple[str, Lasting]:
    return run, _files.read(network_file(run))


def _write(file: Path) -> Lasting:
    run = SHIPPED if file == SHIPPED_MODEL else file.parent.name
    return Lasting.of(written(layers_in_file(file), model_label(run)), networks.KIND)


def _write_snapshot(file: Path) -> Lasting:
    run = Run.open(file.parent)
    snapshot = run.snapshot()
    if snapshot is None:
        raise RunError(f"{file} is there no more.")
    layers = layers_of(build_from_snapshot(run.task.recipe, snapshot))
    halved = {name: _rounded(layer) for name, layer in layers.items()}
    return Lasting.of(written(halved, run.name), networks.KIND)


def _rounded(layer: Layer) -> Layer:
    if layer.weights is None or layer.bias is None:
        return layer
    weights, bias = (v.astype(np.float16).astype(np.float32) for v in (layer.weights, layer.bias))
    return replace(layer, weights=weights, bias=bias)


_snapshots = FileCache(_write_snapshot, 2, RunError)
# They are only ever replaced. The same as are offered.
_files = FileCache(_write, networks.MOST, ModelError, coarsest=0)
