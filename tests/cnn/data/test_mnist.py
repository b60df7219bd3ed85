import errno
import gzip
import hashlib
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pooch
import pytest

from cnn.data import mnist, unpacked
from cnn.data.digits import DataError
from cnn.data.mnist import FileStatus, MnistFile, load_mnist

IMAGES = np.arange(3 * 4 * 4, dtype=np.uint8).reshape(3, 4, 4)


LABELS = np.array([7, 0, 9], np.uint8)


def small_file(name, values):
    """A file of the kind MNIST has, and its gzipped content."""
    unhashed = MnistFile(name, values.shape, "")
    content = unhashed.header + values.tobytes()
    file = MnistFile(name, values.shape, hashlib.sha256(content).hexdigest())
    # No time in it: tests have their names by it, the same in all processes.
    return file, gzip.compress(content, mtime=0)


IMAGES_FILE, IMAGES_GZ = small_file("images.gz", IMAGES)


LABELS_FILE, LABELS_GZ = small_file("labels.gz", LABELS)


GOOD = {"images.gz": IMAGES_GZ, "labels.gz": LABELS_GZ}


class Mirror(BaseHTTPRequestHandler):
    """Serve /good/<file> whole and break every other shelf in the way its name says."""

    def __init__(self, asked, *args):
        self.asked = asked
        super().__init__(*args)

    def do_GET(self):
        self.asked.append(self.path)
        _, shelf, name = self.path.split("/")
        content = GOOD[name]
        body = {
            "good": content,
            "truncated": content[:-12],
            "html": b"<html>Please log in</html>",
            "altered": gzip.compress(gzip.decompress(content)[:-1] + b"\xff"),
        }.get(shelf, content)
        self.send_response(404 if shelf == "absent" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:-5] if shelf == "cut" else body)

    def log_message(self, *_):
        pass


@pytest.fixture
def asked():
    """The paths that were asked for, in order."""
    return []


@pytest.fixture
def host(asked):
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Mirror, asked)) as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(autouse=True)
def nothing_unpacked(tmp_path, monkeypatch):
    """No copy is there yet, and none is left."""
    monkeypatch.setattr(unpacked, "folder", lambda: tmp_path / "unpacked")


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The user's cache folder, which does not exist yet."""
    monkeypatch.setattr(mnist, "FILES", (IMAGES_FILE, LABELS_FILE))
    monkeypatch.delenv("CNN_DATA_DIR", raising=False)
    monkeypatch.setattr(mnist, "user_cache_path", lambda name: tmp_path / "cache" / name)
    monkeypatch.setattr("time.sleep", lambda _: None)
    return tmp_path / "cache" / "digitscope" / "mnist"


@pytest.fixture
def own_folder(cache, tmp_path, monkeypatch):
    """A folder of the user's with both files, named by the variable."""
    monkeypatch.setenv("CNN_DATA_DIR", str(tmp_path))
    for name, content in GOOD.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def use_mirrors(monkeypatch, host, *shelves):
    monkeypatch.setattr(mnist, "MIRRORS", [f"{host}{shelf}/" for shelf in shelves])


def names_in(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_missing_file_is_downloaded_once_and_read(cache, host, asked, monkeypatch):
    use_mirrors(monkeypatch, host, "good", "absent")
    np.testing.assert_array_equal(mnist.read_mnist(IMAGES_FILE), IMAGES)
    np.testing.assert_array_equal(mnist.read_mnist(LABELS_FILE), LABELS)
    assert asked == ["/good/images.gz", "/good/labels.gz"]
    assert names_in(cache) == ["images.gz", "labels.gz"]


@pytest.mark.parametrize("broken", ["absent", "truncated", "cut", "html", "altered"])
def test_a_broken_mirror_is_passed_over(cache, host, broken, monkeypatch):
    use_mirrors(monkeypatch, host, broken, "good")
    mnist.fetch_mnist()
    assert all(status.problem is None for status in mnist.mnist_status())
    assert names_in(cache) == ["images.gz", "labels.gz"]


def test_with_every_mirror_broken_nothing_is_left_behind(cache, host, monkeypatch):
    use_mirrors(monkeypatch, host, "altered", "absent")
    with pytest.raises(DataError, match=r"images\.gz from .*other content.* or .*404.*try again"):
        mnist.fetch_mnist()
    assert names_in(cache) == []


def test_without_a_network_the_message_says_so(cache, monkeypatch):
    # Port 9 (discard) of this machine: nothing listens there.
    use_mirrors(monkeypatch, "http://127.0.0.1:9/", "a", "b")
    with pytest.raises(DataError, match=r"cannot be reached.*check the network"):
        mnist.read_mnist(IMAGES_FILE)
    assert names_in(cache) == []


def test_a_repeated_fetch_goes_on_with_what_is_missing_or_damaged(cache, host, asked, monkeypatch):
    use_mirrors(monkeypatch, host, "good")
    mnist.fetch_mnist()
    (cache / "labels.gz").write_bytes(LABELS_GZ[:-9])
    asked.clear()
    mnist.fetch_mnist()
    assert asked == ["/good/labels.gz"]


def test_a_full_disk_is_reported_and_the_part_file_removed(cache, host, monkeypatch):
    def fill_disk(self, url, target, _):
        with open(target, "wb") as file:
            file.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    use_mirrors(monkeypatch, host, "good")
    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", fill_disk)
    with pytest.raises(DataError, match=r"Cannot write images\.gz.*No space left.*free some space"):
        mnist.fetch_mnist()
    assert names_in(cache) == []


def test_an_unwritable_folder_is_reported(cache, host, monkeypatch):
    # A file where the folder should be: even root cannot write into it.
    cache.parent.parent.mkdir()
    cache.parent.write_text("in the way")
    use_mirrors(monkeypatch, host, "good")
    with pytest.raises(DataError, match=r"Cannot write images\.gz to .*CNN_DATA_DIR"):
        mnist.fetch_mnist()


def test_a_chosen_folder_is_read_and_never_downloaded_into(own_folder, host, asked, monkeypatch):
    use_mirrors(monkeypatch, host, "good")
    assert mnist.mnist_is_available()
    assert mnist.fetch_mnist() == own_folder
    (own_folder / "labels.gz").unlink()
    assert not mnist.mnist_is_available()
    with pytest.raises(DataError, match=r"labels\.gz is missing.*CNN_DATA_DIR"):
        mnist.read_mnist(LABELS_FILE)
    assert asked == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (LABELS_GZ[:-9], "damaged"),
        (LABELS_GZ[:12] + b"\x00\xff" + LABELS_GZ[14:], "damaged"),
        (b"", "not 3 bytes in IDX format"),
        (b"no gzip at all", "damaged"),
        (IMAGES_GZ, "not 3 bytes in IDX format"),
        (gzip.compress(gzip.decompress(LABELS_GZ) + b"\x00", mtime=0), "not 3 bytes in IDX format"),
        (
            gzip.compress(LABELS_FILE.header + bytes([1, 13, 3]), mtime=0),
            "no file .* holds a label 13",
        ),
        (
            gzip.compress(LABELS_FILE.header + bytes([1, 132, 9]), mtime=0),
            "no file .* holds a label 132",
        ),
    ],
)
def test_a_damaged_file_is_named_with_what_to_do(own_folder, content, problem):
    (own_folder / "labels.gz").write_bytes(content)
    with pytest.raises(DataError, match=rf"labels\.gz is {problem}.*: replace it"):
        mnist.read_mnist(LABELS_FILE)


def test_status_tells_missing_from_wrong_content(own_folder):
    (own_folder / "images.gz").unlink()
    other = LABELS_FILE.header + bytes([1, 2, 3])
    (own_folder / "labels.gz").write_bytes(gzip.compress(other))
    images, labels = mnist.mnist_status()
    assert images == FileStatus(own_folder / "images.gz", "missing")
    assert "other content" in str(labels.problem)


@pytest.mark.mnist
def test_the_real_files_are_valid():
    assert [status.problem for status in mnist.mnist_status()] == [None] * 4


@pytest.mark.mnist
def test_mnist_is_split_as_in_the_tutorial():
    mnist = load_mnist()
    assert [len(part) for part in (mnist.train, mnist.validation, mnist.test)] == [
        55_000,
        5_000,
        10_000,
    ]
    # The training file begins 5 0 4 1 9: the validation part is its beginning.
    assert mnist.validation.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert mnist.test.labels[:5].tolist() == [7, 2, 1, 0, 4]
    counts = np.bincount(np.concatenate([mnist.train.labels, mnist.validation.labels]))
    assert counts.tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert mnist.train.images.shape == (55_000, 28, 28)
    assert mnist.train.images.dtype == np.float32
    assert (mnist.train.images.min(), mnist.train.images.max()) == (0, 1)
