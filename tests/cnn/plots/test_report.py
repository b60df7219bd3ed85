import re
from html.parser import HTMLParser

import numpy as np
import pytest

from cnn.data.digits import Digits
from cnn.data.measured import Measured
from cnn.data.pictures import Refused
from cnn.evaluation.findings import find_out
from cnn.plots.report import report
from cnn.plots.svg import Axis, Line, line_chart


class Reads:
    """Stands for a network that reads so many digits wrong, of any picture."""

    def __init__(self, labels, wrong):
        read = labels.copy()
        read[:wrong] = (read[:wrong] + 1) % 10
        self.probabilities_of = np.eye(10, dtype=np.float32)[read] * 0.9 + 0.01

    def probabilities(self, images):
        return self.probabilities_of

    def logits(self, images):
        return np.log(self.probabilities_of)


def findings(wrong=(3, 5), corruptions=("blur", "fog"), refused=(), name="A <b>", n=30):
    labels = np.arange(n) % 10
    digits = Digits(np.random.default_rng(0).random((n, 28, 28)).astype(np.float32), labels)
    measured = Measured("my <i>digits</i>", digits, (), (), refused)
    networks = [(name if i == 0 else "B", Reads(labels, w)) for i, w in enumerate(wrong)]
    return find_out(measured, networks, corruptions)


class Tags(HTMLParser):
    """Collects a page's tags, and holds it to closing each."""

    def __init__(self, text):
        super().__init__()
        self.open, self.seen = [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in {"img", "meta", "path", "circle", "br"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_report_stands_alone_and_asks_for_nothing():
    text = report(findings()).decode()
    tags = Tags(text).seen
    assert not {"script", "link", "iframe", "a"} & {tag for tag, _ in tags}
    assert "default-src 'none'" in text
    sources = [attrs["src"] for tag, attrs in tags if tag == "img"]
    assert sources
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    assert not re.search(r"https?://|url\(|@import", text)


def test_the_report_shows_all_that_was_found():
    text = report(findings(refused=(Refused("x<y.png", "It is damaged."),))).decode()
    assert "A &lt;b&gt; on my &lt;i&gt;digits&lt;/i&gt;" in text
    assert "<dd>90.00 %</dd>" in text
    assert text.count('<figure><img class="digit"') == 3 + 2
    assert "The surest mistakes, all" in text
    assert "Mean corruption error" not in text
    assert [title in text for title in ("Blur", "Fog", "Beside B")] == [True] * 3
    assert "x&lt;y.png: It is damaged." in text


def test_a_network_without_a_fault_or_another_beside_it_has_a_report_too():
    text = report(findings(wrong=(0,), corruptions=(), n=1)).decode()
    Tags(text)
    assert "None: every digit is read right." in text
    assert "Beside" not in text
    assert "How much it stands" not in text


def test_a_chart_places_its_points_between_its_axes():
    across, up = Axis("x", 0, 100, (0, 100)), Axis("", 0, 1, (0, 1))
    chart = line_chart([Line("first", [0, 100], [0, 1])], across, up, (242, 140), "a < b")
    assert 'aria-label="a &lt; b"' in chart
    start, end = re.search(r'class="line" d="M([\d. ]+)L([\d. ]+)"', chart).groups()
    assert (start, end) == ("34.0 108.0", "234.0 8.0")


@pytest.mark.parametrize("high", [0.001, 0.3, 1.0])
def test_the_axis_of_risk_holds_all_of_the_curve(high):
    wrong = max(round(1_000 * high), 1)
    text = report(findings(wrong=(wrong,), corruptions=(), n=1_000)).decode()
    chart = text.split('aria-label="Risk and coverage"')[1].split("</svg>")[0]
    ticks = [float(t) for t in re.findall(r'text-anchor="end">([\d.]+)<', chart)]
    assert 100 * wrong / 1_000 <= ticks[-1]
    assert len(ticks) <= 7
