"""The one place that imports TensorFlow: late, because it takes seconds, and quietly."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

# What TensorFlow's C++ parts announce before they read TF_CPP_MIN_LOG_LEVEL (tensorflow issue
# 100442): their information lines, and the notice that goes before these.
CHATTER = re.compile(rb"(I0000 |WARNING: All log messages before absl::InitializeLog)")


@cache
def tensorflow() -> Any:
    """Import TensorFlow without its start-up chatter and return the module."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with _stderr_without(CHATTER):
        import tensorflow
    tensorflow.get_logger().setLevel("ERROR")
    return tensorflow


@contextmanager
def _stderr_without(pattern: re.Pattern[bytes]) -> Iterator[None]:
    """Hold the process's standard error back, then pass on the lines that do not match."""
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
            held.seek(0)
            for line in held:
                if not pattern.match(line):
                    os.write(2, line)
