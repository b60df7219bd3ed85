"""How a command ends before its time: asked to stop, or because nobody reads on."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# What a shell says of a program that was ended by SIGPIPE, whose number is 13.
NOBODY_READS = 128 + 13


@contextmanager
def sigterm_noted() -> Iterator[threading.Event]:
    """Take note of the signal SIGTERM instead of being ended by it."""
    asked = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: asked.set())
    try:
        yield asked
    finally:
        signal.signal(signal.SIGTERM, before)


def nobody_reads() -> int:
    """End quietly after a BrokenPipeError, as tools do whose output `head` or a pager cuts off.

    Returns:
        The exit status that they have then.
    """
    # At its end Python writes what is left, and would find the pipe broken once more.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return NOBODY_READS
