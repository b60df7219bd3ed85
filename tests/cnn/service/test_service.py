"""Who may use the service, what it tells of itself, and how it is started."""

import json
import re
import socket

import pytest

from cnn.cli import main
from cnn.runs.launch import KEY_VARIABLE
from cnn.service import server as server_module
from cnn.service.service import Service, key_of_environment
from tests.patience import elsewhere, wait_until
from tests.service import JSON, SEVEN, ask, serving

SITE = "https://example.org"


@pytest.fixture(scope="module")
def server():
    with serving(Service(key="open sesame".replace(" ", "-")), [SITE]) as address:
        yield address


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer open", "Basic open-sesame", "Bearer ö"])
def test_without_the_key_nothing_is_read_and_nothing_listed(server, given):
    headers = JSON | {"Authorization": given.encode("latin-1")}
    for method, path in [
        ("POST", "/api/read"),
        ("POST", "/api/read-many"),
        ("GET", "/api/networks"),
    ]:
        status, answered, _ = ask(server, method, path, {"strokes": SEVEN}, headers)
        assert (status, answered["WWW-Authenticate"]) == (401, "Bearer")


def test_with_the_key_drawings_are_read(server):
    headers = JSON | {"Authorization": "Bearer open-sesame"}
    status, _, answer = ask(server, "POST", "/api/read", {"strokes": SEVEN}, headers)
    assert (status, answer["digit"]) == (200, 7)


def test_a_key_comes_from_the_environment(monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    assert key_of_environment() == ""
    monkeypatch.setenv(KEY_VARIABLE, "sesame")
    assert key_of_environment() == "sesame"


def test_pages_of_named_sites_alone_may_use_it(server):
    asks = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    assert ask(server, "OPTIONS", "/api/read", headers=asks | {"Origin": SITE})[0] == 200
    assert ask(server, "OPTIONS", "/api/read", headers=asks | {"Origin": "https://a.b"})[0] == 400
    allowed = ask(server, "GET", "/api/health", headers={"Origin": SITE})
    assert (allowed[0], allowed[1]["Access-Control-Allow-Origin"]) == (200, SITE)
    assert ask(server, "GET", "/api/health", headers={"Origin": "https://a.b"})[0] == 403
    assert ask(server, "GET", "/api/health", headers={"Origin": server})[0] == 200


@pytest.mark.parametrize("host", ["b.example", "127.0.0.1.b.example", "localhost@b.example"])
def test_a_site_whose_name_points_here_gets_nothing(host):
    with serving(Service()) as server:
        status, _, problem = ask(server, "GET", "/api/health", headers={"Host": host})
        assert (status, problem["detail"]) == (421, server_module.HOST.format(host))


@pytest.mark.parametrize(
    ("host", "names"), [("room7.lan:8502", ()), ("b.example", {"b.example"}), ("b.example", None)]
)
def test_names_of_ours_are_served_and_with_a_key_all(host, names):
    with serving(Service(), names=names) as server:
        assert ask(server, "GET", "/api/health", headers={"Host": host})[0] == 200


def test_it_says_when_a_network_is_loaded():
    with serving(Service()) as address:
        status, headers, problem = ask(address, "GET", "/api/ready")
        assert (status, headers["Retry-After"]) == (503, "1")
        assert "being loaded" in problem["detail"]
        assert ask(address, "GET", "/api/health")[2] == {"status": "ok"}
        wait_until(lambda: ask(address, "GET", "/api/ready")[0] == 200)


def test_its_page_needs_nothing_from_elsewhere_and_names_every_address(server):
    status, headers, page = ask(server, "GET", "/api/")
    assert status == 200
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "<script" not in page
    assert "//" not in re.sub(r"<!doctype html>", "", page)
    described = ask(server, "GET", "/api/openapi.json")[2]
    assert all(f"/api{path}" in page for path in described["paths"])
    assert ask(server, "GET", "/api")[1]["Location"] == "/api/"


def test_its_description_names_every_status_and_field(server):
    described = ask(server, "GET", "/api/openapi.json")[2]
    assert described["servers"] == [{"url": "/api"}]
    assert {"200", "401", "422", "503"} <= set(described["paths"]["/read"]["post"]["responses"])
    schemas = described["components"]["schemas"]
    named = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(described)))
    assert named <= set(schemas)
    fields = schemas["ReadAnswer"]["properties"]
    assert all("description" in found for found in fields.values())


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--port", "0"], "--port must be a whole number"),
        (["--network", "x"], "There is no network “x”"),
        (["--key", "two words"], "A key has letters"),
        (["--cors", "example.org"], "“example.org” is no origin"),
        (["--cors", "https://example.org/"], "is no origin"),
        (["--host", "no such host"], "The service cannot be served at no such host"),
    ],
)
def test_what_cannot_be_served_gets_one_sentence(options, sentence, capsys):
    assert elsewhere(main, ["serve", *options]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert sentence in line


def test_a_taken_port_gets_one_sentence(capsys):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert elsewhere(main, ["serve", "--port", str(port)]) == 1
    line = f"The service cannot be served at 127.0.0.1, port {port}: Address already in use.\n"
    assert capsys.readouterr().err == line


def test_small_answers_are_sent_at_once():
    with server_module._listener("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP
