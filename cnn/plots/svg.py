"""Line charts as SVG: for a page of one file, which must do without scripts."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Pixels that a chart keeps on its left and below for its numbers, above and on its right, and below
# for a title.
LEFT, BELOW, ABOVE, RIGHT, TITLE = 34, 18, 8, 8, 14


@dataclass(frozen=True)
class Axis:
    """One axis of a chart.

    Attributes:
        title: What it counts, with its unit; "" where that is said elsewhere.
        low: Its least value.
        high: Its largest.
        ticks: Values that are written at it.
    """

    title: str
    low: float
    high: float
    ticks: tuple[float, ...]


@dataclass(frozen=True)
class Line:
    """One line of a chart, in the units of its axes.

    Attributes:
        kind: Its class for the style: "first", "second", "quiet".
        x: Of each point.
        y: Of each point.
        low: Where the interval around each point begins, or nothing.
        high: And where it ends.
        has_dots: Whether points are marked.
    """

    kind: str
    x: ArrayLike
    y: ArrayLike
    low: ArrayLike = ()
    high: ArrayLike = ()
    has_dots: bool = False


def line_chart(
    lines: Sequence[Line], across: Axis, up: Axis, size: tuple[int, int], label: str
) -> str:
    """Draw lines between two axes.

    Args:
        lines: Drawn in this order.
        across: The axis of x.
        up: The axis of y.
        size: Width and height in pixels, where nothing is scaled.
        label: What a screen reader says of it.
    """
    width, height = size
    frame = _Frame(across, up, width, height)
    parts = [*_axes(frame), *(_drawn(line, frame) for line in lines)]
    return (
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img"'
        f' aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


@dataclass(frozen=True)
class _Frame:
    across: Axis
    up: Axis
    width: int
    height: int

    @property
    def bottom(self) -> int:
        """Where the axis of x lies."""
        return self.height - BELOW - (TITLE if self.across.title else 0)

    def x(self, values: ArrayLike) -> NDArray[np.float64]:
        share = _share(values, self.across)
        return LEFT + share * (self.width - LEFT - RIGHT)

    def y(self, values: ArrayLike) -> NDArray[np.float64]:
        share = _share(values, self.up)
        return self.bottom - share * (self.bottom - ABOVE)


def _share(values: ArrayLike, axis: Axis) -> NDArray[np.float64]:
    return np.clip((np.asarray(values, float) - axis.low) / (axis.high - axis.low), 0, 1)


def _axes(frame: _Frame) -> list[str]:
    right, bottom = frame.width - RIGHT, frame.bottom
    parts = []
    for tick, y in zip(frame.up.ticks, frame.y(frame.up.ticks), strict=True):
        parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{right}"/>')
        parts.append(f'<text x="{LEFT - 5}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>')
    for tick, x in zip(frame.across.ticks, frame.x(frame.across.ticks), strict=True):
        parts.append(f'<text x="{x:.1f}" y="{bottom + 14}" text-anchor="middle">{tick:g}</text>')
    if frame.across.title:
        middle = (LEFT + right) / 2
        title = escape(frame.across.title)
        parts.append(
            f'<text x="{middle:.1f}" y="{bottom + 28}" text-anchor="middle">{title}</text>'
        )
    return parts


def _drawn(line: Line, frame: _Frame) -> str:
    xs, ys = frame.x(line.x), frame.y(line.y)
    parts = []
    if np.size(line.low):
        edge = [*_points(xs, frame.y(line.high)), *_points(xs, frame.y(line.low))[::-1]]
        parts.append(f'<path class="band" d="M{"L".join(edge)}Z"/>')
    parts.append(f'<path class="line" d="M{"L".join(_points(xs, ys))}"/>')
    if line.has_dots:
        parts += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>' for x, y in zip(xs, ys, strict=True)
        ]
    return f'<g class="{line.kind}">{"".join(parts)}</g>'


def _points(xs: NDArray[np.float64], ys: NDArray[np.float64]) -> list[str]:
    return [f"{x:.1f} {y:.1f}" for x, y in zip(xs, ys, strict=True)]
