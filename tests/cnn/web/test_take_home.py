import base64
import hashlib
import re
import tomllib
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cnn.explain.layers import layers_in_file
from cnn.predictor import SHIPPED_MODEL
from cnn.recipe import RECIPES, Recipe
from cnn.web import take_home
from cnn.web.network_file import network_file
from cnn.web.take_home import UNKNOWN, About, bundle, html_file

ROOT = Path(__file__).parents[3]
MODULES = sorted(take_home.FOLDER.glob("*.js"))
# What stands at a line's start is for the whole module.
DEFINED = re.compile(
    r"^(?:export )?(?:async )?(?:function|class|const|let|var)\*? (\w+|\[[^]]*\]|\{[^}]*\})",
    re.MULTILINE,
)
HOSTILE = "</script><img src=x onerror=alert(1)>${1} & $name \"'"


class Parts(HTMLParser):
    """The texts of a page's elements, and what its own elements say of it."""

    def __init__(self, page):
        super().__init__()
        self.texts, self.tags, self.policy = [], [], ""
        self.feed(page.decode())

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append(tag)
        self.texts.append([given.get("id") or given.get("type") or tag, ""])
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]

    def handle_endtag(self, tag):
        self.texts.append([f"after {tag}", ""])

    def handle_data(self, data):
        if self.texts:
            self.texts[-1][1] += data

    def text(self, name):
        return next(text for key, text in self.texts if key == name)


@cache
def shipped():
    return layers_in_file(SHIPPED_MODEL)


def page(**about):
    return Parts(html_file(shipped(), About(**{"name": "Shipped model", **about})))


def test_the_tutorials_network_and_its_page_have_less_than_9_million_bytes():
    assert (
        len(html_file(shipped(), About("Shipped model", "Good.", "MNIST", RECIPES["best"]))) < 9e6
    )


def test_the_page_holds_the_network_as_browsers_read_it():
    held = base64.b64decode(page(name="mine").text("network"), validate=True)
    assert held == network_file(shipped(), "mine")


def test_the_page_may_run_its_own_script_and_style_and_ask_for_nothing():
    parts = page()
    rules = dict(rule.strip().split(" ", 1) for rule in parts.policy.split(";"))
    assert rules.pop("default-src") == "'none'"
    for rule, name in (("script-src", "module"), ("style-src", "style")):
        digest = hashlib.sha256(parts.text(name).encode()).digest()
        assert rules.pop(rule) == f"'sha256-{base64.b64encode(digest).decode()}'"
    assert rules == {"img-src": "data:", "base-uri": "'none'", "form-action": "'none'"}


def test_nothing_that_a_name_or_a_sentence_says_becomes_a_part_of_the_page():
    parts = page(name=HOSTILE, accuracy=HOSTILE, data=HOSTILE, recipe=RECIPES["fast"])
    assert parts.tags.count("script") == 2
    assert "img" not in parts.tags
    assert [text for _, text in parts.texts].count(HOSTILE) == 3
    assert parts.text("title") == f"{HOSTILE} · Digitscope"


def test_what_differs_from_the_tutorials_recipe_stands_out_and_what_is_unknown_is_left_out():
    recipe = replace(RECIPES["tutorial"], epochs=3, filters=(8, 16))
    written = html_file(shipped(), About("mine", "", "MNIST", recipe)).decode()
    changed = re.findall(r'<tr class="changed"><th scope="row">([^<]*)</th><td>([^<]*)<', written)
    assert changed == [("Filters", "8,16"), ("Epochs", "3")]
    assert '<th scope="row">Data</th><td>MNIST<' in written
    assert UNKNOWN not in written
    connected = html_file(shipped(), About("mine", recipe=Recipe(network="fc"))).decode()
    assert "Filter" not in connected
    bare = html_file(shipped(), About("mine")).decode()
    assert UNKNOWN in bare
    assert "<table>" not in bare


def test_modules_are_put_together_in_an_order_in_which_they_can_run():
    script = bundle("home.js")
    assert not re.search(r"^\s*(import|export)\b", script, re.MULTILINE)
    assert script.index("function pointsOnPath") < script.index("function makePaper")
    assert script.index("const SIZE") < script.index("new Float32Array(SIZE * SIZE)")
    assert script.count("const rasterise =") == 1
    # It would end the script; and only line ends of one kind are hashed as browsers hash them.
    assert "</script" not in script.lower()
    assert "\r" not in script


def test_no_two_modules_have_one_name_for_something_of_their_own():
    homes = {}
    for file in MODULES:
        for pattern in DEFINED.findall(file.read_text("utf-8")):
            for name in re.findall(r"\w+", pattern):
                homes.setdefault(name, []).append(file.name)
    assert {"makePaper", "MOST_STEPS_BACK", "INK", "InkError", "strokesFromCanvas"} <= homes.keys()
    assert {name: files for name, files in homes.items() if len(files) > 1} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_has_the_apps_own_colours(scheme):
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"][scheme]
    style = (take_home.FOLDER / "home.css").read_text("utf-8")
    light, dark = style.split("prefers-color-scheme: dark", 1)
    for name in ("backgroundColor", "textColor", "borderColor"):
        variable = "--st-" + re.sub("[A-Z]", lambda letter: f"-{letter[0].lower()}", name)
        assert f"{variable}: {theme[name]};" in (light if scheme == "light" else dark)
    assert f"--st-primary-color: {theme['primaryColor']};" in light
