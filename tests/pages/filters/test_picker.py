"""A filter's address: any words lead to a filter that exists."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pages.filters.picker import Choice, in_address

BANKS = {"conv1": np.ones((3, 3, 1, 4), np.float32), "conv2": np.ones((3, 3, 4, 8), np.float32)}
HOSTILE = ["-1", "+1", "1_0", "٣", "²", "1e3", " 1", "9" * 5000, "99999999999", "../..", "<b>", ""]
words = st.sampled_from([*HOSTILE, *BANKS, "0", "7"]) | st.text(max_size=8)


@settings(max_examples=400)
@given(st.dictionaries(st.sampled_from(["layer", "filter"]), words))
def test_any_address_leads_to_a_filter_that_exists_and_what_is_wrong_with_it_is_said(address):
    choice, trouble = in_address(BANKS, address)
    assert 0 <= choice.number < BANKS[choice.layer].shape[3]
    assert len(trouble) < 200
    asked = (address.get("layer", "conv1"), address.get("filter"))
    assert (
        trouble
        or asked in ((choice.layer, str(choice.number)), (choice.layer, None))
        or (asked[1] is not None and int(asked[1]) == choice.number)
    )


def test_a_filter_in_the_address_is_chosen():
    assert in_address(BANKS, {"layer": "conv2", "filter": "7"}) == (Choice("conv2", 7), "")
