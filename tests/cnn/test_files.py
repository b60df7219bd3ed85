import errno
import json
import os
from dataclasses import dataclass
from typing import Annotated

import pytest
from pydantic import Field

from cnn.files import FileError, Finite, parse_json, read_bytes, read_json, write_atomically


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
