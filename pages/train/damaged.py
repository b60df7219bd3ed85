"""What among the runs cannot be read: told once, below all runs, with a way to delete it."""

import streamlit as st

from cnn.runs import active_model, manage
from pages.shared import messages, permissions
from pages.train import run_actions

VISITOR = "The run “{name}” is damaged, and cannot be shown."


def show() -> None:
    """Name the runs that cannot be opened, and say what is wrong with the default's file."""
    may_train = permissions.may_train()
    if may_train and (problem := active_model.default_problem()):
        messages.problem(f"{problem} Make a model the default again.")
    for run in manage.damaged_runs():
        with st.container(horizontal=True, vertical_alignment="center", key=f"damaged-{run.name}"):
            if not may_train:
                messages.tell(VISITOR.format(name=run.name))
                continue
            messages.problem(f"“{run.name}” is left out: {run.problem}")
            if st.button("Delete", icon=":material/delete:", key=f"delete-damaged-{run.name}"):
                run_actions.ask_before_deleting(run.name)
