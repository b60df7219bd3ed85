"""The networks that the service reads with: found by name, loaded once, never while others wait."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from cnn.files import Version
from cnn.ink.strokes import SIZE
from cnn.model import ModelError
from cnn.predictor import Predictor
from cnn.runs import active_model
from cnn.runs.run import RunError
from cnn.service.messages import Network, Networks
from cnn.service.problems import ProblemError

UNKNOWN = "There is no network “{:.60}”: GET /api/networks lists those that there are."
DAMAGED = "The network “{:.60}” cannot be read with: its file is damaged."


class Ready:
    """Keeps networks ready to read."""

    def __init__(self, standard: str = "") -> None:
        """Take the name of the network that reads if none is asked for; "": the one in use."""
        self._standard = standard
        self._ready: dict[str, tuple[Version, Predictor]] = {}
        self._thread = ThreadPoolExecutor(1, "loading")

    @property
    def standard(self) -> str:
        """The name of the network that reads if none is asked for."""
        return self._standard or active_model.default()

    async def find(self, name: str) -> tuple[str, Predictor]:
        """Return a network and its name; "" asks for the one in use.

        Raises:
            ProblemError: There is none of this name, or it is damaged.
        """
        wanted = name or self.standard
        known = self._ready.get(wanted)
        if known and known[0] == active_model.version(wanted):
            return wanted, known[1]
        loop = asyncio.get_running_loop()
        found, version, predictor = await loop.run_in_executor(self._thread, self._load, name)
        self._ready.pop(found, None)
        self._ready[found] = version, predictor
        if len(self._ready) > active_model.READY:
            del self._ready[next(iter(self._ready))]
        return found, predictor

    def is_ready(self) -> bool:
        """Whether any network is loaded."""
        return bool(self._ready)

    def listed(self) -> Networks:
        """Return all that there are."""
        standard = self.standard
        return Networks(
            networks=[
                Network(name=name, label=active_model.model_label(name), in_use=name == standard)
                for name in active_model.trained()
            ]
        )

    def _load(self, name: str) -> tuple[str, Version, Predictor]:
        wanted = name or self._standard
        if wanted and wanted not in active_model.trained():
            raise ProblemError(404, UNKNOWN.format(wanted))

        def load(found: str) -> tuple[str, Version, Predictor]:
            version = active_model.version(found)
            return found, version, active_model.load(found)

        try:
            # Whoever names none gets one that can be read with.
            loaded = load(wanted) if wanted else active_model.first_that_loads(load)[0]
        except (ModelError, RunError) as error:
            raise ProblemError(422, DAMAGED.format(wanted)) from error
        # Its first batch takes longer: nobody shall wait for that.
        loaded[2].probabilities(np.zeros((1, SIZE, SIZE), np.float32))
        return loaded
