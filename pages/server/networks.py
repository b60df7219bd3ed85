"""The networks that browsers read with: only those that pages have offered them."""

import threading
from collections import OrderedDict

from pages.server.lasting import Lasting

PREFIX = "networks/"
KIND = "application/octet-stream"
# Kept at once; the tutorial's takes 6 MB. Whoever shows another one offers it again.
MOST = 8

_lock = threading.Lock()
# Those offered last, last.
_offered: OrderedDict[str, Lasting] = OrderedDict()


def offer(network: Lasting) -> str:
    """Let whoever knows a network's address have it; returns that, below the app's own."""
    with _lock:
        _offered[network.digest] = network
        _offered.move_to_end(network.digest)
        while len(_offered) > MOST:
            _offered.popitem(last=False)
    return PREFIX + network.digest


def find(digest: str) -> Lasting | None:
    """Return the network of this digest, or None if no page has offered it."""
    return _offered.get(digest)
