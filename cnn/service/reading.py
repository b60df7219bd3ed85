"""From a request to its answer: the same ink, network and decision as on the page."""

import asyncio
import base64
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from cnn.decision import Kind, decide
from cnn.explain.layers import Values
from cnn.ink.formats import strokes_from_json
from cnn.ink.strokes import InkError, Picture, rasterise
from cnn.service import bodies
from cnn.service.batches import Batches
from cnn.service.messages import (
    Drawing,
    ReadAnswer,
    Reading,
    ReadManyAnswer,
    ReadManyRequest,
    ReadRequest,
)
from cnn.service.networks import Ready
from cnn.service.problems import ProblemError

T = TypeVar("T")
NO_BASE64 = "The picture is no base64."
NO_LAYER = "The network “{}” has no layer “{:.60}”: it has {}."


class Reader:
    """Reads drawings.

    Attributes:
        networks: Those to read with.
    """

    def __init__(self, standard: str = "") -> None:
        """Take the name of the network that reads if none is asked for; "": the one in use."""
        self.networks = Ready(standard)
        self._batches = Batches()
        # A photo takes hundreds of times as long as strokes, which do not wait for it.
        self._strokes = ThreadPoolExecutor(os.cpu_count() or 1, "strokes")
        self._photos = ThreadPoolExecutor(1, "photos")

    async def read(self, body: bodies.Body) -> bytes:
        """Read one drawing; returns a `ReadAnswer` as JSON.

        Raises:
            ProblemError: There is something wrong with it.
        """
        if body.kind == bodies.FORM:
            form = await bodies.parse_form(body)
            asked = _Asked(form.network, form.layers, [form.picture])
        else:
            asked = await _do(self._strokes, _asked_for_one, body)
        (picture,) = [await self._prepared(ink) for ink in asked.inks]
        name, predictor = await self.networks.find(asked.network)
        # All layers take several times as long as the answer alone.
        (values,) = await self._batches.read(predictor, [picture], bool(asked.layers))
        for layer in asked.layers:
            if layer not in values:
                raise ProblemError(404, NO_LAYER.format(name, layer, ", ".join(values)))
        return await _do(self._strokes, _told, name, picture, values, asked.layers)

    async def read_many(self, body: bodies.Body) -> bytes:
        """Read several drawings; returns a `ReadManyAnswer` as JSON.

        Raises:
            ProblemError: There is something wrong with one of them: it says with which.
        """
        asked = await _do(self._strokes, _asked_for_many, body)
        pictures = []
        for number, ink in enumerate(asked.inks):
            with _naming(number):
                pictures.append(await self._prepared(ink))
        name, predictor = await self.networks.find(asked.network)
        values = await self._batches.read(predictor, pictures)
        return await _do(self._strokes, _told_of_many, name, pictures, values)

    async def _prepared(self, ink: Picture | bytes) -> Picture:
        if isinstance(ink, bytes):
            return await _do(self._photos, _prepare_photo, ink)
        return ink


@dataclass(frozen=True)
class _Asked:
    """A request, its strokes prepared: they take much more memory than pictures of 28×28.

    Attributes:
        network: Its name, or "".
        layers: Whose output is asked for.
        inks: Of each drawing the network's input, or the photo that is to become one.
    """

    network: str
    layers: list[str]
    inks: list[Picture | bytes]


async def _do(threads: Executor, work: Callable[..., T], *given: object) -> T:
    """Work in one of some threads, so that nobody else waits for it."""
    return await asyncio.get_running_loop().run_in_executor(threads, work, *given)


def _asked_for_one(body: bodies.Body) -> _Asked:
    request = bodies.parse(body, ReadRequest)
    return _Asked(request.network, request.layers, [_ink(request)])


def _asked_for_many(body: bodies.Body) -> _Asked:
    request = bodies.parse(body, ReadManyRequest)
    inks = []
    for number, drawing in enumerate(request.drawings):
        with _naming(number):
            inks.append(_ink(drawing))
    return _Asked(request.network, [], inks)


@contextmanager
def _naming(number: int) -> Iterator[None]:
    """Say which drawing a problem is about."""
    try:
        yield
    except ProblemError as problem:
        sentence = f"Drawing {number}: {problem.sentence}"
        raise ProblemError(problem.status, sentence, problem.headers) from problem


def _ink(drawing: Drawing) -> Picture | bytes:
    try:
        if drawing.strokes:
            return rasterise(strokes_from_json({"strokes": drawing.strokes}))
        return base64.b64decode(drawing.picture, validate=True)
    except InkError as error:
        raise ProblemError(422, str(error)) from error
    except ValueError as error:
        raise ProblemError(422, NO_BASE64) from error


def _prepare_photo(content: bytes) -> Picture:
    # It takes long to import, and strokes need none of it.
    from cnn.ink.photo import rasterise_photo

    try:
        return rasterise_photo(content)
    except InkError as error:
        raise ProblemError(422, str(error)) from error


def _reading(picture: Picture, values: Values) -> Reading:
    probabilities = values["softmax"]
    decision = decide(probabilities)
    digits = {
        Kind.DIGIT: [decision.digit],
        Kind.EITHER_OR: [decision.digit, decision.runner_up],
        Kind.NO_DIGIT: [],
    }
    return Reading(
        kind=decision.kind,
        sure=decision.sure,
        digits=digits[decision.kind],
        sentence=decision.sentence,
        digit=decision.digit,
        probability=decision.probability,
        runner_up=decision.runner_up,
        probabilities=probabilities.tolist(),
        input=picture.tolist(),
    )


def _told(name: str, picture: Picture, values: Values, layers: list[str]) -> bytes:
    asked = {layer: values[layer].tolist() for layer in layers}
    reading = _reading(picture, values)
    return ReadAnswer(network=name, layers=asked, **dict(reading)).model_dump_json().encode()


def _told_of_many(name: str, pictures: list[Picture], values: list[Values]) -> bytes:
    readings = [_reading(*each) for each in zip(pictures, values, strict=True)]
    return ReadManyAnswer(network=name, readings=readings).model_dump_json().encode()
