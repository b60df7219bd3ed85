"""Pictures and charts of what the library computes, as arrays, PNG bytes and Plotly figures."""

from typing import Any, TypeAlias

# A plotly.graph_objects.Figure, and one of its traces: Plotly does not say of what types it is.
Figure: TypeAlias = Any
Trace: TypeAlias = Any
