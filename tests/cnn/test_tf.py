"""TensorFlow's import: what is left out of standard error, and that nothing else is lost."""

import gc
import signal
import subprocess
import sys

import pytest

from cnn.tf import CHATTER, tensorflow

CHATTER_LINES = b"".join(beginning + b" and so on\n" for beginning in CHATTER)
SAY = f"""
import ctypes, os, signal
from cnn.tf import CHATTER, stderr_without
with stderr_without(CHATTER):
    os.write(2, {CHATTER_LINES!r} + b"last ")
    os.write(2, b"words\\n" + {CHATTER_LINES!r} + b"and half a line")
    {{end}}
"""


def run(end):
    command = [sys.executable, "-c", SAY.format(end=end)]
    return subprocess.run(command, capture_output=True, check=False)


@pytest.mark.parametrize("name", ["SIGABRT", "SIGSEGV", "SIGKILL", "SIGTERM"])
def test_what_a_process_says_that_breaks_off_meanwhile_is_not_lost(name):
    ended = run(f"os.kill(os.getpid(), signal.{name})")
    assert ended.returncode == -signal.Signals[name]
    assert ended.stderr == b"last words\nand half a line"


def test_what_an_error_says_meanwhile_comes_in_its_order():
    ended = run("raise ValueError('this')")
    assert ended.returncode == 1
    assert ended.stderr.startswith(b"last words\nand half a lineTraceback")
    assert ended.stderr.endswith(b"ValueError: this\n")


def test_garbage_is_not_looked_for_in_what_tensorflow_holds():
    tensorflow()
    assert gc.get_freeze_count() > len(gc.get_objects())


def test_what_keras_imports_for_others_is_left_out_and_can_be_imported_afterwards():
    say = """
import sys, threading
from cnn.tf import NOT_NEEDED, _imports_without, tensorflow
tensorflow()
assert not NOT_NEEDED & set(sys.modules), "imported"
with _imports_without(NOT_NEEDED):
    beside = threading.Thread(target=__import__, args=["sklearn"])
    beside.start()
    beside.join()
assert "sklearn" in sys.modules, "not another thread's affair"
import pandas
"""
    subprocess.run([sys.executable, "-c", say], check=True)
