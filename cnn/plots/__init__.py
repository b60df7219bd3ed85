"""Pictures and charts of what the library computes, as arrays, PNG bytes and Plotly figures."""

from contextlib import suppress
from importlib import import_module
from typing import Any, TypeAlias

# A plotly.graph_objects.Figure, and one of its traces: Plotly does not say of what types it is.
Figure: TypeAlias = Any
Trace: TypeAlias = Any


def graph_objects() -> Any:
    """Return the module `plotly.graph_objects`; figures are built with no other one.

    Plotly takes pandas from among the modules that are imported, be it half: while another thread
    imports it, every figure would fail. Whoever imports it, too, waits for the other to end.
    """
    # Streamlit needs it, not this library.
    with suppress(ImportError):
        import_module("pandas")
    return import_module("plotly.graph_objects")
