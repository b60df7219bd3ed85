"""The brake on guessing: who guesses is slowed down, and nobody else is."""

import pytest

from pages.shared.rate_limiter import FORGOTTEN_AFTER, LONGEST_WAIT, MOST_KNOWN, RateLimiter


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_each_wrong_try_after_the_free_ones_doubles_the_wait_up_to_the_longest(clock):
    limiter = RateLimiter(3, clock)
    assert [limiter.wait("a") for _ in range(3)] == [0.0] * 3
    waits = []
    for _ in range(12):
        waits.append(limiter.wait("a"))
        clock.now += waits[-1]
        assert limiter.wait("a") == 0.0
    assert waits == [min(2.0**i, LONGEST_WAIT) for i in range(1, 13)]


def test_tries_while_one_must_wait_do_not_prolong_it(clock):
    limiter = RateLimiter(1, clock)
    limiter.wait("a")
    assert [limiter.wait("a") for _ in range(100)] == [2.0] * 100
    clock.now = 2.0
    assert limiter.wait("a") == 0.0


def test_others_never_wait_for_one_who_guesses(clock):
    limiter = RateLimiter(1, clock)
    for _ in range(50):
        clock.now += limiter.wait("a")
        limiter.wait("a")
    assert limiter.wait("b") == 0.0


def test_a_right_try_and_time_forgive(clock):
    limiter = RateLimiter(1, clock)
    limiter.wait("a")
    limiter.forgive("a")
    assert limiter.wait("a") == 0.0
    assert limiter.wait("a") > 0
    clock.now += FORGOTTEN_AFTER
    assert limiter.wait("a") == 0.0


def test_no_number_of_other_visitors_makes_it_forget_who_guesses_most(clock):
    limiter = RateLimiter(2, clock)
    for _ in range(5):
        clock.now += limiter.wait("a")
        limiter.wait("a")
    assert limiter.wait("a") > 0
    for i in range(3 * MOST_KNOWN):
        limiter.wait(f"other {i}")
    assert limiter.wait("a") > 0
    assert len(limiter._known) == MOST_KNOWN
