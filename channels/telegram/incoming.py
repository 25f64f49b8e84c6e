"""How updates come in: we poll, or Telegram calls our webhook with its secret. An update is stored, then confirmed."""

from __future__ import annotations

import asyncio
import hmac
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import BotCommand, Update
from telegram.constants import ChatAction
from telegram.error import BadRequest, Conflict, TelegramError

from bot.core.ids import ChannelName
from bot.core.sending import Blocked
from channels.bodies import BadBody, json_object
from channels.contract import Clock, Inbox
from channels.telegram.api import POLL, Api, seconds_to_wait
from channels.telegram.updates import Press, Standing, read_update

log = structlog.get_logger(__name__)

TELEGRAM = ChannelName("telegram")
PATH = "/webhooks/telegram"
#: Menu of the app; the words are the bot's own in English, the commands alone matter.
COMMANDS = ("start", "language", "human", "delete", "exit")
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
_ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
_PAUSE_AFTER_FAILURE = (1.0, 30.0)  # seconds, doubled from the one to the other


@dataclass(frozen=True)
class Webhook:
    """Where Telegram would call us, and the secret that proves it. *used*: it does; else we poll."""

    url: str
    secret: str = field(repr=False)
    used: bool


class Incoming:
    """Takes the updates of one bot."""

    def __init__(self, api: Api, webhook: Webhook, clock: Clock) -> None:
        self._api, self._webhook, self._clock = api, webhook, clock
        self._polling: asyncio.Task[None] | None = None
        self._asides: set[asyncio.Task[None]] = set()

    def routes(self, inbox: Inbox) -> list[Route]:
        async def called(request: Request) -> Response:
            given = request.headers.get(_SECRET_HEADER, "")
            if not self._webhook.used or not hmac.compare_digest(given.encode(), self._webhook.secret.encode()):
                inbox.refuse(TELEGRAM)
                return Response(status_code=403)
            try:
                body = await json_object(request)
            except BadBody as error:
                return Response(status_code=error.status)
            update = Update.de_json(body, self._api.bot)
            await self._take(update, inbox)
            return Response()

        return [Route(PATH, called, methods=["POST"])]

    def begin(self, inbox: Inbox) -> None:
        """Register with Telegram and poll, if we do; returns at once. A Telegram that is away is tried on and on."""
        # the library's own Updater confirms an update before anybody stored it: here it is stored first
        self._polling = asyncio.create_task(self._work(inbox))

    async def close(self) -> None:
        """Ask for no more updates."""
        if self._polling is not None:
            self._polling.cancel()
            with suppress(asyncio.CancelledError):
                await self._polling

    def end(self) -> None:
        """Give up what nobody waits for."""
        for aside in tuple(self._asides):
            aside.cancel()

    async def _work(self, inbox: Inbox) -> None:
        pause, longest = _PAUSE_AFTER_FAILURE
        offset: int | None = None
        registered = False
        while True:
            try:
                if not registered:
                    await self._register()
                    registered = True
                if self._webhook.used:
                    return
                updates = await self._api.bot.get_updates(offset, timeout=POLL, allowed_updates=_ALLOWED)
                for update in updates:
                    await inbox.room()  # Telegram keeps what we do not ask for
                    await self._take(update, inbox)
                    offset = update.update_id + 1  # asking on from here tells Telegram that all before is kept
                pause = _PAUSE_AFTER_FAILURE[0]
            except Exception as error:
                if isinstance(error, Conflict):
                    registered = False  # a webhook is set, or another process polls with our token
                log.warning("telegram_not_reached", error=type(error).__name__)
                await asyncio.sleep(seconds_to_wait(error) or pause)
                pause = min(pause * 2, longest)

    async def _register(self) -> None:
        if not self._webhook.used:
            await self._api.bot.delete_webhook(drop_pending_updates=False)
        else:
            await self._api.bot.set_webhook(
                self._webhook.url, secret_token=self._webhook.secret, allowed_updates=_ALLOWED, max_connections=40
            )
        with suppress(BadRequest):
            await self._api.bot.set_my_commands([BotCommand(name, name) for name in COMMANDS])

    async def _take(self, update: Update, inbox: Inbox) -> None:
        read = read_update(update, TELEGRAM, self._clock())
        match read:
            case None:
                return
            case Press(query_id, chat, code, at):
                await inbox.press(TELEGRAM, chat, f"{update.update_id}.press", code, at)
                self._aside(self._api.bot.answer_callback_query(query_id))
            case Standing(chat, blocked):
                if blocked:
                    await inbox.shut(TELEGRAM, chat, Blocked.mark)
                else:
                    await inbox.open(TELEGRAM, chat)
            case _:
                accepted = await inbox.accept(read)
                if not accepted.duplicate:
                    self._aside(self._api.bot.send_chat_action(int(read.address), ChatAction.TYPING))

    def _aside(self, call: Any) -> None:
        """Do what nobody waits for; it may fail."""

        async def tried() -> None:
            with suppress(TelegramError):
                await call

        task = asyncio.create_task(tried())
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)
