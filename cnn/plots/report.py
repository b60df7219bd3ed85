"""An evaluation as one HTML file: figures, charts, the digits read wrong; it asks the web for none.

It has no script, and its own policy forbids it to load anything.
"""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from string import Template

import numpy as np

from cnn.augmentation.corruptions import CORRUPTIONS
from cnn.decision import percent
from cnn.evaluation.calibration import BINS
from cnn.evaluation.findings import Findings, Network
from cnn.evaluation.robustness import STRENGTHS, at_each_strength
from cnn.evaluation.scores import Evaluation
from cnn.evaluation.shares import per_cent
from cnn.evaluation.text import mean_corruption_error_said
from cnn.ink.strokes import Picture
from cnn.plots.images import data_uri, grey
from cnn.plots.svg import Axis, Line, line_chart

FOLDER = Path(__file__).parent
# Pictures of a gallery, and lines of what could not be read.
MOST_PICTURES, MOST_REFUSED = 48, 200
LARGE, SMALL = (420, 260), (180, 116)
HUNDRED = (0, 20, 40, 60, 80, 100)
CALIBRATED = Line("quiet", (0, 100), (0, 100))


def report(findings: Findings) -> bytes:
    """Write what was found out about one network, or two, as a page."""
    evaluation = findings.network.evaluation
    title = f"{findings.network.name} on {findings.measured.title}"
    sections = [
        _head(findings, title),
        _digits(evaluation),
        _mistakes(findings),
        _certainty(evaluation),
        _beside(findings),
        _corruptions(findings),
        _refused(findings),
    ]
    page = Template((FOLDER / "report.html").read_text("utf-8"))
    return page.substitute(
        title=escape(title),
        style=(FOLDER / "report.css").read_text("utf-8"),
        body="\n".join(sections),
    ).encode()


def _head(findings: Findings, title: str) -> str:
    evaluation = findings.network.evaluation
    interval = evaluation.right.interval
    unsure = evaluation.unsure
    figures = [
        (
            "Read right",
            _share(evaluation.accuracy),
            f"{_share(interval.low)} to {_share(interval.high)} of all such digits",
        ),
        ("Read wrong", f"{evaluation.n - evaluation.right.count:,}", f"of {evaluation.n:,} digits"),
        (
            "Called unsure",
            _share(unsure.wise.n / evaluation.n),
            f"{unsure.caught.count:,} of the {unsure.caught.n:,} mistakes among them",
        ),
        (
            "Calibration error",
            _share(evaluation.reliability.calibration_error),
            "expected, between sureness and truth",
        ),
    ]
    cells = "".join(
        f"<div><dt>{name}</dt><dd>{figure}</dd><dd>{more}</dd></div>"
        for name, figure, more in figures
    )
    return f'<h1>{escape(title)}</h1>\n<dl class="figures">{cells}</dl>'


def _digits(evaluation: Evaluation) -> str:
    scores = "".join(
        f"<tr><th>{each.digit}</th><td>{_share(each.precision)}</td>"
        f"<td>{_share(each.recall)}</td><td>{_share(each.f1)}</td><td>{each.n:,}</td></tr>"
        for each in evaluation.digits
    )
    head = "<td></td>" + "".join(f"<th>{digit}</th>" for digit in range(10))
    rows = "".join(f"<tr><th>{digit}</th>{_counts(evaluation, digit)}</tr>" for digit in range(10))
    return f"""<h2>Which digits are taken for which</h2>
<div class="beside">
<div><p class="quiet">Rows: what it is. Columns: what it is read as.</p>
<div class="wide"><table class="confusion"><thead><tr>{head}</tr></thead>
<tbody>{rows}</tbody></table></div></div>
<div><p class="quiet">Precision: of what is read as it, the share that is. Recall: of those there
are, the share that is read so. F1: their harmonic mean.</p>
<div class="wide"><table><thead><tr><th>Digit</th><th>Precision</th><th>Recall</th><th>F1</th>
<th>Digits</th></tr></thead><tbody>{scores}</tbody></table></div></div>
</div>"""


def _counts(evaluation: Evaluation, digit: int) -> str:
    wrong = evaluation.confusion - np.diag(evaluation.confusion.diagonal())
    cells = []
    for read, count in enumerate(evaluation.confusion[digit].tolist()):
        if read == digit:
            cells.append(f'<td class="right">{count:,}</td>')
        elif count:
            # The root lets single mistakes be seen beside many.
            share = 0.8 * (count / wrong.max()) ** 0.5
            cells.append(f'<td style="--share:{share:.2f}">{count:,}</td>')
        else:
            cells.append('<td class="none">·</td>')
    return "".join(cells)


def _mistakes(findings: Findings) -> str:
    answers = findings.network.evaluation.answers
    mistakes = answers.mistakes(MOST_PICTURES)
    if not mistakes:
        return "<h2>The surest mistakes</h2>\n<p>None: every digit is read right.</p>"
    figures = (
        _figure(
            findings.measured.digits.images[each.index],
            f"{each.label} read as {each.read}",
            f"{_sure(each.probability)} sure",
            findings.measured.name_of(each.index),
        )
        for each in mistakes
    )
    all_of_them = "all" if len(mistakes) < MOST_PICTURES else f"the first {len(mistakes)}"
    return f"<h2>The surest mistakes, {all_of_them}</h2>\n{_gallery(figures)}"


def _certainty(evaluation: Evaluation) -> str:
    bins = evaluation.reliability.bins
    certainty = [100 * each.certainty for each in bins]
    line = Line(
        "first",
        certainty,
        [100 * each.accuracy for each in bins],
        [100 * each.interval.low for each in bins],
        [100 * each.interval.high for each in bins],
        has_dots=True,
    )
    per = Axis("How sure, %", 0, 100, HUNDRED), Axis("Right, %", 0, 100, HUNDRED)
    diagram = line_chart([CALIBRATED, line], *per, LARGE, "Reliability diagram")
    return f"""<h2>Whether it knows what it does not know</h2>
<p>{escape(evaluation.unsure.sentence)}</p>
<div class="beside">
<div><h3>Risk against coverage</h3>
<p class="quiet">Per cent wrong, if only so many per cent of the digits, the surest, were
answered.</p>{_risk(evaluation)}</div>
<div><h3>Reliability</h3>
<p class="quiet">Per cent right, of answers that are about as sure ({BINS} bins, each with its
interval); on the dashed line certainty is true.</p>{diagram}</div>
</div>"""


def _risk(evaluation: Evaluation) -> str:
    curve = evaluation.risk_coverage.thinned(LARGE[0])
    # A few sure mistakes are a spike where few digits are answered: it may leave the chart.
    most = max(100 * float(curve.risk[curve.coverage >= 0.1].max(initial=0)), 0.1)
    step = next(s for s in (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20) if most / s <= 5 or s == 20)
    ticks = tuple(round(step * i, 2) for i in range(int(np.ceil(most / step)) + 1))
    line = Line("first", 100 * curve.coverage, 100 * curve.risk)
    up = Axis("Wrong, %", 0, ticks[-1], ticks)
    return line_chart([line], Axis("Answered, %", 0, 100, HUNDRED), up, LARGE, "Risk and coverage")


def _beside(findings: Findings) -> str:
    pair, other = findings.pair, findings.other
    if pair is None or other is None:
        return ""
    first, second = escape(findings.network.name), escape(other.name)
    answers = (pair.first, pair.second)
    figures = (
        _figure(
            findings.measured.digits.images[i],
            f"{pair.first.labels[i]}: {' and '.join(str(a.read[i]) for a in answers)}",
            " and ".join(_sure(float(a.certainty[i])) for a in answers),
            findings.measured.name_of(i),
        )
        for i in pair.differing[:MOST_PICTURES].tolist()
    )
    both_right = int((pair.first.is_right & pair.second.is_right).sum())
    return f"""<h2>Beside {second}</h2>
<p>{escape(findings.conclusion)}</p>
<dl class="figures">
<div><dt>{first}</dt><dd>{_share(findings.network.evaluation.accuracy)}</dd>
<dd>{len(pair.only_first):,} right that the other reads wrong</dd></div>
<div><dt>{second}</dt><dd>{_share(other.evaluation.accuracy)}</dd>
<dd>{len(pair.only_second):,} right that the other reads wrong</dd></div>
<div><dt>Both</dt><dd>{both_right:,}</dd><dd>right; {len(pair.both_wrong):,} wrong</dd></div>
</dl>
<p class="quiet after">The surest of the {len(pair.differing):,} digits that they read differently:
what each is, what it is read as by {first} and by {second}, and how surely.</p>
{_gallery(figures)}"""


def _corruptions(findings: Findings) -> str:
    networks = [each for each in (findings.network, findings.other) if each is not None]
    if not findings.network.curves:
        return ""
    key = "".join(f"<li>{escape(each.name)}</li>" for each in networks)
    charts = "\n".join(
        _spoilt(findings, networks, number) for number in range(len(networks[0].curves))
    )
    part = findings.network.spoilt < findings.network.evaluation.n
    of = f" of the {findings.network.evaluation.n:,}, evenly spread" if part else ""
    return f"""<h2>How much it stands</h2>
<p>Per cent read right, over how much the digits are spoilt: from nothing, 0 %, to what each title
says, 100 %. {findings.network.spoilt:,} digits{of}; the bands are 95 % confidence intervals.
{escape(mean_corruption_error_said(findings))}</p>
<ul class="key">{key}</ul>
<div class="curves">{charts}</div>"""


def _spoilt(findings: Findings, networks: Sequence[Network], number: int) -> str:
    """Show one corruption's curves, and below them a digit at each strength."""
    lines = []
    for network, kind in zip(networks, ("first", "second"), strict=False):
        curve = network.curves[number]
        shares = [share.interval for share in curve.right]
        lines.append(
            Line(
                kind,
                [100 * strength for strength in curve.strengths],
                [100 * (share.value or 0) for share in curve.right],
                [100 * share.low for share in shares],
                [100 * share.high for share in shares],
            )
        )
    corruption = CORRUPTIONS[networks[0].curves[number].corruption]
    across = Axis("", 0, 100, tuple(round(100 * s) for s in (0, *STRENGTHS)))
    up = Axis("Right, %", 0, 100, (0, 50, 100))
    digit = findings.measured.digits.images[0]
    strip = "".join(
        f'<img alt="" src="{data_uri(grey(image))}">'
        for image in at_each_strength(digit, corruption.name)
    )
    chart = line_chart(lines, across, up, SMALL, f"Accuracy by {corruption.title.lower()}")
    return (
        f'<section><h3>{corruption.title}</h3><p class="quiet">{corruption.most}</p>{chart}'
        f'<div class="strip">{strip}</div></section>'
    )


def _refused(findings: Findings) -> str:
    refused = findings.measured.refused
    if not refused:
        return ""
    items = "".join(
        f"<li>{escape(each.name)}: {escape(each.reason)}</li>" for each in refused[:MOST_REFUSED]
    )
    more = len(refused) - MOST_REFUSED
    rest = f"<p>{more:,} more cannot be read, either.</p>" if more > 0 else ""
    return (
        f'<h2>What could not be read, {len(refused):,}</h2>\n<ul class="refused">{items}</ul>{rest}'
    )


def _gallery(figures: Iterable[str]) -> str:
    return f'<div class="gallery">{"".join(figures)}</div>'


def _figure(image: Picture, said: str, more: str, name: str) -> str:
    return (
        f'<figure><img class="digit" alt="{said}" src="{data_uri(grey(image))}">'
        f"<figcaption>{said}<small>{more}</small><small>{escape(name)}</small></figcaption></figure>"
    )


def _share(share: float | None) -> str:
    return escape(per_cent(share))


def _sure(probability: float) -> str:
    return escape(percent(probability))
