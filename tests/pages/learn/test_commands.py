"""The commands that lessons tell of."""

import re

import pytest

from benchmarks.server import ROOT
from cnn import cli

TEXTS = (ROOT / "pages" / "learn").rglob("*.js")
COMMANDS = {
    command.replace("${run}", "my-run")
    for text in TEXTS
    for command in re.findall(r'["`]digitscope ([^"`]+)["`]', text.read_text("utf-8"))
}


def test_there_are_some():
    assert {command.split()[0] for command in COMMANDS} >= {"predict", "export", "app", "use"}


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_a_command_that_a_lesson_tells_of_is_one(command):
    assert callable(cli._options(command.split()).command)
