"""What a lesson asks of the server: within bounds, and answered by the session's network."""

import base64
from concurrent.futures import Future
from types import SimpleNamespace

import numpy as np
import pytest

from cnn.data.builtin import load_builtin
from cnn.predictor import shipped_predictor
from pages.learn import gradients
from pages.learn.gradients import BATCH, QuestionError, answer_to, question_from
from tests.patience import wait_until

PICTURE = load_builtin().train.images[0].ravel().tolist()
ASKED = {"number": 7, "rate": 0.01, "digit": 3, "picture": PICTURE, "maps": [4, 9]}


def test_a_step_for_one_digit_tells_gradients_of_filters_maps_and_units_that_have_any():
    told = answer_to(shipped_predictor(), question_from(ASKED))
    assert told["lossAfter"] < told["loss"]
    assert len(told["filters"]) == 5 * 5 * 32
    assert {name: len(values) for name, values in told["maps"].items()} == {
        "conv1": 28 * 28,
        "conv2": 14 * 14,
    }
    assert 0 < len(told["units"]) < 1000
    assert all(len(row) == 10 for row in told["units"].values())


def test_a_batch_is_of_training_digits_and_another_number_gives_another():
    one, same, other = (
        answer_to(shipped_predictor(), question_from({**ASKED, "picture": None, **changed}))
        for changed in ({"maps": []}, {"maps": [1]}, {"digit": 4})
    )
    assert len(one["labels"]) == len(one["costs"]) == BATCH
    shades = np.frombuffer(base64.b64decode(one["pictures"]), np.uint8)
    assert shades.shape == (BATCH * 28 * 28,)
    assert np.mean(one["costs"]) == pytest.approx(one["loss"], rel=1e-4)
    assert one["pictures"] == same["pictures"] != other["pictures"]


def test_a_step_is_compiled_once_before_anybody_asks(monkeypatch):
    loading = Future()
    monkeypatch.setattr(gradients.session_model, "loading", lambda: loading)
    answer_to.cache_clear()
    gradients.warm_up()
    gradients.warm_up()
    assert answer_to.cache_info().currsize == 0
    loading.set_result(SimpleNamespace(predictor=shipped_predictor()))
    # One for a digit, one for a batch.
    wait_until(lambda: answer_to.cache_info().currsize == 2)
    assert answer_to.cache_info().misses == 2


@pytest.mark.parametrize(
    "sent",
    [
        None,
        7,
        [],
        {},
        {**ASKED, "number": True},
        {**ASKED, "number": 10**400},
        {**ASKED, "rate": float("nan")},
        {**ASKED, "rate": 0},
        {**ASKED, "rate": 11},
        {**ASKED, "rate": "1"},
        {**ASKED, "rate": True},
        {**ASKED, "digit": 10},
        {**ASKED, "digit": -1},
        {**ASKED, "digit": 1.5},
        {**ASKED, "maps": [10**9]},
        {**ASKED, "maps": [0] * 5},
        {**ASKED, "maps": None},
        {**ASKED, "picture": PICTURE[1:]},
        {**ASKED, "picture": [*PICTURE[1:], float("nan")]},
        {**ASKED, "picture": [*PICTURE[1:], 1.5]},
        {**ASKED, "picture": [*PICTURE[1:], True]},
        {**ASKED, "picture": "x" * 784},
    ],
)
def test_what_is_no_question_is_refused(sent):
    with pytest.raises(QuestionError):
        question_from(sent)
