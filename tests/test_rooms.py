"""The rooms of the code: which there are, and that imports between them go one way."""

import ast
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# From the floor that imports nothing of ours to the one that nothing of ours imports.
FLOORS = (
    {"cnn.host_names", "cnn.old_names", "cnn.setting", "cnn.signals"},
    {"cnn.recipe", "cnn.ink", "cnn.decision", "cnn.files", "cnn.tf"},
    {"cnn.arrays", "cnn.keras_file"},
    {"cnn.model", "cnn.data", "cnn.augmentation"},
    {"cnn.predictor"},
    {"cnn.explain", "cnn.evaluation"},
    {"cnn.training", "cnn.web"},
    {"cnn.runs", "cnn.app_server"},
    {"cnn.plots", "cnn.export", "cnn.service"},
    {"cnn", "cnn.cli", "pages.server"},
    {"cnn.__main__", "pages.shared"},
    {"pages.live"},
    {"pages.draw"},
    {"pages.layers", "pages.filters", "pages.train"},
    {"pages.evaluate", "pages.learn"},
    {"app", "pages"},
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
FILES = sorted([ROOT / "app.py", *ROOT.glob("cnn/**/*.py"), *ROOT.glob("pages/**/*.py")])


def module_of(file):
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(file): file for file in FILES}


def room_of(module):
    """Return the first folder below the top, or the file that lies there."""
    parts = module.split(".")
    name = ".".join(parts[:2])
    # A page is a file, and a room only what pages ask.
    return "pages" if parts[0] == "pages" and name.split(".")[-1][:1].isdigit() else name


def imports_of(file, top_level=False):
    """Return our own modules that a file imports, of which it may do some inside functions."""
    tree = ast.parse(file.read_text())
    nodes = tree.body if top_level else list(ast.walk(tree))
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = {f"{node.module}.{name.name}" for name in node.names}
            found |= {name if name in MODULES else node.module for name in whole}
    return {name for name in found if name in MODULES}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_its_own_room_and_floors_below_alone(module):
    room = room_of(module)
    for other in map(room_of, imports_of(MODULES[module])):
        assert other == room or FLOOR[other] < FLOOR[room], f"{module} imports {other}"


def test_no_modules_import_one_another_in_a_circle():
    arrows = {
        module: imports_of(file, top_level=True) - {module} for module, file in MODULES.items()
    }
    while leaves := {module for module, others in arrows.items() if not others & arrows.keys()}:
        arrows = {module: others for module, others in arrows.items() if module not in leaves}
    assert not arrows


def test_the_floors_are_those_that_the_code_has():
    assert {room_of(module) for module in MODULES} - {"pages"} == FLOOR.keys() - {"pages"}
    assert not any(low & high for low, high in pairwise(FLOORS))


def test_no_file_is_longer_than_one_can_read():
    scripts = [*ROOT.glob("cnn/**/*.js"), *ROOT.glob("pages/**/*.js")]
    files = [*FILES, *scripts, *ROOT.glob("tests/**/*.py")]
    long = {str(f): n for f in files if (n := len(f.read_text().splitlines())) > 400}
    assert not long
