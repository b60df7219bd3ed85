"""A page's link as its browser knows it: checked, as others can open it, and as a QR code."""

import ipaddress
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, urljoin, urlsplit

from cnn.ink.link import LONGEST

# Letters of a link: a drawing's, and what stands before it.
MOST = LONGEST + 1_000
# Letters of a code that a phone reads from a screen: its squares are a millimetre wide, or nearly.
MOST_IN_CODE = 850
# White squares around a code, without which cameras do not find it.
MARGIN = 4


@dataclass(frozen=True)
class Link:
    """Where a page is.

    Attributes:
        text: The whole of it.
        is_local: Whether the browser's own machine alone gets there by it.
    """

    text: str
    is_local: bool

    @property
    def start(self) -> "Link":
        """Where the app begins."""
        return Link(urljoin(self.text, "."), self.is_local)

    def at(self, server: str) -> "Link":
        """Return the same page at another name of the server, as "http://192.168.0.2:8501"."""
        page, other = urlsplit(self.text), urlsplit(server)
        moved = page._replace(scheme=other.scheme, netloc=other.netloc)
        return Link(moved.geturl(), is_local=False)


def from_message(message: object) -> Link | None:
    """Return where a browser says that it is; None if that is nowhere on the web."""
    if not isinstance(message, str) or len(message) > MOST:
        return None
    parts = _split(message)
    # A browser sends no others: it writes them as "%20".
    is_plain = message.isascii() and message.isprintable() and " " not in message
    if parts is None or not is_plain or parts.scheme not in {"http", "https"}:
        return None
    return Link(message, _is_local(parts.hostname)) if parts.hostname else None


# The start's code is everybody's; those of drawings are asked for once or twice.
@lru_cache(maxsize=64)
def code(text: str) -> str:
    """Return a link's QR code as the address of a picture, or "" if it has too many squares."""
    import segno

    if len(text) > MOST_IN_CODE:
        return ""
    made = segno.make_qr(text, error="l")
    return made.svg_data_uri(border=MARGIN, light="#fff", omitsize=True)


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        _ = parts.port  # reading it checks it
    except ValueError:
        return None
    return parts


def _is_local(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
