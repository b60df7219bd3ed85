import numpy as np
import pytest

from cnn.decision import decide
from cnn.explain.diagnosis import MEASURES, InkStatistic
from cnn.explain.verdict import Case, Evidence, case_of, judge


def answer(digit, probability=0.99):
    probabilities = np.full(10, (1 - probability) / 9)
    probabilities[digit] = probability
    return decide(probabilities)


def ink(**shares):
    """Every measure in the middle of the training digits', but for those named."""
    named = {"line_width": 0, "height": 2, "slant": 3}
    found = [0.5] * len(MEASURES)
    for name, share in shares.items():
        found[named[name]] = share
    return [
        InkStatistic(measure, share, 0.05, 0.95, share)
        for measure, share in zip(MEASURES, found, strict=True)
    ]


ALL_THREES = Evidence(ink(slant=0.07), 3, [3] * 10, {"Thin line": 3}, 9)


def said(verdict):
    return " ".join([verdict.headline, *verdict.sentences])


@pytest.mark.parametrize(
    ("decision", "meant", "case"),
    [
        (answer(3), None, Case.SURE),
        (answer(3), 3, Case.SURE),
        (answer(3), 8, Case.MISREAD),
        (decide(np.array([0.4, 0, 0.6, *[0] * 7])), None, Case.UNSURE),
        (decide(np.array([0.4, 0, 0.6, *[0] * 7])), 2, Case.UNSURE),
        (answer(3, 0.5), None, Case.NO_DIGIT),
        (answer(3, 0.5), 8, Case.NO_DIGIT),
    ],
)
def test_what_is_asked_depends_on_the_answer_and_on_what_was_meant(decision, meant, case):
    assert case_of(decision, meant) is case


def test_a_robust_answer_is_called_so_with_its_evidence():
    verdict = judge(answer(3), None, ALL_THREES)
    assert verdict.headline == "Robust."
    assert verdict.sentences == [
        "Its ink is usual: at most, it is slanted more to the left than 93 % of training 3s.",
        "The 10 training digits most like it are all 3s.",
        "Prepared in another way, it still reads as 3.",
        "A square of 9×9 pixels turns the answer; no smaller one does.",
    ]


def test_what_could_turn_a_sure_answer_is_named():
    evidence = Evidence(ink(), 3, [3] * 9 + [8], {"Not scaled": 5, "Thick line": 3}, 1)
    text = said(judge(answer(3), 3, evidence))
    assert "Sure, but not robust: 5 or 8 is near." in text
    assert "9 are 3s and 1 is an 8." in text
    assert "it reads as 5 (not scaled)." in text


def test_a_misread_drawing_is_told_what_is_unusual_among_digits_as_it_was_meant():
    evidence = Evidence(ink(slant=0.981, line_width=0.01), 4, [9] * 7 + [4] * 3, {}, None)
    text = said(judge(answer(9), 4, evidence))
    assert text.startswith("Meant as 4, read as 9.")
    assert "drawn thinner than 99 % of training 4s and slanted more to the right than 98 %" in text
    assert "7 are 9s and 3 are 4s." in text
    assert "Prepared" not in text
    assert "No square of up to 14×14 pixels turns the answer." in text


def test_an_unsure_answer_says_between_what():
    decision = decide(np.array([0.4, 0, 0.6, *[0] * 7]))
    evidence = Evidence(ink(height=1), None, [2, 0], {}, 2)
    verdict = judge(decision, None, evidence)
    assert verdict.headline == "Not sure: 2 or 0."
    assert verdict.sentences[0] == "Unusual ink: taller than 100 % of training digits."


def test_what_looks_like_no_digit_is_told_so():
    assert judge(answer(3, 0.5), None, ALL_THREES).headline == "This does not look like a digit."
