"""A form for a new training: data, recipe, every setting, and the network that they make."""

import dataclasses
import html
from collections.abc import Sequence
from typing import Any

import streamlit as st

from cnn.data import user_drawings
from cnn.data.datasets import DATA_SETS, measured_sets
from cnn.data.user_drawings import USER_DRAWINGS
from cnn.ink.strokes import InkError, Picture
from cnn.model import layer_table
from cnn.recipe import ABOUT, RECIPES, SETTINGS, Recipe
from cnn.runs import jobs
from cnn.runs.finetune import ENOUGH
from cnn.runs.manage import free_name
from cnn.runs.run import Task
from cnn.setting import Group, RecipeError, Setting
from pages.draw import sketchbook
from pages.shared import messages, permissions
from pages.shared.choices import option
from pages.train import run_data

TROUBLE = "train-trouble"
NAME = "new-name"
# After the name of a data set that the user's drawings are mixed with.
MIXED = " and drawings"
# What has use only for a network that is trained already.
FOR_TRAINED = {"hand"}
# How many other hands draw each of the user's drawings, where a recipe says nothing of it.
HANDS = 10
ROW = "<tr><th scope='row'>{title}</th><td>{shape}</td><td class='number'>{parameters:,}</td></tr>"
TABLE = """<div class="layers-place"><table class="layers">
<tr><th scope="col">Layer</th><th scope="col">Shape</th>
<th scope="col" class="number">Parameters</th></tr>{rows}
<tr class="sum"><th scope="row">All</th><td></td><td class="number">{total:,}</td></tr>
</table></div>"""


@st.fragment
def show() -> None:
    """Show the form; its button starts the training, or puts it into the queue."""
    st.html('<h4 class="part">New training</h4>')
    sets = _data_sets()
    data = option(st.selectbox("Data", sets, format_func=_title, key="new-data"), sets)
    dataset = data.removesuffix(MIXED)
    own = data != dataset or DATA_SETS[dataset].load_test is None
    names = [name for name in RECIPES if name not in FOR_TRAINED]
    chosen = st.selectbox(
        "Recipe",
        names,
        names.index(DATA_SETS[dataset].recipe),
        format_func=str.capitalize,
        key=f"new-recipe-{dataset}",
    )
    recipe_name = option(chosen, names)
    st.html(f'<p class="note">{html.escape(ABOUT[recipe_name])}</p>')
    base, prefix = RECIPES[recipe_name], f"{recipe_name}-"
    if own:
        # As many as the recipe has for pen drawings, or they would be lost among the others.
        base, prefix = (
            dataclasses.replace(base, stroke_copies=base.stroke_copies or HANDS),
            f"{prefix}{USER_DRAWINGS}-",
        )
    values: dict[str, Any] = {}
    for group in Group:
        with st.expander(group):
            values |= _controls(group, base, prefix)
            if group is Group.LAYERS:
                table = st.empty()
    st.text_input("Name", key=NAME, placeholder=free_name(recipe_name), max_chars=60)
    try:
        recipe = dataclasses.replace(base, **values)
        table.html(_layers(recipe))
    except RecipeError as error:
        messages.problem(error)
        return
    missing = not DATA_SETS[dataset].is_available()
    if missing:
        messages.problem(DATA_SETS[dataset].how_to_get)
    if st.button("Start training", icon=":material/play_arrow:", type="primary", key="start",
                 width="stretch", disabled=missing):  # fmt: skip
        name = st.session_state[NAME].strip() or free_name(recipe_name)
        start(name, Task(recipe, dataset, USER_DRAWINGS if own else None))
    messages.show(TROUBLE)


def _data_sets() -> Sequence[str]:
    # What is here, first.
    sets = sorted((each.name for each in measured_sets()), key=_is_missing)
    if len(user_drawings.collection().drawings) < ENOUGH:
        return sets
    own = [each.name for each in DATA_SETS.values() if not each.load_test]
    return [*sets, *own, *(f"{name}{MIXED}" for name in sets)]


def _is_missing(name: str) -> bool:
    return not DATA_SETS[name].is_available()


def _title(data: str) -> str:
    dataset = data.removesuffix(MIXED)
    return DATA_SETS[dataset].title + (" and your drawings" if data != dataset else "")


def start(name: str, task: Task) -> None:
    """Submit a job, and look at it."""
    if trouble := permissions.attempt(jobs.submit, name, task, _current_drawing()):
        st.session_state[TROUBLE] = trouble
        return
    run_data.look_at_next(name)
    st.rerun()


def _current_drawing() -> Picture | None:
    """Return what is drawn at this moment, if it can be read."""
    current = sketchbook.sketchbook().current
    try:
        return None if current.is_empty else current.image()
    except InkError:
        return None


def _controls(group: Group, base: Recipe, prefix: str) -> dict[str, Any]:
    """Show a control for each setting of a group, at first as the recipe has it; return values."""
    return {
        name: _control(setting, getattr(base, name), prefix)
        for name, setting in SETTINGS.items()
        if setting.group is group
    }


def _control(setting: Setting, value: Any, prefix: str) -> Any:
    key = f"new-{prefix}{setting.name}"
    if setting.choices:
        choices = list(setting.choices)
        return st.selectbox(
            setting.title, choices, choices.index(value), key=key, help=setting.about
        )
    if isinstance(value, bool):
        return st.toggle(setting.title, value, key=key, help=setting.about)
    if isinstance(value, tuple):
        return _numbers(setting, value, key)
    return _number(setting, value, key, setting.title, st)


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
    return place.number_input(
        label,
        setting.low,
        setting.high,
        value,
        step=1 if is_whole else None,
        format="%d" if is_whole else "%g",
        key=key,
        help=setting.about,
        placeholder=setting.empty or None,
    )


def _layers(recipe: Recipe) -> str:
    """Show the shape and the parameters of every layer."""
    layers = layer_table(recipe)
    rows = "".join(
        ROW.format(
            title=html.escape(layer.title),
            shape=" × ".join(f"{n:,}" for n in layer.shape),
            parameters=layer.parameters,
        )
        for layer in layers
    )
    return TABLE.format(rows=rows, total=sum(layer.parameters for layer in layers))
