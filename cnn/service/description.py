"""The service's description: for programs as OpenAPI 3.1 has it, for people as one page."""

import html
import json
from functools import cache
from pathlib import Path
from string import Template
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from cnn.ink.strokes import MOST_READ
from cnn.service import bodies, messages, problems

Part: TypeAlias = dict[str, Any]

TITLE = "Digitscope: reading digits"
VERSION = "1"
LAYERS = "Names of layers whose output to answer, with commas between them."
FORM = {
    "type": "object",
    "required": ["picture"],
    "additionalProperties": False,
    "properties": {
        "picture": {"type": "string", "format": "binary", "contentMediaType": "image/*"},
        "network": {"type": "string"},
        "layers": {"type": "string", "description": LAYERS},
    },
}
SEVEN = {"strokes": [[[60, 80], [220, 80], [130, 250]]]}
# What each status tells, where it can come.
FAILURES = {
    400: "No JSON, or no form.",
    401: "The key is missing or wrong.",
    404: "There is no such network, or it has no such layer.",
    408: "The request came too slowly.",
    413: "The request is too large.",
    415: "The request is neither JSON nor a form.",
    422: "What was sent is no drawing.",
    503: "Too much is asked at this moment; the answer says when to ask again.",
}
OF_READING = (400, 401, 404, 408, 413, 415, 422, 503)
MODELS = (
    messages.ReadRequest,
    messages.ReadManyRequest,
    messages.ReadAnswer,
    messages.ReadManyAnswer,
    messages.Networks,
    messages.Health,
    messages.Problem,
)


def as_json(where: str, has_key: bool) -> bytes:
    """Return it as OpenAPI 3.1.

    Args:
        where: Address of the service, without the last slash.
        has_key: Whether clients need a key.
    """
    return json.dumps(openapi(where, has_key)).encode()


def openapi(where: str, has_key: bool) -> Part:
    """Describe the service; as `as_json`."""
    schemas = models_json_schema(
        [(model, "validation") for model in MODELS], ref_template="#/components/schemas/{model}"
    )[1]["$defs"]
    described: Part = {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": VERSION, "description": limits()},
        "servers": [{"url": where}],
        "paths": _paths(has_key),
        "components": {"schemas": schemas},
    }
    if has_key:
        described["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    return described


def limits() -> str:
    """Say what a request may hold."""
    return (
        f"A request has at most {bodies.MOST_BYTES // 2**20} MB,"
        f" {messages.MOST_DRAWINGS} drawings and {MOST_READ:,} points in all, and must come within"
        f" {bodies.SECONDS:.0f} seconds. What goes wrong is told by RFC 9457, as"
        f" {problems.KIND}; a 503 says by Retry-After when to ask again."
    )


def _paths(has_key: bool) -> Part:
    read = _content(messages.ReadRequest, SEVEN) | {bodies.FORM: {"schema": FORM}}
    many = _content(messages.ReadManyRequest, {"drawings": [SEVEN]})
    locked: Part = {"security": [{"key": []}]} if has_key else {}
    of_key = (401,) if has_key else ()
    return {
        "/read": {
            "post": _operation("read", "Read a drawing", messages.ReadAnswer, OF_READING)
            | {"requestBody": {"required": True, "content": read}, **locked}
        },
        "/read-many": {
            "post": _operation(
                "read_many", "Read several drawings at once", messages.ReadManyAnswer, OF_READING
            )
            | {"requestBody": {"required": True, "content": many}, **locked}
        },
        "/networks": {
            "get": _operation("networks", "The networks to read with", messages.Networks, of_key)
            | locked
        },
        "/health": {"get": _operation("health", "Whether the service runs", messages.Health)},
        "/ready": {
            "get": _operation(
                "ready", "Whether a network is loaded, or begin to load it", messages.Health, (503,)
            )
        },
    }


def _operation(
    name: str, does: str, answer: type[BaseModel], failures: tuple[int, ...] = ()
) -> Part:
    problem = {problems.KIND: {"schema": _reference(messages.Problem)}}
    return {
        "operationId": name,
        "summary": does,
        "responses": {
            "200": {"description": "As asked.", "content": _content(answer)},
            **{
                str(status): {"description": FAILURES[status], "content": problem}
                for status in failures
            },
        },
    }


def _content(model: type[BaseModel], example: object = None) -> Part:
    shown = {} if example is None else {"example": example}
    return {bodies.JSON: {"schema": _reference(model), **shown}}


def _reference(model: type[BaseModel]) -> Part:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


@cache
def page(has_key: bool) -> str:
    """Return it as a page, made of the same description; it needs nothing from elsewhere."""
    template = Template(Path(__file__).with_name("page.html").read_text("utf-8"))
    addresses = [
        f"<dt><code>{method.upper()} /api{path}</code></dt><dd>{html.escape(each['summary'])}.</dd>"
        for path, methods in _paths(has_key).items()
        for method, each in methods.items()
    ]
    return template.substitute(
        limits=html.escape(limits()),
        key="<p>This service has a key: send it as <code>Authorization: Bearer KEY</code>.</p>"
        if has_key
        else "",
        addresses="\n".join(addresses),
        asked=_fields(messages.ReadRequest),
        answered=_fields(messages.ReadAnswer),
        example=html.escape(json.dumps(SEVEN)),
    )


def _fields(model: type[BaseModel]) -> str:
    rows = [
        f"<dt><code>{name}</code></dt><dd>{html.escape(found.description or '')}</dd>"
        for name, found in model.model_fields.items()
    ]
    return "\n".join(rows)
