"""A cell's address, and a cell that a browser sends: it exists, or one sentence says why not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn.explain.layers import layers_of
from cnn.explain.receptive_field import Cell, CellError, cell_from_address, cell_from_message
from cnn.model import build
from cnn.recipe import Recipe

LAYERS = layers_of(build(Recipe(filters=(2, 3), dense_units=4)))
GOOD = {"layer": "conv2", "channel": 2, "row": 13, "column": 0}
NESTED: list[object] = []
for _ in range(500):
    NESTED = [NESTED]
VALUES = [10**5000, -1, 10**9, 99, 1.0, 1e308, float("nan"), True, None, "1", [1], {"x": 1}, NESTED]


def test_every_layers_cells_can_be_sent_and_addressed():
    assert cell_from_message(LAYERS, GOOD) == Cell("conv2", 2, 13, 0)
    for layer in LAYERS.values():
        *place, channels = layer.shape
        cell = Cell(layer.name, channels - 1, *(extent - 1 for extent in place))
        words = {"channel": cell.channel, "row": cell.row, "col": cell.column}
        address = {name: str(number) for name, number in words.items()}
        assert cell_from_message(LAYERS, vars(cell)) == cell
        assert cell_from_address(LAYERS, {"layer": layer.name, **address}) == cell


@pytest.mark.parametrize(
    "message",
    [*VALUES, {}]
    + [GOOD | {name: value} for name in GOOD for value in VALUES]
    + [{k: v for k, v in GOOD.items() if k != name} for name in GOOD]
    + [GOOD | {"layer": "conv9"}, GOOD | {"layer": "x" * 100_000}, GOOD | {"layer": "dense1"}],
    ids=range(13 + 1 + 52 + 4 + 3),
)
def test_a_message_that_names_no_cell_gets_one_short_sentence(message):
    with pytest.raises(CellError) as refused:
        cell_from_message(LAYERS, message)
    assert len(str(refused.value)) < 200


junk = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8)
words = (
    st.text(max_size=8) | st.integers().map(str) | st.sampled_from(["٣", "1_0", "+1", " 1", "²"])
)


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from([*GOOD, "x"]), junk | st.sampled_from(list(LAYERS))))
def test_any_message_is_a_cell_or_refused(message):
    assert_cell_or_refused(cell_from_message, message)


@settings(max_examples=300)
@given(
    st.sampled_from(list(LAYERS)) | st.text(max_size=8),
    st.dictionaries(st.sampled_from(["channel", "row", "col"]), words),
)
def test_any_address_is_a_cell_or_refused(layer, address):
    assert_cell_or_refused(cell_from_address, {"layer": layer, **address})


def assert_cell_or_refused(read, given_to_it):
    try:
        cell = read(LAYERS, given_to_it)
    except CellError:
        return
    shape = LAYERS[cell.layer].shape
    place = cell.place if len(shape) == 3 else (cell.channel,)
    assert all(0 <= at < extent for at, extent in zip(place, shape, strict=True))
