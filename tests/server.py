"""A server of the app whose log must tell of no error."""

from contextlib import contextmanager

from benchmarks.server import ROOT, Server

APP = ROOT / "app.py"


@contextmanager
def serve(log, secrets="", options=()):
    """Yield a server's address; its log must hold no error at the end.

    Args:
        log: File to write the log to.
        secrets: File of Streamlit's secrets; those of whoever runs the tests are left alone.
        options: Others for Streamlit.
    """
    file = str(secrets or log.with_name("no-secrets.toml"))
    server = Server(log=log, options=["--secrets.files", file, *options])
    server.start()
    try:
        yield server.address
    finally:
        server.stop()
    text = log.read_text()
    assert not any(word in text for word in ("Traceback", "Error", "WARNING", "Warning")), text
