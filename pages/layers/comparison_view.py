"""The two sides of a comparison in one layout: inputs, answers, maps, and their differences."""

import html
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from cnn.decision import decide, percent
from cnn.explain.comparison import Compared, MapChange, compare
from cnn.explain.layers import Layer, Values
from cnn.plots.images import coloured, data_uri, fine_sheet, grey, own_scales
from pages.shared import glossary, images, prediction

STYLE = Path(__file__).with_name("comparison_view.css")
# Screen pixels that a picture may be wide.
WIDEST = 260
# Maps of each layer that are named.
NAMED = 3
SCALES = "Each map’s colours end at its largest value, on both sides at the same one."


@dataclass(frozen=True)
class Side:
    """One of the two that are compared.

    Attributes:
        title: What to call it.
        layers: Of its network.
        values: Of all these layers.
        ink: The address of its drawing, if that is another than the page's; else "".
    """

    title: str
    layers: dict[str, Layer]
    values: Values
    ink: str


def view(first: Side, second: Side, ink: str) -> str:
    """Show both sides and what differs, as second less first.

    Args:
        first: Left.
        second: Right.
        ink: The drawing in the page's address, for links to its maps; "" for the page's example.
    """
    layers = {**first.layers, **second.layers}
    compared = compare(first.values, second.values)
    inputs, *others = compared
    maps = [layer for layer in others if layers[layer.name].is_map]
    rows = [_inputs(first, second, inputs), *(_maps(first, second, layer, ink) for layer in maps)]
    tables = (
        f'<div class="tables">{_answers(first, second)}'
        f"{_distances([layer for layer in compared if layer.name != 'softmax'], layers)}</div>"
    )
    note = f'<p class="note">{SCALES}</p>' if maps else ""
    return f'<div class="comparison">{rows[0]}{tables}{note}{"".join(rows[1:])}</div>'


def _inputs(first: Side, second: Side, inputs: Compared) -> str:
    figures = []
    for side in (first, second):
        ink = side.values["input"][:, :, 0]
        address = data_uri(grey(ink))
        figures.append(
            _figure(_linked(side), f"Input of {side.title}", address, ink.shape)
            + prediction.digit(side.values["softmax"])
        )
    return _row("<h4>Input and answer</h4>", [*figures, _difference(inputs)], "inputs")


def _linked(side: Side) -> str:
    if not side.ink:
        return html.escape(side.title)
    address = html.escape("Layers?" + urlencode({"ink": side.ink}))
    return f'<a href="{address}" target="_blank">{html.escape(side.title)}</a>'


def _maps(first: Side, second: Side, layer: Compared, ink: str) -> str:
    sides = ((first, layer.first, layer.second), (second, layer.second, layer.first))
    legend = images.short_legend(layer.most, from_zero=True)
    figures = []
    for side, values, beside in sides:
        if values is None:
            figures.append(_absent(side.title, "It has no such layer."))
            continue
        laid = fine_sheet(own_scales(values, beside))
        alt = f"{side.layers[layer.name].title} of {side.title}: {values.shape[2]} maps"
        title = html.escape(side.title)
        figures.append(_figure(title, alt, coloured(laid), laid.shape, legend))
    return _row(_about(first, second, layer, ink), [*figures, _difference(layer)])


def _about(first: Side, second: Side, layer: Compared, ink: str) -> str:
    """Name the layer, say how far apart its maps are, and link to the three that differ most."""
    title = {**first.layers, **second.layers}[layer.name].title
    shapes = [v.shape for v in (layer.first, layer.second) if v is not None]
    sizes = " and ".join(
        f"{count} maps of {width}×{height}" for height, width, count in dict.fromkeys(shapes)
    )
    about = f'<div><h4>{html.escape(title)}</h4><p class="note">{sizes}</p></div>'
    if layer.distance is None:
        return about
    links = "".join(
        f'<li><a href="{_address(change, ink)}" target="_blank">Map {change.cell.channel}</a>'
        f"<span>{change.mean:.3f}</span></li>"
        for change in layer.most_different(NAMED)
    )
    named = f'<p class="note">Most different, on average by</p><ol>{links}</ol>' if links else ""
    apart = f'<p>Distance <b class="number">{layer.distance:.3f}</b></p>{named}'
    return f'{about}<div class="apart">{apart}</div>'


def _address(change: MapChange, ink: str) -> str:
    """Link to the cell where a map differs most; to a new tab, as a kept drawing is the tab's."""
    cell = change.cell
    words = {"layer": cell.layer, "channel": cell.channel, "row": cell.row, "col": cell.column}
    return html.escape("Layers?" + urlencode({**words, "ink": ink} if ink else words))


def _difference(layer: Compared) -> str:
    difference = layer.difference
    if difference is None:
        return _absent("Difference", "None, as the sizes are not the same.")
    if not difference.any():
        return _absent("Difference", "None: both are the same.")
    alt = f"Difference of {layer.name}, right less left"
    laid = images.about_zero(difference)
    most = float(np.abs(difference).max())
    legend = images.legend(difference) if difference.shape[2] == 1 else images.short_legend(most)
    return _figure("Difference", alt, coloured(laid), laid.shape, legend)


def _row(about: str, figures: list[str], kind: str = "") -> str:
    cells = "".join(f"<div>{figure}</div>" for figure in figures)
    return f'<section class="{kind}"><div class="about">{about}</div>{cells}</section>'


def _figure(title: str, alt: str, address: str, shape: tuple[int, ...], legend: str = "") -> str:
    """Show a picture of so many rows and columns, a title above and a legend below in HTML."""
    height, width = shape
    # Whole screen pixels for each of a map's, and a lone picture no larger than it needs.
    zoom = max((WIDEST if width > 28 else WIDEST * 2 // 3) // width, 1)
    return (
        f"<figure><figcaption>{title}</figcaption>"
        f'<img class="crisp" alt="{html.escape(alt)}" src="{address}"'
        f' width="{width * zoom}" height="{height * zoom}">{legend}</figure>'
    )


def _absent(title: str, text: str) -> str:
    return (
        f"<figure><figcaption>{html.escape(title)}</figcaption>"
        f'<p class="note">{html.escape(text)}</p></figure>'
    )


def _answers(first: Side, second: Side) -> str:
    """Show the ten probabilities of both sides, and their changes in percentage points."""
    titles = "".join(
        f'<th scope="col" colspan="2">{html.escape(side.title)}</th>' for side in (first, second)
    )
    head = f'<tr><td></td>{titles}<th scope="col" colspan="2">Change, points</th>'
    before, after = first.values["softmax"], second.values["softmax"]
    rows = "".join(
        f'<tr><th scope="row">{digit}</th>{_share(before, digit)}{_share(after, digit)}'
        f"{_change(float(after[digit] - before[digit]))}</tr>"
        for digit in range(10)
    )
    return f"<table><caption>Probabilities</caption>{head}</tr>{rows}</table>"


def _share(probabilities: NDArray[np.float32], digit: int) -> str:
    answer = decide(probabilities)
    kind = " read" if answer.sure and digit == answer.digit else ""
    share = float(probabilities[digit])
    return (
        f'<td class="number{kind}">{html.escape(percent(share))}</td>'
        f'<td class="bar"><i class="{kind}" style="width:{share:.1%}"></i></td>'
    )


def _change(change: float) -> str:
    said = f"{100 * change:+.1f}".replace("-", "−")
    if said in {"+0.0", "−0.0"}:
        return '<td class="number quiet">same</td><td class="change"></td>'
    kind = "more" if change > 0 else "less"
    return (
        f'<td class="number">{said}</td>'
        f'<td class="change"><i class="{kind}" style="width:{50 * abs(change):.1f}%"></i></td>'
    )


def _distances(compared: list[Compared], layers: dict[str, Layer]) -> str:
    """Show, layer by layer, how far apart the two sides are; flattening changes nothing."""
    rows = "".join(
        f'<tr><th scope="row">{html.escape(layers[layer.name].title)}</th>'
        f'<td class="bar"><i style="width:{min(layer.distance, 1):.1%}"></i></td>'
        f'<td class="number">{layer.distance:.3f}</td></tr>'
        for layer in compared
        if layer.distance is not None and layers[layer.name].kind != "flatten"
    )
    return (
        f'<div><table class="distances"><caption>Distance, layer by layer</caption>{rows}</table>'
        f'<p class="note">0 is alike, 1 nothing in common: 1 less the '
        f"{glossary.tip('cosine', 'cosine')} of both sides’ values. "
        "Other sizes are left out.</p></div>"
    )
