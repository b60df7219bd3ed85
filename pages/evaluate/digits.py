"""Which digits are measured on: a data set's, one's own, or those of a file."""

import hashlib
from collections.abc import Hashable, Iterator

import streamlit as st

from cnn.data.datasets import DATA_SETS, at_hand, measured_sets
from cnn.data.digits import DataError
from cnn.data.drawings import Tell
from cnn.data.measured import Measured, drawings_in, of_data_set, of_pictures, own_drawings
from cnn.data.pictures import NamedPicture, Pictures, Refused, zip_of_pictures
from cnn.data.user_drawings import drawings_file
from cnn.files import version_of
from pages.evaluate.networks import begin_with
from pages.evaluate.work import Desk, Work, result_of
from pages.shared import messages, permissions
from pages.shared.choices import option
from pages.train import download

DIGITS, UPLOAD = "evaluate-digits", "evaluate-upload"
DRAWINGS, FILE = "drawings", "file"
TITLES = {DRAWINGS: "Your drawings", FILE: "A file"}
FORMATS = """Pictures named by their digit (7-anna.png, or 7/anna.png) in a ZIP, or drawings as JSON
lines or UNIPEN"""
NO_FILE = """<p class="note">Choose a file: it is read on this server, kept while it is looked at,
and never trained on.</p>"""
# Bytes of digits that are kept, of sets and of files, for all sessions together: those of MNIST's
# test digits are 32 million.
MOST_BYTES, MOST_BYTES_OF_FILES = 100_000_000, 300_000_000
# What files of a kind begin with: PNG, JPEG, GIF and WebP are pictures.
ZIP, PICTURES = b"PK", (b"\x89PNG", b"\xff\xd8", b"GIF8", b"RIFF")


def choose(asked: str) -> str:
    """Let the digits be chosen; the first time, they are those that the address asks for."""
    sets = [each.name for each in measured_sets()]
    own = [DRAWINGS] if permissions.may_train() else []
    names = [*sets, *own, FILE]
    begin_with(DIGITS, asked if asked in names else at_hand().name, names)
    st.selectbox("Digits", names, format_func=_title, key=DIGITS)
    return option(st.session_state[DIGITS], names)


def loaded(name: str) -> Measured | None:
    """Load digits, or say why there are none, and what to do."""
    work = _file() if name == FILE else _kept(name)
    if work is None:
        return None
    try:
        return result_of(
            work, f"digits-{name}", "Loading the digits" if name != FILE else "Reading the file"
        )
    except DataError as error:
        # Of a file, names are those that its owner has given.
        messages.tell(str(error)) if name == FILE else messages.problem(error)
        return None


def _title(name: str) -> str:
    return TITLES.get(name) or f"{DATA_SETS[name].title}, test digits"


def _kept(name: str) -> Work[Measured] | None:
    """Begin to load digits that lie on this machine."""
    if name == DRAWINGS:
        file = drawings_file()
        return _sets.ask((name, version_of(file) if file.is_file() else ()), own_drawings)
    source = DATA_SETS[name]
    if source.is_available():
        return _sets.ask(name, lambda _: of_data_set(name))
    messages.problem(source.how_to_get())
    if permissions.may_train():
        download.show(source)
    return None


def _file() -> Work[Measured] | None:
    """Ask for a file, and begin to read it."""
    upload = st.file_uploader(FORMATS, key=UPLOAD)
    if upload is None:
        st.html(NO_FILE)
        return None
    content, name = upload.getvalue(), upload.name
    key: Hashable = (name, hashlib.blake2b(content, digest_size=16).digest())
    return _files.ask(key, lambda tell: _read(content, name, tell))


def _read(content: bytes, name: str, tell: Tell) -> Measured:
    if content.startswith(ZIP):
        return of_pictures(_one_by_one(zip_of_pictures(content, name), tell), name)
    if content.startswith(PICTURES):
        return of_pictures(Pictures({name: lambda: content}), name)
    return drawings_in(content, name, tell)


def _one_by_one(pictures: Pictures, tell: Tell) -> Iterator[NamedPicture | Refused]:
    for done, each in enumerate(pictures):
        tell(done, len(pictures))
        yield each


def _weight(measured: Measured) -> int:
    return measured.digits.images.nbytes


# Nobody who looks at MNIST waits for somebody's file of many drawings.
_sets, _files = Desk(_weight, MOST_BYTES), Desk(_weight, MOST_BYTES_OF_FILES)
