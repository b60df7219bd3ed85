"""What a lesson asks of the server: one step of training, which only TensorFlow can take.

The browser's question is read into a typed object within bounds, and waits until the server's own
network is there. Its answer comes with the component's next data, and again with each that follows,
until something else is asked.
"""

import base64
import math
import threading
from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnn.data.builtin import load_builtin
from cnn.data.digits import Digits
from cnn.explain.gradient_step import GradientStep, NoConvolutionError, gradient_step
from cnn.ink.strokes import SIZE
from cnn.model import ModelError
from cnn.predictor import Predictor
from cnn.recipe import MOST_FILTERS, RECIPES
from cnn.runs.active_model import READY, ActiveModel
from pages.shared import session_model

ASKED = "learn-asked"
# The largest rate that a step can be asked for; as many digits make a batch as in the tutorial.
MOST_RATE, BATCH = 10.0, RECIPES["tutorial"].batch_size
MOST_NUMBER = 2**53
# Digits of each number that is told: a finite difference in float32 agrees in fewer.
PRECISION = 6
# Seconds between two looks whether the network is there.
PAUSE = 0.2
SHADES = 255


class QuestionError(ValueError):
    """What a browser has sent is no question."""


@dataclass(frozen=True)
class Question:
    """A step that a lesson wants to see.

    Attributes:
        number: By which the browser knows the answer.
        learning_rate: Above 0, at most `MOST_RATE`.
        picture: One digit, float32 [28, 28] in 0..1, as bytes; b"" for a batch of training digits.
        digit: What the picture is said to be, 0 to 9; or which batch.
        maps: Which map of the first convolution, and which of each further one, is told of.
    """

    number: int
    learning_rate: float
    picture: bytes
    digit: int
    maps: tuple[int, ...]


def question_from(sent: object) -> Question:
    """Read a question as a browser sent it.

    Raises:
        QuestionError: It is none.
    """
    fields = sent if isinstance(sent, dict) else {}
    number, digit = (_whole(fields.get(name), MOST_NUMBER) for name in ("number", "digit"))
    rate, picture, maps = (fields.get(name) for name in ("rate", "picture", "maps"))
    # True would count as 1.
    if not isinstance(rate, int | float) or rate is True or not 0 < rate <= MOST_RATE:
        raise QuestionError("rate")
    if not (isinstance(maps, list) and len(maps) <= 4):
        raise QuestionError("maps")
    chosen = tuple(_whole(each, MOST_FILTERS - 1) for each in maps)
    if picture is None:
        return Question(number, float(rate), b"", digit, chosen)
    if digit > 9:
        raise QuestionError("digit")
    return Question(number, float(rate), _picture(picture), digit, chosen)


def _whole(value: object, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise QuestionError("number")
    return value


def _picture(sent: object) -> bytes:
    shades = sent if isinstance(sent, list) else []
    # Not a number is not within bounds either.
    is_bounded = all(type(each) in (int, float) and 0 <= each <= 1 for each in shades)
    if len(shades) != SIZE * SIZE or not is_bounded:
        raise QuestionError("picture")
    return np.array(shades, np.float32).tobytes()


def ask(sent: object) -> None:
    """Keep what a browser asks for; what is no question changes nothing."""
    try:
        st.session_state[ASKED] = question_from(sent)
    except QuestionError:
        return


def answer() -> dict[str, object] | None:
    """Return the answer to what was asked last; None if nothing was, or the network is not there.

    Returns:
        `number` as asked, and either `problem`, a sentence, or what `answer_to` tells.
    """
    asked: Question | None = st.session_state.get(ASKED)
    if asked is None or not session_model.loading().done():
        return None
    try:
        return {
            "number": asked.number,
            **answer_to(session_model.loading().result().predictor, asked),
        }
    except (ModelError, NoConvolutionError) as error:
        return {"number": asked.number, "problem": str(error)}


def await_network() -> None:
    """If something was asked before the server's network was there, wait, and begin anew then."""
    loading = session_model.loading() if ASKED in st.session_state else None
    if loading is None or loading.done():
        return
    line = st.empty()
    while not loading.done():
        # Whenever a page says something, Streamlit looks whether it shall begin anew.
        line.empty()
        wait([loading], PAUSE)
    st.rerun(scope="fragment")


def warm_up() -> None:
    """Load the session's network, and have its step compiled, while nobody waits for it yet."""
    _warm_up(session_model.loading())


@lru_cache(maxsize=READY)
def _warm_up(loading: "Future[ActiveModel]") -> None:
    threading.Thread(target=_compile, args=[loading], daemon=True).start()


def _compile(loading: "Future[ActiveModel]") -> None:
    """Take a step for one digit, and one for a batch, once the network is there."""
    digit = np.zeros(SIZE * SIZE, np.float32).tobytes()
    try:
        for picture in (digit, b""):
            answer_to(loading.result().predictor, Question(0, 1.0, picture, 0, ()))
    except (ModelError, NoConvolutionError):
        return  # whoever asks is told


@lru_cache(maxsize=8)
def answer_to(predictor: Predictor, asked: Question) -> dict[str, object]:
    """Take the step, and tell of it what a lesson shows.

    Returns:
        `loss` and `lossAfter` in nats; `filters`, the gradients of the first convolution's weights
        as Keras has them; of one digit `units`, those of the logits' weights, ten for each unit
        that has any, and `maps`, by the layers' names, the gradients of the maps asked for; of a
        batch `pictures`, base64 of its shades 0 to 255, `labels`, and what each costs.

    Raises:
        NoConvolutionError: The network has no filters.
    """
    batch = None if asked.picture else _batch(asked.digit)
    if batch:
        images, labels = batch.images, batch.labels
    else:
        images = np.frombuffer(asked.picture, np.float32).reshape(1, SIZE, SIZE)
        labels = np.array([asked.digit])
    step = gradient_step(predictor.model, images, labels, asked.learning_rate)
    told: dict[str, object] = {
        "loss": step.loss,
        "lossAfter": step.loss_after if math.isfinite(step.loss_after) else None,
        "filters": _told(step.filters),
    }
    return told | (_of_batch(step, batch) if batch else _of_digit(step, asked.maps))


def _of_digit(step: GradientStep, maps: tuple[int, ...]) -> dict[str, object]:
    return {
        "units": {str(i): _told(row) for i, row in enumerate(step.logits) if row.any()},
        "maps": {
            name: _told(values[..., min(map, values.shape[-1] - 1)])
            for (name, values), map in zip(step.maps.items(), maps, strict=False)
        },
    }


def _of_batch(step: GradientStep, batch: Digits) -> dict[str, object]:
    shades = np.round(batch.images * SHADES).astype(np.uint8)
    return {
        "pictures": base64.b64encode(shades.tobytes()).decode(),
        "labels": batch.labels.tolist(),
        "costs": _told(step.losses),
    }


def _told(values: NDArray[np.float32]) -> list[float]:
    return [float(f"{value:.{PRECISION}g}") for value in values.ravel().tolist()]


def _batch(number: int) -> Digits:
    """Return a batch of training digits, in shades that a byte holds: always the same by number."""
    digits = _training()
    chosen = np.random.default_rng(number).permutation(len(digits))[:BATCH]
    shades = np.round(digits.images[chosen] * SHADES) / SHADES
    return Digits(shades.astype(np.float32), digits.labels[chosen])


@lru_cache(maxsize=1)
def _training() -> Digits:
    return load_builtin().train
