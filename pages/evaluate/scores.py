"""How good a network is, in figures: the share read right, digit by digit, how sure, and beside."""

import html
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from cnn.data.measured import Measured
from cnn.evaluation.calibration import BINS
from cnn.evaluation.findings import Findings, Network
from cnn.evaluation.scores import Evaluation
from cnn.evaluation.shares import per_cent
from cnn.plots.evaluations import reliability_chart, risk_chart
from pages.evaluate import figures
from pages.shared import charts
from pages.shared.glossary import tip

STYLE = Path(__file__).with_name("evaluate.css")
# Lines of what could not be read that are shown.
MOST_REFUSED = 100
HEAD = """<div class="accuracy"><b>{share}</b><p>{said}</p></div>"""
PER_DIGIT = """<div class="per-digit"><table><thead><tr><th scope="col">Digit</th>
<th scope="col">{precision}</th><th scope="col">{recall}</th><th scope="col">{f1}</th>
<th scope="col">Digits</th></tr></thead><tbody>{rows}</tbody></table></div>"""
RISK = """<h4 class="part">If only the surest were answered</h4>
<p class="note why">Per cent wrong of those answered, the surest first.</p>"""
RELIABLE = """<h4 class="part">Whether its certainty is true</h4>
<p class="note why">Per cent right of answers that are about as sure, with 95 % intervals; on the
dashed line, certainty is true. {error}</p>"""


def head(findings: Findings) -> None:
    """Say how many digits are read right, and, of two networks, whether one is better."""
    evaluation = findings.network.evaluation
    interval = evaluation.right.interval
    name, title = (html.escape(text) for text in (findings.network.name, findings.measured.title))
    digits = "digit" if evaluation.n == 1 else "digits"
    said = (
        f"{name} reads {evaluation.right.count:,} of {evaluation.n:,} {digits} right ({title}). Of"
        f" all such digits, it would read {per_cent(interval.low)} to {per_cent(interval.high)}"
        f" right ({tip('Wilson interval', '95 % interval')})."
    )
    st.html(HEAD.format(share=per_cent(evaluation.accuracy), said=said))
    if findings.conclusion:
        st.html(f'<p class="conclusion">{html.escape(findings.conclusion)}</p>')


def refused(measured: Measured) -> None:
    """List what could not be read, and why."""
    count = len(measured.refused)
    if not count:
        return
    with st.expander(f"{count:,} could not be read; the others were", key="evaluate-refused"):
        lines = "".join(
            f"<li><b>{html.escape(each.name)}</b> {html.escape(each.reason)}</li>"
            for each in measured.refused[:MOST_REFUSED]
        )
        more = count - MOST_REFUSED
        rest = f'<p class="note">{more:,} more cannot be read, either.</p>' if more > 0 else ""
        st.html(f'<ul class="refused">{lines}</ul>{rest}')


def digit_by_digit(evaluation: Evaluation) -> None:
    """Show precision, recall and F1 of each digit."""
    rows = "".join(
        f'<tr><th scope="row">{each.digit}</th><td>{per_cent(each.precision)}</td>'
        f"<td>{per_cent(each.recall)}</td><td>{per_cent(each.f1)}</td><td>{each.n:,}</td></tr>"
        for each in evaluation.digits
    )
    head = {"precision": "Precision", "recall": "Recall", "f1": "F1"}
    names = {name: tip(word if word == "F1" else name, word) for name, word in head.items()}
    st.html(PER_DIGIT.format(rows=rows, **names))


def certainty(networks: Sequence[Network]) -> None:
    """Show whether what is called unsure is, and whether certainty is true."""
    named = [(each.name, each.evaluation) for each in networks]
    sentences = (
        (f"<b>{html.escape(name)}</b>: " if len(named) > 1 else "")
        + html.escape(evaluation.unsure.sentence)
        for name, evaluation in named
    )
    st.html("".join(f"<p>{sentence}</p>" for sentence in sentences))
    left, right = st.columns(2, gap="large")
    with left:
        st.html(RISK)
        charts.chart("evaluate-risk", risk_chart(named))
    with right:
        errors = " and ".join(per_cent(each.reliability.calibration_error) for _, each in named)
        error = f"{tip('calibration error', 'Expected calibration error')}: {errors}, {BINS} bins."
        st.html(RELIABLE.format(error=error))
        charts.chart("evaluate-reliability", reliability_chart(named))


def side_by_side(findings: Findings) -> None:
    """Show the digits that two networks read differently."""
    pair, other = findings.pair, findings.other
    if pair is None or other is None:
        return
    first, second = (html.escape(each.name) for each in (findings.network, other))
    counts = (
        (f"{first} alone", len(pair.only_first)),
        (f"{second} alone", len(pair.only_second)),
        ("both", int((pair.first.is_right & pair.second.is_right).sum())),
        ("neither", len(pair.both_wrong)),
    )
    cells = "".join(f"<div><dt>{who}</dt><dd>{count:,}</dd></div>" for who, count in counts)
    st.html(f'<p class="note">Read right by</p><dl class="counts">{cells}</dl>')
    if not len(pair.differing):
        st.html('<p class="note">They read every digit alike.</p>')
        return
    st.html(
        f'<p class="note">The {len(pair.differing):,} digits that they read differently, the surest'
        f" first: what each is, and what it is read as by {first} or by {second}. Press one to open"
        " it on Layers.</p>"
    )
    figures.read_by_two(findings.measured, pair, "differing")
