"""An export in a process of its own: converters take memory and time, and may fail as a whole."""

import subprocess
import sys
import tempfile
from pathlib import Path

from cnn.export.format import ExportError
from cnn.runs.launch import environment, give_way
from cnn.runs.run import FOLDER_VARIABLE, runs_folder

# Seconds: a large network on a busy machine takes a minute.
PATIENCE = 600.0
BROKE_OFF = "The export broke off: try again, or use “digitscope export” to see why."


def export_run(name: str, form: str) -> bytes:
    """Export a run's network, or the shipped one, by the command line.

    Args:
        name: Of the run, or "shipped".
        form: One of `cnn.export.bundle.FORMATS`.

    Returns:
        The zip file's content.

    Raises:
        ExportError: It cannot be done; the message is the command's own sentence.
        OSError: There is no room for a file or a process.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "export.zip"
        # A run's name may begin as an option does.
        words = ["export", f"--to={file}", "--", name, form]
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "cnn", *words],
            env={**environment(), FOLDER_VARIABLE: str(runs_folder().absolute())},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        with process:
            give_way(process)
            try:
                _, told = process.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired as error:
                process.kill()
                raise ExportError(BROKE_OFF) from error
        if process.returncode == 1 and told.strip():
            raise ExportError(told.strip().splitlines()[-1])
        if process.returncode:
            raise ExportError(BROKE_OFF)
        return file.read_bytes()
