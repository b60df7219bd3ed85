"""Ten drawings in a row to teach a network by: each is kept when the pen rests.

One digit is drawn, or several that are asked for in turn. What goes on is kept in the session, so
that one can look at another page meanwhile.
"""

import html
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from cnn.data import user_drawings
from cnn.data.digits import DataError
from cnn.ink.strokes import TOUCH, InkError, Stroke, rasterise
from cnn.plots.images import data_uri, grey
from cnn.runs.finetune import ENOUGH
from cnn.runs.run import RunError, find_run
from pages.draw import canvas, sketchbook, teaching
from pages.draw.sketchbook import Drawing
from pages.live import component
from pages.live.component import Waiting
from pages.shared import messages, permissions

LESSON, DIGITS, TROUBLE = "lesson", "lesson-digits", "lesson-trouble"
CHOOSE = "Which digit will you draw? Choose one, or several that are asked for in turn."
RULE = "Draw it. When the pen rests for a second it is kept, {where}."
TOO_SMALL = "That was too small to be a digit, and is not kept: draw it larger."
SLOT = '<li><img class="crisp" src="{picture}" alt="{digit}"><span>{digit}</span></li>'


@dataclass(frozen=True)
class Kept:
    """A drawing of this lesson: its id among all that are kept, its digit, and its picture."""

    id: str
    digit: int
    picture: str


@dataclass
class Lesson:
    """What goes on.

    Attributes:
        digits: Which are drawn.
        asked: The one to draw now; None until one is chosen.
        kept: What was drawn so far.
        turn: How often the pen has rested on a drawing.
        run: Name of the training that was begun; "" if none was.
    """

    digits: Sequence[int] = ()
    asked: int | None = None
    kept: list[Kept] = field(default_factory=list)
    turn: int = 0
    run: str = ""

    def choose(self, digits: Sequence[int]) -> None:
        """Draw other digits from now on."""
        self.digits = digits
        if self.asked not in digits:
            self.ask_next()

    def ask_next(self) -> None:
        """Ask for a digit that was drawn least often so far, by lot if there are several."""
        drawn = [one.digit for one in self.kept]
        fewest = min(map(drawn.count, self.digits), default=0)
        rare = [digit for digit in self.digits if drawn.count(digit) == fewest]
        self.asked = random.choice(rare) if rare else None


def current() -> Lesson | None:
    """Return the lesson of this session, if there is one."""
    lesson: Lesson | None = st.session_state.get(LESSON)
    return lesson


def is_drawing() -> bool:
    """Whether ten in a row are being drawn."""
    lesson = current()
    return lesson is not None and not lesson.run


def begin(digits: Sequence[int] = ()) -> None:
    """Begin a lesson on an empty canvas."""
    lesson = st.session_state[LESSON] = Lesson()
    lesson.choose(digits)
    st.session_state[DIGITS] = list(digits)
    sketchbook.sketchbook().show(Drawing())


def look_at(run: str) -> None:
    """Show what a training has come to."""
    st.session_state[LESSON] = Lesson(run=run)


def leave() -> None:
    """End the lesson; what was kept stays."""
    st.session_state.pop(LESSON, None)


def show(lesson: Lesson, drawing: Drawing) -> None:
    """Show what to draw, what was drawn, and the way to teach it.

    Args:
        lesson: The session's.
        drawing: What is on the canvas.
    """
    st.html(teaching.STYLE)
    with st.container(key="lesson"):
        if lesson.run:
            _taught(lesson)
        else:
            _drawing(lesson, drawing)


def _keep(lesson: Lesson, strokes: Sequence[Stroke]) -> None:
    """Keep a drawing as the digit that was asked for, and ask for the next.

    Raises:
        DataError: It is no drawing, or cannot be kept.
    """
    assert lesson.asked is not None
    if np.ptp(np.concatenate(strokes), axis=0).max() < TOUCH:
        raise DataError(TOO_SMALL)
    try:
        picture = data_uri(grey(rasterise(strokes)))
    except InkError as error:
        raise DataError(str(error)) from error
    user_drawings.keep(strokes, lesson.asked)
    kept = user_drawings.find(strokes)
    assert kept is not None
    lesson.kept.append(Kept(kept.id, lesson.asked, picture))
    lesson.ask_next()


def _drawing(lesson: Lesson, drawing: Drawing) -> None:
    """Show the part of a lesson in which is drawn."""
    left = max(ENOUGH - len(lesson.kept), 0)
    ask = "Teach it your hand" if lesson.asked is None else f"Draw a {lesson.asked}"
    if lesson.asked == 8:
        ask = "Draw an 8"
    count = f"{left} more" if left else "Enough to teach"
    st.html(f'<div class="ask"><h3>{ask}</h3><span role="status">{count}</span></div>')
    revision = sketchbook.sketchbook().revision
    asked = lesson.asked is not None
    waiting = Waiting(revision, lesson.turn, asked, drawing.is_empty)
    component.rest(waiting, lambda rested: _rests(lesson, rested))
    if DIGITS not in st.session_state:
        st.session_state[DIGITS] = list(lesson.digits)
    st.pills("Which digits you draw", range(10), selection_mode="multi", key=DIGITS,
             label_visibility="collapsed", width="stretch", on_change=_choose,
             args=[lesson])  # fmt: skip
    st.html(_slots(lesson))
    with st.container(key="lesson-buttons", horizontal=True, gap="xsmall"):
        st.button("Undo", icon=":material/undo:", key="lesson-undo", on_click=messages.attempt,
                  args=[TROUBLE, _undo, lesson], disabled=not lesson.kept)  # fmt: skip
        # All that are kept are taught, also those of before.
        enough = len(user_drawings.collection().drawings) >= ENOUGH
        st.button("Teach the network", icon=":material/school:", key="lesson-teach",
                  type="secondary" if left else "primary", disabled=not enough,
                  on_click=messages.attempt, args=[TROUBLE, _teach, lesson])  # fmt: skip
        st.button("Leave", icon=":material/close:", key="lesson-leave", on_click=leave)
    if trouble := st.session_state.pop(TROUBLE, ""):
        messages.tell(trouble)
    else:
        note = CHOOSE if lesson.asked is None else RULE.format(where=teaching.for_whom())
        st.html(f'<p class="note">{html.escape(note)}</p>')


def _slots(lesson: Lesson) -> str:
    """Show the last drawings, and places for those that are missing."""
    shown = lesson.kept[-ENOUGH:]
    filled = "".join(SLOT.format(picture=one.picture, digit=one.digit) for one in shown)
    empty = "<li></li>" * (ENOUGH - len(shown))
    return f'<ol class="slots" aria-label="Kept in this lesson">{filled}{empty}</ol>'


def _rests(lesson: Lesson, revision: int) -> None:
    """Keep the drawing on which the pen has rested, and clear the canvas."""
    lesson.turn += 1
    book = sketchbook.sketchbook()
    # Otherwise the person has cleared it in the meantime, or gone back.
    if revision != book.revision or lesson.asked is None:
        return
    try:
        book.take(canvas.held())
    except InkError as error:
        book.trouble = str(error)
        return
    if not book.current.objects:
        return
    trouble = permissions.attempt(_keep, lesson, book.current.strokes())
    st.session_state[TROUBLE] = trouble
    # What cannot be kept now, as on a full disk, can be later.
    if trouble in ("", TOO_SMALL):
        book.show(Drawing())


def _choose(lesson: Lesson) -> None:
    lesson.choose(sorted(st.session_state[DIGITS]))


def _undo(lesson: Lesson) -> None:
    """Take the last drawing back, and ask for its digit again."""
    if lesson.kept:
        gone = lesson.kept[-1]
        user_drawings.delete([gone.id])
        lesson.kept.pop()
        lesson.asked = gone.digit if gone.digit in lesson.digits else lesson.asked


def _teach(lesson: Lesson) -> None:
    lesson.run = teaching.start()


def _taught(lesson: Lesson) -> None:
    """Show the part of a lesson in which the network learns."""
    try:
        run = find_run(lesson.run)
    except RunError:
        messages.tell("This training was deleted.")
    else:
        name = html.escape(run.name)
        heading = f"Teaching “{name}”" if teaching.is_active(run) else f"What “{name}” learned"
        st.html(f'<div class="ask"><h3>{heading}</h3></div>')
        teaching.show(run)
    with st.container(key="lesson-buttons", horizontal=True, gap="xsmall"):
        st.button("Draw ten more", icon=":material/edit:", key="lesson-again",
                  on_click=begin, args=[lesson.digits])  # fmt: skip
        st.button("Leave", icon=":material/close:", key="lesson-leave", on_click=leave)
