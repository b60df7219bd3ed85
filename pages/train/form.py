"""A form for a new training: data, recipe, every setting, and the network that they make."""

import dataclasses
import html
from collections.abc import Sequence

import streamlit as st

from cnn.data import user_drawings
from cnn.data.datasets import DATA_SETS, DataSet, measured_sets
from cnn.data.user_drawings import USER_DRAWINGS
from cnn.ink.strokes import InkError, Picture
from cnn.model import layer_table
from cnn.recipe import ABOUT, RECIPES, SETTINGS, Recipe
from cnn.runs import jobs
from cnn.runs.finetune import ENOUGH
from cnn.runs.manage import free_name
from cnn.runs.readiness import NO_DRAWINGS, why_not_trained
from cnn.runs.run import Task
from cnn.setting import Group, RecipeError
from pages.draw import sketchbook
from pages.shared import messages, permissions
from pages.shared.choices import option
from pages.train import controls, download, into_view, run_data

TROUBLE = "train-trouble"
NAME = "new-name"
# After the name of a data set that the user's drawings are mixed with.
MIXED = " and drawings"
# The settings that matter most; the others are folded.
IN_VIEW = ("epochs", "learning_rate", "batch_size")
NONE_KEPT = (
    f"Keep {ENOUGH} on the Draw page, or import a file of them below, under “Your drawings”."
)
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
    with st.container(key="new-training"):
        _show()


def _show() -> None:
    st.html('<h4 class="part">New training</h4>')
    data = _data()
    dataset = DATA_SETS[data.removesuffix(MIXED)]
    own = data != dataset.name or dataset.load_test is None
    recipe_name = _recipe_name(dataset)
    base, prefix = RECIPES[recipe_name], f"{recipe_name}-"
    if own:
        # As many as the recipe has for pen drawings, or they would be lost among the others.
        base, prefix = (
            dataclasses.replace(base, stroke_copies=base.stroke_copies or HANDS),
            f"{prefix}{USER_DRAWINGS}-",
        )
    try:
        recipe = _changed(base, prefix)
    except RecipeError as error:
        messages.problem(error)
        return
    st.text_input("Name", key=NAME, placeholder=free_name(recipe_name), max_chars=60)
    why_not = _why_not(recipe, dataset, own)
    if why_not:
        messages.problem(why_not)
    if st.button("Start training", icon=":material/play_arrow:", type="primary", key="start",
                 width="stretch", disabled=bool(why_not)):  # fmt: skip
        name = st.session_state[NAME].strip() or free_name(recipe_name)
        start(name, Task(recipe, dataset.name, USER_DRAWINGS if own else None))
    messages.show(TROUBLE)


def _data() -> str:
    """Ask for the data, and offer to bring what is missing."""
    sets = _data_sets()
    data = option(st.selectbox("Data", sets, format_func=_title, key="new-data"), sets)
    for dataset in measured_sets():
        if not dataset.is_available():
            download.show(dataset)
    return data


def _recipe_name(dataset: DataSet) -> str:
    names = [name for name in RECIPES if name not in FOR_TRAINED]
    chosen = st.selectbox(
        "Recipe",
        names,
        names.index(dataset.recipe),
        format_func=str.capitalize,
        key=f"new-recipe-{dataset.name}",
    )
    name = option(chosen, names)
    st.html(f'<p class="note">{html.escape(ABOUT[name])}</p>')
    return name


def _changed(base: Recipe, prefix: str) -> Recipe:
    """Ask for every setting, and return the recipe that they make.

    Raises:
        RecipeError: A value is out of its range, as only a hand-made message can have it.
    """
    values = {
        name: controls.control(SETTINGS[name], getattr(base, name), prefix) for name in IN_VIEW
    }
    with st.expander("More settings"):
        tabs = st.tabs([group.value for group in Group])
        for group, tab in zip(Group, tabs, strict=True):
            with tab:
                values |= {
                    name: controls.control(setting, getattr(base, name), prefix)
                    for name, setting in SETTINGS.items()
                    if setting.group is group and name not in IN_VIEW
                }
        recipe = dataclasses.replace(base, **values)
        with tabs[list(Group).index(Group.LAYERS)]:
            st.html(_layers(recipe))
    return recipe


def _why_not(recipe: Recipe, dataset: DataSet, own: bool) -> str:
    """Say why this cannot be trained, and what to do; "" if it can."""
    if not dataset.is_available():
        return dataset.how_to_get()
    kept = [kept.drawing for kept in user_drawings.collection().drawings]
    why_not = why_not_trained(recipe, dataset, kept if own else [])
    if why_not != NO_DRAWINGS:
        return why_not
    if len(kept) < ENOUGH:
        return f"{why_not} {NONE_KEPT}"
    return f"{why_not} Choose “{_title(dataset.name + MIXED)}” above."


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
    into_view.bring()
    st.rerun()


def _current_drawing() -> Picture | None:
    """Return what is drawn at this moment, if it can be read."""
    current = sketchbook.sketchbook().current
    try:
        return None if current.is_empty else current.image()
    except InkError:
        return None


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
