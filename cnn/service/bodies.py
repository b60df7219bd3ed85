"""Takes what a client sends: so much, so soon, of a known kind.

A client that is slow, or sends much, holds memory as long as it likes to: so all of them together
have a budget, of which small requests need nothing.
"""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import ValidationError
from starlette.datastructures import FormData, Headers
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.types import Receive, Scope

from cnn.files import FileError, parse_json
from cnn.ink.strokes import MOST_READ, MOST_STROKES
from cnn.service.messages import MOST_DRAWINGS, MOST_LAYERS
from cnn.service.problems import LATER, GoneError, ProblemError

T = TypeVar("T")
JSON, FORM = "application/json", "multipart/form-data"
# Bytes of a request, and seconds until the last of them has come.
MOST_BYTES = 8 * 2**20
SECONDS = 10.0
# Of one that is too large so much is taken and thrown away: a client that sends does not listen.
MOST_DISCARDED = 4 * MOST_BYTES
# Bytes of all requests until they are answered, and of each that count as none.
MOST_OF_ALL, FREE = 64 * 2**20, 2**14
# Lists and objects in JSON: one takes hundreds of times the two bytes in which it is written. All
# drawings of a request together have as many points as one may have.
MOST_LISTS = MOST_READ + MOST_DRAWINGS * (MOST_STROKES + 2)
# What follows is not read: the connection cannot be used again.
CLOSE = {"Connection": "close"}

TOO_LARGE = f"A request has at most {MOST_BYTES // 2**20} MB: send a smaller picture, or fewer."
TOO_MANY = f"A request has at most {MOST_READ:,} points in all: send fewer drawings at once."
TOO_SLOW = f"The request has not come whole within {SECONDS:.0f} seconds."
TOO_BUSY = "Too much is being sent to this service: try again later."
KINDS = f"Send a drawing as {JSON}, or a picture as {FORM}."
NO_ENCODING = "Send the request as it is: none that is compressed is read."
NOT_ONE = "A form needs one file named “picture”, and may have “network” and “layers”."
NO_FORM = "This form is damaged."


@dataclass
class Budget:
    """Bytes of all requests that are on their way, or being answered."""

    used: int = 0


@dataclass(frozen=True)
class Form:
    """What a form holds.

    Attributes:
        picture: A file's content.
        network: The network's name; "" is the one in use.
        layers: Names of layers whose output is asked for.
    """

    picture: bytes
    network: str
    layers: list[str]


@dataclass
class Body:
    """A request's content, of whatever kind.

    Attributes:
        headers: Of the request.
        kind: `JSON` or `FORM`.
        content: As it came; no more of it than is read.
        size: Bytes that came.
        counted: Bytes that the budget knows of.
    """

    headers: Headers
    kind: str
    content: bytearray = field(default_factory=bytearray)
    size: int = 0
    counted: int = 0

    def add(self, part: bytes, budget: Budget) -> None:
        """Take a part of it.

        Raises:
            ProblemError: It is far too large, or there is no room for it.
        """
        self.size += len(part)
        if self.size > MOST_DISCARDED:
            raise ProblemError(413, TOO_LARGE, CLOSE)
        if self.size > MOST_BYTES:
            return
        more = max(0, self.size - FREE) - self.counted
        if budget.used + more > MOST_OF_ALL:
            raise ProblemError(503, TOO_BUSY, CLOSE | LATER)
        self.content += part
        self.counted += more
        budget.used += more

    def forget(self, budget: Budget) -> None:
        """Let the budget count it no more."""
        budget.used -= self.counted
        self.counted = 0


async def take(scope: Scope, receive: Receive, kinds: tuple[str, ...], budget: Budget) -> Body:
    """Take a request's content, which the budget counts until it is forgotten.

    Raises:
        ProblemError: It is of another kind, too large or too slow, or there is no room for it.
        GoneError: The client has left.
    """
    headers = Headers(scope=scope)
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in kinds:
        raise ProblemError(415, KINDS if FORM in kinds else f"Send drawings as {JSON}.", CLOSE)
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise ProblemError(415, NO_ENCODING, CLOSE)
    body = Body(headers, kind)
    try:
        async with asyncio.timeout(SECONDS):
            if _is_told_to_be_too_large(headers):
                raise ProblemError(413, TOO_LARGE, CLOSE)
            async for part in _parts(receive):
                body.add(part, budget)
            if body.size > MOST_BYTES:
                raise ProblemError(413, TOO_LARGE, CLOSE)
    except BaseException as error:
        body.forget(budget)
        if isinstance(error, TimeoutError):
            raise ProblemError(408, TOO_SLOW, CLOSE) from error
        raise
    return body


async def _parts(receive: Receive) -> AsyncGenerator[bytes, None]:
    is_whole = False
    while not is_whole:
        message = await receive()
        if message["type"] != "http.request":
            raise GoneError
        yield message.get("body", b"")
        is_whole = not message.get("more_body", False)


def _is_told_to_be_too_large(headers: Headers) -> bool:
    """Whether a client says so before it sends anything, and waits for our word."""
    length = headers.get("content-length", "")
    # Python refuses numbers that are far longer.
    is_large = length.isdecimal() and int(length[:20]) > MOST_BYTES
    return is_large and "expect" in headers


def parse(body: Body, kind: type[T]) -> T:
    """Read JSON.

    Raises:
        ProblemError: It is none, or not what the kind asks for.
    """
    if body.content.count(b"[") + body.content.count(b"{") > MOST_LISTS:
        raise ProblemError(413, TOO_MANY)
    try:
        return parse_json(bytes(body.content), kind, "This request")
    except FileError as error:
        raise ProblemError(_status(error), str(error)) from error


def _status(error: FileError) -> int:
    """Tell what is no JSON from JSON that breaks a rule."""
    cause = error.__cause__
    is_json = isinstance(cause, ValidationError) and cause.errors()[0]["type"] != "json_invalid"
    return 422 if is_json else 400


async def parse_form(body: Body) -> Form:
    """Read a form.

    Raises:
        ProblemError: It is damaged, or has not the fields that it should have.
    """

    async def once() -> AsyncGenerator[bytes, None]:
        yield bytes(body.content)

    parser = MultiPartParser(body.headers, once(), max_files=1, max_fields=1 + MOST_LAYERS)
    # Never onto the disk: the whole form is in memory, and small enough.
    parser.spool_max_size = MOST_BYTES
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise ProblemError(400, NO_FORM) from error
    try:
        return await _form(form)
    finally:
        await form.close()


async def _form(form: FormData) -> Form:
    files = [value for name, value in form.multi_items() if name == "picture"]
    if not form.keys() <= {"picture", "network", "layers"} or len(files) != 1:
        raise ProblemError(422, NOT_ONE)
    (file,) = files
    network, layers = form.get("network", ""), form.getlist("layers")
    if isinstance(file, str) or not isinstance(network, str):
        raise ProblemError(422, NOT_ONE)
    named = [layer.strip() for text in layers for layer in str(text).split(",")]
    # Each once, however often it is asked for.
    return Form(await file.read(), network, list(dict.fromkeys(filter(None, named))))
