"""What is wrong with a request, as RFC 9457 has it: one sentence, in a form that programs read."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response

KIND = "application/problem+json"
# Seconds after which to ask again.
LATER = {"Retry-After": "1"}


class ProblemError(Exception):
    """A request that is not answered as asked.

    Attributes:
        status: Of HTTP.
        sentence: What is wrong, and what to do.
        headers: More of the answer.
    """

    def __init__(
        self, status: int, sentence: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence
        self.headers = dict(headers or {})

    def response(self) -> Response:
        """Return the answer that tells it."""
        problem = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.sentence,
        }
        return Response(json.dumps(problem, ensure_ascii=False), self.status, self.headers, KIND)


class GoneError(Exception):
    """Nobody waits for the answer any more."""
