"""The library as a program imports it."""

import ast
import doctest
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import cnn
from cnn import old_names

PACKAGE = Path(cnn.__file__).parent


def typed_homes():
    """Return what type checkers are told of the names: (name, module)."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {(name.name, node.module) for node in imports for name in node.names}


def test_importing_it_imports_nothing_that_takes_long():
    heavy = ["tensorflow", "keras", "numpy", "scipy", "sklearn", "streamlit", "plotly"]
    code = f"import sys, cnn; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_each_name_is_what_its_module_holds_and_what_type_checkers_are_told():
    homes = {(name, module) for name, module in cnn._HOME.items()}
    assert homes == typed_homes()
    for name, module in homes:
        assert getattr(cnn, name) is getattr(import_module(module), name)
        assert getattr(cnn, name).__doc__ or name.isupper()


def test_it_says_its_version_and_that_it_is_typed():
    assert cnn.__version__.count(".") >= 1
    assert (PACKAGE / "py.typed").is_file()
    assert {"train", "__version__"} <= set(dir(cnn))


def test_what_it_does_not_have_is_named():
    with pytest.raises(AttributeError, match="module 'cnn' has no attribute 'predict'"):
        _ = cnn.predict


@pytest.mark.parametrize("module", [cnn, old_names], ids=lambda module: module.__name__)
def test_the_examples_in_its_words_are_true(module):
    tried = doctest.testmod(module)
    assert tried.attempted
    assert not tried.failed
