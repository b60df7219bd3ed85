"""Work in the background: done once for all who wait, and given up when nobody does."""

import threading

import pytest

from pages.evaluate import work
from pages.evaluate.work import Desk, LeftError
from tests.patience import wait_until


@pytest.fixture
def desk():
    return Desk(len, 10)


def test_it_is_done_once_for_all_who_ask(desk):
    done = []
    works = [desk.ask("a", lambda tell: done.append(1) or "result") for _ in range(3)]
    assert [each.future.result() for each in works] == ["result"] * 3
    assert done == [1]


def test_what_has_failed_is_tried_again(desk):
    def fail(tell):
        raise ValueError("no")

    assert isinstance(desk.ask("a", fail).future.exception(), ValueError)
    assert desk.ask("a", lambda tell: "now").future.result() == "now"


def test_the_results_asked_for_longest_ago_make_room(desk):
    for key in "abc":
        desk.ask(key, lambda tell: "12345678").future.result()
    again = []
    for key in "ca":
        desk.ask(key, lambda tell, key=key: again.append(key) or "").future.result()
    assert again == ["a"]


def test_it_tells_how_far_it_is_and_ends_when_nobody_looks_any_more(desk, monkeypatch):
    half, go_on = threading.Event(), threading.Event()

    def do(tell):
        tell(5, 10)
        half.set()
        go_on.wait()
        while True:
            tell(6, 10)

    begun = desk.ask("a", do)
    half.wait()
    assert begun.look()[0] == 0.5
    monkeypatch.setattr(work, "LEFT_AFTER", -1)
    go_on.set()
    wait_until(begun.future.done)
    assert isinstance(begun.future.exception(), LeftError)
