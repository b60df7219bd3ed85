"""The current drawing of this browser session: kept across pages, undoable, and in the address."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import streamlit as st

from cnn.ink.formats import DOT, strokes_from_canvas, strokes_from_file
from cnn.ink.link import drawing_from_text, text_from_picture, text_from_strokes
from cnn.ink.strokes import (
    CANVAS_SIZE,
    InkError,
    Picture,
    PreparationStep,
    Stroke,
    preparation,
    rasterise,
)
from pages.draw import canvas
from pages.draw.canvas import CanvasObject, Given
from pages.shared import address

BRUSH = canvas.BRUSH
# How far one can undo, in drawings.
MOST_PAGES = 100


@dataclass(frozen=True)
class Drawing:
    """Strokes on the canvas, or a picture that lies on it.

    Attributes:
        objects: The canvas's own JSON, one Fabric.js path a stroke; empty for a picture.
        picture: The network's input [28, 28], made from an uploaded picture or an example.
        steps: How the picture was prepared.
        note: What it is, in a few words.
        text: What it was read from in an address: that stays the same however often it is opened.
    """

    objects: list[CanvasObject] = field(default_factory=list)
    picture: Picture | None = None
    steps: list[PreparationStep] = field(default_factory=list)
    note: str = ""
    text: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read."""
        return self.picture is None and not self.objects

    def strokes(self) -> list[Stroke]:
        """Return the strokes in canvas pixels, moved and turned as the person left them."""
        return self._strokes

    def image(self) -> Picture:
        """Return the network's input; the drawing must not be empty."""
        return self._image if self.picture is None else self.picture

    def preparation(self) -> list[PreparationStep]:
        """Return the steps from the drawing to the network's input."""
        return preparation(self.strokes()) if self.picture is None else self.steps

    # A page asks for both several times in a run.
    @cached_property
    def _strokes(self) -> list[Stroke]:
        return strokes_from_canvas({"objects": self.objects})

    @cached_property
    def _image(self) -> Picture:
        return rasterise(self._strokes)


class Sketchbook:
    """All drawings of this session, one after the other, and which of them is shown."""

    def __init__(self) -> None:
        """Open a book with one empty page."""
        self.pages = [Drawing()]
        self.at = 0
        # What the canvas starts with: when it changes, it replaces what is drawn.
        self.given = Given([], 0)
        # What the canvas returned last: only a change of it is something the person drew.
        self.seen: list[CanvasObject] = []
        # What was on the canvas before, until it tells of what it was given instead.
        self.replaced: list[list[CanvasObject]] = []
        # What could not be read last, in a sentence; forgotten with the next drawing.
        self.trouble = ""
        self._reload()

    @property
    def current(self) -> Drawing:
        """The drawing shown."""
        return self.pages[self.at]

    @property
    def is_at_end(self) -> bool:
        """Whether there is nothing to redo."""
        return self.at == len(self.pages) - 1

    @property
    def revision(self) -> int:
        """How often something else than what the person drew was put on the canvas."""
        return self.given.revision

    def add(self, drawing: Drawing) -> None:
        """Turn to a new page; what was undone before is torn out, and so is the oldest of many."""
        self.pages = [*self.pages[: self.at + 1], drawing][-MOST_PAGES:]
        self.at = len(self.pages) - 1
        self.trouble = ""

    def show(self, drawing: Drawing) -> None:
        """Put a drawing on the canvas in place of what is there."""
        self.add(drawing)
        self._reload()

    def turn(self, pages: int) -> None:
        """Undo (-1) or redo (+1)."""
        self.at = min(max(self.at + pages, 0), len(self.pages) - 1)
        self._reload()

    def take(self, objects: list[CanvasObject]) -> None:
        """Take what the canvas holds now; what it held before or was given is nothing new."""
        if objects == self.seen or self._is_late(objects):
            return
        self.seen, self.replaced = objects, []
        known = self.current.objects
        objects = _sharing(objects, known)
        if _same_ink(Drawing(objects), self.current):
            return
        # Of strokes drawn within a moment the canvas tells at once; each is one to undo.
        first = len(known) + 1 if _begins_with(objects, known) else len(objects)
        for count in range(first, len(objects) + 1):
            self.add(Drawing(objects[:count]))

    def resume(self) -> None:
        """Have a canvas that starts anew, as on coming back to the page, show what was drawn."""
        self._reload()
        self.seen, self.replaced = self.current.objects, []

    def take_over(self, given: Given, objects: list[CanvasObject]) -> None:
        """Go on where a server that was ended, or a session that was forgotten, left off.

        Args:
            given: What the browser's canvas started with, and still does.
            objects: What it holds now; there is a page for each of them, to undo.
        """
        self.given, self.seen, self.replaced = given, objects, []
        if objects or self.current.picture is None:
            every = [Drawing(objects[:count]) for count in range(len(objects) + 1)]
            self.pages = every[-MOST_PAGES:]
            self.at = len(self.pages) - 1

    def _reload(self) -> None:
        self.replaced += [self.seen, self.given.objects]
        # The canvas compares with what it was given last: the number tells two clears apart.
        self.given = Given(self.current.objects, self.revision + 1)

    def _is_late(self, objects: list[CanvasObject]) -> bool:
        """Whether the canvas tells of what is on it no more: of a stroke it does so 0.2 s later."""
        goes_on = [len(old) for old in self.replaced if _begins_with(objects, old)]
        is_new = _begins_with(objects, self.given.objects)
        return max(goes_on, default=-1) > (len(self.given.objects) if is_new else -1)


def sketchbook() -> Sketchbook:
    """Return this session's drawings; the first is the one in the address, if there is one."""
    if "sketchbook" not in st.session_state:
        st.session_state.sketchbook = _opened(address.ink())
    book: Sketchbook = st.session_state.sketchbook
    return book


def _opened(ink: str) -> Sketchbook:
    book = Sketchbook()
    if ink:
        try:
            book.show(_from_address(ink))
        except InkError as error:
            book.trouble = str(error)
    return book


def edit(book: Sketchbook, brush: int, example: Callable[[], Picture] | None = None) -> Drawing:
    """Show the canvas, take what was drawn, and return the current drawing.

    Args:
        book: Where it is kept.
        brush: The line's width in canvas pixels.
        example: Returns the picture [28, 28] that lies on the canvas while nothing is drawn.
    """
    before = None
    if canvas.is_new():
        book.resume()
        before = canvas.given_before()
    else:
        canvas.remember(book.given)
    picture = example() if example and book.current.is_empty else book.current.picture
    try:
        objects = canvas.ask(before or book.given, picture, brush)
    except InkError as error:
        # What cannot be read changes nothing.
        book.trouble = str(error)
        return book.current
    if before is None:
        book.take(objects)
    else:
        book.take_over(before, objects)
    if picture is not None and book.current.objects:
        st.rerun()  # strokes replace the picture, which must go from under them
    return book.current


def write_address(drawing: Drawing) -> None:
    """Put the drawing into all pages' addresses, so that a link or bookmark restores it."""
    try:
        text = _to_address(drawing)
    except InkError:
        text = ""
    address.write_ink(text)


def from_file(content: bytes, name: str) -> Drawing:
    """Read an uploaded file: a drawing's JSON, or a picture.

    Raises:
        InkError: It is neither.
    """
    from cnn.ink.photo import preparation_of_photo

    strokes = strokes_from_file(content)
    if strokes is None:
        steps = preparation_of_photo(content)
        return Drawing(picture=steps[-1].picture, steps=steps, note=name)
    rasterise(strokes)
    return from_strokes(strokes, name)


def from_strokes(strokes: list[Stroke], note: str) -> Drawing:
    """Show strokes that can be drawn, in whatever unit they are."""
    return Drawing(canvas.objects_from_strokes(_on_canvas(strokes), BRUSH), note=note)


def from_example(image: Picture, note: str) -> Drawing:
    """Show a digit of a data set, which has MNIST's form already."""
    return Drawing(
        picture=image, steps=[PreparationStep("As it is", image, "28×28, no change")], note=note
    )


def _from_address(text: str) -> Drawing:
    found = drawing_from_text(text)
    if isinstance(found, list):
        return Drawing(canvas.objects_from_strokes(found, BRUSH), text=text)
    return from_example(found, "from the address")


def _to_address(drawing: Drawing) -> str:
    if drawing.picture is not None:
        return text_from_picture(drawing.picture)
    if drawing.text or not drawing.objects:
        return drawing.text
    return text_from_strokes(drawing.strokes())


def _on_canvas(strokes: list[Stroke]) -> list[Stroke]:
    """Bring strokes that do not fit onto the canvas, or would be a dot there, to its size."""
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    is_dot = 0 < extent.max() <= DOT
    if (low >= 0).all() and (low + extent <= CANVAS_SIZE).all() and not is_dot:
        return strokes
    scale = 0.8 * CANVAS_SIZE / max(float(extent.max()), 1e-9)
    margin = (CANVAS_SIZE - extent * scale) / 2
    return [(stroke - low) * scale + margin for stroke in strokes]


def _sharing(objects: list[CanvasObject], known: Sequence[CanvasObject]) -> list[CanvasObject]:
    """Return objects, those that are known already as they are kept: a stroke is kept once."""
    old = [*known, *[None] * len(objects)]
    return [mine if mine == new else new for new, mine in zip(objects, old, strict=False)]


def _begins_with(objects: list[CanvasObject], first: list[CanvasObject]) -> bool:
    return _same_ink(Drawing(objects[: len(first)]), Drawing(first))


def _same_ink(a: Drawing, b: Drawing) -> bool:
    """Whether two drawings are the same but for the canvas's rounding and defaults."""
    if len(a.objects) != len(b.objects):
        return False
    pairs = zip(a.strokes(), b.strokes(), strict=True)
    return all(x.shape == y.shape and np.allclose(x, y, atol=0.05) for x, y in pairs)
