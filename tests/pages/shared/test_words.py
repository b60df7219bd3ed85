"""The words of the field, and how changes are said."""

import re

import pytest

from pages.shared import glossary, text


@pytest.mark.parametrize("term", glossary.TERMS)
def test_a_term_is_told_in_at_most_two_plain_sentences(term):
    meaning = glossary.meaning(term)
    assert meaning.endswith(".")
    assert len(re.findall(r"[.](?= |$)", meaning)) <= 3
    assert len(meaning) <= 160


def test_a_tip_is_a_button_with_a_name_that_opens_the_meaning():
    tip = glossary.tip("log-odds")
    target = re.search(r'popovertarget="([^"]+)" aria-label="What is log-odds\?"', tip)[1]
    assert f'<span popover id="{target}"' in tip
    assert glossary.meaning("log-odds") in tip


def test_a_change_that_rounds_to_nothing_is_said_in_words():
    assert text.change(0.99999, 0.9995) == "hardly changes: it stays at >99.9 %"
    assert text.change(0.984, 0.12) == "goes from 98.4 % to 12.0 %"
