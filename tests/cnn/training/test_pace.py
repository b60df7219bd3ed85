from hypothesis import given
from hypothesis import strategies as some

from cnn.training.pace import FIRST_DIGITS, GROWTH, MOST, SECONDS, Pace


def test_the_first_call_is_short_whatever_the_batch():
    assert [Pace(batch).steps for batch in (1, 50, 250, 1000)] == [MOST, FIRST_DIGITS // 50, 1, 1]


def test_a_call_comes_to_last_as_long_as_it_may_and_shortens_at_once():
    pace = Pace(50)
    for _ in range(6):
        # 40 steps last as long as a call may.
        pace.note(pace.steps, pace.steps * SECONDS / 40.5)
    assert pace.steps == 40
    pace.note(40, 10 * SECONDS)
    assert pace.steps == 4


def test_the_few_steps_that_end_an_epoch_do_not_shorten_the_next_calls():
    pace = Pace(50)
    for _ in range(6):
        pace.note(pace.steps, pace.steps * SECONDS / 40.5)
    pace.note(1, SECONDS / 40.5)
    assert pace.steps == 40


@given(some.lists(some.floats(0, 1e6), max_size=8))
def test_a_call_always_runs_some_steps_never_too_many_and_grows_step_by_step(times):
    pace = Pace(50)
    for seconds in times:
        before = pace.steps
        pace.note(before, seconds)
        assert 1 <= pace.steps <= min(MOST, GROWTH * before)


def test_several_workers_run_equally_many_steps_a_call_however_fast_they_are():
    pace = Pace(50, workers=2)
    pace.note(MOST, 100 * SECONDS)
    assert pace.steps == MOST
