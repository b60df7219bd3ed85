"""Several machines that train one network together, by TensorFlow's own strategy.

Each worker holds all training digits and computes the gradients of its share of every batch; the
gradients are summed over all workers, and each takes the same step. With one worker, which is the
usual case, nothing is summed and nothing is sent.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from cnn.tf import Tensor, tensorflow


class WorkerError(Exception):
    """Workers that cannot go on together; the message says why and what to do."""


class Workers:
    """This process's place among the workers that the variable TF_CONFIG names.

    TF_CONFIG is TensorFlow's own: {"cluster": {"worker": ["host:port", ...]}, "task": {"type":
    "worker", "index": 0}}; see its guide "Multi-worker training". Unset, one worker trains alone.

    Attributes:
        count: How many there are.
        index: Which one this is, from 0.
    """

    def __init__(self) -> None:
        """Join the others; waits until all have come.

        Raises:
            WorkerError: TF_CONFIG names no workers, or not this one.
        """
        hosts, self.index = _hosts_and_index(os.environ.get("TF_CONFIG", ""))
        self.count = max(len(hosts), 1)
        distribute = tensorflow().distribute
        self._strategy = (
            distribute.MultiWorkerMirroredStrategy()
            if self.count > 1
            else distribute.get_strategy()
        )

    @staticmethod
    def is_chief() -> bool:
        """Whether this process is the worker that writes files and prints: the first, or the only.

        Raises:
            WorkerError: TF_CONFIG names no workers, or not this one.
        """
        return _hosts_and_index(os.environ.get("TF_CONFIG", ""))[1] == 0

    def run(self, step: Tensor, *arguments: Any) -> Any:
        """Run a function of tensors in which `total` may be called."""
        return self._strategy.run(step, args=arguments)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Guard a computation that all take part in.

        Raises:
            WorkerError: Another worker was lost.
        """
        try:
            yield
        except tensorflow().errors.OpError as error:
            if self.count == 1:
                raise
            raise WorkerError(
                "Another worker was lost: start all of them again, with --resume."
            ) from error

    def total(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        """Sum each tensor over all workers."""
        if self.count == 1:
            return list(tensors)
        tf = tensorflow()
        return list(tf.distribute.get_replica_context().all_reduce("SUM", list(tensors)))


def _hosts_and_index(config: str) -> tuple[list[str], int]:
    if not config:
        return [], 0
    try:
        setting = json.loads(config)
        hosts = [str(host) for host in setting["cluster"]["worker"]]
        kind, index = setting["task"]["type"], int(setting["task"]["index"])
    except (KeyError, TypeError, ValueError) as error:
        raise WorkerError(f"TF_CONFIG cannot be read ({error!r}).") from error
    if kind != "worker" or not 0 <= index < len(hosts):
        raise WorkerError(
            f"TF_CONFIG names {len(hosts)} workers, but this one is {kind} {index}: its type must"
            " be worker, its index from 0."
        )
    return hosts, index
