"""Connections to the service: as many as the system lets it have, none for longer than it takes.

A client that connects and is silent, sends a letter a second or does not take its answer costs
nothing but its connection; there are only so many of these.
"""

import asyncio
import sys

from uvicorn.protocols.http.h11_impl import H11Protocol

# Seconds in which a request is sent and answered, and its answer is taken: more than all that it
# may wait for on the way.
SECONDS = 60.0


class BoundedProtocol(H11Protocol):
    """HTTP on a connection that is ended where a request takes too long."""

    _end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to count."""
        super().connection_made(transport)
        self._count()

    def on_response_complete(self) -> None:
        """Begin anew: another request may come."""
        self._count()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count no more."""
        super().connection_lost(exc)
        if self._end is not None:
            self._end.cancel()

    def _count(self) -> None:
        if self._end is not None:
            self._end.cancel()
        self._end = self.loop.call_later(SECONDS, self.transport.abort)


def allow_many() -> None:
    """Take as many connections as the system lets this process have: a shell's are often 1,024."""
    if sys.platform == "win32":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
