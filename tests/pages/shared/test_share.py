"""A page's link: what a browser says of it is checked, and what others can open it by is told."""

from urllib.parse import unquote

import pytest

from pages.server import start
from pages.shared import address, link, permissions, share
from pages.shared.link import Link

PAGE = "http://192.168.0.7:8501/Layers?ink=sA&layer=conv1"


@pytest.fixture(autouse=True)
def server(monkeypatch):
    """What the server knows: a drawing, and where it is for others."""
    monkeypatch.setattr(address, "ink", lambda: "sA")
    monkeypatch.setattr(permissions, "may_train", lambda: True)
    monkeypatch.setattr(start, "addresses", lambda: ("", ["http://192.168.0.7:8501"]))


@pytest.mark.parametrize(
    "message",
    [None, 5, {}, "", "/Layers", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd",
     "http://", "http://[", "http://a:99999999/", "http://a/ b", "http://a/\n", "http://ä/",
     "ftp://a/", "http://a/?" + "x" * link.MOST],
)  # fmt: skip
def test_what_is_no_link_is_none(message):
    assert link.from_message(message) is None


@pytest.mark.parametrize(
    ("text", "is_local"),
    [(PAGE, False), ("https://digits.example/class/", False), ("http://[fe80::1]:80/", False),
     ("http://localhost:8501/", True), ("http://127.0.0.1/Train", True), ("http://[::1]/", True),
     ("http://a.localhost/", True), ("http://localhost.example/", False)],
)  # fmt: skip
def test_a_link_tells_whether_others_can_open_it(text, is_local):
    assert link.from_message(text) == Link(text, is_local)


@pytest.mark.parametrize(
    ("page", "begin"),
    [(PAGE, "http://192.168.0.7:8501/"), ("https://a.b/class/Train?run=x", "https://a.b/class/")],
)
def test_the_start_is_where_the_app_lies(page, begin):
    assert Link(page, False).start.text == begin


def test_a_code_is_a_picture_of_squares_and_a_long_link_has_none():
    picture = unquote(link.code(PAGE))
    assert picture.startswith("data:image/svg+xml")
    assert "viewBox" in picture
    assert "script" not in picture
    assert link.code("http://a/?ink=" + "s" * (link.MOST_IN_CODE - 14))
    assert link.code("http://a/?ink=" + "s" * link.MOST_IN_CODE) == ""


def test_a_page_is_shared_with_its_drawing_or_without(monkeypatch):
    told = share.told(link.from_message(PAGE), share.PAGE)
    assert told == {
        "link": PAGE, "code": link.code(PAGE), "words": "", "note": share.WITH_DRAWING
    }  # fmt: skip
    monkeypatch.setattr(address, "ink", lambda: "")
    assert share.told(link.from_message(PAGE), share.PAGE)["note"] == share.WITHOUT
    assert share.told(None, share.PAGE)["code"] == ""


def test_a_class_gets_the_start_to_scan_or_to_type():
    told = share.told(link.from_message(PAGE), share.START)
    assert told["words"] == told["link"] == "http://192.168.0.7:8501/"
    assert (told["code"], told["note"]) == (link.code(told["link"]), share.FOR_CLASS)


def test_a_drawing_with_too_many_strokes_has_a_link_without_a_code():
    told = share.told(Link(f"http://a/?ink={'s' * 900}", False), share.PAGE)
    assert (told["code"], told["note"]) == ("", share.TOO_LONG)


def test_on_the_servers_own_machine_the_link_is_what_others_reach_it_by(monkeypatch):
    own = Link("http://localhost:8501/Layers?ink=sA", is_local=True)
    assert share.told(own, share.PAGE)["link"] == "http://192.168.0.7:8501/Layers?ink=sA"
    # Whoever only says to be there is told nothing of its networks.
    monkeypatch.setattr(permissions, "may_train", lambda: False)
    told = share.told(own, share.PAGE)
    assert (told["link"], told["code"], told["note"]) == (own.text, "", share.LOCAL)


def test_where_nobody_else_is_let_in_a_sentence_says_how(monkeypatch):
    monkeypatch.setattr(start, "addresses", lambda: ("", []))
    told = share.told(Link("http://127.0.0.1:8501/", is_local=True), share.START)
    assert (told["link"], told["code"], told["note"]) == (
        "http://127.0.0.1:8501/", "", share.LOCAL
    )  # fmt: skip
