"""Which filters and units speak most for an answer, and which most against it."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cnn.explain.ablation import Part, Prepared, ranked
from cnn.explain.attribution import Question
from cnn.plots.images import coloured, own_scales
from cnn.predictor import Reading
from pages.layers.explainers import Tools
from pages.shared.text import signed

# Rows on either side of zero.
ROWS = 5
ROW = """<tr><th scope="row"><span>{picture}{name}</span></th>
<td class="bar"><i class="{kind}" style="width:{width:.1f}%"></i></td>
<td class="number">{value}</td></tr>"""
TABLE = """<div class="contributions"><table><caption>{title}</caption>{rows}</table>
<div class="note">{note}</div></div>"""


def tables(prepared: Prepared, reading: Reading, question: Question, tools: Tools) -> str:
    """Show the filters and the units that contribute most to a score.

    Args:
        prepared: The image, for removing filters.
        reading: The same.
        question: Which score.
        tools: Ask the network.
    """
    ablation, titles = tools.ablation, tools.titles
    units, biases = ablation.unit_contributions(reading, question)
    weight = "weight" if question.rather_than is None else "difference of weights"
    tables = []
    if ablation.filters:
        parts = ranked(ablation.filter_contributions(prepared, question))
        tables.append(
            TABLE.format(
                title="Filters: what the score loses without each",
                rows=_rows(parts, titles, reading.activations),
                note="Each is removed alone. They act together, so these do not add up.",
            )
        )
    tables.append(
        TABLE.format(
            title=f"Units of {titles[ablation.units_layer]}: activation × {weight}",
            rows=_rows(ranked({ablation.units_layer: units}), titles, {}),
            note=f"All {len(units):,} units {signed(units.sum())} and biases {signed(biases)} are "
            f"exactly the score, {signed(units.sum() + biases)}.",
        )
    )
    return f'<div class="contribution-tables">{"".join(tables)}</div>'


def _rows(
    parts: list[Part], titles: Mapping[str, str], maps: Mapping[str, NDArray[np.float32]]
) -> str:
    """Draw the parts that speak most for the answer, then those that speak most against it."""
    largest = max(abs(part.contribution) for part in parts)
    best = [part for part in parts[:ROWS] if part.contribution > 0]
    worst = [part for part in parts[-ROWS:] if part.contribution < 0]
    return "".join(
        ROW.format(
            picture=_thumbnail(maps[part.layer], part.index) if part.layer in maps else "",
            name=f"{titles[part.layer]} · {part.index}",
            kind="for" if part.contribution > 0 else "against",
            width=50 * abs(part.contribution) / largest,
            value=signed(part.contribution),
        )
        for part in [*best, *worst]
    )


def _thumbnail(maps: NDArray[np.float32], channel: int) -> str:
    """Draw one of a layer's maps, [height, width, maps], on its own scale."""
    return f'<img class="crisp" alt="" src="{coloured(own_scales(maps)[:, :, channel])}">'
