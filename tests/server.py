"""A server of the app whose log must tell of no error, and servers of a few pages of a test."""

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

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


@contextmanager
def served(answers):
    """Yield the address of a server that answers each path with what a function then returns."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            content = answers[self.path]()
            kind = "text/javascript" if self.path.endswith(".js") else "text/html"
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
