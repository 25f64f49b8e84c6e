"""Telegram, by the Bot API and python-telegram-bot: long polling, or a webhook with its secret token.

Private chats alone: whoever adds the bot to a group is not answered, as others would read it. Of a person nothing but
the chat's number is kept, sealed.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import httpx
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ChatAction
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from bot.core.ids import Address, ChannelName
from bot.core.message import Reply
from bot.core.sending import (
    Blocked,
    Misconfigured,
    Outgoing,
    Part,
    Refused,
    SendFailed,
    Sent,
    Throttled,
    Uncertain,
    Unreachable,
    button_code,
)
from bot.text.split import split
from channels.bodies import BadBody, json_object
from channels.contract import Clock, Finding, Inbox
from channels.known import BadSettings, address, number
from channels.telegram_updates import Press, Standing, read_update

os.environ.setdefault("PTB_TIMEDELTA", "true")  # times as they will be in its next version: the old form warns

log = structlog.get_logger(__name__)

TELEGRAM = ChannelName("telegram")
PATH = "/webhooks/telegram"
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
_LONGEST_TEXT = 4096  # UTF-16 units
_LONGEST_TITLE = 60  # characters; more is cut off by phones
_ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
_POLL = 25  # seconds that Telegram holds a request for updates
_PAUSE_AFTER_FAILURE = (1.0, 30.0)  # seconds, doubled from the one to the other
_MODES = ("polling", "webhook")
#: Menu of the app; the words are the bot's own in English, the commands alone matter.
COMMANDS = ("start", "language", "human", "delete", "exit")


def open_channel(values: Mapping[str, str], public_url: str, clock: Clock) -> Telegram:
    """Raises BadSettings."""
    token, mode = values["HOTLINE_TELEGRAM_TOKEN"], values["HOTLINE_TELEGRAM_MODE"]
    name, colon, secret = token.partition(":")
    if not (name.isdecimal() and colon and secret):
        raise BadSettings("HOTLINE_TELEGRAM_TOKEN is not a token: copy the whole line from @BotFather, 123456:ABC...")
    if mode not in _MODES:
        raise BadSettings(f"HOTLINE_TELEGRAM_MODE is {mode!r}: write polling or webhook.")
    if mode == "webhook" and not public_url.startswith("https://"):
        raise BadSettings(
            "A Telegram webhook needs HOTLINE_PUBLIC_URL with https://; or set HOTLINE_TELEGRAM_MODE=polling"
        )
    return Telegram(
        token,
        api_url=address(values, "HOTLINE_TELEGRAM_API_URL"),
        webhook_url=public_url + PATH if mode == "webhook" else None,
        secret=values["HOTLINE_TELEGRAM_SECRET"] or hashlib.sha256(f"hotline webhook {token}".encode()).hexdigest(),
        rate=number(values, "HOTLINE_TELEGRAM_RATE"),
        timeout=number(values, "HOTLINE_TELEGRAM_TIMEOUT", least=0.1),
        clock=clock,
    )


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


class Telegram:
    """See :class:`channels.contract.Channel`."""

    names = frozenset({TELEGRAM})
    can_look_up = False  # the Bot API cannot be asked what it sent

    def __init__(
        self,
        token: str,
        *,
        api_url: str,
        webhook_url: str | None,
        secret: str,
        rate: float,
        timeout: float,
        clock: Clock,
    ) -> None:
        """*webhook_url* None: updates are polled for. *timeout* in seconds, *rate* in messages a second."""
        self.rate = rate
        self._webhook_url, self._secret, self._clock = webhook_url, secret, clock
        self._polling: asyncio.Task[None] | None = None
        self._asides: set[asyncio.Task[None]] = set()
        _quiet()

        def requests(size: int, read: float) -> _Requests:
            return _Requests(size, read_timeout=read, write_timeout=timeout, connect_timeout=timeout, pool_timeout=30)

        self._requests = (requests(64, timeout), requests(1, timeout + _POLL))

        self._bot = Bot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
        )

    # --- in --------------------------------------------------------------------------------------------------------

    def routes(self, inbox: Inbox) -> list[Route]:
        async def webhook(request: Request) -> Response:
            given = request.headers.get(_SECRET_HEADER, "")
            if self._webhook_url is None or not hmac.compare_digest(given.encode(), self._secret.encode()):
                inbox.refuse(TELEGRAM)
                return Response(status_code=403)
            try:
                body = await json_object(request)
            except BadBody as error:
                return Response(status_code=error.status)
            update = Update.de_json(body, self._bot)
            await self._take(update, inbox)
            return Response()

        return [Route(PATH, webhook, methods=["POST"])]

    async def open(self, inbox: Inbox) -> None:
        # the library's own Updater confirms an update before anybody stored it: here it is stored first
        for requests in self._requests:
            await requests.initialize()
        self._polling = asyncio.create_task(self._work(inbox))

    async def close(self) -> None:
        if self._polling is not None:
            self._polling.cancel()
            with suppress(asyncio.CancelledError):
                await self._polling

    async def end(self) -> None:
        for aside in tuple(self._asides):
            aside.cancel()
        for requests in self._requests:
            await requests.shutdown()

    async def _work(self, inbox: Inbox) -> None:
        pause, longest = _PAUSE_AFTER_FAILURE
        offset: int | None = None
        registered = False
        while True:
            try:
                if not registered:
                    await self._register()
                    registered = True
                if self._webhook_url is not None:
                    return
                updates = await self._bot.get_updates(offset, timeout=_POLL, allowed_updates=_ALLOWED)
                for update in updates:
                    await inbox.room()  # Telegram keeps what we do not ask for
                    await self._take(update, inbox)
                    offset = update.update_id + 1  # asking on from here tells Telegram that all before is kept
                pause = _PAUSE_AFTER_FAILURE[0]
            except Exception as error:
                if isinstance(error, Conflict):
                    registered = False  # a webhook is set, or another process polls with our token
                log.warning("telegram_not_reached", error=type(error).__name__)
                await asyncio.sleep(_seconds(error) or pause)
                pause = min(pause * 2, longest)

    async def _register(self) -> None:
        if self._webhook_url is None:
            await self._bot.delete_webhook(drop_pending_updates=False)
        else:
            await self._bot.set_webhook(
                self._webhook_url, secret_token=self._secret, allowed_updates=_ALLOWED, max_connections=40
            )
        with suppress(BadRequest):
            await self._bot.set_my_commands([BotCommand(name, name) for name in COMMANDS])

    async def _take(self, update: Update, inbox: Inbox) -> None:
        read = read_update(update, TELEGRAM, self._clock())
        match read:
            case None:
                return
            case Press(query_id, chat, code, at):
                await inbox.press(TELEGRAM, chat, f"{update.update_id}.press", code, at)
                self._aside(self._bot.answer_callback_query(query_id))
            case Standing(chat, blocked):
                if blocked:
                    await inbox.shut(TELEGRAM, chat, Blocked.mark)
                else:
                    await inbox.open(TELEGRAM, chat)
            case _:
                accepted = await inbox.accept(read)
                if not accepted.duplicate:
                    self._aside(self._bot.send_chat_action(int(read.address), ChatAction.TYPING))

    def _aside(self, call: Any) -> None:
        """Do what nobody waits for; it may fail."""

        async def tried() -> None:
            with suppress(TelegramError):
                await call

        task = asyncio.create_task(tried())
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)

    # --- out -------------------------------------------------------------------------------------------------------

    def parts(self, outgoing: Outgoing) -> list[Part]:
        texts = split(outgoing.text, _LONGEST_TEXT)
        return [*(Part(text) for text in texts[:-1]), Part(texts[-1], outgoing.buttons)]

    async def send(self, outgoing: Outgoing, part: Part) -> Sent:
        keyboard = [
            [InlineKeyboardButton(_short(button.title), callback_data=button_code(outgoing.message_id, number))]
            for number, button in enumerate(part.buttons)
        ]
        return await self._send_text(outgoing.address, part.text, InlineKeyboardMarkup(keyboard) if keyboard else None)

    async def _send_text(self, chat: Address, text: str, keyboard: InlineKeyboardMarkup | None = None) -> Sent:
        try:
            message = await self._bot.send_message(int(chat), text, reply_markup=keyboard)
        except TelegramError as error:
            raise what_is_known(error) from error
        return Sent(str(message.message_id))

    async def look_up(self, outgoing: Outgoing, part: Part, known: frozenset[str]) -> Sent | None:
        raise Uncertain("telegram_cannot_tell")

    async def say(self, channel: ChannelName, address: Address, reply: Reply) -> Sent:
        for text in split(reply.text, _LONGEST_TEXT):
            sent = await self._send_text(address, text)
        return sent

    async def forget(
        self, channel: ChannelName, address: Address, sent: Sequence[str], received: Sequence[str]
    ) -> None:
        for message in sent:
            try:
                await self._bot.delete_message(int(address), int(message))
            except BadRequest:  # older than two days: Telegram keeps it, the person can delete the chat
                continue
            except TelegramError as error:
                raise what_is_known(error) from error

    # --- for `hotline doctor` ----------------------------------------------------------------------------------------

    async def examine(self) -> AsyncIterator[Finding]:
        try:
            me = await self._bot.get_me()
            yield Finding(True, f"Telegram: the bot @{me.username}")
            hook = await self._bot.get_webhook_info()
        except TelegramError as error:
            known = what_is_known(error)
            remedy = (
                "Telegram does not know this token: copy it again from @BotFather into HOTLINE_TELEGRAM_TOKEN"
                if isinstance(known, Misconfigured)
                else "it cannot be reached: check the network and HOTLINE_TELEGRAM_API_URL"
            )
            yield Finding(False, f"Telegram ({known.reason})", remedy)
            return
        if self._webhook_url is None:
            free = not hook.url
            yield Finding(
                True, f"Telegram: long polling{'' if free else ' (takes the place of a webhook at the start)'}"
            )
            return
        yield Finding(
            hook.url == self._webhook_url,
            "Telegram: the webhook",
            "it is not registered yet: start the hotline once, it registers itself",
        )
        if hook.last_error_message:
            yield Finding(
                False,
                "Telegram: delivery to the webhook",
                f"Telegram says: {hook.last_error_message}. Is {self._webhook_url} reachable from outside?",
            )


def what_is_known(error: TelegramError) -> SendFailed:
    """What an error of the library means for a message that was being sent."""
    if isinstance(error, RetryAfter):
        return Throttled("telegram_429", _seconds(error) or 1.0)
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


def _seconds(error: Exception) -> float | None:
    if not isinstance(error, RetryAfter):
        return None
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else split(title, _LONGEST_TITLE)[0] + "…"


def _quiet() -> None:
    # their lines hold the token, or what was answered
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
