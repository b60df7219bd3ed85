"""An evaluation laid out for a terminal."""

from collections.abc import Sequence

from cnn.augmentation.corruptions import CORRUPTIONS
from cnn.decision import percent
from cnn.evaluation.calibration import BINS, Reliability
from cnn.evaluation.findings import Findings, Network
from cnn.evaluation.scores import Evaluation
from cnn.evaluation.shares import per_cent

# Mistakes that are listed.
MOST_MISTAKES = 10


def as_text(evaluation: Evaluation) -> str:
    """Lay an evaluation out for a terminal: accuracies, confusion matrix, reliability."""
    right = evaluation.right.count
    lines = [
        f"{evaluation.accuracy:.2%} of {evaluation.n:,} digits read right ({right:,}).",
        "",
        "true \\ read as" + "".join(f"{digit:>6}" for digit in range(10)) + "   right",
    ]
    for digit, row in enumerate(evaluation.confusion):
        share = evaluation.per_digit[digit]
        cells = "".join(f"{count or '·':>6}" for count in row)
        lines.append(f"{digit:>14}{cells}" + (f"{share:8.2%}" if share is not None else "       –"))
    return "\n".join([*lines, "", *_of_reliability(evaluation.reliability)])


def details_as_text(evaluation: Evaluation, names: Sequence[str] = ()) -> str:
    """Lay out what comes after: interval, digit by digit, what is called unsure, mistakes.

    Args:
        evaluation: The figures.
        names: What to call each digit; if there are none, by its number in the set.
    """
    interval = evaluation.right.interval
    lines = [
        f"{'digit':>14}{'precision':>12}{'recall':>12}{'F1':>12}{'digits':>10}",
        *(
            f"{each.digit:>14}{per_cent(each.precision):>12}{per_cent(each.recall):>12}"
            f"{per_cent(each.f1):>12}{each.n:>10,}"
            for each in evaluation.digits
        ),
        "",
        f"Of all such digits, {per_cent(interval.low)} to {per_cent(interval.high)} are read right"
        " (Wilson, 95 %).",
        evaluation.unsure.sentence,
    ]
    return "\n".join([*lines, *_of_mistakes(evaluation, names)])


def findings_as_text(findings: Findings) -> str:
    """Lay out all that was found out: of one network, then of both beside each other."""
    network, other = findings.network, findings.other
    parts = [
        as_text(network.evaluation),
        details_as_text(network.evaluation, findings.measured.names),
    ]
    if other is not None and findings.pair is not None:
        parts.append(
            f"{network.name} beside {other.name}, on the same digits:"
            f" {network.evaluation.accuracy:.2%} and {other.evaluation.accuracy:.2%} read right,"
            f" {len(findings.pair.both_wrong):,} by neither.\n{findings.conclusion}"
        )
    if network.curves:
        parts.append(_of_corruptions(findings))
    return "\n\n".join(parts)


def _of_corruptions(findings: Findings) -> str:
    """Lay out how digits are read that are spoilt: a row for each corruption and network."""
    networks = [each for each in (findings.network, findings.other) if each is not None]
    read = f"{networks[0].spoilt:,} digits" + (
        f" of {findings.network.evaluation.n:,}, evenly spread," if _is_part(findings) else ""
    )
    lines = [
        f"Read right, {read} spoilt more and more; each ± {_uncertainty(networks):.1f} points"
        " at most (Wilson, 95 %):",
        f"{'':>28}" + "".join(f"{100 * s:>8.0f} %" for s in networks[0].curves[0].strengths),
    ]
    for row in zip(*(each.curves for each in networks), strict=True):
        titles = [CORRUPTIONS[row[0].corruption].title, *[""] * (len(row) - 1)]
        for title, curve in zip(titles, row, strict=True):
            cells = "".join(f"{per_cent(share.value, 1):>10}" for share in curve.right)
            lines.append(f"{title:>28}{cells}")
    if len(networks) > 1:
        lines += ["", f"Above {networks[0].name}, below it {networks[1].name}."]
    if findings.corruption_error is not None:
        lines.append(mean_corruption_error_said(findings))
    return "\n".join(lines)


def mean_corruption_error_said(findings: Findings) -> str:
    """Say the mean corruption error in a sentence; "" where there is none."""
    if findings.corruption_error is None or findings.other is None:
        return ""
    return (
        f"Mean corruption error of {findings.network.name}, that of {findings.other.name} being"
        f" 100 %: {per_cent(findings.corruption_error, 1)} (the fifteen of MNIST-C)."
    )


def _is_part(findings: Findings) -> bool:
    return findings.network.spoilt < findings.network.evaluation.n


def _uncertainty(networks: Sequence[Network]) -> float:
    """Return the most by which an interval goes beyond its share, in points."""
    shares = [share for each in networks for curve in each.curves for share in curve.right]
    return max(100 * (s.interval.high - s.interval.low) / 2 for s in shares)


def _of_reliability(found: Reliability) -> list[str]:
    lines = [
        f"Expected calibration error: {found.calibration_error:.2%} ({BINS} bins of equal width).",
        "",
        f"{'sure by':>14}{'answers':>10}{'mean':>10}{'right':>10}",
    ]
    for each in found.bins:
        width = f"{each.low:.0%} to {each.high:.0%}"
        lines.append(f"{width:>14}{each.n:>10,}{each.certainty:>10.2%}{each.accuracy:>10.2%}")
    return lines


def _of_mistakes(evaluation: Evaluation, names: Sequence[str]) -> list[str]:
    mistakes = evaluation.answers.mistakes(MOST_MISTAKES)
    if not mistakes:
        return []
    lines = ["", "The surest mistakes:"]
    for each in mistakes:
        name = names[each.index] if names else f"digit {each.index:,}"
        lines.append(
            f"  {name}: a {each.label} read as {each.read}, {percent(each.probability)} sure"
        )
    return lines
