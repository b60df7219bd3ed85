"""The service on a free port, in a thread of this process, and requests to it."""

import http.client
import json
import socket
from contextlib import contextmanager
from threading import Thread
from urllib.parse import urlsplit

import uvicorn

from cnn.service.connections import BoundedProtocol
from cnn.service.server import application
from tests.patience import PATIENCE, wait_until

SEVEN = [[[60, 50], [200, 50], [110, 240]]]
JSON = {"Content-Type": "application/json"}


@contextmanager
def serving(service, origins=(), names=()):
    """Yield the address below which a service answers."""
    app = application(service, origins, names)
    config = uvicorn.Config(
        app, http=BoundedProtocol, lifespan="off", ws="none", log_level="warning"
    )
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def connected(server):
    """Connect to a server, to say to it what no library would."""
    parts = urlsplit(server)
    return socket.create_connection((parts.hostname, parts.port), PATIENCE)


def ask(server, method, path, body=None, headers=JSON):
    """Send a request; returns status, headers and the answer, JSON unpacked."""
    parts = urlsplit(server)
    line = http.client.HTTPConnection(parts.hostname, parts.port)
    content = json.dumps(body) if isinstance(body, (dict, list)) else body
    line.request(method, path, content, dict(headers))
    answer = line.getresponse()
    text = answer.read().decode()
    line.close()
    is_json = "json" in answer.headers.get("Content-Type", "")
    return answer.status, answer.headers, json.loads(text) if text and is_json else text


def form(picture, **fields):
    """Return a form's headers and content, with a picture and other fields."""
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = b'--edge\r\nContent-Disposition: form-data; name="picture"; filename="a.png"\r\n'
    parts.append(head + b"Content-Type: image/png\r\n\r\n" + picture + b"\r\n")
    headers = {"Content-Type": "multipart/form-data; boundary=edge"}
    return headers, b"".join(parts) + b"--edge--\r\n"
