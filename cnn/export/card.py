"""The card that lies beside an export: what goes in, what comes out, how ink must be prepared."""

from importlib.metadata import version
from pathlib import Path
from string import Template

from cnn.decision import EITHER_OR, SURE
from cnn.export.check import Comparison
from cnn.export.format import Format
from cnn.ink.strokes import BOX, CENTRE, EDGE, LINE_WIDTH
from cnn.recipe import recipe_label
from cnn.web.take_home import About

FILE = "README.md"
TEMPLATE = Path(__file__).with_name("card.md")


def card(format: Format, about: About, compared: Comparison) -> bytes:
    """Write a card.

    Args:
        format: What the network was written in.
        about: What is known of the network.
        compared: How the export reads, beside the network.
    """
    text = Template(TEMPLATE.read_text("utf-8")).substitute(
        name=about.name,
        title=f"{format.title} (`{format.content}`)",
        version=version("digitscope"),
        facts=_facts(about),
        takes=format.takes,
        sure=SURE,
        either_or=EITHER_OR,
        box=BOX,
        width=LINE_WIDTH,
        edge=EDGE,
        centre=f"{CENTRE:.0f}",
        imports=format.imports,
        example=format.example,
        checked=compared.sentence(format.is_exact),
    )
    return text.encode()


def _facts(about: About) -> str:
    facts = [about.accuracy]
    if about.data:
        facts.append(f"Trained on: {about.data}.")
    if about.recipe:
        facts.append(f"Recipe: {recipe_label(about.recipe)}.")
    return " ".join(fact for fact in facts if fact)
