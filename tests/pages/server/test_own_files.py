"""What browsers get besides Streamlit's: our modules and the networks in use, and nothing else."""

import gzip
from collections import OrderedDict
from pathlib import Path
from urllib.parse import unquote

import pytest
from starlette.responses import PlainTextResponse
from streamlit import config

from pages.server import answers, guard, lasting, maps, modules, networks
from pages.server.guard import Guard
from pages.server.lasting import Lasting
from tests.patience import finished

ROOT = Path(__file__).parents[3]
INK = "cnn/web/ink.js"
STREAMLIT = "what Streamlit answers"
NETWORK = bytes(range(256)) * 1000


@pytest.fixture
def offered(monkeypatch):
    """The address of a network that a page has offered."""
    monkeypatch.setattr(networks._offers, "_files", OrderedDict())
    return networks.offer(Lasting.of(NETWORK, networks.KIND))


def ask(path, method="GET", accept=""):
    """Send a request; return status, headers and content of the answer."""
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "method": method,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": b"",
        "scheme": "http",
        "client": ("127.0.0.1", 1),
        "headers": [(b"host", b"localhost"), (b"accept-encoding", accept.encode())],
        "asgi": {"version": "3.0", "spec_version": "2.4"},
    }
    finished(Guard(PlainTextResponse(STREAMLIT))(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])


def test_a_module_is_served_as_what_it_is_and_kept_for_good():
    status, headers, content = ask(f"/{modules.address(INK)}")
    assert (status, content) == (200, (ROOT / INK).read_bytes())
    assert headers["content-type"] == "text/javascript; charset=utf-8"
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["content-length"] == str(len(content))
    assert headers["content-security-policy"] == answers.headers()["Content-Security-Policy"]


def test_every_module_of_the_browsers_has_an_address():
    paths = [
        f.relative_to(ROOT) for place in ("cnn", "pages") for f in ROOT.glob(f"{place}/**/*.js")
    ]
    own = [path.as_posix() for path in paths if path.parent.name in ("web", "frontend")]
    assert INK in own
    for path in own:
        assert ask(f"/{modules.address(path)}", "HEAD")[0] == 200
    with pytest.raises(KeyError):
        modules.address("cnn/web/network_file.py")


def test_an_edited_module_has_another_address_and_the_old_one_is_gone(tmp_path, monkeypatch):
    monkeypatch.setitem(modules.ROOTS, "cnn", tmp_path)
    file = tmp_path / "web" / "ink.js"
    file.parent.mkdir()
    file.write_text("let a;")
    before = modules.address(INK)
    assert ask(f"/{before}")[2] == b"let a;"
    file.write_text("let aa;")
    assert ask(f"/{modules.address(INK)}")[2] == b"let aa;"
    assert ask(f"/{before}")[0] == 404


def test_a_network_is_served_to_whoever_has_its_address(offered):
    status, headers, content = ask(f"/{offered}")
    assert (status, content) == (200, NETWORK)
    assert headers["content-type"] == "application/octet-stream"
    assert headers["cache-control"] == lasting.FOR_GOOD


def test_both_are_compressed_for_those_who_take_it(offered):
    for address, whole in ((offered, NETWORK), (modules.address(INK), (ROOT / INK).read_bytes())):
        _, headers, content = ask(f"/{address}", accept="br, gzip")
        assert headers["content-encoding"] == "gzip"
        assert headers["vary"] == "Accept-Encoding"
        assert headers["content-length"] == str(len(content)) < str(len(whole))
        assert gzip.decompress(content) == whole


def test_whoever_asks_for_the_head_gets_no_content(offered):
    status, headers, content = ask(f"/{offered}", "HEAD")
    assert (status, headers["content-length"], content) == (200, str(len(NETWORK)), b"")
    assert ask(f"/{offered}", "POST")[0] == 405


def test_a_network_goes_when_many_others_were_offered_since_and_comes_again(offered):
    others = [networks.offer(Lasting.of(bytes([i]), networks.KIND)) for i in range(networks.MOST)]
    assert [ask(f"/{other}")[0] for other in others] == [200] * networks.MOST
    assert ask(f"/{offered}")[0] == 404
    networks.offer(Lasting.of(NETWORK, networks.KIND))
    assert ask(f"/{offered}")[0] == 200
    assert ask(f"/{others[0]}")[0] == 404


@pytest.mark.parametrize(
    "path",
    [
        "/web/",
        "/web/{digest}",
        "/web/{digest}/",
        "/web/{digest}/cnn/web/",
        "/web/{digest}/cnn/web/network_file.py",
        "/web/{digest}/cnn/pretrained/model.keras",
        "/web/{digest}/cnn/web/../web/ink.js",
        "/web/{digest}/cnn/web/..%2fweb/ink.js",
        "/web/{digest}/../../app.py",
        "/web/{digest}//cnn/web/ink.js",
        "/web//{digest}/cnn/web/ink.js",
        "/web/{digest}/cnn\\web\\ink.js",
        "/web/{digest}/cnn/web/ink.js%00",
        "/web/{digest}/cnn/web/ink.js/",
        "/web/{digest}/CNN/web/ink.js",
        "/web/{digest}//etc/passwd",
        "/web/{upper}/cnn/web/ink.js",
        "/web/0/cnn/web/ink.js",
        "/web/../app.py",
        "/web/..%2f..%2fetc%2fpasswd",
        "/web/%2e%2e/app.py",
        "/web//etc/passwd",
        "/web/C:/Windows/win.ini",
        "/web/" + "a" * 100_000,
        "/networks/",
        "/networks/{other}",
        "/networks/{network}/",
        "/networks/{network}%00",
        "/networks/{network_upper}",
        "/networks//{network}",
        "/networks/../networks/{network}",
        "/networks/../cnn/pretrained/model.keras",
        "/networks/..%2f..%2fetc%2fpasswd",
        "/networks/shipped",
        "/networks/" + "0" * 100_000,
    ],
)
def test_nothing_is_found_by_any_other_address(offered, path):
    network = offered.removeprefix(networks.PREFIX)
    digest = modules.address(INK).split("/")[1]
    filled = path.format(
        digest=digest,
        upper=digest.upper(),
        network=network,
        network_upper=network.upper(),
        other=lasting.digest_of(b"a network that nobody offered"),
    )
    status, headers, content = ask(filled)
    assert (status, content.decode()) == (404, guard.NOTHING)
    assert "immutable" not in headers.get("cache-control", "")


@pytest.mark.parametrize("path", ["/favicon.png", "/webs/a", "/Train/web/a", "//web/a", "/WEB/a"])
def test_all_else_is_left_to_streamlit(path):
    assert ask(path)[2].decode() == STREAMLIT


@pytest.mark.parametrize("base", ["class", "/a/b/"])
def test_both_are_served_below_where_the_app_lies(offered, monkeypatch, base):
    known = config.get_option
    monkeypatch.setattr(
        config, "get_option", lambda name: base if name == "server.baseUrlPath" else known(name)
    )
    below = base.strip("/")
    for address in (offered, modules.address(INK)):
        assert ask(f"/{below}/{address}")[0] == 200
        # A proxy may have taken it away.
        assert ask(f"/{address}")[0] == 200
        assert ask(f"/{below}{address}")[2].decode() == STREAMLIT
        assert ask(f"/{below}/{address}0")[0] == 404


def test_a_map_of_digits_that_a_page_offered_is_served_too():
    address = maps.offer(Lasting.of(b"a map", maps.KIND))
    status, _, content = ask(f"/{address}")
    assert (status, content) == (200, b"a map")
    assert ask(f"/{maps.PREFIX}{'0' * 32}")[0] == 404
