"""Figures that are built while another thread imports what Plotly looks for."""

import sys
import threading
from types import SimpleNamespace

import numpy as np
import pytest

from cnn.plots.readings import confusion_chart
from tests.patience import PATIENCE, wait_until

MISTAKES = np.eye(10, dtype=np.int64)
# Half imported until it is let go on.
PANDAS = """
import held_import

held_import.begun.set()
held_import.let.wait()

class DataFrame: ...
class Index: ...
class Series: ...
class Timestamp: ...
"""


@pytest.fixture
def held(tmp_path, monkeypatch):
    """What stands for pandas says that its import has begun, and waits to be let go on."""
    # All else that it takes is imported.
    confusion_chart(MISTAKES)
    held = SimpleNamespace(begun=threading.Event(), let=threading.Event())
    (tmp_path / "pandas.py").write_text(PANDAS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "held_import", held)
    monkeypatch.delitem(sys.modules, "pandas", raising=False)
    yield held
    held.let.set()
    sys.modules.pop("pandas", None)


def waits_for_an_import(thread):
    """Whether a thread waits for another one's import."""
    code = sys._current_frames()[thread.ident].f_code
    return code.co_filename == "<frozen importlib._bootstrap>" and code.co_name == "acquire"


def test_a_figure_waits_for_the_pandas_that_another_thread_imports(held):
    figures = []
    importing = threading.Thread(target=__import__, args=["pandas"])
    building = threading.Thread(target=lambda: figures.append(confusion_chart(MISTAKES)))
    importing.start()
    assert held.begun.wait(PATIENCE)
    building.start()
    wait_until(lambda: not building.is_alive() or waits_for_an_import(building))
    held.let.set()
    building.join()
    importing.join()
    assert figures
