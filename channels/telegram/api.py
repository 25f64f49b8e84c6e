"""Calls of the Bot API by python-telegram-bot, and what its errors mean for a message that was being sent."""

from __future__ import annotations

import logging
import os
from datetime import timedelta
from typing import Any

import httpx
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from bot.core.sending import Blocked, Misconfigured, Refused, SendFailed, Throttled, Uncertain, Unreachable

os.environ.setdefault("PTB_TIMEDELTA", "true")  # times as they will be in its next version: the old form warns

#: Seconds that Telegram holds a request for updates.
POLL = 25


class _Answered5xx(NetworkError):
    """The server, or a proxy before it, answered with a fault of its own."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class _Requests(HTTPXRequest):
    """python-telegram-bot's own, which also tells a server's fault from a broken line."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, body = await super().do_request(*args, **kwargs)
        if status >= 500:
            raise _Answered5xx(status)
        return status, body


class Api:
    """Calls of one bot; updates are asked for on a line of their own, so that they hold up nothing.

    Attributes:
        bot: the library's client; its errors are what :func:`what_is_known` is for.
        timeout: seconds for one request.
    """

    def __init__(self, token: str, *, api_url: str, file_url: str, timeout: float) -> None:
        _quiet()

        def requests(size: int, read: float) -> _Requests:
            return _Requests(size, read_timeout=read, write_timeout=timeout, connect_timeout=timeout, pool_timeout=30)

        self.timeout = timeout
        self._requests = (requests(64, timeout), requests(1, timeout + POLL))
        self.bot = Bot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{file_url}/file/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
        )

    async def begin(self) -> None:
        for requests in self._requests:
            await requests.initialize()

    async def end(self) -> None:
        for requests in self._requests:
            await requests.shutdown()


def what_is_known(error: TelegramError) -> SendFailed:
    """What an error of the library means for a message that was being sent."""
    if isinstance(error, RetryAfter):
        return Throttled("telegram_429", seconds_to_wait(error) or 1.0)
    if isinstance(error, Forbidden):  # blocked by the person, or their account is gone
        return Blocked("telegram_403")
    if isinstance(error, InvalidToken):
        return Misconfigured("telegram_token")
    if isinstance(error, BadRequest):  # before NetworkError, of which the library makes it a kind
        gone = any(words in str(error).lower() for words in ("chat not found", "user not found"))
        return Blocked("telegram_chat_gone") if gone else Refused("telegram_400")
    if isinstance(error, ChatMigrated):
        return Refused("telegram_migrated")
    if isinstance(error, _Answered5xx):
        # a gateway that gave up waiting does not know what became of it; every other answer says: not done
        return Uncertain("telegram_504") if error.status == 504 else Unreachable(f"telegram_{error.status}")
    cause = error.__cause__
    if isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError):
        return Unreachable("telegram_not_reached")
    if isinstance(error, TimedOut):
        return Uncertain("telegram_no_answer")
    if isinstance(error, NetworkError):
        return Uncertain("telegram_cut")
    return Refused("telegram_refused")


def seconds_to_wait(error: Exception) -> float | None:
    """How long Telegram told us to wait; None: it did not."""
    if not isinstance(error, RetryAfter):
        return None
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def _quiet() -> None:
    # their lines hold the token, or what was answered
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
