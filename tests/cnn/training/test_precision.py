import pytest

from cnn.training import precision
from cnn.training.precision import fast_precision, multiplications_a_second


@pytest.fixture(autouse=True)
def forgotten():
    fast_precision.cache_clear()
    yield
    fast_precision.cache_clear()


@pytest.mark.parametrize(
    ("has_bfloat16", "bfloat16_speed", "choice"),
    [
        (True, 3.0, "bfloat16"),
        (True, 0.6, "float32"),
        (True, 1.1, "float32"),
        (False, 9, "float32"),
    ],
)
def test_bfloat16_is_chosen_only_where_it_is_clearly_faster(
    monkeypatch, has_bfloat16, bfloat16_speed, choice
):
    speeds = {"float32": 1.0, "bfloat16": bfloat16_speed}
    monkeypatch.setattr(precision, "_has_bfloat16", lambda: has_bfloat16)
    monkeypatch.setattr(precision, "multiplications_a_second", speeds.__getitem__)
    assert fast_precision() == choice


def test_speed_is_measured_in_either_precision():
    assert all(multiplications_a_second(kind, side=64) > 0 for kind in ("float32", "bfloat16"))
