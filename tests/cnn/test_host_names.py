"""By which names a server on this machine is reached."""

import socket

import pytest

from cnn.host_names import is_ours


@pytest.mark.parametrize(
    "host",
    [
        "localhost:8501",
        "LOCALHOST",
        "127.0.0.1:8501",
        "[::1]:8501",
        "192.168.1.5",
        "203.0.113.7:80",
        "teachers-laptop:8501",
        "teachers-laptop.local:8501",
        "teachers-laptop.local.:8501",
        "room7.lan",
        "digits.home.arpa",
        socket.gethostname(),
    ],
)
def test_numbers_and_names_that_nobody_on_the_web_can_have_are_known(host):
    assert is_ours(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "b.example",
        "b.example:8501",
        "127.0.0.1.b.example",
        "localhost.b.example",
        "local.b.example",
        "b.example@",
        "[::1",
        "[b.example]",
        "http://localhost",
        "/localhost",
        "\x00",
    ],
)
def test_other_names_are_not(host):
    assert not is_ours(host)


def test_names_that_a_server_was_given_are_ours_without_regard_to_case_and_port():
    assert is_ours("Digits.School.example:80", {"digits.school.example"})
    assert not is_ours("school.example", {"digits.school.example"})
