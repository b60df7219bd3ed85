"""Curves of robustness as charts: all of them small, and one large."""

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote

from cnn.augmentation.corruptions import Corruption
from cnn.evaluation.robustness import STRENGTHS, Curve
from cnn.plots import Figure, Trace, graph_objects
from cnn.plots.charts import ACCENT, line_figure
from cnn.plots.svg import Axis, Line, line_chart

SMALL = (132, 84)
SHARES = (0, 50, 100)
# The second network's: with the accent, colour-blind people tell it apart; its lines are dashed.
SECOND = "#d9730d"
COLOURS = (ACCENT, SECOND)
KINDS = ("first", "second")
# Before any point is found.
NOTHING = Curve("", (), ())
STYLE = f"""<style>text{{font:12px system-ui,sans-serif;fill:#6b7683}}
.grid{{stroke:rgb(128,138,150);stroke-opacity:.3;fill:none}}
.line{{fill:none;stroke-width:2;stroke-linejoin:round}}.band{{opacity:.2}}
.first .line{{stroke:{ACCENT}}}.first .band{{fill:{ACCENT}}}
.second .line{{stroke:{SECOND};stroke-dasharray:5 3}}.second .band{{fill:{SECOND}}}
@media(prefers-color-scheme:dark){{text{{fill:#9aa5b1}}}}</style>"""


# The page looks every second, and only one curve has changed since.
@lru_cache(maxsize=256)
def small(found: tuple[Curve | None, ...]) -> str:
    """Draw one corruption's curves, of one network or two, as the address of a picture.

    Args:
        found: Of each network, as far as it is found; None before it is begun.
    """
    lines = [
        Line(
            kind,
            _per_cent(curve.strengths),
            _per_cent([share.value or 0 for share in curve.right]),
            _per_cent([share.interval.low for share in curve.right]),
            _per_cent([share.interval.high for share in curve.right]),
        )
        for curve, kind in zip(found, KINDS, strict=False)
        if curve is not None
    ]
    svg = line_chart(lines, Axis("", 0, 100, ()), Axis("", 0, 100, SHARES), SMALL, "")
    svg = svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return "data:image/svg+xml," + quote(svg.replace(">", f">{STYLE}", 1))


@lru_cache(maxsize=16)
def large(
    corruption: Corruption, found: tuple[Curve | None, ...], names: tuple[str, ...]
) -> Figure:
    """Draw one corruption's curves with the 95 % interval around each point.

    Args:
        corruption: Says what strength 100 % is.
        found: As in `small`.
        names: What to call the networks.

    Returns:
        plotly Figure.
    """
    lines = [
        _line(curve or NOTHING, name, colour, is_second=number > 0)
        for number, (curve, name, colour) in enumerate(zip(found, names, COLOURS, strict=False))
    ]
    ticks = _per_cent((0.0, *STRENGTHS))
    title = f"Strength, % (100: {corruption.most})"
    x_axis = {"range": [-3, 103], "tickvals": ticks, "title": {"text": title}}
    y_axis = {"range": [0, 103], "title": {"text": "Read right, %"}}
    figure = line_figure(lines, x_axis, y_axis)
    figure.update_layout(showlegend=len(names) > 1)
    return figure


def _line(curve: Curve, name: str, colour: str, is_second: bool) -> Trace:
    shares = [share.value or 0 for share in curve.right]
    intervals = [share.interval for share in curve.right]
    # Plotly names no line without a point.
    nothing: list[float | None] = [None]
    above = [x.high - share for x, share in zip(intervals, shares, strict=True)]
    below = [share - x.low for x, share in zip(intervals, shares, strict=True)]
    return graph_objects().Scatter(
        x=_per_cent(curve.strengths) or nothing,
        y=_per_cent(shares) or nothing,
        error_y={
            "array": _per_cent(above),
            "arrayminus": _per_cent(below),
            "thickness": 1.5,
            "width": 4,
        },
        mode="lines+markers",
        marker={"color": colour, "size": 6},
        line={"color": colour, "width": 2, "dash": "dash" if is_second else "solid"},
        name=name,
        customdata=[(100 * x.low, 100 * x.high) for x in intervals],
        hovertemplate="strength %{x:.0f} %: %{y:.1f} %<br>95 %: %{customdata[0]:.1f} to "
        f"%{{customdata[1]:.1f}} %<extra>{name}</extra>",
    )


def _per_cent(shares: Sequence[float]) -> list[float]:
    return [100 * share for share in shares]
