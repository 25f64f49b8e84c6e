"""What channels share that call a JSON API over httpx: one client, and what a failure says of a message being sent."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
from starlette.requests import Request

from bot.core.sending import SendFailed, Uncertain, Unreachable
from bot.text.split import split, utf16_length
from channels.bodies import MOST_BYTES


class Calls:
    """Calls of one API. Made where a loop runs, as its connections belong to one."""

    def __init__(self, name: str, url: str, headers: Mapping[str, str], timeout: float) -> None:
        """*name* begins every reason; *timeout* in seconds."""
        self._name, self._url, self._headers, self._timeout = name, url, headers, timeout
        self._client: httpx.AsyncClient | None = None
        logging.getLogger("httpx").setLevel(logging.CRITICAL)  # its lines hold addresses with what is secret in them

    async def __call__(
        self,
        method: str,
        path: str,
        refused: Callable[[int, dict[str, Any]], SendFailed],
        json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """The answer's JSON object. Raises SendFailed; *refused* says which, of a status below 500 and its body."""
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=self._timeout, headers=dict(self._headers))
        try:
            answer = await self._client.request(method, self._url + path, json=json, headers=dict(headers or {}))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            raise Unreachable(f"{self._name}_not_reached") from error
        except httpx.TimeoutException as error:
            raise Uncertain(f"{self._name}_no_answer") from error
        except httpx.HTTPError as error:
            raise Uncertain(f"{self._name}_cut") from error
        if answer.status_code >= 500:
            raise Uncertain(f"{self._name}_{answer.status_code}")
        try:
            body = answer.json()
        except ValueError:
            body = {}
        body = body if isinstance(body, dict) else {}
        if answer.status_code >= 300:
            raise refused(answer.status_code, body)
        return body

    async def end(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None


async def raw_body(request: Request) -> bytes | None:
    """The body as it came; None: it is larger than anybody needs."""
    raw = bytearray()
    async for piece in request.stream():
        raw += piece
        if len(raw) > MOST_BYTES:
            return None
    return bytes(raw)


def signed_base64(secret: str, body: bytes, signature: str) -> bool:
    """Is *signature* the HMAC-SHA256 of *body* in base 64?"""
    made = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
    return hmac.compare_digest(made, signature.encode())


def signed_hex(secret: str, body: bytes, signature: str) -> bool:
    """Is *signature* ``sha256=`` and the HMAC-SHA256 of *body* in hexadecimal digits?"""
    made = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(made.encode(), signature.encode())


def short(title: str, longest: int) -> str:
    """*title* in at most *longest* UTF-16 units, cut between written characters.

    >>> short("Bahasa Indonesia", 20), short("Someone I know needs help", 20)
    ('Bahasa Indonesia', 'Someone I know…')
    """
    return title if utf16_length(title) <= longest else split(title, longest - 1)[0].rstrip() + "…"


def moment(milliseconds: object) -> datetime | None:
    """The time that a service tells as milliseconds since 1970; None: it tells none.

    >>> moment(1760000000000).isoformat(), moment("x"), moment(10**30)
    ('2025-10-09T08:53:20+00:00', None, None)
    """
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC) if isinstance(milliseconds, int) else None
    except (ValueError, OverflowError, OSError):
        return None


def objects(value: object) -> Sequence[dict[str, Any]]:
    """The JSON objects in a list from outside; what is none is left out."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
