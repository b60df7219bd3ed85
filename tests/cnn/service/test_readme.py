"""The README's clients of the service run as they stand there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from cnn.service.service import Service
from tests.service import serving

ROOT = Path(__file__).parents[3]
PART = (ROOT / "README.md").read_text("utf-8").split("## As a service\n")[1].split("\n## ")[0]
WHERE = "http://127.0.0.1:8502"


@pytest.fixture(scope="module")
def server():
    with serving(Service()) as address:
        yield address


def run(server, language, *command):
    """Run the README's first lines of a language; returns what they print."""
    code = re.search(rf"^```{language}\n(.*?)^```", PART, re.M | re.S)[1]
    assert WHERE in code
    done = subprocess.run(
        [*command, code.replace(WHERE, server)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_python_client_reads_a_seven_and_64_more(server):
    first, second = run(server, "python", sys.executable, "-c").splitlines()
    assert first.startswith("[7] Reads as 7")
    assert second == "64"


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_javascript_client_reads_a_seven(server):
    command = ("node", "--input-type=module", "--eval")
    assert run(server, "js", *command).startswith("[ 7 ] Reads as 7")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_curl_requests_read_a_seven_as_strokes_and_as_a_photo(server, tmp_path):
    write_photo(tmp_path / "photo.jpg")
    lines = re.findall(r"^curl .*$", PART, re.M)
    assert len(lines) == 2
    for line in lines:
        command = ("sh", "-c", line.replace(WHERE, server))
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
        assert '"digits":[7]' in done.stdout


def write_photo(file):
    """Write what a phone makes of a seven on paper: dark ink, light from one side."""
    light = Image.linear_gradient("L").resize((600, 800)).point(lambda v: 170 + v // 4)
    ImageDraw.Draw(light).line([(180, 250), (420, 250), (260, 600)], 40, 14, "curve")
    light.save(file)
