"""By which names this server is reached, and from whose pages.

A page of another site must not reach the app through its visitor's browser. Two tricks do that: it
connects from its own address, which the browser tells (`Origin`), or it lets its own name point to
this machine: see `cnn.host_names`. Streamlit's own check of origins asks the web for this machine's
address, while all its visitors wait: it is never reached.
"""

import streamlit as st
from streamlit import config

from cnn.host_names import is_ours, name_in, split


def is_known(host: str) -> bool:
    """Whether a `Host` header names this server."""
    return is_ours(host, _given_names())


def is_own(origin: str, host: str) -> bool:
    """Whether a page of this origin may connect to what it calls by the `Host` header.

    A proxy may have put another name into that header.
    """
    if origin in st.get_option("server.corsAllowedOrigins"):
        return True
    return bool(host) and (
        split(origin).netloc.lower() == host.lower() or name_in(origin) == _public_name()
    )


def _given_names() -> set[str | None]:
    """Return the names in the server's settings."""
    allowed = st.get_option("server.corsAllowedOrigins")
    address = st.get_option("server.address")
    return {_public_name(), name_in(f"//{address}"), *(name_in(origin) for origin in allowed)}


def _public_name() -> str:
    """Return the name that visitors were given, or ""."""
    # Streamlit's own default would let every page of this machine in.
    is_set = config.is_manually_set("browser.serverAddress")
    return str(st.get_option("browser.serverAddress")).lower() if is_set else ""
