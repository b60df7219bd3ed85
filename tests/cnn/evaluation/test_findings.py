import json

import numpy as np
import pytest

from cnn.augmentation.corruptions import MNIST_C
from cnn.data.digits import Digits
from cnn.data.measured import Measured
from cnn.evaluation.findings import find_out
from cnn.evaluation.robustness import STRENGTHS
from cnn.evaluation.text import findings_as_text

LABELS = np.arange(20) % 10


class Reads:
    """Stands for a network that reads so many digits wrong, however they are spoilt."""

    def __init__(self, wrong):
        self.read = LABELS.copy()
        self.read[:wrong] = (self.read[:wrong] + 1) % 10

    def logits(self, images):
        return 9 * np.eye(10, dtype=np.float32)[self.read]

    def probabilities(self, images):
        return np.eye(10, dtype=np.float32)[self.read]


def found(*wrong, corruptions=MNIST_C):
    measured = Measured("some digits", Digits(np.zeros((20, 28, 28), np.float32), LABELS))
    points = []
    networks = [(f"network {i}", Reads(w)) for i, w in enumerate(wrong)]
    return find_out(measured, networks, corruptions, points.append), points


def test_two_networks_are_told_of_in_text_and_json():
    findings, points = found(2, 8)
    assert len(points) == len(MNIST_C) * (1 + len(STRENGTHS))
    assert findings.corruption_error == pytest.approx(2 / 8)
    told = json.loads(json.dumps(findings.as_json()))
    assert told["mean_corruption_error"] == pytest.approx(2 / 8)
    assert told["against"]["accuracy"] == 0.6
    assert told["against"]["p_value"] == pytest.approx(2 / 2**6)
    text = findings_as_text(findings)
    assert "network 0 beside network 1, on the same digits: 90.00% and 60.00% read right" in text
    assert "that of network 1 being 100 %: 25.0 % (the fifteen of MNIST-C)." in text
    rows = [line.split() for line in text.splitlines()]
    assert ["Fog", *["90.0", "%"] * 6] in rows
    assert ["60.0", "%"] * 6 in rows


def test_one_network_has_no_mean_corruption_error_nor_one_beside_a_faultless_one():
    assert found(2)[0].corruption_error is None
    assert found(2, 0)[0].corruption_error is None
    assert "Mean corruption error" not in findings_as_text(found(2, 0)[0])
    assert "against" not in found(2, corruptions=())[0].as_json()
