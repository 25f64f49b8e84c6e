"""The outermost layer of the server: safe headers on every answer, and a safe answer when something broke."""

from __future__ import annotations

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger(__name__)

_HEADERS = {
    # nothing from anywhere else, no inline script: an injected text stays text
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        "media-src 'self' blob:; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


_BROKEN = b'{"error": "something went wrong on our side; nothing that was accepted before is lost"}'
_OURS = ("bot", "channels", "actions")


class Edge:
    """Adds the headers; turns an exception into 503 with words for a person, and logs its kind and place alone.

    The exception's text may hold what a person wrote, so it is neither logged nor sent, and goes no further: the server
    would print it. An answer that is cut off half-way is not ended, which the server takes for a broken connection.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = broken = False

        async def send_safely(message: Message) -> None:
            nonlocal begun, broken
            if message["type"] == "http.response.start":
                if message["status"] == 500:  # an app within this one broke; it says so in its own way, and raises
                    broken = True
                    return
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith(("/static/", "/desk/static/")):
                    headers.setdefault("Cache-Control", "no-store")
            if begun:
                await send(message)

        try:
            await self._app(scope, receive, send_safely)
        except Exception as error:
            broken = True
            log.error("request_failed", path=scope["path"].split("/")[1], error=type(error).__name__, at=_place(error))
        if broken and not begun:
            headers = [(b"content-type", b"application/json"), (b"retry-after", b"10")]
            await send_safely({"type": "http.response.start", "status": 503, "headers": headers})
            await send_safely({"type": "http.response.body", "body": _BROKEN})


def _place(error: Exception) -> str | None:
    """The module and line of ours that was the last before it broke."""
    place, step = None, error.__traceback__
    while step is not None:
        module = step.tb_frame.f_globals.get("__name__", "")
        if module != __name__ and module.split(".")[0] in _OURS:
            place = f"{module}:{step.tb_lineno}"
        step = step.tb_next
    return place
