"""A run's network for other programs: a button for each format, in the menu of downloads."""

import io
import threading
import zipfile

import streamlit as st

from cnn.export.bundle import FORMATS
from cnn.export.format import ExportError, Format
from cnn.export.keras import KERAS
from cnn.export.process import export_run
from cnn.files import why_not_written
from cnn.runs.run import Run

ABOUT = "For other programs, each checked first: it takes some seconds."
# A process takes half a gigabyte.
_one_at_a_time = threading.Lock()


def show(run: Run) -> None:
    """Offer a run's network in each format; to whoever may train, as it keeps a processor busy.

    Args:
        run: One that has a network.
    """
    st.html(f'<span class="note">{ABOUT}</span>')
    with st.container(horizontal=True, gap="xsmall"):
        for format in FORMATS.values():
            # The run's own file is Keras's already.
            if format is not KERAS:
                _button(run, format)


def _button(run: Run, format: Format) -> None:
    missing = _why_not(format)
    st.download_button(
        format.title,
        lambda: exported(run.name, format.name),
        f"{run.name}-{format.name}.zip",
        "application/zip",
        disabled=bool(missing),
        help=missing or None,
        on_click="ignore",
        key=f"export-{format.name}",
    )


def _why_not(format: Format) -> str:
    try:
        format.check_packages()
    except ExportError as error:
        return str(error)
    return ""


def exported(name: str, form: str) -> bytes:
    """Export a run's network; if that cannot be done, a zip file whose README says why."""
    with _one_at_a_time:
        try:
            return export_run(name, form)
        except ExportError as error:
            sentence = str(error)
        except OSError as error:
            sentence = why_not_written(error)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("README.md", f"{sentence}\n")
    return content.getvalue()
