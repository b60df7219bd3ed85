"""What brings a data set to this machine: a button, then how far it is, for whoever may train."""

import html

import streamlit as st

from cnn.data.datasets import DataSet
from cnn.data.download import Download, Progress
from pages.shared import messages
from pages.shared.text import duration

TROUBLE = "download-trouble"
# Seconds between two looks at a download that is under way.
TICK = 0.5
MEGABYTE = 2**20


def show(dataset: DataSet) -> None:
    """Offer to download a data set, or show how far that is, whoever has begun it.

    Args:
        dataset: One that is not on this machine. Where a person has to bring it, nothing is shown.
    """
    download = dataset.download()
    if download is not None:
        is_active = download.progress().is_active
        every = TICK if is_active else None
        st.fragment(_show, run_every=every)(dataset, download, is_active)


def _show(dataset: DataSet, download: Download, was_active: bool) -> None:
    progress = download.progress()
    if progress.is_active != was_active or dataset.is_available():
        # The form can do more now.
        st.rerun()
    if progress.is_active:
        st.progress(progress.share, _told(dataset, progress))
        _button("Stop", "stop", download.stop)
    else:
        label = f"Download {dataset.title} ({download.megabytes} MB)"
        _button(label, "download", download.start)
        if progress.problem:
            messages.problem(progress.problem)
    messages.show(TROUBLE)


def _told(dataset: DataSet, progress: Progress) -> str:
    done, size = (f"{count // MEGABYTE}" for count in (progress.done, progress.size))
    text = f"{html.escape(dataset.title)}: {done} of {size} MB"
    if progress.seconds_left is not None:
        text += f" · {duration(progress.seconds_left)} left"
    return text


def _button(label: str, icon: str, action: object) -> None:
    st.button(label, icon=f":material/{icon}:", key=f"{icon}-data", width="stretch",
              on_click=messages.attempt, args=[TROUBLE, action])  # fmt: skip
