"""Files whose address holds their digest: a browser asks for each once, and keeps it for good."""

import gzip
import hashlib
import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

FOR_GOOD = "public, max-age=31536000, immutable"
# Letters of a digest in an address.
LENGTH = 32
# Higher ones take longer, and save nothing.
LEVEL = 6
# How zlib calls what gzip writes.
GZIP = 16 + zlib.MAX_WBITS
# Bytes that are sent at once: a browser that takes them slowly has no more of this in memory.
PART = 2**16


@dataclass(frozen=True)
class Lasting:
    """A file, kept as it is mostly sent: compressed.

    Attributes:
        kind: What it is, in HTTP's words.
        digest: Of its content.
        size: In bytes.
        packed: Its content, by gzip.
    """

    kind: str
    digest: str
    size: int
    packed: bytes

    @classmethod
    def of(cls, content: bytes, kind: str) -> "Lasting":
        """Make one of its content."""
        packed = gzip.compress(content, LEVEL, mtime=0)
        return cls(kind, digest_of(content), len(content), packed)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, or of a HEAD request only what it is."""
        is_packed = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        headers = {
            "Content-Length": str(len(self.packed) if is_packed else self.size),
            "Cache-Control": FOR_GOOD,
            "Vary": "Accept-Encoding",
        }
        if is_packed:
            headers["Content-Encoding"] = "gzip"
        whole = self.packed if scope["method"] == "GET" else b""
        unpack = bytes if is_packed else zlib.decompressobj(GZIP).decompress
        response = StreamingResponse(_parts(whole, unpack), 200, headers, self.kind)
        await response(scope, receive, send)


async def _parts(packed: bytes, unpack: Callable[[bytes], bytes]) -> AsyncIterator[bytes]:
    for start in range(0, len(packed), PART):
        yield unpack(packed[start : start + PART])


def digest_of(content: bytes) -> str:
    """Return what an address holds of a content."""
    return hashlib.sha256(content).hexdigest()[:LENGTH]
