"""A download in the background: once for all who press the button, counted, stopped, and failed."""

import threading

from cnn.data import mnist
from cnn.data.digits import DataError
from cnn.data.download import STOPPED, Download
from tests.cnn.data.test_mnist import GOOD, asked, cache, host, names_in, use_mirrors
from tests.patience import wait_until

__all__ = ["asked", "cache", "host"]


def end(download):
    wait_until(lambda: not download.progress().is_active)
    return download.progress()


def test_many_who_press_it_download_once_and_see_the_same_progress():
    begun, go_on = [], threading.Event()

    def fetch(bar):
        begun.append(bar)
        bar.total = 80
        bar.update(40)
        go_on.wait()

    download = Download(fetch, 80)
    for _ in range(3):
        download.start()
    wait_until(lambda: download.progress().done)
    assert (download.progress().is_active, download.progress().share) == (True, 0.5)
    assert download.progress().seconds_left is not None
    go_on.set()
    assert end(download).problem == ""
    assert len(begun) == 1


def test_what_cannot_be_downloaded_is_said_in_a_sentence_and_can_be_tried_again():
    answers = ["No network.", ""]

    def fetch(_):
        if answer := answers.pop(0):
            raise DataError(answer)

    download = Download(fetch, 80)
    download.start()
    assert end(download).problem == "No network."
    download.start()
    assert end(download).problem == ""


def test_mnist_comes_from_a_mirror_each_byte_counted_and_no_file_twice(cache, host, monkeypatch):
    use_mirrors(monkeypatch, host, "absent", "good")
    download = Download(mnist.fetch_mnist, sum(map(len, GOOD.values())))
    download.start()
    assert end(download).problem == ""
    assert names_in(cache) == ["images.gz", "labels.gz"]
    assert download.progress().share == 1


def test_a_stopped_download_leaves_no_half_of_a_file(cache, host, monkeypatch):
    use_mirrors(monkeypatch, host, "good")
    download = Download(lambda bar: (bar.stop(), mnist.fetch_mnist(bar)), 80)
    download.start()
    assert end(download).problem == STOPPED
    assert names_in(cache) == []


def test_into_a_folder_of_the_users_nothing_is_downloaded_and_the_page_says_so(cache, monkeypatch):
    assert mnist.mnist_download() is not None
    assert "download it" in mnist.how_to_get_mnist()
    monkeypatch.setenv("CNN_DATA_DIR", str(cache))
    assert mnist.mnist_download() is None
    assert "put MNIST's four .gz files into that folder" in mnist.how_to_get_mnist()
