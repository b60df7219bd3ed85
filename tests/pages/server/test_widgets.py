"""Values of widgets: those that no such widget has do not reach Streamlit."""

import pytest
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.NumberInput_pb2 import NumberInput
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState

from pages.server.widgets import VALUES, Widgets

VALUE_OF = {
    "trigger_value": True,
    "bool_value": True,
    "double_value": 1.5,
    "int_value": 2,
    "string_value": "a",
    "double_array_value": {"data": [1.0]},
    "int_array_value": {"data": [1]},
    "string_array_value": {"data": ["a"]},
    "json_value": '{"a": 1}',
    "bytes_value": b"a",
    "file_uploader_state_value": {"uploaded_file_info": []},
}


@pytest.fixture
def widgets():
    return Widgets()


def taken(widgets, name, **value):
    return len(widgets.fitting([WidgetState(id=name, **value)])) == 1


@pytest.mark.parametrize("kind", VALUES)
def test_a_widget_takes_its_own_kind_of_value_alone(widgets, kind):
    widgets.learn(Element(**{kind: {"id": "$$ID-1"}}))
    kinds = {name for name, value in VALUE_OF.items() if taken(widgets, "$$ID-1", **{name: value})}
    assert kinds == {VALUES[kind]}


@pytest.mark.parametrize(
    ("slider", "expected"),
    [(Slider.SLIDER, "double_array_value"), (Slider.SELECT_SLIDER, "string_array_value")],
)
def test_a_slider_takes_numbers_and_one_of_words_takes_words(widgets, slider, expected):
    widgets.learn(Element(slider={"id": "$$ID-1", "type": slider}))
    kinds = {name for name, value in VALUE_OF.items() if taken(widgets, "$$ID-1", **{name: value})}
    assert kinds == {expected}


@pytest.mark.parametrize(
    ("number", "expected"), [(NumberInput.INT, "int_value"), (NumberInput.FLOAT, "double_value")]
)
def test_whole_numbers_are_whole_and_others_are_not(widgets, number, expected):
    widgets.learn(Element(number_input={"id": "$$ID-1", "data_type": number}))
    kinds = {name for name, value in VALUE_OF.items() if taken(widgets, "$$ID-1", **{name: value})}
    assert kinds == {expected}


@pytest.mark.parametrize("kind", ["number_input", "selectbox"])
def test_what_was_empty_at_first_can_be_emptied_again(widgets, kind):
    widgets.learn(Element(**{kind: {"id": "$$ID-1"}}))
    widgets.learn(Element(**{kind: {"id": "$$ID-2", "default": 1}}))
    assert taken(widgets, "$$ID-1")
    assert not taken(widgets, "$$ID-2")


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_numbers_are_finite(widgets, number):
    assert not taken(widgets, "$$ID-1", double_value=number)


@pytest.mark.parametrize("text", ["", "[", "[" * 100_000, "{'a': 1}", "\x00", '"x"', "1"])
def test_what_should_be_json_is(widgets, text):
    assert not taken(widgets, "$$ID-1", json_value=text)
    assert not taken(widgets, "$$ID-1", json_trigger_value=text)


def test_no_value_is_no_value(widgets):
    assert not taken(widgets, "$$ID-1")
