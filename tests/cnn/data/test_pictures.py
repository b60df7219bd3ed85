import io
import json
import zipfile

import numpy as np
import pytest
from PIL import Image

from cnn.data import pictures
from cnn.data.builtin import load_builtin
from cnn.data.digits import DataError
from cnn.data.measured import of_pictures
from cnn.data.pictures import (
    Refused,
    folder_of_pictures,
    label_of,
    pictures_at,
    shown,
    zip_of_pictures,
)
from cnn.ink.formats import image_from_file

SEVEN = json.dumps({"strokes": [[[60, 50], [200, 50], [110, 240]]]}).encode()


@pytest.fixture(scope="module")
def picture():
    """A PNG file of a digit."""
    file = io.BytesIO()
    Image.fromarray((load_builtin().test.images[0] * 255).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def packed(files, compression=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("path", "label"),
    [("7.png", 7), ("7-anna.png", 7), ("3a.jpg", 3), ("7/0001.png", 7), ("a/7/3.png", 7),
     ("class 2024/4_x.png", 4), ("2024/0.png", 0)],
)  # fmt: skip
def test_a_picture_is_the_digit_that_it_or_its_folder_is_named_by(path, label):
    assert label_of(path) == label


@pytest.mark.parametrize(
    ("path", "reason"),
    [("10.png", "named by 10"), ("-1.png", "named by -1"), ("10/a.png", "named by 10"),
     ("10/0.png", "named by 10"), ("-1/7.png", "named by -1"), ("100/a.png", "not said"),
     ("anna.png", "not said"), ("digits/anna7.png", "not said"), ("٣.png", "not said")],
)  # fmt: skip
def test_a_name_without_a_digit_is_refused_in_one_sentence(path, reason):
    with pytest.raises(DataError, match=reason):
        label_of(path)


def test_a_folder_is_read_as_predict_reads_and_the_bad_ones_are_listed(tmp_path, picture):
    (tmp_path / "3").mkdir()
    (tmp_path / "3" / "one.png").write_bytes(picture)
    (tmp_path / "7.json").write_bytes(SEVEN)
    (tmp_path / "5.png").write_bytes(b"no picture")
    (tmp_path / "10.png").write_bytes(picture)
    (tmp_path / "4.png").symlink_to(tmp_path / "nowhere")
    (tmp_path / ".DS_Store").write_bytes(b"\0")
    found = of_pictures(folder_of_pictures(tmp_path), "mine")
    assert found.names == ("3/one.png", "7.json")
    assert found.digits.labels.tolist() == [3, 7]
    np.testing.assert_array_equal(found.digits.images[0], image_from_file(picture))
    reasons = {each.name: each.reason for each in found.refused}
    assert list(reasons) == ["10.png", "4.png", "5.png"]
    assert "10, which is no digit" in reasons["10.png"]
    assert reasons["4.png"].startswith("It is no plain file") or "missing" in reasons["4.png"]
    assert "no picture that can be read" in reasons["5.png"]


def test_a_zip_is_read_without_what_lies_beside(tmp_path, picture):
    files = {"x/7-a.png": picture, "__MACOSX/x/._7-a.png": b"\0", "x/Thumbs.db": b"", "x/": b""}
    path = tmp_path / "digits.zip"
    path.write_bytes(packed(files))
    (found,) = pictures_at(path)
    assert (found.name, found.label) == ("x/7-a.png", 7)


def test_what_unfolds_without_end_is_refused_before_it_is_unpacked(monkeypatch, picture):
    monkeypatch.setattr(pictures, "MOST_PICTURE_BYTES", 10_000)
    good, bomb = zip_of_pictures(packed({"1.png": picture, "2.png": bytes(5_000_000)}), "a.zip")
    assert good.label == 1
    assert bomb == Refused("2.png", "It is larger than 10,000 bytes.")
    monkeypatch.setattr(pictures, "MOST_BYTES", len(picture))
    first, second = zip_of_pictures(packed({"1.png": picture, "2.png": picture}), "a.zip")
    assert first.label == 1
    assert "split them" in second.reason


def test_a_directory_that_lies_about_a_size_is_damaged(picture):
    content = bytearray(packed({"1.png": bytes(5_000_000)}))
    place = content.index(b"PK\x01\x02") + 24
    content[place : place + 4] = (100).to_bytes(4, "little")
    (found,) = zip_of_pictures(bytes(content), "a.zip")
    assert isinstance(found, Refused)


def test_too_many_are_refused_as_a_whole(monkeypatch, tmp_path, picture):
    monkeypatch.setattr(pictures, "MOST_PICTURES", 1)
    with pytest.raises(DataError, match=r"a\.zip holds more than 1 pictures"):
        zip_of_pictures(packed({"1.png": picture, "2.png": picture}), "a.zip")


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_what_every_computer_packs_is_unpacked(compression, picture):
    (found,) = zip_of_pictures(packed({"1.png": picture}, compression), "a.zip")
    assert "pack it anew" in found.reason


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "no ZIP"), (b"PK\x03\x04 cut off", "no ZIP"), (b"\x89PNG", "no ZIP")],
)
def test_what_is_no_zip_is_refused_in_one_sentence(tmp_path, content, message):
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        pictures_at(path)
    with pytest.raises(DataError, match="missing"):
        pictures_at(tmp_path / "none.zip")


def test_a_set_without_one_good_picture_says_why(tmp_path):
    with pytest.raises(DataError, match=r"mine holds no picture of a digit\.$"):
        of_pictures(folder_of_pictures(tmp_path), "mine")
    (tmp_path / "11.png").write_bytes(b"")
    with pytest.raises(DataError, match=r"can be read: 11\.png: .* 11, which"):
        of_pictures(folder_of_pictures(tmp_path), "mine")


def test_names_of_others_are_shown_printable_and_short():
    assert shown("a\x1b[31m/7\n.png") == "a�[31m/7�.png"
    assert len(shown("x" * 1_000)) == 80
