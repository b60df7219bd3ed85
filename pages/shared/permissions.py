"""Who may train and choose the network that reads: everybody, the owner, or nobody.

On one's own machine, everybody. On a server for others, a password in Streamlit's secrets, or in
`CNN_OWNER_PASSWORD`, keeps it for its owner, and `CNN_TRAINING=off` takes it from everybody. What
is kept from visitors is done through `attempt`, which asks again at that moment: a browser can be
made to send the message of a button that it was never shown.
"""

import hmac
import math
import os
from collections.abc import Callable
from enum import Enum
from pathlib import Path

import streamlit as st

from cnn.data.digits import DataError
from cnn.files import why_not_written
from cnn.model import ModelError
from cnn.runs.launch import PASSWORD_VARIABLE
from cnn.runs.run import RunError
from pages.server.limits import address_of, network_of
from pages.shared.rate_limiter import RateLimiter

VARIABLE = "CNN_TRAINING"
# A section of the secrets: what stands outside of any, Streamlit puts into the environment, which
# every training inherits.
SECTION, ENTRY = "owner", "password"
# In the session's state: the password as it was entered. When another one is set, it fits no more.
ENTERED = "entered-password"
NOT_ALLOWED = "Only the owner of this server may do this: sign on with the password first."
WRONG = "This is not the password."
TOO_MANY = "Too many wrong tries: try again in {} seconds."


class Who(Enum):
    """Who may train on this server, and choose the network that reads."""

    EVERYBODY = "everybody"
    OWNER = "owner"
    NOBODY = "nobody"


# Not in Streamlit's cache, which is cleared at times. A whole class may share one network of IPv6
# addresses, so it is slowed down late, for one visitor who guesses with many of them.
by_address = RateLimiter(free=5)
by_network = RateLimiter(free=100)


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
    client = st.context.ip_address
    brakes = ((by_address, address_of(client)), (by_network, network_of(client)))
    if wait := max(brake.wait(visitor) for brake, visitor in brakes):
        return TOO_MANY.format(math.ceil(wait))
    if not _fits(entered):
        return WRONG
    for brake, visitor in brakes:
        brake.forgive(visitor)
    st.session_state[ENTERED] = entered
    return ""


def sign_out() -> None:
    """Make this browser session a visitor's again."""
    st.session_state.pop(ENTERED, None)


def _fits(entered: str) -> bool:
    # What of the environment is no text at all fits nothing.
    password = (_password() or "").encode(errors="surrogateescape")
    return hmac.compare_digest(entered.encode(), password) if password else False


def _password() -> str | None:
    """Return the owner's password; None if none is set, "" if it cannot be read: nothing fits."""
    # An empty one is set, too: it is what a misspelt variable leaves of a command.
    if (given := os.environ.get(PASSWORD_VARIABLE)) is not None:
        return given
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
