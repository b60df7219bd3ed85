"""A network to take home: one HTML file in which one draws, and sees what the network makes of it.

The file holds the network (`network_file`), its page (`home.html`, `.css` and `.js`) and the
modules that read, and needs nothing else: no server, no web, not even this program. Its own
policy forbids it to ask for anything (Content-Security-Policy: only this script and this style,
by their hashes), so that whoever opens it on a school's computer need not wonder what it does.
"""

import base64
import hashlib
import html
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template

from cnn.explain.layers import Layer
from cnn.recipe import RECIPES, SETTINGS, Recipe
from cnn.setting import Group
from cnn.web.network_file import network_file

FOLDER = Path(__file__).parent
STYLES = ("view.css", "home.css")
# One way to write them is enough: a test holds all modules to it.
IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+\.js)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?function|class|const|let)", re.MULTILINE)
UNKNOWN = "How it was trained is not known."
# What a network without convolutions has no use for.
OF_CONVOLUTIONS = {"filters", "filter_size", "pooling"}
COMPARED = "How it was trained; in bold what differs from the tutorial's recipe."


@dataclass(frozen=True)
class About:
    """What the page says of its network.

    Attributes:
        name: What to call it.
        accuracy: How well it reads, in a sentence; "" if that was not measured.
        data: What it was trained on, in a few words; "" if that is not known.
        recipe: How it was trained; None if that is not known.
    """

    name: str
    accuracy: str = ""
    data: str = ""
    recipe: Recipe | None = None


def html_file(layers: Mapping[str, Layer], about: About) -> bytes:
    """Write a network and its page as one file; of the tutorial's network under 9 MB.

    Args:
        layers: All of the network, as `cnn.explain.layers` gives them.
        about: What the page says of it.
    """
    script = bundle("home.js")
    style = "\n".join((FOLDER / name).read_text("utf-8") for name in STYLES)
    page = Template((FOLDER / "home.html").read_text("utf-8"))
    return page.substitute(
        policy=_policy(script, style),
        name=html.escape(about.name),
        facts=_facts(layers, about),
        recipe=_recipe(about),
        style=style,
        script=script,
        network=base64.b64encode(network_file(layers, about.name)).decode(),
    ).encode()


def bundle(name: str) -> str:
    """Put a module of this folder and all that it imports into one, each before those it serves.

    They then share one room, so no two may have the same name for something of their own.
    """
    found: dict[str, str] = {}

    def take(name: str) -> None:
        text = (FOLDER / name).read_text("utf-8")
        for other in IMPORT.findall(text):
            if other not in found:
                take(other)
        found[name] = EXPORT.sub("", IMPORT.sub("", text))

    take(name)
    return "\n".join(found.values())


def _policy(script: str, style: str) -> str:
    """Allow this script, this style and the icon, and nothing else: nothing of the web at all."""
    return (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)};"
        " img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _facts(layers: Mapping[str, Layer], about: About) -> str:
    """Say how large the network is, and how well it reads."""
    weights = sum(
        array.size for layer in layers.values() for array in (layer.weights, layer.bias)
        if array is not None
    )  # fmt: skip
    sentences = (f"{weights:,} weights, all of them in this file.", about.accuracy)
    return "".join(f"<p>{html.escape(sentence)}</p>" for sentence in sentences if sentence)


def _recipe(about: About) -> str:
    """Show all hyper-parameters, those that are not the tutorial's in bold."""
    if about.recipe is None:
        return f'<p class="note">{UNKNOWN}</p>'
    values, tutorials = asdict(about.recipe), asdict(RECIPES["tutorial"])
    rows: dict[Group, list[str]] = {group: [] for group in Group}
    if about.data:
        rows[Group.DIGITS].append(_row("Data", about.data))
    for setting in SETTINGS.values():
        if about.recipe.network == "fc" and setting.name in OF_CONVOLUTIONS:
            continue
        value = values[setting.name]
        is_changed = value != tutorials[setting.name]
        rows[setting.group].append(_row(setting.title, setting.written(value), is_changed))
    tables = "".join(
        f"<table><caption>{group}</caption><tbody>{''.join(rows[group])}</tbody></table>"
        for group in Group
    )
    return f'<p class="note">{COMPARED}</p><div class="recipe">{tables}</div>'


def _row(title: str, value: str, is_changed: bool = False) -> str:
    kind = ' class="changed"' if is_changed else ""
    return f'<tr{kind}><th scope="row">{html.escape(title)}</th><td>{html.escape(value)}</td></tr>'
