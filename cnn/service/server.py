"""`digitscope serve`: the service alone, without pages and without Streamlit."""

import asyncio
import socket
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from cnn.app_server import ADDRESS, AppError, port_of
from cnn.host_names import is_ours, split
from cnn.service import PREFIX, bodies
from cnn.service.problems import ProblemError
from cnn.service.service import Service, key_of_environment

PORT = "8502"
# Connections that wait to be taken.
BACKLOG = 2048
# Seconds that requests have to end when the service is stopped.
AT_THE_END = 5
FOREIGN = "Pages of another site cannot use this service; its owner can let them, by “--cors”."
HOST = (
    "This service does not know itself as “{0:.100}”: ask it by its number, or start it with a key"
    " or with “--host {0:.100}”."
)
NO_KEY = "A key has letters, digits and signs of ASCII alone, and no spaces."
NO_ORIGIN = "“{}” is no origin: give one like “https://example.org”, or “*” for all."


class OwnPages:
    """Lets no page of another site in: through a visitor's browser it would reach this machine."""

    def __init__(
        self, app: ASGIApp, origins: Sequence[str] = (), names: Collection[str] | None = ()
    ) -> None:
        """Stand before an application.

        Args:
            app: Whatever answers.
            origins: Of other sites whose pages may come, too.
            names: By which this machine is known besides its own; None: any will do, since other
                pages do not know the key.
        """
        self._app, self._origins, self._names = app, origins, names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or refuse it."""
        if scope["type"] != "http":
            await _without_requests(scope, receive, send)
        elif problem := self._problem(Headers(scope=scope)):
            await problem.response()(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _problem(self, headers: Headers) -> ProblemError | None:
        # Whatever sends no host is no browser.
        for host in headers.getlist("host"):
            if self._names is not None and not is_ours(host, self._names):
                return ProblemError(421, HOST.format(host), bodies.CLOSE)
        own = {headers.get("host", ""), *self._origins}
        for origin in headers.getlist("origin"):
            if "*" not in own and origin not in own and split(origin).netloc not in own:
                return ProblemError(403, FOREIGN, bodies.CLOSE)
        return None


def serve(
    network: str = "",
    host: str | None = None,
    port: str | None = None,
    key: str | None = None,
    origins: Sequence[str] = (),
) -> None:
    """Serve until it is stopped.

    Args:
        network: The one that reads if none is asked for; "": the one in use.
        host: Address of this machine; None is 127.0.0.1.
        port: From 1 to 65,535; None is 8502.
        key: That clients must know; None: that of the environment, or none.
        origins: Of other sites whose pages may use it.

    Raises:
        AppError: It cannot be served so.
    """
    import uvicorn

    from cnn.service.connections import BoundedProtocol, allow_many

    key = key_of_environment() if key is None else key
    if not all("!" <= letter <= "~" for letter in key):
        raise AppError(NO_KEY)
    for origin in origins:
        if origin != "*" and not _is_origin(origin):
            raise AppError(NO_ORIGIN.format(origin))
    allow_many()
    service = Service(key, network)
    with _listener(host or ADDRESS, port_of(port or PORT)) as listener:
        _load(service)
        print(f"Reading digits at {_address(listener)}", flush=True)
        config = uvicorn.Config(
            application(service, origins, None if key else {(host or ADDRESS).lower()}),
            # Below that, a line for each client that sends no HTTP.
            log_level="error",
            server_header=False,
            http=BoundedProtocol,
            timeout_graceful_shutdown=AT_THE_END,
            lifespan="off",
            ws="none",
        )
        uvicorn.Server(config).run([listener])


def application(
    service: Service, origins: Sequence[str] = (), names: Collection[str] | None = ()
) -> ASGIApp:
    """Return the service as it is served alone; see `OwnPages`."""
    app: ASGIApp = OwnPages(service, origins, names)
    if not origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=list(origins),
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type"],
    )


async def _without_requests(scope: Scope, receive: Receive, send: Send) -> None:
    """Close what is no request of HTTP."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})


def _is_origin(text: str) -> bool:
    parts = split(text)
    return bool(parts.scheme and parts.netloc) and text == f"{parts.scheme}://{parts.netloc}"


def _load(service: Service) -> None:
    try:
        asyncio.run(service.load())
    except ProblemError as problem:
        raise AppError(problem.sentence) from problem


def _listener(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
        )[0]
        # Only of a socket that names its protocol asyncio sends small answers at once; the others
        # wait 40 ms for the client's word that it has got the first part.
        listener = socket.socket(family, kind, protocol)
        with _closed_on_failure(listener):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(place)
            listener.listen(BACKLOG)
        return listener
    except (OSError, UnicodeError) as error:
        reason = str(getattr(error, "strerror", None) or error).partition(" (")[0]
        raise AppError(f"The service cannot be served at {host}, port {port}: {reason}.") from error


@contextmanager
def _closed_on_failure(listener: socket.socket) -> Iterator[None]:
    try:
        yield
    except OSError:
        listener.close()
        raise


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}{PREFIX}/"
