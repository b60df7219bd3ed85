"""`digitscope app`: Streamlit's server of the app, from whatever folder it is started in.

It runs in this process. Streamlit itself puts the app's folder before all others to import from and
reads the `.streamlit/config.toml` beside the app; secrets are found in the current folder, too.
"""

import socket
from collections.abc import Sequence
from pathlib import Path

PACKAGE = Path(__file__).parent
# As .streamlit/config.toml says.
ADDRESS = "127.0.0.1"
MOST_PORTS = 65_535


class AppError(Exception):
    """The app cannot be served as asked."""


def app_file() -> Path:
    """Return the app's main script: in a wheel it lies in the package, in a clone beside it."""
    installed = PACKAGE / "_app" / "app.py"
    return installed if installed.exists() else PACKAGE.parent / "app.py"


def serve(port: str | None, address: str | None, others: Sequence[str]) -> None:
    """Serve the app until it is stopped, and open it in a browser.

    Args:
        port: From 1 to 65,535; None is 8501, or the next one that is free.
        address: Of this machine, by number or name; None is 127.0.0.1.
        others: Options for Streamlit itself, passed on unchanged; they win over these two.

    Raises:
        AppError: Nothing can be served there.
    """
    arguments = streamlit_arguments(port, address, others)
    # Of all commands this one alone shows pages.
    from streamlit.web import cli

    cli.main(arguments, prog_name="streamlit")


def streamlit_arguments(port: str | None, address: str | None, others: Sequence[str]) -> list[str]:
    """Return what Streamlit's command line is given by `serve`.

    Raises:
        AppError: Nothing can be served there.
    """
    if others and not others[0].startswith("-"):
        raise AppError(f"“{others[0]}” is no option; a port is given as “--port 8600”.")
    _check_free(address or ADDRESS, 0 if port is None else port_of(port))
    arguments = ["run", str(app_file())]
    if port is not None:
        arguments += ["--server.port", port]
    if address is not None:
        arguments += ["--server.address", address]
    return [*arguments, *others]


def port_of(text: str) -> int:
    """Return a port that was given as text.

    Raises:
        AppError: It is none.
    """
    if text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_PORTS:
        return int(text)
    raise AppError(f"--port must be a whole number from 1 to {MOST_PORTS}, not “{text}”.")


def _check_free(address: str, port: int) -> None:
    """Try what the server will do; port 0 is any free one."""
    try:
        family, _, _, _, place = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
        socket.create_server(place, family=family).close()
    except (OSError, UnicodeError) as error:
        # Python repeats the address in brackets.
        reason = str(getattr(error, "strerror", None) or error).partition(" (")[0]
        where = f"{address}, port {port}" if port else address
        raise AppError(f"The app cannot be served at {where}: {reason}.") from error
