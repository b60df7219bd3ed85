"""By which names this server is reached, and from whose pages.

A page of another site must not reach the app through its visitor's browser. Two tricks do that: it
connects from its own address, which the browser tells (`Origin`), or it lets its own name point to
this machine, so that the browser takes both for one site (DNS rebinding): then the name that it
asks for (`Host`) is not one of ours.

Ours are numbers, which nobody else can own, names that no public name server answers for, and those
that the server was started with. Streamlit's own check of origins asks the web for this machine's
address, while all its visitors wait: it is never reached.
"""

import ipaddress
import re
import socket
from urllib.parse import SplitResult, urlsplit

import streamlit as st
from streamlit import config

# RFC 6761, 6762 and 8375, ICANN's own for private use, and what home routers use.
PRIVATE = (".localhost", ".local", ".home.arpa", ".internal", ".lan")


def is_known(host: str) -> bool:
    """Whether a `Host` header names this server."""
    name = _name(f"//{host}") if re.fullmatch(r"[\w.:\[\]-]+", host) else None
    if name is None:
        return False
    if _is_number(name) or "." not in name or name.endswith(PRIVATE):
        return True
    return name in {socket.gethostname().lower(), *_given_names()}


def is_own(origin: str, host: str) -> bool:
    """Whether a page of this origin may connect to what it calls by the `Host` header.

    A proxy may have put another name into that header.
    """
    if origin in st.get_option("server.corsAllowedOrigins"):
        return True
    return bool(host) and (
        _split(origin).netloc.lower() == host.lower() or _name(origin) == _public_name()
    )


def _given_names() -> set[str | None]:
    """Return the names in the server's settings."""
    allowed = st.get_option("server.corsAllowedOrigins")
    address = st.get_option("server.address")
    return {_public_name(), _name(f"//{address}"), *(_name(origin) for origin in allowed)}


def _public_name() -> str:
    """Return the name that visitors were given, or ""."""
    # Streamlit's own default would let every page of this machine in.
    is_set = config.is_manually_set("browser.serverAddress")
    return str(st.get_option("browser.serverAddress")).lower() if is_set else ""


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _name(url: str) -> str | None:
    """Return the name in an address, or None if there is none or something is wrong with it."""
    name = _split(url).hostname
    return name.rstrip(".").lower() if name else None


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")
