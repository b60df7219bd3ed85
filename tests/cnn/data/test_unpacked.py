import gzip

import numpy as np
import pytest

from cnn.data import unpacked

CONTENT = bytes(range(200))


@pytest.fixture
def packed(tmp_path, monkeypatch):
    """A gzip file, whose copy is kept."""
    monkeypatch.setattr(unpacked, "folder", lambda: tmp_path / "cache" / "unpacked")
    file = tmp_path / "digits.gz"
    file.write_bytes(gzip.compress(CONTENT))
    assert unpacked.find(file) is None
    unpacked.keep(file, CONTENT)
    return file


def copy():
    return unpacked.folder() / "digits"


def test_what_was_unpacked_once_is_mapped_and_cannot_be_changed(packed):
    found = unpacked.find(packed)
    assert isinstance(found, np.memmap)
    assert found.tobytes() == CONTENT
    with pytest.raises(ValueError, match="read-only"):
        found[0] = 1


@pytest.mark.parametrize(
    "content",
    [b"", CONTENT[:-1], CONTENT + b"\0", CONTENT[:-1] + b"\0", np.arange(200).tobytes()],
    ids=["empty", "cut off", "longer", "one byte", "another file"],
)
def test_a_damaged_copy_is_as_none_and_is_made_anew(packed, content):
    copy().write_bytes(content)
    assert unpacked.find(packed) is None
    unpacked.keep(packed, CONTENT)
    assert unpacked.find(packed).tobytes() == CONTENT


def test_a_copy_of_another_kind_of_thing_is_as_none(packed):
    copy().unlink()
    copy().mkdir()
    assert unpacked.find(packed) is None
    unpacked.keep(packed, CONTENT)


def test_a_file_that_has_changed_since_has_no_copy(packed):
    packed.write_bytes(gzip.compress(CONTENT[::-1]))
    assert unpacked.find(packed) is None


@pytest.mark.parametrize("content", [b"", b"short", b"no gzip file at all"])
def test_a_file_that_is_not_packed_has_no_copy(packed, content):
    packed.write_bytes(content)
    assert unpacked.find(packed) is None
    unpacked.keep(packed, content)
    assert copy().read_bytes() == CONTENT


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path, packed, monkeypatch):
    # A file where the folder should be: even root cannot write into it.
    monkeypatch.setattr(unpacked, "folder", lambda: packed / "unpacked")
    unpacked.keep(packed, CONTENT)
    assert unpacked.find(packed) is None
