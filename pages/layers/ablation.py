"""Switch filters off, and see what the network answers without them."""

import html
from typing import TypeAlias

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnn.data.digits import DataError
from cnn.decision import decide, percent
from cnn.explain.ablation import Ablation, Prepared, Strongest, probabilities
from cnn.ink.strokes import Picture
from cnn.plots.images import coloured, own_scales
from cnn.predictor import Predictor
from pages.layers.explainers import Tools
from pages.shared import datasets, glossary
from pages.shared.choices import those_of
from pages.shared.text import change, signed

# Test digits on which accuracy is measured: enough to see 0.1 %, few enough to be read
# at once; and how many of them between two looks whether another switch was pressed.
MOST_DIGITS = 2000
PART = 500

OffTuple: TypeAlias = tuple[tuple[str, tuple[int, ...]], ...]
"""What is off, as a key for caches: layers and their channels."""

HEAD = """<tr><td></td><th scope="col" colspan="2">All filters on</th>
<th scope="col" colspan="2">{count}</th></tr>"""
ROW = """<tr><th scope="row">{digit}</th>
{before}{after}</tr>"""
CELL = """<td class="number{kind}">{number}</td>
<td class="bar"><i class="{kind}" style="width:{width:.1f}%"></i></td>"""
HINT = '<span class="note">Press a map: what would be read without its filter?</span>'
ACCURACY = """<div class="accuracy" role="status"><b>{change}</b>
<div class="note">{note}</div></div>"""


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
    strongest = _strongest_filter(tools.token, ablation, image)
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
        with st.container(key="switched"):
            st.html(_told(probabilities(prepared.logits[0]), probabilities(without[0]), off))
            _show_accuracy(tools, off)


def _key(layer: str, count: int) -> str:
    # A layer of another size has switches of its own.
    return f"off-{layer}-{count}"


def _switches(layer: str, title: str, maps: NDArray[np.float32]) -> tuple[int, ...]:
    """Show a layer's maps, [height, width, count], as switches; return which are off."""
    count = maps.shape[2]
    key = _key(layer, count)
    # All maps in one row: each switch shows its piece.
    row = own_scales(maps).transpose(0, 2, 1).reshape(len(maps), -1)
    pieces = "".join(
        f".st-key-{key} button:nth-child({i + 1}) {{ background-position-x: {at:.4f}% }}"
        for i, at in enumerate(np.linspace(0, 100, count))
    )
    st.html(
        f"<style>.st-key-{key} button {{ background-image: url({coloured(row)});"
        f" background-size: {100 * count}% 100% }} {pieces}</style>"
    )
    with st.container(key=f"filters-{layer}"):
        chosen = st.pills(
            f"{title} · {count} filters, press to switch off",
            range(count),
            selection_mode="multi",
            key=key,
            width="stretch",
        )
    return tuple(those_of(chosen, range(count)))


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
    others = [each for each in st.session_state[key] if type(each) is int]
    st.session_state[key] = sorted({*others, index})


def _answers(before: NDArray[np.float32], after: NDArray[np.float32], off: OffTuple) -> str:
    """Show both answers, digit by digit, side by side."""
    count = sum(len(channels) for _, channels in off)
    said = {0: "No filter off", 1: "One filter off"}.get(count, f"{count} filters off")
    rows = "".join(
        ROW.format(digit=digit, before=_cell(before, digit), after=_cell(after, digit))
        for digit in range(10)
    )
    return f'<table class="answers">{HEAD.format(count=said)}{rows}</table>'


def _told(before: NDArray[np.float32], after: NDArray[np.float32], off: OffTuple) -> str:
    """Say what becomes of the digit that was read, or what there is to do."""
    digit, now = int(before.argmax()), int(after.argmax())
    told = html.escape(f"{digit} {change(float(before[digit]), float(after[digit]))}.")
    if now != digit:
        told += f" Now it reads as {now}."
    is_off = any(channels for _, channels in off)
    return f'<div class="told" role="status">{told if is_off else HINT}</div>'


def _cell(answer: NDArray[np.float32], digit: int) -> str:
    decision = decide(answer)
    return CELL.format(
        kind=" read" if decision.sure and digit == decision.digit else "",
        number=html.escape(percent(answer[digit])),
        width=100 * answer[digit],
    )


def _show_accuracy(tools: Tools, off: OffTuple) -> None:
    """Measure on one part of the test digits after the other, and show it for those so far.

    So a press of the next switch need not wait for the last part. Until the first part is read,
    the former accuracy is seen.
    """
    place = None
    before = after = read = 0
    try:
        source, digits = datasets.test_digits()
        step = -(-len(digits) // MOST_DIGITS)
        for first in range(0, len(digits), step * PART):
            part = slice(first, first + step * PART, step)
            read += len(digits.labels[part])
            before += _right(tools.token, tools.ablation, part, ())
            after += _right(tools.token, tools.ablation, part, off)
            place = place or st.empty()
            place.html(_accuracy(before, after if any(dict(off).values()) else None, read, source))
    except DataError as error:
        st.html(ACCURACY.format(change="", note=html.escape(str(error))))


def _accuracy(before: int, after: int | None, read: int, source: str) -> str:
    """Say how many of the digits read are read right, before, and after if some filter is off."""
    share = f"{before / read:.2%}"
    note = f"of {read:,} test digits of {source} read right"
    if after == before:
        share += " → the same"
    elif after is not None:
        share += f" → {after / read:.2%}"
        note += f", {abs(after - before):,} {'fewer' if after < before else 'more'}"
    return ACCURACY.format(change=share.replace("%", " %"), note=note)


@st.cache_resource(max_entries=-(-MOST_DIGITS // PART), show_spinner=False)
def _prepared(token: str, _ablation: Ablation, part: slice) -> Prepared:
    return _ablation.prepare(datasets.test_digits()[1].images[part])


@st.cache_data(max_entries=4000, show_spinner=False)
def _right(token: str, _ablation: Ablation, part: slice, off: OffTuple) -> int:
    """Count the test digits of a part that are read right without some filters."""
    answers = _ablation.logits(_prepared(token, _ablation, part), dict(off)).argmax(axis=1)
    return int((answers == datasets.test_digits()[1].labels[part]).sum())


@st.cache_data(max_entries=64, show_spinner=False)
def _strongest_filter(token: str, _ablation: Ablation, image: Picture) -> Strongest | None:
    """Remove each filter in turn: once for an image, not at each press of a switch."""
    return _ablation.strongest(_ablation.prepare(image[None]))


def _strongest(strongest: Strongest, titles: dict[str, str], before: NDArray[np.float32]) -> str:
    digit = strongest.digit
    odds = " to ".join(map(signed, strongest.log_odds))
    share = change(float(before[digit]), float(strongest.probabilities[digit]))
    return (
        f'<div class="note">The strongest single filter is {titles[strongest.layer].lower()} · '
        f"{strongest.index}: without it alone, {digit} {html.escape(share)}. Its "
        f"{glossary.tip('log-odds', 'log-odds')} go from {odds}.</div>"
    )
