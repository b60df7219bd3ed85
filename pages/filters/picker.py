"""Choosing a filter of a network, by its picture or by the address."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnn.explain.layers import Layer
from pages.shared import images

Banks: TypeAlias = Mapping[str, NDArray[np.float32]]
"""Weights [height, width, slices, filters] by layer name; see `filter_banks`."""

T = TypeVar("T")

LAYER = "filters-layer"
# More buttons with pictures than these are slow to load; a number is asked for instead.
MOST_BUTTONS = 128
UNITS_A_ROW = 12


@dataclass(frozen=True)
class Choice:
    """One filter: its layer's name, and its number from 0."""

    layer: str
    number: int


def in_address(banks: Banks, words: Mapping[str, str]) -> tuple[Choice, str]:
    """Read "layer" and "filter" and return what they choose, and "".

    Where none is named it is the strongest one, and where there is no such filter, too, with a
    sentence that says so.
    """
    first = next(iter(banks))
    layer = words.get("layer", first)
    if layer not in banks:
        return Choice(first, _strongest(banks[first])), (
            f"There are no filters in a layer “{layer:.20}” of this network: choose {_any(banks)}."
        )
    strongest, count = _strongest(banks[layer]), banks[layer].shape[-1]
    number = words.get("filter", str(strongest))
    # Digits alone: int() also reads signs, underscores and other scripts' numerals.
    if not (number.isascii() and number.isdigit() and len(number) < 10 and int(number) < count):
        trouble = f"Layer {layer} has filters 0 to {count - 1}, not “{number:.20}”."
        return Choice(layer, strongest), trouble
    return Choice(layer, int(number)), ""


def choose(banks: Banks, layers: Mapping[str, Layer], start: Choice) -> Choice:
    """Let a layer and one of its filters be chosen; the first time, it is `start`."""
    name = start.layer
    if len(banks) > 1:
        _begin_with(LAYER, start.layer, list(banks))
        name = _one_of(st.segmented_control, "Layer", LAYER, list(banks), lambda n: layers[n].title)
    bank = banks[name]
    numbers = list(range(bank.shape[-1]))
    key = f"filters-{name}"
    _begin_with(key, start.number if name == start.layer else _strongest(bank), numbers)
    if len(numbers) > MOST_BUTTONS:
        st.number_input("Unit", 0, numbers[-1], key=key, width=180)
        pictures = images.weights(bank[:, :, 0], "Weights of all units", UNITS_A_ROW)
        note = f'<p class="note">Row by row, {UNITS_A_ROW} in each, from unit 0.</p>'
        st.html(f'{note}<div class="units" tabindex="0">{pictures}</div>')
        return Choice(name, int(st.session_state[key]))
    shown = _strongest_slices(bank)
    faces = images.thumbnails(shown)
    with st.container(key="filters-faces"):
        number = _one_of(st.pills, "Filter", key, numbers, lambda i: f"![Filter]({faces[i]}) {i}")
        note = (
            f"Of its {bank.shape[2]} slices, each shows the strongest." if bank.shape[2] > 1 else ""
        )
        st.html(images.legend(shown, note))
    return Choice(name, number)


def _any(names: Iterable[str]) -> str:
    """Name what may be chosen: "conv1", "conv1 or conv2", "conv1, conv2 or conv3"."""
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last


def _strongest(bank: NDArray[np.float32]) -> int:
    """Find the filter with the largest weights: in many networks some are silent."""
    return int(np.abs(bank).sum(axis=(0, 1, 2)).argmax())


def _begin_with(key: str, value: T, options: list[T]) -> None:
    # Another network may be in use since: what was chosen may be gone.
    if st.session_state.get(key) not in options:
        st.session_state[key] = value


def _one_of(
    control: Callable[..., object],
    label: str,
    key: str,
    options: list[T],
    face: Callable[[T], str],
) -> T:
    """Ask for one of several; a second click on the chosen one does not take it back."""
    control(
        label,
        options,
        key=key,
        format_func=face,
        on_change=_keep_one,
        args=[key, st.session_state[key]],
    )
    chosen: T = st.session_state[key]
    return chosen


def _keep_one(key: str, before: object) -> None:
    if st.session_state[key] is None:
        st.session_state[key] = before


def _strongest_slices(bank: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return each filter's slice with the largest weights, [height, width, filters]."""
    strongest = (bank**2).sum(axis=(0, 1)).argmax(axis=0)
    return np.take_along_axis(bank, strongest[None, None, None], axis=2)[:, :, 0]
