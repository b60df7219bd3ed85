"""Reads what comes at nearly the same time together: a batch costs little more than one picture.

TensorFlow works in one thread. What comes while it works, or within a few milliseconds of the
first, is its next batch.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from cnn.explain.layers import Values, values_of
from cnn.ink.strokes import Picture
from cnn.predictor import Predictor
from cnn.service.problems import LATER, ProblemError

# Pictures of a batch, and seconds for which the first waits for others.
MOST = 64
TOGETHER = 0.005
# Pictures that wait at once: some seconds' work.
MOST_WAITING = 1024
FULL = "Too many drawings wait to be read: try again in a second."


@dataclass(frozen=True)
class _Waiting:
    """A picture that waits for its answer, since when."""

    predictor: Predictor
    picture: Picture
    with_layers: bool
    since: float
    answer: "asyncio.Future[Values]"


class Batches:
    """A queue before TensorFlow; used from one event loop."""

    def __init__(self) -> None:
        self._waiting: deque[_Waiting] = deque()
        self._thread = ThreadPoolExecutor(1, "reading")
        self._work: asyncio.Task[None] | None = None

    async def read(
        self, predictor: Predictor, pictures: Sequence[Picture], with_layers: bool = False
    ) -> list[Values]:
        """Read pictures, [28, 28] each; a caller that is cancelled costs nothing more.

        Returns:
            For each "softmax" [10]; with layers what each gave, as `values_of`.

        Raises:
            ProblemError: Too many wait.
        """
        if len(self._waiting) + len(pictures) > MOST_WAITING:
            raise ProblemError(503, FULL, LATER)
        loop = asyncio.get_running_loop()
        waiting = [
            _Waiting(predictor, picture, with_layers, loop.time(), loop.create_future())
            for picture in pictures
        ]
        self._waiting.extend(waiting)
        if self._work is None or self._work.done():
            self._work = loop.create_task(self._read_all())
        return await asyncio.gather(*(each.answer for each in waiting))

    async def _read_all(self) -> None:
        """Read until none waits."""
        loop = asyncio.get_running_loop()
        while self._waiting:
            if len(self._waiting) < MOST:
                await asyncio.sleep(self._waiting[0].since + TOGETHER - loop.time())
            batch = self._next()
            if not batch:
                continue
            try:
                answers = await loop.run_in_executor(self._thread, _read, batch)
            except Exception as error:
                _tell(batch, error)
            else:
                for each, values in zip(batch, answers, strict=True):
                    if not each.answer.done():
                        each.answer.set_result(values)

    def _next(self) -> list[_Waiting]:
        """Take the next ones that are asked in the same way, without those nobody waits for."""
        waiting = [each for each in self._waiting if not each.answer.done()]
        alike = [each for each in waiting if _way(each) == _way(waiting[0])][:MOST]
        taken = set(map(id, alike))
        self._waiting = deque(each for each in waiting if id(each) not in taken)
        return alike


def _way(waiting: _Waiting) -> tuple[int, bool]:
    return id(waiting.predictor), waiting.with_layers


def _read(batch: list[_Waiting]) -> list[Values]:
    predictor = batch[0].predictor
    if batch[0].with_layers:
        return [values_of(each.picture, predictor.read(each.picture)) for each in batch]
    # [n, 28, 28] -> [n, 10]
    probabilities = predictor.probabilities(np.stack([each.picture for each in batch]))
    return [{"softmax": row} for row in probabilities]


def _tell(batch: list[_Waiting], error: Exception) -> None:
    for each in batch:
        if not each.answer.done():
            each.answer.set_exception(error)
