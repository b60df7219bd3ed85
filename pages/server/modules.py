"""The app's JavaScript modules, which browsers import from this server.

They are read into a table, and nothing is ever looked for but there: no address leads to a file. An
address mirrors the repository behind the digest of all of them, as in
`web/<digest>/cnn/web/network.js`: so a module finds those that it imports beside it, and whatever
is edited gets another address.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from cnn import web
from cnn.files import Version, version_of
from pages.server.lasting import Lasting, digest_of

PREFIX = "web/"
FOLDERS = (
    "cnn/web",
    "pages/layers/frontend",
    "pages/live/frontend",
    "pages/learn/frontend",
    "pages/learn/kit",
    "pages/learn/lessons",
    "pages/evaluate/frontend",
)
# In a wheel one lies in the other.
ROOTS = {"cnn": Path(web.__file__).parents[1], "pages": Path(__file__).parents[1]}
KIND = "text/javascript; charset=utf-8"

Found: TypeAlias = tuple[tuple[str, Path, Version], ...]


def address(path: str) -> str:
    """Return a module's address below the app's own.

    Args:
        path: In the repository, as "cnn/web/ink.js".

    Raises:
        KeyError: There is none.
    """
    table = _table(_found())
    if path not in table.files:
        raise KeyError(path)
    return f"{PREFIX}{table.digest}/{path}"


def find(name: str) -> Lasting | None:
    """Return the module at what follows the prefix in an address, or None."""
    digest, _, path = name.partition("/")
    table = _table(_found())
    return table.files.get(path) if digest == table.digest else None


@dataclass(frozen=True)
class _Table:
    """All modules by their paths in the repository, and the digest of all."""

    digest: str
    files: Mapping[str, Lasting]


def _found() -> Found:
    found = []
    for folder in FOLDERS:
        root, _, below = folder.partition("/")
        files = sorted((ROOTS[root] / below).glob("*.js"))
        found += [(f"{folder}/{file.name}", file, version_of(file)) for file in files]
    return tuple(found)


@lru_cache(maxsize=1)
def _table(found: Found) -> _Table:
    files = {path: Lasting.of(file.read_bytes(), KIND) for path, file, _ in found}
    listed = "\n".join(f"{path} {file.digest}" for path, file in files.items())
    return _Table(digest_of(listed.encode()), files)
