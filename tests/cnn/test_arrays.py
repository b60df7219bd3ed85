"""NumPy archives: what fits is read; `tests.damages` has hundreds that do not fit."""

import zipfile

import numpy as np
import pytest

from cnn.arrays import ArrayRule, read_arrays
from cnn.files import FileError

RULES = {
    "images": ArrayRule(("uint8",), (None, 2)),
    r"weights-\d+": ArrayRule(("float32", "float16"), None, -1, 1),
    "more": ArrayRule(("U",), (), is_needed=False),
}


def test_arrays_that_fit_are_read_and_others_left_out(tmp_path):
    images, weights = np.arange(6, dtype=np.uint8).reshape(3, 2), np.eye(2, dtype=np.float32).T
    np.savez_compressed(tmp_path / "a.npz", images=images, other=[{}], **{"weights-0": weights})
    read = read_arrays(tmp_path / "a.npz", RULES)
    assert set(read) == {"images", "weights-0"}
    np.testing.assert_array_equal(read["images"], images)
    np.testing.assert_array_equal(read["weights-0"], weights)


@pytest.mark.parametrize(
    ("arrays", "rule"),
    [
        ({}, "is missing"),
        ({"images": np.zeros((3, 2))}, r"images is float64 \(3, 2\)"),
        ({"images": np.zeros((3, 3), np.uint8)}, r"images is uint8 \(3, 3\)"),
        ({"images": np.zeros((3, 2), np.uint8)}, "weights.* is missing"),
        ({"weights-1": np.full(3, 2, np.float32)}, "not within -1 to 1"),
        ({"weights-1": np.full(3, np.nan, np.float32)}, "not finite"),
    ],
)
def test_what_breaks_a_rule_is_named(tmp_path, arrays, rule):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(FileError, match=rule):
        read_arrays(tmp_path / "a.npz", RULES)


def test_an_archive_that_unfolds_to_more_than_allowed_is_not_unfolded(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("images.npy", bytes(2_000))
    with pytest.raises(FileError, match="more than 1,000 bytes"):
        read_arrays(tmp_path / "a.npz", RULES, most=1_000)
