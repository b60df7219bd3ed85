"""What the shipped network makes of hands that earlier ones misread, and of what is no digit."""

import numpy as np
import pytest

from cnn.augmentation.glyphs import FAMILIES, either, strokes_of
from cnn.decision import Decision, decide
from cnn.ink.strokes import Picture, Stroke, rasterise
from cnn.predictor import shipped_predictor

MIDDLE = 160.0


def line(*points: tuple[float, float]) -> Stroke:
    return np.array(points, float)


def oval(width: float, height: float, turns: float = 1.0) -> Stroke:
    """An ellipse around the canvas's middle, begun at its top."""
    turn = np.linspace(0, turns * 2 * np.pi, 50)
    around = np.stack([-np.sin(turn), -np.cos(turn)], axis=1)
    return around * (width / 2, height / 2) + MIDDLE


def read(picture: Picture) -> Decision:
    return decide(shipped_predictor().read(picture).probabilities)


FLAGGED = [
    [line((110, 110), (190, 85), (170, 250))],
    [line((42, 111), (70, 103), (154, 73), (192, 64), (181, 147), (162, 228))],
]


@pytest.mark.parametrize("strokes", FLAGGED, ids=["three points", "six points"])
def test_a_one_with_a_long_flag_is_no_sure_seven(strokes):
    decision = read(rasterise(strokes))
    assert decision.digit == 1 or not decision.sure


CROSSED = {
    "upright": line((160, 60), (160, 260)),
    "slanted": line((215, 60), (105, 260)),
    "slanted backwards": line((105, 60), (215, 260)),
    "level": line((90, 160), (230, 160)),
}


@pytest.mark.parametrize("width", [60, 100, 140])
@pytest.mark.parametrize("way", CROSSED)
def test_a_crossed_zero_is_no_other_digit(way, width):
    decision = read(rasterise([oval(width, 200), CROSSED[way]]))
    assert decision.digit == 0 or not decision.sure


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_each_way_of_writing_a_digit_is_read_right_or_not_surely(family):
    rng = np.random.default_rng(11)
    decisions = [read(rasterise(strokes_of(family.shape, rng))) for _ in range(10)]
    wrong = [d for d in decisions if d.sure and d.digit not in either(family.digit)]
    assert not wrong


def heart(size: float) -> Stroke:
    t = np.linspace(0, 2 * np.pi, 60)
    x = 16 * np.sin(t) ** 3
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    return np.stack([x, -y], axis=1) * size + MIDDLE


def star(points: int, inner: float) -> Stroke:
    turn = np.linspace(0, 2 * np.pi, 2 * points + 1)
    radius = np.where(np.arange(2 * points + 1) % 2, inner, 1.0)
    return np.stack([np.sin(turn), -np.cos(turn)], axis=1) * radius[:, None] * 100 + MIDDLE


NO_DIGITS = {
    "heart": [heart(6)],
    "small heart": [heart(3)],
    "star": [star(5, 0.4)],
    "arrow": [line((60, 160), (260, 160)), line((200, 110), (260, 160), (200, 210))],
    "tick": [line((70, 170), (130, 240), (260, 60))],
    "cross": [line((80, 80), (240, 240)), line((240, 80), (80, 240))],
    "letter A": [line((80, 260), (160, 60), (240, 260)), line((110, 190), (210, 190))],
    "letter M": [line((60, 260), (70, 60), (160, 200), (250, 60), (260, 260))],
    "tap": [line((160, 160))],
    "two taps": [line((60, 60)), line((250, 240))],
    "two digits": [line((90, 60), (90, 260)), np.add(oval(80, 200), (70, 0))],
}


@pytest.mark.parametrize("name", NO_DIGITS)
def test_what_is_no_digit_is_called_none(name):
    assert not read(rasterise(NO_DIGITS[name])).sure
