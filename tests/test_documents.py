"""What the documents name is there, and what is there is named."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTRIBUTING = (ROOT / ".github" / "CONTRIBUTING.md").read_text()


DOCUMENTS = [
    "README.md",
    ".github/CONTRIBUTING.md",
    ".github/MACHINES.md",
    "benchmarks/README.md",
]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_that_a_document_names_is_there(name):
    text = (ROOT / name).read_text()
    named = re.findall(r"\b(?:cnn|pages|tests|benchmarks)/[\w/.-]*\w\.(?:py|md|js)\b", text)
    assert [file for file in named if not (ROOT / file).is_file()] == []


def test_every_benchmark_is_listed():
    listed = set(re.findall(r"^\| `(\w+\.py)`", (ROOT / "benchmarks/README.md").read_text(), re.M))
    helpers = {"server.py", "unseen.py"}
    assert listed == {file.name for file in (ROOT / "benchmarks").glob("*.py")} - helpers


def test_every_room_of_the_code_is_on_the_map():
    rooms = [file.parent.name for file in ROOT.glob("*/*/__init__.py")]
    assert "explain" in rooms
    missing = [room for room in rooms if f"{room}/" not in CONTRIBUTING]
    assert missing == []


def test_the_evening_read_is_as_long_as_it_says():
    part = CONTRIBUTING.split("## The evening read")[1].split("## ")[0]
    files = re.findall(r"^\d\. `([\w/.]+)`", part, re.M)
    lines = sum(len((ROOT / file).read_text().splitlines()) for file in files)
    said = int(re.search(r"about ([\d,]+) lines", part)[1].replace(",", ""))
    assert abs(lines - said) <= 100
