"""The network that a session's browser reads with: as a file, made without TensorFlow."""

from dataclasses import dataclass
from pathlib import Path

from cnn.explain.layers import layers_in_file
from cnn.files import FileCache
from cnn.model import ModelError
from cnn.predictor import SHIPPED_MODEL
from cnn.runs.active_model import default, first_that_loads, model_label, trained
from cnn.runs.run import SHIPPED, RunError, network_file
from cnn.web.network_file import network_file as written
from pages.server import networks
from pages.server.lasting import Lasting
from pages.shared import permissions, session_model


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
    """Offer the network of another run, or "shipped".

    Raises:
        RunError: There is none, or it is not for visitors.
        ModelError: It is damaged.
    """
    if run not in (SHIPPED, default()) and not permissions.may_train():
        raise RunError(permissions.NOT_ALLOWED)
    if run not in trained():
        raise RunError(f"There is no trained network “{run}” any more: choose another one.")
    return _offer(*_load(run))


def _offer(run: str, file: Lasting, problem: str = "") -> Offered:
    return Offered(networks.offer(file), model_label(run), problem, run)


def _load(run: str) -> tuple[str, Lasting]:
    return run, _files.read(network_file(run))


def _write(file: Path) -> Lasting:
    run = SHIPPED if file == SHIPPED_MODEL else file.parent.name
    return Lasting.of(written(layers_in_file(file), model_label(run)), networks.KIND)


# They are only ever replaced. The same as are offered.
_files = FileCache(_write, networks.MOST, ModelError, coarsest=0)
