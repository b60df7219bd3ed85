"""Pictures that come together are read together, and nobody waits for what nobody wants."""

import asyncio
from threading import Event

import numpy as np
import pytest

from cnn.service.batches import MOST, MOST_WAITING, Batches
from cnn.service.problems import ProblemError
from tests.patience import finished


class Network:
    """Stands for a network: notes how many pictures each batch has."""

    def __init__(self, may_read=None):
        self.sizes = []
        self._may_read = may_read

    def probabilities(self, images):
        self.sizes.append(len(images))
        if self._may_read:
            self._may_read.wait()
        return np.float32([[image[0, 0], *[0] * 9] for image in images])


def pictures(count):
    return [np.full((28, 28), number, np.float32) for number in range(count)]


def test_what_comes_together_is_one_batch_and_each_gets_its_own_answer():
    network = Network()

    async def work():
        queue = Batches()
        return await asyncio.gather(*(queue.read(network, [each]) for each in pictures(20)))

    answers = finished(work())
    assert [answer["softmax"][0] for (answer,) in answers] == list(range(20))
    assert network.sizes == [20]


def test_a_batch_has_at_most_so_many():
    network = Network()

    async def work():
        return await Batches().read(network, pictures(MOST + 6))

    assert len(finished(work())) == MOST + 6
    assert network.sizes == [MOST, 6]


def test_pictures_of_two_networks_are_two_batches():
    first, second = Network(), Network()

    async def work():
        queue = Batches()
        turns = [first, second, first]
        await asyncio.gather(*(queue.read(network, pictures(1)) for network in turns))

    finished(work())
    assert (first.sizes, second.sizes) == ([2], [1])


def test_a_full_queue_refuses_and_says_when_to_come_again():
    may_read = Event()

    async def work():
        queue, network = Batches(), Network(may_read)
        waiting = asyncio.create_task(queue.read(network, pictures(MOST_WAITING)))
        await asyncio.sleep(0)
        with pytest.raises(ProblemError) as refused:
            await queue.read(network, pictures(1))
        may_read.set()
        return refused.value, await waiting

    problem, answers = finished(work())
    assert (problem.status, problem.headers) == (503, {"Retry-After": "1"})
    assert len(answers) == MOST_WAITING


def test_what_was_cancelled_is_not_read():
    network = Network()

    async def work():
        queue = Batches()
        cancelled = asyncio.create_task(queue.read(network, pictures(5)))
        kept = asyncio.create_task(queue.read(network, pictures(1)))
        await asyncio.sleep(0)
        cancelled.cancel()
        await kept
        # A queue that nothing is left of reads again.
        await queue.read(network, pictures(2))

    finished(work())
    assert network.sizes == [1, 2]


def test_a_network_that_fails_fails_its_own_batch_alone():
    class Broken(Network):
        def probabilities(self, images):
            raise ValueError("broken")

    async def work():
        queue = Batches()
        return await asyncio.gather(
            queue.read(Broken(), pictures(1)),
            queue.read(Network(), pictures(1)),
            return_exceptions=True,
        )

    failed, read = finished(work())
    assert isinstance(failed, ValueError)
    assert len(read) == 1
