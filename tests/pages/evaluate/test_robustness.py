"""How much networks stand: the section of the Evaluate page, and the work behind it."""

import threading

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnn.augmentation.corruptions import CORRUPTIONS
from cnn.data.digits import Digits
from cnn.evaluation.robustness import STRENGTHS, Point
from cnn.evaluation.shares import Share
from cnn.explain.map_store import FOLDER_VARIABLE
from pages.evaluate import robustness_work
from pages.evaluate.robustness_work import BUSY, MOST_WAITING, BusyError, Desk
from tests.patience import PATIENCE, wait_until

WHOLE = len(CORRUPTIONS) * (1 + len(STRENGTHS))
NO_DIGITS = Digits(np.empty((0, 28, 28), np.float32), np.empty(0, np.int64))


class Spoiler:
    """In the place of what spoils and reads: finds as many points as it may."""

    def __init__(self):
        self.asked = []
        self.may_find = threading.Semaphore(0)

    def __call__(self, predictors, digits, corruptions, most):
        self.asked.append(list(corruptions))
        for name in corruptions:
            for strength in (0.0, *STRENGTHS):
                self.may_find.acquire()
                # One predictor stands for a network that fails at the full strength alone.
                yield Point(name, strength, (Share(10 - 9 * (strength == 1), 10),), 0, 0)

    def let(self, points):
        self.may_find.release(points)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """What other tests have found is not there."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    return tmp_path / "robustness"


@pytest.fixture
def spoiler(monkeypatch):
    spoiler = Spoiler()
    monkeypatch.setattr(robustness_work, "desk", Desk(spoiler))
    yield spoiler
    spoiler.let(1000 * WHOLE)


def begin(desk, key="a", asker="me"):
    desk.begin(key, None, NO_DIGITS, asker)
    return desk.find(key)


def test_work_is_done_once_for_all_who_ask(spoiler):
    desk = robustness_work.desk
    work = begin(desk)
    assert begin(desk, asker="you") is work
    spoiler.let(WHOLE)
    wait_until(lambda: work.is_whole and not work.is_active)
    assert [curve.errors for curve in work.curves()] == [9] * len(CORRUPTIONS)
    begin(desk)
    assert spoiler.asked == [list(CORRUPTIONS)]


def test_what_was_found_is_there_when_a_server_starts_anew_unless_it_is_damaged(spoiler, folder):
    work = begin(robustness_work.desk)
    spoiler.let(WHOLE)
    wait_until(lambda: not work.is_active)
    assert Desk().find("a").curves() == work.curves()
    (file,) = folder.iterdir()
    kept = file.read_text()
    fewer, another = kept.replace('"n": 10', '"n": 9'), kept.replace("fog", "frog")
    for damaged in ("", "{}", fewer, another, kept.replace('"version": "', '"version": "x')):
        file.write_text(damaged)
        assert Desk().find("a").points == []
    assert Desk().find("b").points == []


def test_it_stops_when_nobody_wants_it_and_goes_on_where_it_was(spoiler):
    desk = robustness_work.desk
    work = begin(desk)
    begin(desk, asker="you")
    spoiler.let(4)
    wait_until(lambda: len(work.points) == 4)
    desk.stop("a", "me")
    spoiler.let(4)
    wait_until(lambda: len(work.points) == 8)
    desk.stop("a", "you")
    spoiler.let(1)
    wait_until(lambda: not work.is_active)
    assert not work.is_whole
    begin(desk)
    spoiler.let(WHOLE)
    wait_until(lambda: work.is_whole)
    # The curve that was cut off begins anew.
    assert spoiler.asked[1] == list(CORRUPTIONS)[1:]


def test_one_network_after_the_other_and_not_too_many_wait(spoiler):
    desk = robustness_work.desk
    works = [begin(desk, str(i)) for i in range(MOST_WAITING)]
    with pytest.raises(BusyError, match=BUSY):
        begin(desk, "one too many")
    spoiler.let(1)
    wait_until(lambda: sum(len(work.points) for work in works) == 1)
    assert sum(work.begun > 0 for work in works) == 1


def test_what_ends_the_work_is_told_and_it_can_be_begun_again():
    def fails(*_):
        raise ValueError("There is no room.")

    desk = Desk(fails)
    work = begin(desk)
    wait_until(lambda: not work.is_active)
    assert work.problem == "There is no room."
    begin(desk)
    wait_until(lambda: not work.is_active)


def page(digits, networks):
    import numpy as np

    from cnn.data.builtin import load_builtin
    from cnn.data.measured import Measured
    from cnn.predictor import shipped_predictor
    from pages.evaluate.robustness import show_robustness

    names = ("One", "Another")[:networks]
    given = [(name, shipped_predictor()) for name in names]
    some = load_builtin().test.at(np.arange(digits))
    show_robustness(given, Measured("built-in digits", some))


def opened(digits=8, networks=1):
    given = {"digits": digits, "networks": networks}
    app = AppTest.from_function(page, kwargs=given, default_timeout=PATIENCE).run()
    assert not app.exception
    return app


def said(app):
    return "\n".join(element.proto.body for element in app.get("html"))


def test_curves_come_one_after_the_other_until_they_are_stopped(spoiler):
    app = opened()
    assert "All 8 digits" in said(app)
    app.button(key="robustness-start").click().run()
    spoiler.let(7)
    work = robustness_work.desk.find(next(iter(robustness_work.desk._works)))
    wait_until(lambda: len(work.points) == 7)
    app.run()
    assert "100.0 %" in said(app)
    app.button(key="robustness-stop").click().run()
    spoiler.let(1)
    wait_until(lambda: not work.is_active)
    assert app.run().button(key="robustness-start").label == "Go on"
    assert not app.exception


def test_a_second_visit_shows_all_at_once(spoiler):
    opened().button(key="robustness-start").click().run()
    spoiler.let(WHOLE)
    work = robustness_work.desk.find(next(iter(robustness_work.desk._works)))
    wait_until(lambda: not work.is_active)
    app = opened()
    assert "At full strength, One still reads 10 %" in said(app)
    assert not [button for button in app.button if button.key == "robustness-start"]


def test_two_networks_have_a_mean_corruption_error(spoiler):
    opened(networks=2).button(key="robustness-start").click().run()
    spoiler.let(2 * WHOLE)
    work = robustness_work.desk.find(next(iter(robustness_work.desk._works)))
    wait_until(lambda: not work.is_active)
    assert "One makes 100.0 % of the mistakes that Another makes" in said(opened(networks=2))


def test_the_digit_that_is_shown_is_spoilt_as_was_chosen_and_read_at_each_strength(spoiler):
    app = opened()
    before = said(app)
    app.get("button_group")[0].set_value("blur").run()
    assert "Blur" in said(app)
    assert said(app) != before
    app.button(key="robustness-another").click().run()
    assert not app.exception


@pytest.mark.parametrize("digits", [0, 1])
def test_a_set_of_one_digit_or_none(spoiler, digits):
    expected = "the set holds no digit" if not digits else "There is one digit"
    assert expected in said(opened(digits))
