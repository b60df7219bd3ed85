"""Switch filters off, and see what the network answers without them."""

import html
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnn.ablation import Ablation, Prepared, Strongest, probabilities
from cnn.figures import colours, data_uri
from cnn.ink import Picture
from cnn.mnist import DataError
from cnn.predictor import Predictor
from cnn.verdict import percent
from pages.widgets import sources
from pages.widgets.ledger import signed
from pages.widgets.tools import Tools

# Test digits on which accuracy is measured: enough to see 0.1 %, few enough to be read at once.
MOST_DIGITS = 2000

OffTuple: TypeAlias = tuple[tuple[str, tuple[int, ...]], ...]
"""What is off, as a key for caches: layers and their channels."""

HEAD = """<tr><td></td><th scope="col" colspan="2">All filters on</th>
<th scope="col" colspan="2">{count}</th></tr>"""
ROW = """<tr><th scope="row">{digit}</th>
{before}{after}</tr>"""
CELL = """<td class="number{kind}">{number}</td>
<td class="bar"><i class="{kind}" style="width:{width:.1f}%"></i></td>"""
ACCURACY = """<div class="accuracy" role="status"><b>{change}</b>
<div class="note">{note}</div></div>"""


@dataclass(frozen=True)
class Sample:
    """Digits that the network was not trained on, ready to be read without some filters."""

    source: str
    labels: NDArray[np.int64]
    prepared: Prepared


@st.fragment
def show(image: Picture, predictor: Predictor, tools: Tools) -> None:
    """Show every filter's map as a switch, and the answer with all filters and without some.

    Args:
        image: The network's input, float32 [28, 28] in 0..1.
        predictor: The network.
        tools: Ask the network.
    """
    ablation, titles = tools.ablation, tools.titles
    prepared = ablation.prepare(image[None])
    strongest = ablation.strongest(prepared)
    left, right = st.columns([620, 420], gap="large")
    with left:
        activations = predictor.read(image).activations
        off = tuple(
            (name, _switches(name, titles[name], activations[name])) for name in ablation.filters
        )
        if strongest is not None:
            _buttons(ablation, strongest, titles, off)
            st.html(_strongest(strongest, titles, probabilities(prepared.logits[0])))
    with right:
        without = ablation.logits(prepared, dict(off))
        st.html(_answers(probabilities(prepared.logits[0]), probabilities(without[0]), off))
        # The last, as it takes longest; until then the former one is seen.
        st.html(_accuracy(tools.token, ablation, off))


def _key(layer: str, count: int) -> str:
    # A layer of another size has switches of its own.
    return f"off-{layer}-{count}"


def _switches(layer: str, title: str, maps: NDArray[np.float32]) -> tuple[int, ...]:
    """Show a layer's maps, [height, width, count], as switches; return which are off."""
    count = maps.shape[2]
    key = _key(layer, count)
    coloured = colours(maps / max(float(maps.max()), 1e-9))
    # All maps in one row: each switch shows its piece.
    row = coloured.transpose(0, 2, 1, 3).reshape(maps.shape[0], -1, 4)
    pieces = "".join(
        f".st-key-{key} button:nth-child({i + 1}) {{ background-position-x: {at:.4f}% }}"
        for i, at in enumerate(np.linspace(0, 100, count))
    )
    st.html(
        f"<style>.st-key-{key} button {{ background-image: url({data_uri(row)});"
        f" background-size: {100 * count}% 100% }} {pieces}</style>"
    )
    with st.container(key=f"filters-{layer}"):
        chosen = st.pills(
            f"{title} · {count} filters, press to switch off",
            range(count),
            selection_mode="multi",
            key=key,
        )
    return tuple(sorted(chosen))


def _buttons(
    ablation: Ablation, strongest: Strongest, titles: dict[str, str], off: OffTuple
) -> None:
    layer, index = strongest.layer, strongest.index
    with st.container(horizontal=True):
        st.button("All on", icon=":material/restart_alt:", key="filters-on",
                  on_click=_switch_all_on, args=[ablation],
                  disabled=not any(channels for _, channels in off))  # fmt: skip
        st.button(f"Switch off {titles[layer].lower()} · {index}", key="strongest-off",
                  icon=":material/bolt:", on_click=_switch_off,
                  args=[_key(layer, ablation.filters[layer]), index],
                  disabled=index in dict(off)[layer])  # fmt: skip


def _switch_all_on(ablation: Ablation) -> None:
    for layer, count in ablation.filters.items():
        st.session_state[_key(layer, count)] = []


def _switch_off(key: str, index: int) -> None:
    st.session_state[key] = sorted({*st.session_state[key], index})


def _answers(before: NDArray[np.float32], after: NDArray[np.float32], off: OffTuple) -> str:
    """Show both answers, digit by digit, side by side."""
    count = sum(len(channels) for _, channels in off)
    said = {0: "No filter off", 1: "One filter off"}.get(count, f"{count} filters off")
    rows = "".join(
        ROW.format(digit=digit, before=_cell(before, digit), after=_cell(after, digit))
        for digit in range(10)
    )
    return f'<table class="answers">{HEAD.format(count=said)}{rows}</table>'


def _cell(answer: NDArray[np.float32], digit: int) -> str:
    return CELL.format(
        kind=" read" if digit == answer.argmax() else "",
        number=html.escape(percent(answer[digit])),
        width=100 * answer[digit],
    )


def _accuracy(token: str, ablation: Ablation, off: OffTuple) -> str:
    try:
        digits = _sample(token, ablation)
    except DataError as error:
        return ACCURACY.format(change="", note=html.escape(str(error)))
    n = len(digits.labels)
    before, after = _right(token, ablation, ()), _right(token, ablation, off)
    of = f"of {n:,} test digits of {digits.source} read right"
    share = f"{before / n:.2%}"
    if any(channels for _, channels in off):
        share += f" → {after / n:.2%}"
        of += f", {abs(after - before):,} {'fewer' if after < before else 'more'}"
    return ACCURACY.format(change=share.replace("%", " %"), note=of)


@st.cache_resource(max_entries=1, show_spinner=False)
def _sample(token: str, _ablation: Ablation) -> Sample:
    source, digits = sources.examples()
    step = -(-len(digits) // MOST_DIGITS)
    return Sample(source, digits.labels[::step], _ablation.prepare(digits.images[::step]))


@st.cache_data(max_entries=1000, show_spinner=False)
def _right(token: str, _ablation: Ablation, off: OffTuple) -> int:
    """Count the test digits that are read right without some filters."""
    digits = _sample(token, _ablation)
    answers = _ablation.logits(digits.prepared, dict(off)).argmax(axis=1)
    return int((answers == digits.labels).sum())


def _strongest(strongest: Strongest, titles: dict[str, str], before: NDArray[np.float32]) -> str:
    digit = strongest.digit
    odds = " to ".join(map(signed, strongest.log_odds))
    share = f"{percent(before[digit])} to {percent(strongest.probabilities[digit])}"
    return (
        f'<div class="note">The strongest single filter is {titles[strongest.layer].lower()} · '
        f"{strongest.index}: without it alone, {digit} goes from {html.escape(share)}, its "
        f"log-odds from {odds}.</div>"
    )
