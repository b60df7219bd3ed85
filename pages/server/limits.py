"""Bounds on what one visitor and all together take of the server."""

import ipaddress
import time
from collections import Counter
from collections.abc import Callable

# A class of 50 behind one address, each with two tabs.
MOST_OF_ONE = 100
MOST_OF_ALL = 400
# A network of IPv6 addresses that one visitor can have.
PREFIX = 64
# Messages that may come at once, and seconds between two of those that go on coming. One that is
# larger than these bytes counts as several, as it costs more: a drawing of a few strokes has less.
BURST = 40
INTERVAL = 0.1
SMALL = 20_000


def address_of(client: object) -> str:
    """Return a client's address in its shortest form; whatever is none is this machine itself."""
    try:
        number = ipaddress.ip_address(str(client))
    except ValueError:
        return ""
    mapped = number.ipv4_mapped if isinstance(number, ipaddress.IPv6Address) else None
    return str(mapped or number)


def network_of(client: object) -> str:
    """Return what one visitor can hardly change: the address, or the network of an IPv6 one."""
    address = address_of(client)
    return str(ipaddress.ip_network(f"{address}/{PREFIX}", False)) if ":" in address else address


class Guests:
    """Counts who is connected."""

    def __init__(self) -> None:
        self._here: Counter[str] = Counter()

    def may_come(self, network: str) -> bool:
        """Whether another connection from a network is taken."""
        return self._here[network] < MOST_OF_ONE and self._here.total() < MOST_OF_ALL

    def come(self, network: str) -> None:
        """Count a connection."""
        self._here[network] += 1

    def leave(self, network: str) -> None:
        """Count a connection no more."""
        self._here -= Counter([network])


class Pace:
    """Lets messages come at once, as people send them, and slows down what never ends."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Take a clock that tells seconds."""
        self._clock = clock
        self._next = clock() - BURST * INTERVAL

    def wait(self, size: int) -> float:
        """Count a message of so many bytes; return the seconds after which it is to be taken."""
        now = self._clock()
        cost = INTERVAL * max(1.0, size / SMALL)
        self._next = max(self._next, now - BURST * INTERVAL) + cost
        return max(0.0, self._next - now)
