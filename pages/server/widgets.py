"""The values of widgets that a browser sends: only such as these widgets have.

Streamlit takes any value for any widget and fails where it is used, in that run and in all that
follow in its session.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from streamlit.proto.Element_pb2 import Element
from streamlit.proto.NumberInput_pb2 import NumberInput
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState

# From kinds of elements to the kind of value that they have.
VALUES = {
    "bidi_component": "json_value",
    "button": "trigger_value",
    "button_group": "string_array_value",
    "checkbox": "bool_value",
    "download_button": "trigger_value",
    "file_uploader": "file_uploader_state_value",
    "multiselect": "string_array_value",
    "radio": "string_value",
    "selectbox": "string_value",
    "text_input": "string_value",
}
# One kind of element for two of widgets, which choose a number or one of several words.
SLIDERS = {Slider.SLIDER: "double_array_value", Slider.SELECT_SLIDER: "string_array_value"}
# So are whole numbers and others.
NUMBERS = {NumberInput.INT: "int_value", NumberInput.FLOAT: "double_value"}
# What a person can empty, if it was empty at first.
EMPTIED = {"number_input", "selectbox"}
JSON = {"json_value", "json_trigger_value"}
# A widget has the same id in all sessions.
MOST_KNOWN = 10_000


@dataclass(frozen=True)
class _Widget:
    """The kind of value that a widget has, and whether it may have none."""

    value: str
    may_be_empty: bool


class Widgets:
    """All widgets that pages have shown."""

    def __init__(self) -> None:
        self._known: dict[str, _Widget] = {}

    def learn(self, element: Element) -> None:
        """Note an element that a page shows, if it is a widget."""
        kind = element.WhichOneof("type")
        if kind is None:
            return
        shown = getattr(element, kind)
        value = _value_of(kind, shown)
        if value is None:
            return
        self._known.pop(shown.id, None)
        self._known[shown.id] = _Widget(value, kind in EMPTIED and not shown.HasField("default"))
        if len(self._known) > MOST_KNOWN:
            del self._known[next(iter(self._known))]

    def fitting(self, states: Sequence[WidgetState]) -> list[WidgetState]:
        """Return the values that may be a widget's, as far as it is known."""
        return [state for state in states if self._fits(state)]

    def _fits(self, state: WidgetState) -> bool:
        kind = state.WhichOneof("value")
        widget = self._known.get(state.id)
        if kind is None:
            return widget is not None and widget.may_be_empty
        if widget is not None and kind != widget.value:
            return False
        if kind == "double_value":
            return math.isfinite(state.double_value)
        return kind not in JSON or _is_json(getattr(state, kind))


def _value_of(kind: str, shown: Any) -> str | None:
    """Return the kind of value that an element has, or None if it is no widget."""
    if kind == "slider":
        return SLIDERS.get(shown.type)
    if kind == "number_input":
        return NUMBERS.get(shown.data_type)
    return VALUES.get(kind)


def _is_json(text: str) -> bool:
    """Whether a text is JSON that a component sends: Streamlit reads one of text again, as JSON."""
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False
