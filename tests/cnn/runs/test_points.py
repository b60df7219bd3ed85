import pytest

from cnn.runs import points
from cnn.runs.points import Points
from cnn.training.trainer import Step


@pytest.fixture
def clock(monkeypatch):
    """A clock that is set by hand."""
    now = [1000.0]
    monkeypatch.setattr(points.time, "monotonic", lambda: now[0])
    return now


def chunk(step, loss=1.0, accuracy=0.5):
    return Step(step, loss, accuracy, 100.0, 7.0, lambda: None, lambda: None)


def test_early_on_every_chunk_is_a_point_as_it_was(clock):
    joined = Points(0)
    for step, loss in ((5, 2.3), (8, 2.1), (20, 1.7)):
        clock[0] += 1
        joined.add(chunk(step, loss))
        assert joined.is_due()
        assert (joined.take().loss, joined.is_due()) == (loss, False)


def test_later_chunks_are_joined_each_step_counting_alike(clock):
    joined = Points(0)
    clock[0] += 3600
    joined.add(chunk(40))
    joined.take()
    for step, loss in ((42, 2.0), (48, 1.0)):
        clock[0] += 0.8
        joined.add(chunk(step, loss))
        assert not joined.is_due()
    clock[0] += points.MOST_SECONDS
    assert joined.is_due()
    point = joined.take()
    assert (point.step, point.loss, point.accuracy) == (48, pytest.approx(1.25), 0.5)


def test_many_steps_are_a_point_however_short_they_take(clock):
    joined = Points(100)
    clock[0] += 3600
    joined.add(chunk(100 + points.MOST_STEPS))
    assert joined.is_due()


def test_without_a_chunk_there_is_no_point(clock):
    joined = Points(0)
    assert joined.take() is None
    joined.add(chunk(5))
    assert joined.take().step == 5
    assert joined.take() is None
