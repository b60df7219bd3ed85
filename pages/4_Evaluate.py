"""The Evaluate page: how good a network is, where it fails, and whether another one is better."""

from collections.abc import Callable, Sequence

import streamlit as st

from cnn.data.measured import Measured
from cnn.evaluation.findings import Findings, Network
from cnn.model import ModelError
from cnn.plots.report import report
from cnn.runs.run import RunError
from pages.evaluate import answers, digits, mistakes, networks, scores
from pages.evaluate.map import show_map
from pages.evaluate.networks import Started
from pages.evaluate.robustness import show_robustness
from pages.shared import address, images, messages, page
from pages.shared.choices import option

DIGIT_BY_DIGIT, SURE, BESIDE = "Digit by digit", "How sure?", "Side by side"
ROBUST, MAP = "How robust?", "Map of digits"


@st.fragment
def evaluate() -> None:
    """Let networks and digits be chosen, and show how they are read."""
    asked = address.words()
    with st.container(key="evaluate-choice", horizontal=True):
        first = networks.choose(asked.get("network", ""))
        second = networks.choose_other(asked.get("against", ""), first)
        source = digits.choose(asked.get("data", ""))
    write(network=first, against=second, data=source, cell=asked.get("cell", ""))
    if trouble := networks.trouble_with(asked):
        messages.tell(trouble)
    measured = digits.loaded(source)
    started = [] if measured is None else begun(first, second)
    findings = None if measured is None else found_out(measured, started)
    if findings is None:
        return
    scores.head(findings)
    scores.refused(findings.measured)
    mistakes.show(findings, asked.get("cell", ""), write_cell, is_in_use=not first)
    show_more(findings, started)


def begun(first: str, second: str) -> list[Started]:
    """Load one network, or two; none if one cannot be, which is said."""
    try:
        return [networks.started(name) for name in networks.both(first, second)]
    except (ModelError, RunError) as error:
        messages.problem(error)
        return []


def found_out(measured: Measured, started: Sequence[Started]) -> Findings | None:
    """Let networks read digits; None if there are none, or they are stopped."""
    read: list[Network] = []
    for each in started:
        network = answers.of(each, measured)
        if network is None:
            return None
        read.append(network)
    return Findings(measured, *read) if read else None


def show_more(findings: Findings, started: Sequence[Started]) -> None:
    """Show one of the sections below, the one that is asked for."""
    networks_read = [each for each in (findings.network, findings.other) if each is not None]
    predictors = [(each.name, each.predictor) for each in started]
    sections: dict[str, Callable[[], None]] = {
        DIGIT_BY_DIGIT: lambda: scores.digit_by_digit(findings.network.evaluation),
        SURE: lambda: scores.certainty(networks_read),
        ROBUST: lambda: show_robustness(predictors, findings.measured),
        MAP: lambda: show_map(*predictors[0], findings.measured),
    }
    if findings.other is not None:
        sections = {BESIDE: lambda: scores.side_by_side(findings), **sections}
    with st.container(key="evaluate-more", horizontal=True, vertical_alignment="bottom"):
        asked = st.segmented_control(
            "More about it", list(sections), default=next(iter(sections)), required=True,
            key=f"evaluate-sections-{len(networks_read)}",
        )  # fmt: skip
        st.download_button("Report", lambda: report(findings), "evaluation.html", "text/html",
                           icon=":material/download:", on_click="ignore", key="evaluate-report",
                           help="All figures on one page, to keep", width="content")  # fmt: skip
    with st.container(key="evaluate-section"):
        sections[option(asked, list(sections))]()


def write_cell(cell: str) -> None:
    """Let the address tell of a cell of the confusion matrix, or of none."""
    write(**{**address.words(), "cell": cell})


def write(**chosen: str) -> None:
    """Let the address tell what is chosen."""
    address.write(**{name: value for name, value in chosen.items() if value})


page.show("Evaluate")
st.html(images.STYLE)
st.html(scores.STYLE)
evaluate()
