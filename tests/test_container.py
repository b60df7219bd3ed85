"""The container's files agree with one another, and with the code."""

import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from itertools import takewhile
from pathlib import Path, PurePosixPath

import pytest
import yaml

from benchmarks.container import DATA, PLACE, PORT, is_sent, sent_files, stages
from cnn.data.mnist import mnist_download, mnist_folder
from cnn.data.user_drawings import drawings_file
from cnn.explain.map_store import maps_folder
from cnn.runs.launch import KEY_VARIABLE, PASSWORD_VARIABLE
from cnn.runs.run import runs_folder
from pages.shared.permissions import VARIABLE

ROOT = Path(__file__).parents[1]
BUILD, FINAL = stages()
COMPOSE = (ROOT / "compose.yaml").read_text()
(SERVICE,) = yaml.safe_load(COMPOSE)["services"].values()
HADOLINT = shutil.which("hadolint", path=sysconfig.get_path("scripts"))


@pytest.fixture
def in_the_image(monkeypatch):
    """Give this process the environment of the image."""
    monkeypatch.delenv("CNN_DATA_DIR", raising=False)
    monkeypatch.delenv("CNN_MAPS_DIR", raising=False)
    for name, value in FINAL.environment().items():
        monkeypatch.setenv(name, value)


def sources():
    return [source for rest in BUILD.all_of("COPY") for source in rest.split()[:-1]]


@pytest.mark.skipif(HADOLINT is None, reason="hadolint is not installed")
def test_hadolint_finds_nothing():
    found = subprocess.run([HADOLINT, "Dockerfile"], check=False, cwd=ROOT, capture_output=True)
    assert (found.stdout + found.stderr, found.returncode) == (b"", 0)


def test_all_that_is_copied_is_sent_and_nothing_else_is():
    sent = sent_files()
    assert all(any(file.is_relative_to(source) for file in sent) for source in sources())
    assert all(any(file.is_relative_to(source) for source in sources()) for file in sent)
    assert all(is_sent(file.relative_to(ROOT)) for file in ROOT.glob("cnn/**/*.py"))
    assert all(is_sent(file.relative_to(ROOT)) for file in ROOT.glob("pages/**/*.js"))


@pytest.mark.parametrize(
    "name", [".streamlit/secrets.toml", ".env", ".git/config", "tests/server.py", "cnn/x.pyc"]
)
def test_secrets_and_what_running_does_not_need_are_not_sent(name):
    assert not is_sent(PurePosixPath(name))


def test_all_that_the_package_needs_is_installed_before_it_with_tensorflow_for_processors():
    run = next(rest for rest in BUILD.all_of("RUN") if "tomllib" in rest)
    words = shlex.split(run)
    script = words[words.index("-c") + 1]
    told = subprocess.check_output([sys.executable, "-c", script], cwd=ROOT, text=True).splitlines()
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert [line.replace("tensorflow-cpu", "tensorflow") for line in told] == needed


def test_all_name_one_port():
    command, check = FINAL.command("CMD"), FINAL.command("HEALTHCHECK")
    assert command[command.index("--port") + 1] == PORT
    assert FINAL.all_of("EXPOSE") == [PORT]
    assert f"127.0.0.1:{PORT}/" in check[-1]
    assert SERVICE["ports"] == [f"127.0.0.1:{PORT}:{PORT}"]


def test_what_is_kept_lies_in_the_volume_and_mnist_is_downloaded_there(in_the_image):
    for place in (runs_folder(), drawings_file(), mnist_folder(), maps_folder(), Path.home()):
        assert place.is_relative_to(DATA)
    assert mnist_download() is not None
    assert FINAL.all_of("VOLUME") == [DATA]
    (mount,) = SERVICE["volumes"]
    assert mount.split(":") == [*yaml.safe_load(COMPOSE)["volumes"], DATA]


def test_what_is_run_was_copied_and_runs_without_rights(in_the_image, monkeypatch):
    copied = [PurePosixPath(PLACE) / rest.split()[-1] for rest in FINAL.all_of("COPY")]
    named = re.findall(rf"{PLACE}[\w./-]*", " ".join(FINAL.environment().values()))
    assert named
    assert all(any(PurePosixPath(name).is_relative_to(each) for each in copied) for name in named)
    assert FINAL.all_of("WORKDIR") == BUILD.all_of("WORKDIR") == [PLACE]
    (user,) = FINAL.all_of("USER")
    assert int(user) > 0
    assert SERVICE["read_only"] is True
    assert SERVICE["cap_drop"] == ["ALL"]


def test_compose_hands_on_what_the_app_asks_for_and_sets_none_of_it():
    own = {PASSWORD_VARIABLE, KEY_VARIABLE, VARIABLE}
    assert SERVICE["environment"] == dict.fromkeys({*own, "STREAMLIT_BROWSER_SERVER_ADDRESS"})


def test_the_lines_for_a_class_open_the_port_and_bring_the_password():
    lines = COMPOSE.splitlines()
    begin = lines.index("    # ports:")
    block = takewhile(lambda line: line.startswith("    # "), lines[begin:])
    found = yaml.safe_load("\n".join(line.replace("# ", "", 1) for line in block))
    assert found["ports"] == [f"{PORT}:{PORT}"]
    (secret,) = found["secrets"]
    # Where Streamlit looks, and what git leaves out.
    place = ".streamlit/secrets.toml"
    assert secret["target"] == f"{PLACE}/{place}"
    assert yaml.safe_load(COMPOSE)["secrets"][secret["source"]] == {"file": place}
    assert place in (ROOT / ".gitignore").read_text().splitlines()


def test_streamlits_own_hosting_installs_this_folder():
    assert (ROOT / "requirements.txt").read_text() == "-e .\n"
    # It would take these first.
    assert not [name for name in ("uv.lock", "Pipfile", "environment.yml") if is_tracked(name)]


def is_tracked(name):
    return bool(subprocess.check_output(["git", "ls-files", name], cwd=ROOT))
