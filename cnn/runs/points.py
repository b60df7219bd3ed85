"""Points of a curve, joined of chunks of steps: the fewer, the longer a training lasts.

A chunk lasts about a second at most, for whoever stops a training. A training of days would have
more of them than a file of measurements takes, or an eye.
"""

import time
from dataclasses import dataclass

from cnn.training.trainer import Step

# Steps after which there is a point whatever time they take.
MOST_STEPS = 50
# Share of the time since the beginning that passes between two points; but at most so many seconds.
SHARE, MOST_SECONDS = 0.01, 5.0


@dataclass(frozen=True)
class Point:
    """Averages over the steps since the last point; see `cnn.training.trainer.Step`."""

    step: int
    loss: float
    accuracy: float
    digits_per_second: float | None
    seconds_left: float | None


class Points:
    """Joins a training's chunks."""

    def __init__(self, step: int) -> None:
        """Begin after so many steps, now."""
        self._begin = self._last = time.monotonic()
        self._joined_to = self._step = step
        self._loss = self._accuracy = 0.0
        self._newest: Step | None = None

    def add(self, chunk: Step) -> None:
        """Add the next chunk of steps."""
        share = (chunk.step - self._step) / (chunk.step - self._joined_to)
        self._step = chunk.step
        self._loss += (chunk.loss - self._loss) * share
        self._accuracy += (chunk.accuracy - self._accuracy) * share
        self._newest = chunk

    def is_due(self) -> bool:
        """Whether it is time for a point."""
        now = time.monotonic()
        pause = min(MOST_SECONDS, SHARE * (now - self._begin))
        return self._step - self._joined_to >= MOST_STEPS or now - self._last >= pause

    def take(self) -> Point | None:
        """Return the point of all chunks since the last one; None if there are none."""
        chunk, self._newest = self._newest, None
        if chunk is None:
            return None
        loss, accuracy = self._loss, self._accuracy
        self._joined_to, self._last = self._step, time.monotonic()
        self._loss = self._accuracy = 0.0
        return Point(chunk.step, loss, accuracy, chunk.digits_per_second, chunk.seconds_left)
