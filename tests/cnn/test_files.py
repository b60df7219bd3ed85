import errno
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Annotated

import pytest
from pydantic import Field

from cnn import files
from cnn.files import (
    FileCache,
    FileError,
    Finite,
    parse_json,
    read_bytes,
    read_json,
    removed_on_failure,
    why_not_written,
    write_atomically,
)


def test_a_file_is_written_and_replaced_whole(tmp_path):
    path = tmp_path / "note"
    for content in (b"first", b"second, longer", b""):
        write_atomically(path, content)
        assert path.read_bytes() == content
    assert os.listdir(tmp_path) == ["note"]


def test_a_full_disk_keeps_the_old_file_and_leaves_nothing_behind(tmp_path, monkeypatch):
    path = tmp_path / "note"
    write_atomically(path, b"old")

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["note"]


APPEND = """
import os, resource, sys
from pathlib import Path
from cnn.files import append_line
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
append_line(Path(sys.argv[1]), "x" * 100)
"""


def test_a_line_that_finds_room_in_part_alone_is_not_added(tmp_path):
    log = tmp_path / "log"
    log.write_bytes(b"first\n")
    command = [sys.executable, "-c", APPEND, str(log)]
    ended = subprocess.run(command, capture_output=True, check=False)
    assert b"File too large" in ended.stderr
    assert log.read_bytes() == b"first\n"


@pytest.mark.parametrize("was_there", [True, False])
def test_a_folder_that_could_not_be_made_whole_is_removed_if_it_is_new(tmp_path, was_there):
    folder = tmp_path / "folder"
    if was_there:
        folder.mkdir()

    def fill():
        folder.mkdir(exist_ok=True)
        (folder / "first").touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space"), removed_on_failure(folder):
        fill()
    assert folder.exists() is was_there


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "The disk is full: make room, then try again."),
        (errno.EDQUOT, "The disk is full: make room, then try again."),
        (errno.EROFS, "{folder} cannot be written to: its disk is read-only."),
        (errno.EACCES, "{folder} cannot be written to: give this program the right to, then try"
                       " again."),
        (errno.EPERM, "{folder} cannot be written to: give this program the right to, then try"
                      " again."),
        (errno.ENOENT, "{folder}/file: No such file or directory."),
    ],
)  # fmt: skip
def test_why_a_file_was_not_written_is_one_sentence(tmp_path, number, said):
    for name in (tmp_path / "file", os.fsencode(tmp_path / "file")):
        error = OSError(number, os.strerror(number), os.fspath(name))
        assert why_not_written(error) == said.format(folder=tmp_path)
    assert "Errno" not in why_not_written(OSError(number, os.strerror(number)))


def test_a_file_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr(os, "access", lambda *_: False)
    error = PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "file"))
    assert why_not_written(error).startswith(f"{tmp_path / 'file'} cannot be read: ")


@dataclass(frozen=True)
class Inner:
    name: str


@dataclass(frozen=True)
class Kind:
    count: Annotated[int, Field(ge=0, le=9)]
    share: Finite = 0.5
    inner: Inner | None = None
    sizes: tuple[int, ...] = ()


def test_json_is_read_as_the_class_that_it_should_be(tmp_path):
    file = tmp_path / "file.json"
    file.write_text('{"count": 3, "inner": {"name": "a"}, "sizes": [1, 2], "of later": []}')
    assert read_json(file, Kind) == Kind(3, 0.5, Inner("a"), (1, 2))


WRONG = (
    b"", b"null", b"[]", b"{}", b"nonsense", b"\xff\xfe", b"\x00" * 100, b'{"count": 3', b'"count"',
    b'{"count": 10}', b'{"count": -1}', b'{"count": 2.5}', b'{"count": "3"}', b'{"count": true}',
    b'{"count": 1e999}', b'{"count": ' + b"9" * 5000 + b"}", b'{"count": null}', b'{"count": []}',
    b'{"count": 3, "share": NaN}', b'{"count": 3, "share": Infinity}',
    b'{"count": 3, "share": "1"}', b'{"count": 3, "inner": {}}', b'{"count": 3, "inner": 1}',
    b'{"count": 3, "inner": {"name": 1}}', b'{"count": 3, "sizes": [1, "2"]}',
    b'{"count": 3, "sizes": 1}', b'{"count": 3, "sizes": [true]}',
    b'{"count": 3, "sizes": ' + b"[" * 100_000, b'{"a":' * 100_000,
)  # fmt: skip


@pytest.mark.parametrize("content", WRONG, ids=lambda content: repr(content[:40]))
def test_what_breaks_a_rule_of_the_class_costs_one_sentence(content):
    with pytest.raises(FileError, match=r"^The file cannot be read \(.+\)\.$") as refused:
        parse_json(content, Kind, "The file")
    assert len(str(refused.value)) < 200
    assert "\n" not in str(refused.value)


def test_what_is_no_plain_file_of_a_decent_size_is_not_read(tmp_path):
    folder, pipe, large = (tmp_path / name for name in ("folder", "pipe", "large"))
    folder.mkdir()
    os.mkfifo(pipe)
    large.write_bytes(json.dumps([0] * 10).encode())
    endless = tmp_path / "endless"
    endless.symlink_to("/dev/zero")
    for file, rule in ((folder, "no plain file"), (pipe, "no plain file"),
                       (endless, "no plain file"), (tmp_path / "none", "missing")):  # fmt: skip
        with pytest.raises(FileError, match=rule):
            read_bytes(file)
    with pytest.raises(FileError, match="larger than 10 bytes"):
        read_bytes(large, 10)
    assert read_bytes(large, 30) == large.read_bytes()


@pytest.fixture
def cached(tmp_path):
    """A file, a cache that reads it, and what was read so far."""
    file = tmp_path / "file"
    read = []

    def parse(file):
        read.append(read_bytes(file))
        if read[-1] == b"bad":
            raise FileError("It is bad.")
        return read[-1]

    return file, FileCache(parse, most=2), read


def test_a_file_that_has_not_changed_is_read_once(cached):
    file, cache, read = cached
    settled = FileCache(cache._parse, coarsest=0)
    write_atomically(file, b"one")
    assert [settled.read(file) for _ in range(3)] == [b"one"] * 3
    assert read == [b"one"]
    write_atomically(file, b"two")
    assert settled.read(file) == b"two"
    file.unlink()
    with pytest.raises(FileError, match="missing"):
        settled.read(file)


def test_what_was_written_a_moment_ago_is_read_anew_as_it_may_change_and_look_the_same(cached):
    file, cache, _ = cached
    for content in (b"one", b"two"):
        file.write_bytes(content)
        os.utime(file, ns=(5, 5))
        assert cache.read(file) == content


def test_a_file_that_cannot_be_read_is_tried_again_after_a_while(cached, monkeypatch):
    file, cache, read = cached
    bad = FileCache(cache._parse, coarsest=0)
    write_atomically(file, b"bad")
    for _ in range(3):
        with pytest.raises(FileError, match=r"^It is bad\.$"):
            bad.read(file)
    assert len(read) == 1
    later = files.time.monotonic() + 60
    monkeypatch.setattr(files.time, "monotonic", lambda: later)
    with pytest.raises(FileError):
        bad.read(file)
    assert len(read) == 2


def test_a_cache_keeps_what_was_asked_for_last(cached, tmp_path):
    _, cache, read = cached
    few = FileCache(cache._parse, most=2, coarsest=0)
    for name in ("a", "b", "c", "b", "c", "a"):
        (tmp_path / name).write_bytes(name.encode()) if not (tmp_path / name).exists() else None
        few.read(tmp_path / name)
    assert read == [b"a", b"b", b"c", b"a"]
