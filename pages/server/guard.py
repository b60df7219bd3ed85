"""The guard: every request passes it before Streamlit sees it."""

import secrets
from functools import cached_property
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

from cnn.service import PREFIX as SERVICE
from pages.server import answers, index, origin, stream, uploads
from pages.server.answers import RefusedError
from pages.server.lasting import Lasting
from pages.server.limits import Guests, network_of
from pages.server.stream import Known, Stream

# Below here lies all that is not a page.
CORE = "/_stcore/"
SERVED = {stream.PATH, f"{CORE}health", f"{CORE}host-config"}
SERVED_BELOW = (uploads.PREFIX, f"{CORE}bidi-components/")
# Signing on by other services, components and files that this app has none of.
UNUSED = ("/auth/", "/oauth2callback", "/component/", "/app/static/")
# A secret of each browser, for as long as it is open.
COOKIE = "digitscope-browser"
COOKIE_BYTES = 16
NOTHING = "There is nothing at this address."
METHOD = "Nothing can be done here but to look."
HOST = (
    "This server does not know itself as “{0}”: open it by its number, or start it with "
    "“--browser.serverAddress {0}”."
)
ORIGIN = "Pages of another site cannot connect to this one."
FULL = "Too many are connected to this server: close a tab, or try again later."


class Guard:
    """Serves Streamlit to whom, and as far as, this app needs it."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an application."""
        self._app = app
        self._guests = Guests()
        self._known = Known()

    @cached_property
    def _service(self) -> ASGIApp:
        # Pages open sooner without it.
        from cnn.service.service import Service, key_of_environment

        return Service(key_of_environment())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or refuse it with one sentence."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        outgoing = Outgoing(scope, send)
        try:
            check(scope)
            if scope["type"] == "websocket":
                await self._connect(without_origin(scope), receive, send)
            elif is_service(_path(scope)):
                await self._service(_below_base(scope), receive, outgoing.send)
            elif index.is_page(_path(scope)):
                await self._open(scope, receive, outgoing)
            elif own := own_file(_path(scope)):
                await own.answer(scope, receive, outgoing.send)
            elif scope["method"] == "PUT":
                network = _network(scope)
                await self._known.uploads.take(self._app, scope, receive, outgoing.send, network)
            else:
                await self._app(scope, receive, outgoing.send)
        except RefusedError as refusal:
            if not outgoing.has_begun:
                await refusal.answer(scope, receive, outgoing.send)

    async def _open(self, scope: Scope, receive: Receive, outgoing: "Outgoing") -> None:
        if index.is_framed(scope):
            # The one answer that another site may show: so it has none of the others' headers.
            await index.framed()(scope, receive, outgoing.send_as_it_is)
        else:
            await index.page()(scope, receive, outgoing.send)

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        network = _network(scope)
        if not self._guests.may_come(network):
            raise RefusedError(503, FULL)
        self._guests.come(network)
        try:
            connection = Stream(receive, send, self._known)
            await connection.serve(self._app, scope, browser_of(scope))
        finally:
            self._guests.leave(network)


class Outgoing:
    """An answer on its way, to which headers are added.

    Attributes:
        has_begun: Whether the browser has got any of it.
    """

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self.has_begun = False

    async def send(self, message: Message) -> None:
        """Send a part of it."""
        if message["type"] == "http.response.start":
            self.has_begun = True
            found = answers.add_headers(message)
            is_page = found.get("content-type", "").startswith("text/html")
            if is_page and not browser_of(self._scope):
                secure = "; Secure" if self._scope["scheme"] == "https" else ""
                secret = secrets.token_hex(COOKIE_BYTES)
                found.append(
                    "set-cookie", f"{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Lax{secure}"
                )
        await self._send(message)

    async def send_as_it_is(self, message: Message) -> None:
        """Send a part of one that has all its headers."""
        self.has_begun = True
        await self._send(message)


def check(scope: Scope) -> None:
    """Check by which name a request comes, from whose page, and what it asks for.

    Raises:
        RefusedError: It is not served.
    """
    given = Headers(scope=scope)
    # Whatever sends none is no browser.
    for host in given.getlist("host"):
        if not origin.is_known(host):
            raise RefusedError(421, HOST.format(host[:100]))
    for page in given.getlist("origin"):
        if not origin.is_own(page, given.get("host", "")):
            raise RefusedError(403, ORIGIN)
    path = _path(scope)
    inside = CORE in path or path.startswith(UNUSED)
    if inside and path not in SERVED and not path.startswith(SERVED_BELOW):
        raise RefusedError(404, NOTHING)
    if scope["type"] == "websocket":
        if path != stream.PATH:
            raise RefusedError(404, NOTHING)
        return
    if is_service(path):
        # It says itself what can be done.
        return
    allowed = {"PUT", "DELETE"} if path.startswith(uploads.PREFIX) else {"GET", "HEAD"}
    if scope["method"] not in allowed:
        raise RefusedError(405, METHOD)


def is_service(path: str) -> bool:
    """Whether what lies at a path is for other programs, and no page."""
    return path == SERVICE or path.startswith(f"{SERVICE}/")


def own_file(path: str) -> Lasting | None:
    """Return the file of ours at a path; None if Streamlit is to answer.

    Raises:
        RefusedError: There would be one of ours, but is not: Streamlit would send a page.
    """
    # Streamlit imports them anew when a file of the app is edited.
    from pages.server import maps, modules, networks

    for place in (maps, modules, networks):
        if path.startswith(f"/{place.PREFIX}"):
            if own := place.find(path.removeprefix(f"/{place.PREFIX}")):
                return own
            raise RefusedError(404, NOTHING)
    return None


def without_origin(scope: Scope) -> Scope:
    """Return a request whose origin was checked: Streamlit would ask the web about it."""
    headers = [(name, value) for name, value in scope["headers"] if name != b"origin"]
    return {**scope, "headers": headers}


def browser_of(scope: Scope) -> str:
    """Return the secret of the browser that sent a request, or ""."""
    try:
        cookies = SimpleCookie(Headers(scope=scope).get("cookie", ""))
    except CookieError:
        return ""
    found = cookies.get(COOKIE)
    is_whole = found is not None and len(found.value) == 2 * COOKIE_BYTES
    return found.value if found is not None and is_whole else ""


def _network(scope: Scope) -> str:
    """Return the network that a request comes from; see `network_of`."""
    return network_of((scope["client"] or [""])[0])


def _path(scope: Scope) -> str:
    """Return a request's path below where the app lies."""
    path: str = scope["path"]
    return path.removeprefix(_base())


def _base() -> str:
    """Return where the app lies: "" or as "/digits"."""
    base = str(config.get_option("server.baseUrlPath")).strip("/")
    return base and f"/{base}"


def _below_base(scope: Scope) -> Scope:
    return {**scope, "path": _path(scope), "root_path": _base()}
