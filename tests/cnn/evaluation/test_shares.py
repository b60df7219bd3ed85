import math

import pytest

from cnn.evaluation.shares import Share, per_cent, wilson

Z = 1.959963984540054


@pytest.mark.parametrize(("count", "n"), [(0, 1), (1, 1), (4, 6), (9_963, 10_000), (0, 50)])
def test_the_interval_is_wilsons_formula(count, n):
    p = count / n
    middle = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * math.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    found = wilson(count, n)
    assert found.low == pytest.approx(max(middle - half, 0), abs=1e-12)
    assert found.high == pytest.approx(min(middle + half, 1), abs=1e-12)


def test_the_interval_is_that_of_a_textbook():
    # Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I.
    assert [round(edge, 4) for edge in vars(wilson(81, 263)).values()] == [0.2553, 0.3662]
    assert [round(edge, 4) for edge in vars(wilson(1, 29)).values()] == [0.0061, 0.1718]


def test_of_nothing_anything_is_possible():
    assert Share(0, 0).as_json() == {"count": 0, "n": 0, "share": None, "low": 0.0, "high": 1.0}


@pytest.mark.parametrize(
    ("share", "said"),
    [(None, "–"), (0, "0.00 %"), (1, "100.00 %"), (0.99996, ">99.99 %"), (0.00001, "<0.01 %"),
     (0.9934, "99.34 %"), (0.99994, "99.99 %"), (0.00006, "0.01 %")],
)  # fmt: skip
def test_only_none_and_all_are_0_and_100_per_cent(share, said):
    assert per_cent(share) == said
