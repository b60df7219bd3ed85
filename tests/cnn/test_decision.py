import numpy as np
import pytest

from cnn.decision import EITHER_OR, SURE, Kind, decide, percent


def shares(**digits):
    """Ten probabilities: those given, and the rest spread evenly over the other digits."""
    given = {int(name[1:]): p for name, p in digits.items()}
    rest = (1 - sum(given.values())) / (10 - len(given))
    return np.array([given.get(digit, rest) for digit in range(10)], np.float32)


def test_a_clear_digit_is_named_with_its_probability_and_a_rival_worth_naming():
    assert decide(shares(d7=0.98, d1=0.015)).sentence == "Reads as 7, 98.0 % sure; could be 1"
    assert decide(shares(d7=0.995, d1=0.004)).sentence == "Reads as 7, 99.5 % sure"


def test_two_rivals_are_both_named():
    decision = decide(shares(d4=0.5, d9=0.47))
    assert not decision.sure
    assert (decision.digit, decision.runner_up, decision.short) == (4, 9, "4 or 9?")
    assert decision.sentence == "Not sure: 4 or 9?"


def test_no_digit_is_named_where_the_probability_is_spread():
    decision = decide(np.full(10, 0.1, np.float32))
    assert not decision.sure
    assert decision.sentence == "This does not look like a digit"
    assert decision.short == "?"


@pytest.mark.parametrize(
    ("most", "next_most", "kind"),
    [
        (1, 0, Kind.DIGIT),
        (SURE + 1e-6, EITHER_OR - SURE, Kind.DIGIT),
        (SURE + 1e-6, 0.01, Kind.NO_DIGIT),
        (SURE - 1e-3, EITHER_OR - SURE + 2e-3, Kind.EITHER_OR),
        (SURE - 1e-3, 0.01, Kind.NO_DIGIT),
        (EITHER_OR / 2 + 1e-6, EITHER_OR / 2, Kind.EITHER_OR),
        (EITHER_OR / 2 - 1e-3, EITHER_OR / 2 - 2e-3, Kind.NO_DIGIT),
    ],
)
def test_the_kind_goes_by_what_two_digits_share_then_by_the_larger(most, next_most, kind):
    decision = decide(shares(d3=most, d8=next_most))
    assert decision.kind is kind
    assert decision.sure is (kind is Kind.DIGIT)
    assert decision.digit == 3


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0, "<0.1 %"),
        (0.00099, "<0.1 %"),
        (0.001, "0.1 %"),
        (0.5, "50.0 %"),
        (0.98765, "98.8 %"),
        (0.9995, ">99.9 %"),
        (1, ">99.9 %"),
    ],
)
def test_percentages_have_one_decimal_and_never_pretend(probability, text):
    assert percent(probability) == text
