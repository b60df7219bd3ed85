"""Names of this machine that nobody on the web can take.

A page of another site may let its own name point to this machine (DNS rebinding): a browser then
takes the page and a server here for one site, and shows the page what it gets. But it tells the
server by which name it came (`Host`), and that one is then not ours.

Ours are numbers, which nobody else can own, names that no public name server answers for, the
machine's own, and those that a server was given.
"""

import ipaddress
import re
import socket
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

# RFC 6761, 6762 and 8375, ICANN's own for private use, and what home routers use.
PRIVATE = (".localhost", ".local", ".home.arpa", ".internal", ".lan")


def is_ours(host: str, given: Collection[str | None] = ()) -> bool:
    """Whether a `Host` header names this machine; `given` are other names of it.

    Example:
        >>> [is_ours(host) for host in ("127.0.0.1:8501", "laptop.local", "site.example")]
        [True, True, False]
    """
    name = name_in(f"//{host}") if re.fullmatch(r"[\w.:\[\]-]+", host) else None
    if name is None:
        return False
    if _is_number(name) or "." not in name or name.endswith(PRIVATE):
        return True
    return name == socket.gethostname().lower() or name in given


def name_in(url: str) -> str | None:
    """Return the name in an address, or None if there is none or something is wrong with it."""
    name = split(url).hostname
    return name.rstrip(".").lower() if name else None


def split(url: str) -> SplitResult:
    """Return an address in its parts; one that is none is empty."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
