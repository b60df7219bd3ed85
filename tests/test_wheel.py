"""What lies in the wheel, and where."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[1]


def test_the_wheel_holds_the_library_the_app_and_its_configuration_and_nothing_else(tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run([*command, "--directory", tmp_path], cwd=ROOT, check=True)
    (wheel,) = tmp_path.glob("digitscope-*.whl")
    held = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    files = [ROOT / "app.py", ROOT / ".streamlit" / "config.toml"]
    files += [path for path in ROOT.glob("pages/**/*") if path.is_file()]
    app = {f"cnn/_app/{name}" for name in _names(files)}
    assert held == app | set(_names(path for path in ROOT.glob("cnn/**/*") if path.is_file()))


def _names(files):
    # Python's compiled files come and go.
    return [path.relative_to(ROOT).as_posix() for path in files if path.suffix != ".pyc"]
