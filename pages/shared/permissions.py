"""Who may train and choose the network that reads: everybody, the owner, or nobody.

On one's own machine, everybody. On a server for others, a password in Streamlit's secrets keeps it
for its owner, and `CNN_TRAINING=off` takes it from everybody. What is kept from visitors is done
through `attempt`, which asks again at that moment: a browser can be made to send the message of a
button that it was never shown.
"""

import hmac
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from enum import Enum
from pathlib import Path

import streamlit as st

from cnn.data.digits import DataError
from cnn.files import why_not_written
from cnn.model import ModelError
from cnn.runs.run import RunError

VARIABLE = "CNN_TRAINING"
# A section of the secrets: what stands outside of any, Streamlit puts into the environment, which
# every training inherits.
SECTION, ENTRY = "owner", "password"
# In the session's state: the password as it was entered. When another one is set, it fits no more.
ENTERED = "entered-password"
TRIES = 10
MINUTE = 60.0
NOT_ALLOWED = "Only the owner of this server may do this: sign on with the password first."
WRONG = "This is not the password."
TOO_MANY = "Too many tries: wait a minute, then try again."


class Who(Enum):
    """Who may train on this server, and choose the network that reads."""

    EVERYBODY = "everybody"
    OWNER = "owner"
    NOBODY = "nobody"


class RateLimiter:
    """Lets a password be tried a few times a minute, by all browsers together."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Take a clock that tells seconds."""
        self._clock = clock
        self._lock = threading.Lock()
        self._tries: deque[float] = deque(maxlen=TRIES)

    def allows(self) -> bool:
        """Count a try, unless there were too many in the last minute."""
        with self._lock:
            now = self._clock()
            if len(self._tries) == TRIES and now - self._tries[0] < MINUTE:
                return False
            self._tries.append(now)
            return True


# Not in Streamlit's cache, which any browser can ask to clear.
rate_limiter = RateLimiter()


def who() -> Who:
    """Return who may train and choose the network."""
    # Anything but "on": a misspelt lock must not stand open.
    if os.environ.get(VARIABLE, "").strip().lower() not in {"", "on"}:
        return Who.NOBODY
    return Who.EVERYBODY if _password() is None else Who.OWNER


def may_train() -> bool:
    """Whether this browser session may train and choose the network, at this moment."""
    allowed = who()
    if allowed is Who.OWNER:
        return _fits(st.session_state.get(ENTERED, ""))
    return allowed is Who.EVERYBODY


def attempt(action: Callable[..., object], *arguments: object) -> str:
    """Do what is kept from visitors; return what went wrong in a sentence, or ""."""
    if not may_train():
        return NOT_ALLOWED
    try:
        action(*arguments)
    except (DataError, ModelError, RunError) as error:
        return str(error)
    except OSError as error:
        return why_not_written(error)
    return ""


def sign_in(entered: str) -> str:
    """Make this browser session the owner's; return what is wrong in a sentence, or ""."""
    if not rate_limiter.allows():
        return TOO_MANY
    if not _fits(entered):
        return WRONG
    st.session_state[ENTERED] = entered
    return ""


def sign_out() -> None:
    """Make this browser session a visitor's again."""
    st.session_state.pop(ENTERED, None)


def _fits(entered: str) -> bool:
    password = _password()
    return hmac.compare_digest(entered.encode(), password.encode()) if password else False


def _password() -> str | None:
    """Return the owner's password; None if none is set, "" if it cannot be read: nothing fits."""
    try:
        section = st.secrets.get(SECTION)
    # What is raised depends on what is wrong; that no file is there is raised, too.
    except (OSError, ValueError):
        is_there = any(Path(path).exists() for path in st.get_option("secrets.files"))
        return "" if is_there else None
    if section is None:
        return None
    password = section.get(ENTRY, "") if hasattr(section, "get") else ""
    return password if isinstance(password, str) else ""
