"""What a diagnosis comes to, in a few plain sentences."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cnn.decision import Decision, Kind
from cnn.explain.diagnosis import LARGEST, InkStatistic

# Unusual measures that are named.
NAMED = 2


class Case(StrEnum):
    """Why a diagnosis is asked for, as the question that it answers."""

    SURE = "How robust is this?"
    UNSURE = "Why unsure?"
    NO_DIGIT = "Why no digit?"
    MISREAD = "Why misread?"


@dataclass(frozen=True)
class Evidence:
    """What was found out about one drawing.

    Attributes:
        ink: Its measures among those of training digits.
        like: The digit that these training digits are; None if they are all ten.
        nearest: Labels of the training digits that are most like it to the network.
        prepared: How it is read when prepared otherwise, by what is otherwise; {} for a picture.
        square: Side of the smallest square that turns the answer, in pixels; None if none does.
    """

    ink: Sequence[InkStatistic]
    like: int | None
    nearest: Sequence[int]
    prepared: dict[str, int]
    square: int | None


@dataclass(frozen=True)
class Verdict:
    """What the evidence comes to: in a few words, and in a sentence for each piece of it."""

    headline: str
    sentences: list[str]


def case_of(decision: Decision, meant: int | None) -> Case:
    """Tell what is asked about an answer, if a person meant this digit; None: nobody said."""
    match decision.kind:
        case Kind.DIGIT:
            return Case.SURE if meant in {None, decision.digit} else Case.MISREAD
        case Kind.EITHER_OR:
            return Case.UNSURE
        case Kind.NO_DIGIT:
            return Case.NO_DIGIT


def judge(decision: Decision, meant: int | None, evidence: Evidence) -> Verdict:
    """Say what the evidence comes to.

    Args:
        decision: The network's answer.
        meant: The digit that a person meant; None if nobody said.
        evidence: Of the same drawing.
    """
    match case_of(decision, meant):
        case Case.SURE:
            headline = _robustness(decision.digit, evidence)
        case Case.MISREAD:
            headline = f"Meant as {meant}, read as {decision.digit}."
        case Case.UNSURE | Case.NO_DIGIT:
            headline = f"{decision.sentence.removesuffix('?')}."
    said = [_of_ink(evidence), _of_nearest(evidence.nearest)]
    if evidence.prepared:
        said.append(_of_preparations(decision.digit, evidence.prepared))
    return Verdict(headline, [*said, _of_square(evidence.square)])


def _robustness(digit: int, evidence: Evidence) -> str:
    others = {*evidence.nearest, *evidence.prepared.values()} - {digit}
    if others:
        return f"Sure, but not robust: {_listed(sorted(others))} is near."
    if all(measure.is_usual for measure in evidence.ink):
        return "Robust."
    return "Robust, though the ink is unusual."


def _of_ink(evidence: Evidence) -> str:
    kind = "training digits" if evidence.like is None else f"training {evidence.like}s"
    ranked = sorted(evidence.ink, key=lambda measure: -measure.beyond)
    unusual = [measure for measure in ranked if not measure.is_usual][:NAMED]
    if not unusual:
        return f"Its ink is usual: at most, it is {ranked[0].compared()} of {kind}."
    first, *more = (measure.compared() for measure in unusual)
    return f"Unusual ink: {_and([f'{first} of {kind}', *more])}."


def _of_nearest(labels: Sequence[int]) -> str:
    counts = Counter(labels).most_common()
    if len(counts) == 1:
        return f"The {len(labels)} training digits most like it are all {counts[0][0]}s."
    return f"Of the {len(labels)} training digits most like it, {_and([_few(*x) for x in counts])}."


def _few(digit: int, count: int) -> str:
    if count > 1:
        return f"{count} are {digit}s"
    return f"1 is an {digit}" if digit == 8 else f"1 is a {digit}"


def _of_preparations(digit: int, prepared: dict[str, int]) -> str:
    turned = [f"as {read} ({name.lower()})" for name, read in prepared.items() if read != digit]
    if not turned:
        return f"Prepared in another way, it still reads as {digit}."
    return f"Prepared in another way, it reads {_and(turned)}."


def _of_square(side: int | None) -> str:
    if side is None:
        return f"No square of up to {LARGEST}×{LARGEST} pixels turns the answer."
    return f"A square of {side}×{side} pixels turns the answer; no smaller one does."


def _listed(digits: Sequence[int]) -> str:
    return " or ".join(map(str, digits))


def _and(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
