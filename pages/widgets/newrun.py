"""A form for a new training: data, recipe, every setting, and the network that they make."""

import dataclasses
import html
from collections.abc import Sequence
from typing import Any

import streamlit as st

from cnn import handwriting, jobs
from cnn.architecture import layer_table
from cnn.finetuning import ENOUGH
from cnn.handwriting import YOURS
from cnn.ink import InkError, Picture
from cnn.mnist import mnist_is_available
from cnn.recipe import ABOUT, DEFAULT_RECIPES, RECIPES, Recipe, RecipeError
from cnn.runs import Task, runs_folder
from cnn.settings import COURSE, DIGITS, LAYERS, Setting
from pages.widgets import access, drawing, runs

TROUBLE = "train-trouble"
NAME = "new-name"
# After the name of a data set that the user's drawings are mixed with.
MIXED = " and drawings"
# What has use only for a network that is trained already.
FOR_TRAINED = {"hand"}
# How many other hands draw each of the user's drawings, where a recipe says nothing of it.
HANDS = 10
NO_MNIST = "MNIST is not on this machine yet. This downloads it: python -m cnn data fetch"
ROW = "<tr><th scope='row'>{title}</th><td>{shape}</td><td class='number'>{parameters:,}</td></tr>"
TABLE = """<table class="layers"><tr><th scope="col">Layer</th><th scope="col">Shape</th>
<th scope="col" class="number">Parameters</th></tr>{rows}
<tr class="sum"><th scope="row">All</th><td></td><td class="number">{total:,}</td></tr></table>"""


@st.fragment
def show() -> None:
    """Show the form; its button starts the training, or puts it into the queue."""
    st.html('<h4 class="part">New training</h4>')
    data = st.selectbox("Data", _data_sets(), format_func=_title, key="new-data")
    dataset = data.removesuffix(MIXED)
    own = data != dataset or dataset == "drawings"
    names = [name for name in RECIPES if name not in FOR_TRAINED]
    recipe_name = st.selectbox(
        "Recipe",
        names,
        names.index(DEFAULT_RECIPES[dataset]),
        format_func=str.capitalize,
        key=f"new-recipe-{dataset}",
    )
    st.html(f'<p class="note">{html.escape(ABOUT[recipe_name])}</p>')
    base, prefix = RECIPES[recipe_name], f"{recipe_name}-"
    if own:
        # As many as the recipe has for pen drawings, or they would be lost among the others.
        base, prefix = dataclasses.replace(base, hands=base.hands or HANDS), f"{prefix}{YOURS}-"
    with st.expander("Layers"):
        layers = _controls(LAYERS, base, prefix)
        table = st.empty()
    with st.expander("Steps"):
        course = _controls(COURSE, base, prefix)
    with st.expander("Digits"):
        digits = _controls(DIGITS, base, prefix)
    st.text_input("Name", key=NAME, placeholder=free_name(recipe_name), max_chars=60)
    try:
        recipe = dataclasses.replace(base, **layers, **course, **digits)
        table.html(_layers(recipe))
    except RecipeError as error:
        st.html(f'<p class="trouble" role="status">{html.escape(str(error))}</p>')
        return
    missing = dataset == "mnist" and not mnist_is_available()
    if missing:
        st.html(f'<p class="trouble" role="status">{NO_MNIST}</p>')
    if st.button("Start training", icon=":material/play_arrow:", type="primary", key="start",
                 width="stretch", disabled=missing):  # fmt: skip
        name = st.session_state[NAME].strip() or free_name(recipe_name)
        start(name, Task(recipe, dataset, YOURS if own else None))
    if trouble := st.session_state.pop(TROUBLE, ""):
        st.html(f'<p class="trouble" role="status">{html.escape(trouble)}</p>')


def _data_sets() -> Sequence[str]:
    # What is here, first.
    sets = ("mnist", "digits") if mnist_is_available() else ("digits", "mnist")
    if len(handwriting.collection().drawings) < ENOUGH:
        return sets
    return (*sets, "drawings", *(f"{name}{MIXED}" for name in sets))


def _title(data: str) -> str:
    dataset = data.removesuffix(MIXED)
    return runs.DATA_SETS[dataset] + (" and your drawings" if data != dataset else "")


def start(name: str, task: Task) -> None:
    """Submit a job, and look at it."""
    if trouble := access.attempt(jobs.submit, name, task, _current_drawing()):
        st.session_state[TROUBLE] = trouble
        return
    runs.look_at_next(name)
    st.rerun()


def _current_drawing() -> Picture | None:
    """Return what is drawn at this moment, if it can be read."""
    current = drawing.sketchbook().current
    try:
        return None if current.is_empty else current.image()
    except InkError:
        return None


def free_name(recipe_name: str) -> str:
    """Return the recipe's name and the first number that no run with this name has."""
    taken = {folder.name for folder in runs_folder().glob("*/")}
    number = 1
    while f"{recipe_name} {number}" in taken:
        number += 1
    return f"{recipe_name} {number}"


def _controls(settings: Sequence[Setting], base: Recipe, prefix: str) -> dict[str, Any]:
    """Show a control for each setting, at first as the recipe has it; return the values."""
    return {
        setting.name: _control(setting, getattr(base, setting.name), prefix) for setting in settings
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
        columns = st.columns(len(value))
        return tuple(
            _number(setting, part, f"{key}-{i}", f"{setting.title}, layer {i + 1}", column)
            for i, (part, column) in enumerate(zip(value, columns, strict=True))
        )
    return _number(setting, value, key, setting.title, st)


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
