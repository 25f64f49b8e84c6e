"""Reading request bodies with care: a dict is checked once, here, and a fault is named to whoever sent it."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

#: Bytes of a request that are read at most.
MOST_BYTES = 64 * 1024
#: Characters of a message; longer ones are refused with 413, so that the sender knows that nothing was kept.
MOST_CHARACTERS = 10_000


class BadBody(Exception):
    """The request cannot be used; the text says why and what to send."""

    def __init__(self, told: str, status: int = 400) -> None:
        super().__init__(told)
        self.status = status


async def json_object(request: Request) -> dict[str, Any]:
    """The body as a JSON object. Raises BadBody."""
    raw = bytearray()
    async for piece in request.stream():
        raw += piece
        if len(raw) > MOST_BYTES:
            raise BadBody(f"the request is larger than {MOST_BYTES} bytes", 413)
    try:
        body = json.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise BadBody("the body is not JSON in UTF-8") from None
    if not isinstance(body, dict):
        raise BadBody("the body must be a JSON object")
    return body


def text_field(body: dict[str, Any], name: str, *, longest: int = MOST_CHARACTERS, default: str | None = None) -> str:
    """A field that must be text, not empty, of at most *longest* characters. Raises BadBody."""
    value = body.get(name, default)
    if not isinstance(value, str):
        raise BadBody(f'"{name}" must be text')
    if not value.strip():
        raise BadBody(f'"{name}" is empty')
    if len(value) > longest:
        raise BadBody(f'"{name}" is longer than {longest} characters', 413)
    return value


def id_field(body: dict[str, Any], name: str, *, longest: int, default: str | None = None) -> str:
    """A field that names somebody or something: printable, so that every database can keep it. Raises BadBody."""
    value = text_field(body, name, longest=longest, default=default)
    if not value.isprintable():
        raise BadBody(f'"{name}" holds characters that cannot be printed')
    return value


def to_json(content: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    # a lone surrogate, which JSON can carry and UTF-8 cannot, is shown as a question mark
    return Response(
        json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"),
        status,
        media_type="application/json",
        headers=headers,
    )
