"""Short answers to what is refused, and the headers of all answers."""

from functools import cache

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from pages.server import index


class RefusedError(Exception):
    """A request that is not served.

    Attributes:
        status: Of HTTP.
        sentence: What is wrong, and what to do.
    """

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell it to whoever asked."""
        if scope["type"] == "websocket":
            # A browser shows no page what is said here.
            await send({"type": "websocket.close", "code": 1008, "reason": self.sentence})
        else:
            response = PlainTextResponse(self.sentence, self.status, {"Connection": "close"})
            await response(scope, receive, send)


@cache
def headers() -> dict[str, str]:
    """Return what a browser is told of all answers: use them for this app's own pages alone."""
    sources = {
        "default-src": "'none'",
        # Streamlit turns the code of a component into a file of the browser's own.
        "script-src": " ".join(["'self'", "blob:", *index.script_digests()]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "media-src": "'self'",
        "worker-src": "blob:",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{key} {value}" for key, value in sources.items()),
        "X-Frame-Options": "SAMEORIGIN",
        "X-Content-Type-Options": "nosniff",
        # An address holds a drawing.
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=()",
    }


def add_headers(message: Message) -> MutableHeaders:
    """Add them to the begin of an answer, and return all that it has."""
    found = MutableHeaders(scope=message)
    for name, value in headers().items():
        found[name] = value
    return found
