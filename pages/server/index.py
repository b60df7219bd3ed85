"""The page that a browser opens: Streamlit's own, with a few lines of ours before its scripts."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import streamlit
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import Scope

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
FIRST = Path(__file__).with_name("first.js")
# All that Streamlit serves besides it lies deeper, or has a dot in its name.
PATHS = re.compile(r"/\w*")
FRAMES = {"iframe", "frame", "embed", "object"}
# What another site may have in a frame: nothing of the app, nor anything that could be done there.
FRAMED = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Digitscope</title>
<style>
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
  body { display: grid; min-height: 100vh; margin: 0; place-content: center; text-align: center; }
</style>
<p>Digitscope does not work inside of another site’s page.<br>
<a href="" target="_blank" rel="noopener">Open it in a tab of its own</a></p>
</html>
"""
FRAMED_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def is_page(path: str) -> bool:
    """Whether a path below where the app lies is a page's."""
    return bool(PATHS.fullmatch(path))


def is_framed(scope: Scope) -> bool:
    """Whether a page is asked for by a frame of another site, as far as browsers tell.

    A frame of its own site is none of a stranger's: so some hosts show what they serve.
    """
    headers = Headers(scope=scope)
    is_in_frame = headers.get("sec-fetch-dest", "") in FRAMES
    return is_in_frame and headers.get("sec-fetch-site", "") != "same-origin"


def page() -> HTMLResponse:
    """Return the page."""
    return HTMLResponse(_page(), headers={"Cache-Control": "no-cache"})


def framed() -> HTMLResponse:
    """Return what stands in a frame in its stead: a link to it."""
    policy = {"Content-Security-Policy": FRAMED_POLICY, "Vary": "Sec-Fetch-Dest, Sec-Fetch-Site"}
    return HTMLResponse(FRAMED, headers={"Cache-Control": "no-store", **policy})


@cache
def script_digests() -> list[str]:
    """Return the digests of the scripts that the page itself holds, as a policy names them."""
    scripts = re.findall(r"<script>(.*?)</script>", _page(), re.DOTALL)
    digests = [hashlib.sha256(script.encode()).digest() for script in scripts]
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


@cache
def _page() -> str:
    first = f"<head>\n<script>\n{FIRST.read_text('utf-8')}</script>"
    return INDEX.read_text("utf-8").replace("<head>", first, 1)
