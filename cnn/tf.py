"""The one place that imports TensorFlow: late, because it takes seconds, and quietly."""

import os
from functools import cache
from typing import Any


@cache
def tensorflow() -> Any:
    """Import TensorFlow without its start-up chatter and return the module."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # absl and oneDNN each announce themselves on stderr unless told not to.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    import tensorflow

    tensorflow.get_logger().setLevel("ERROR")
    return tensorflow
