"""A control for each setting of a recipe, at first as the recipe has it."""

from typing import Any

import streamlit as st

from cnn.setting import Setting
from pages.shared.choices import option

# Digits after the point of a number that is changed by steps: what a browser adds up is not exact.
DECIMALS = 9


def control(setting: Setting, value: Any, prefix: str) -> Any:
    """Ask for a setting's value.

    Args:
        setting: Which.
        value: What the recipe has.
        prefix: Tells this recipe's control from another's.

    Returns:
        A value that the setting allows.
    """
    key = f"new-{prefix}{setting.name}"
    if setting.choices:
        choices = list(setting.choices)
        chosen = st.selectbox(
            setting.title, choices, choices.index(value), key=key, help=setting.about
        )
        return option(chosen, choices)
    if isinstance(value, bool):
        return st.toggle(setting.title, value, key=key, help=setting.about)
    if isinstance(value, tuple):
        return _numbers(setting, value, key)
    if setting.stops:
        return _factor(setting, value, key)
    return _number(setting, value, key, setting.title, st)


def _factor(setting: Setting, value: Any, key: str) -> Any:
    """Ask for a number that people change by factors."""
    stops = setting.stops_beside(value)

    def written(stop: float | None) -> str:
        if stop is None:
            return setting.empty
        return f"{stop:,}" if isinstance(stop, int) else f"{stop:g}"

    return st.select_slider(setting.title, stops, value, written, key=key, help=setting.about)


def _numbers(setting: Setting, values: tuple[int, ...], key: str) -> tuple[int, ...]:
    """Ask for one number a convolution, of as many convolutions as are asked for."""
    counts = range(1, setting.most + 1)
    chosen = st.selectbox("Convolutions", counts, len(values) - 1, key=f"{key}-count")
    count = option(chosen, counts)
    # Where the recipe has no more, each looks for as many patterns as the one before it.
    asked = [*values, *[values[-1]] * setting.most][:count]
    columns = [column for _ in range(0, count, 2) for column in st.columns(2)]
    return tuple(
        _number(setting, value, f"{key}-{i}", f"{setting.title}, layer {i + 1}", column)
        for i, (value, column) in enumerate(zip(asked, columns, strict=False))
    )


def _number(setting: Setting, value: Any, key: str, label: str, place: Any) -> Any:
    """Ask for a number within the setting's bounds; empty gives None where that is allowed."""
    is_whole = isinstance(setting.low, int)
    number = place.number_input(
        label,
        setting.low,
        setting.high,
        value,
        step=setting.step if is_whole else float(setting.step),
        format="%d" if is_whole else "%g",
        key=key,
        help=setting.about,
        placeholder=setting.empty or None,
    )
    return round(number, DECIMALS) if isinstance(number, float) else number
