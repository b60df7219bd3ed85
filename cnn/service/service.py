"""The service's own addresses: an ASGI application, for a server of its own or behind another."""

import asyncio
import hmac
import logging
import os
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from cnn.runs.launch import KEY_VARIABLE
from cnn.service import PREFIX, bodies, description
from cnn.service.messages import Health
from cnn.service.problems import LATER, GoneError, ProblemError
from cnn.service.reading import Reader

T = TypeVar("T")
Answering = Callable[[Scope, Receive], Awaitable[Response]]

# Requests that are read at once, and seconds until each is answered.
MOST, SECONDS = 256, 30.0
# An answer holds what somebody drew, and the page has no script.
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
POLICY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

NOTHING = "There is nothing at this address: GET /api/ tells what there is."
METHOD = "This address takes {} alone."
KEY = "This service has a key: send it as “Authorization: Bearer KEY”."
BUSY = "Too many requests are being answered: try again in a second."
TOO_LONG = f"This could not be read within {SECONDS:.0f} seconds: send less at once."
LOADING = "The network is being loaded: ask again in a second."
BROKEN = "Something is wrong with this service: its log says what."

_log = logging.getLogger(__name__)


def key_of_environment() -> str:
    """Return the key that the environment asks for; "" asks for none."""
    return os.environ.get(KEY_VARIABLE, "")


class Service:
    """Answers requests below `PREFIX`; `root_path` is what lies before that."""

    def __init__(self, key: str = "", standard: str = "") -> None:
        """Take what is asked of clients, and the network that reads if none is asked for.

        Args:
            key: That clients must know; "": they need none.
            standard: A network's name; "": the one in use, whichever that is at the time.
        """
        # Otherwise a line of the log for each damaged form that anybody sends.
        logging.getLogger("python_multipart").setLevel(logging.ERROR)
        self._key = key.encode()
        self._reader = Reader(standard)
        self._budget = bodies.Budget()
        self._count = 0
        self._loading: asyncio.Task[object] | None = None
        self._answering: dict[str, tuple[str, bool, Answering]] = {
            "/": ("GET", False, self._page),
            "/health": ("GET", False, self._health),
            "/networks": ("GET", True, self._networks),
            "/openapi.json": ("GET", False, self._description),
            "/read": ("POST", True, self._read),
            "/read-many": ("POST", True, self._read_many),
            "/ready": ("GET", False, self._ready),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        try:
            response = await self._answer(scope, receive)
        except GoneError:
            return
        except ProblemError as problem:
            response = problem.response()
        except Exception:
            _log.exception("A request to %s failed.", scope["path"])
            response = ProblemError(500, BROKEN).response()
        response.headers.update(HEADERS)
        await response(scope, receive, send)

    async def load(self) -> None:
        """Load the network that reads if none is asked for.

        Raises:
            ProblemError: It cannot be loaded.
        """
        await self._reader.networks.find("")

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        path = scope["path"]
        if path in {"/", PREFIX}:
            return RedirectResponse(f"{scope.get('root_path', '')}{PREFIX}/", 308)
        below = path.removeprefix(PREFIX)
        if not path.startswith(f"{PREFIX}/") or below not in self._answering:
            raise ProblemError(404, NOTHING, bodies.CLOSE)
        method, is_locked, answering = self._answering[below]
        if scope["method"] not in ({"GET", "HEAD"} if method == "GET" else {method}):
            allowed = "GET, HEAD" if method == "GET" else method
            headers = {"Allow": allowed, **bodies.CLOSE}
            raise ProblemError(405, METHOD.format(method), headers)
        if is_locked and not self._knows_key(scope):
            raise ProblemError(401, KEY, {"WWW-Authenticate": "Bearer", **bodies.CLOSE})
        return await answering(scope, receive)

    def _knows_key(self, scope: Scope) -> bool:
        if not self._key:
            return True
        scheme, _, given = Headers(scope=scope).get("authorization", "").partition(" ")
        # As many steps however much of it is right.
        is_right = hmac.compare_digest(given.strip().encode("latin-1"), self._key)
        return is_right and scheme.lower() == "bearer"

    async def _page(self, scope: Scope, _: Receive) -> Response:
        return HTMLResponse(description.page(bool(self._key)), headers=POLICY)

    async def _description(self, scope: Scope, _: Receive) -> Response:
        where = f"{scope.get('root_path', '')}{PREFIX}"
        return _json(description.as_json(where, bool(self._key)))

    async def _health(self, _scope: Scope, _: Receive) -> Response:
        return _json(Health(status="ok").model_dump_json().encode())

    async def _ready(self, _scope: Scope, _: Receive) -> Response:
        if self._reader.networks.is_ready():
            return _json(Health(status="ready").model_dump_json().encode())
        # Whoever asks begins it, and is not kept waiting.
        if self._loading is None or self._loading.done():
            self._loading = asyncio.create_task(self.load())
            self._loading.add_done_callback(_log_failure)
        raise ProblemError(503, LOADING, LATER)

    async def _networks(self, _scope: Scope, _: Receive) -> Response:
        found = await asyncio.to_thread(self._reader.networks.listed)
        return _json(found.model_dump_json().encode())

    async def _read(self, scope: Scope, receive: Receive) -> Response:
        kinds = (bodies.JSON, bodies.FORM)
        return await self._answer_to(self._reader.read, kinds, scope, receive)

    async def _read_many(self, scope: Scope, receive: Receive) -> Response:
        return await self._answer_to(self._reader.read_many, (bodies.JSON,), scope, receive)

    async def _answer_to(
        self,
        read: Callable[[bodies.Body], Coroutine[Any, Any, bytes]],
        kinds: tuple[str, ...],
        scope: Scope,
        receive: Receive,
    ) -> Response:
        body = await bodies.take(scope, receive, kinds, self._budget)
        self._count += 1
        try:
            if self._count > MOST:
                raise ProblemError(503, BUSY, LATER)
            async with asyncio.timeout(SECONDS):
                return _json(await while_connected(read(body), receive))
        except TimeoutError as error:
            raise ProblemError(503, TOO_LONG, LATER) from error
        finally:
            self._count -= 1
            body.forget(self._budget)


async def while_connected(work: Coroutine[Any, Any, T], receive: Receive) -> T:
    """Return what some work comes to, as long as the client is there to be told.

    Raises:
        GoneError: The client has left, and the work was cancelled.
    """
    working = asyncio.create_task(work)
    leaving = asyncio.create_task(_left(receive))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise GoneError
        return working.result()
    finally:
        working.cancel()
        leaving.cancel()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _json(content: bytes) -> Response:
    return Response(content, 200, media_type=bodies.JSON)


def _log_failure(loading: "asyncio.Task[object]") -> None:
    if not loading.cancelled() and loading.exception():
        _log.error("The network cannot be loaded: %s", loading.exception())
