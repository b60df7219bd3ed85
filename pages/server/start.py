"""What happens when the server starts: it says where it is, and opens a browser.

Streamlit, where it says so, asks the web for this machine's address.
"""

import logging
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil
import streamlit as st
from streamlit import cli_util, config
from streamlit.web.server import server_util

WILDCARDS = {None, "0.0.0.0", "::"}


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Surround the server's life."""
    # Otherwise three lines for each tab that is opened, with its address.
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    send_at_once()
    own, others = addresses()
    print(f"\n  Digitscope is at {own}")
    if others:
        print(f"  and for your network at {', '.join(others)}")
    print(flush=True)
    if not st.get_option("server.headless"):
        cli_util.open_browser(own)
    yield


def send_at_once() -> None:
    """Let small answers be sent as they are: connections have it from the socket that takes them.

    Streamlit makes that socket without naming its protocol, so asyncio does not see to it, and
    what follows the head of an answer would wait 40 ms for the browser's word that it has come.
    """
    for each in psutil.Process().net_connections("tcp"):
        # Windows tells of none.
        if each.status == psutil.CONN_LISTEN and each.fd >= 0:
            with socket.socket(fileno=os.dup(each.fd)) as listener:
                listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def addresses() -> tuple[str, list[str]]:
    """Return where this machine's browser finds the app, and where those of others do."""
    address = st.get_option("server.address")
    if config.is_manually_set("browser.serverAddress"):
        return server_util.get_url(st.get_option("browser.serverAddress")), []
    if address not in WILDCARDS:
        return server_util.get_url(address), []
    found = [server_util.get_url(number) for number in _numbers()]
    return server_util.get_url("localhost"), found


def _numbers() -> list[str]:
    """Return this machine's IPv4 addresses in its networks."""
    states = psutil.net_if_stats()
    return [
        each.address
        for name, found in psutil.net_if_addrs().items()
        for each in found
        if each.family == socket.AF_INET
        and name in states
        and states[name].isup
        and not each.address.startswith("127.")
    ]
