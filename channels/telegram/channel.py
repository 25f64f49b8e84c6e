"""What goes out by Telegram: texts with buttons; and what is taken back or fetched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from starlette.routing import Route
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, TelegramError

from bot.core.fetching import Away, Gone, TooLarge
from bot.core.ids import Address, ChannelName
from bot.core.message import Attached, Reply
from bot.core.sending import Outgoing, Part, Sent, Uncertain, button_code
from bot.text.split import split
from channels.contract import Clock, Finding, Inbox
from channels.files import download
from channels.telegram.api import Api, what_is_known
from channels.telegram.examine import examine
from channels.telegram.incoming import TELEGRAM, Incoming, Webhook
from channels.webhooks import in_parts

_LONGEST_TEXT = 4096  # UTF-16 units
_LONGEST_TITLE = 60  # characters; more is cut off by phones


class Telegram:
    """See :class:`channels.contract.Channel`."""

    names = frozenset({TELEGRAM})
    can_look_up = False  # the Bot API cannot be asked what it sent

    def __init__(self, api: Api, webhook: Webhook, rate: float, clock: Clock) -> None:
        """*rate* in messages a second."""
        self.rate = rate
        self._api, self._webhook = api, webhook
        self._incoming = Incoming(api, webhook, clock)

    def routes(self, inbox: Inbox) -> list[Route]:
        return self._incoming.routes(inbox)

    async def open(self, inbox: Inbox) -> None:
        await self._api.begin()
        self._incoming.begin(inbox)

    async def close(self) -> None:
        await self._incoming.close()

    async def end(self) -> None:
        self._incoming.end()
        await self._api.end()

    def examine(self) -> AsyncIterator[Finding]:
        return examine(self._api, self._webhook)

    def parts(self, outgoing: Outgoing) -> list[Part]:
        return in_parts(outgoing.text, _LONGEST_TEXT, outgoing.buttons)

    async def send(self, outgoing: Outgoing, part: Part) -> Sent:
        keyboard = [
            [InlineKeyboardButton(_short(button.title), callback_data=button_code(outgoing.message_id, number))]
            for number, button in enumerate(part.buttons)
        ]
        return await self._send_text(outgoing.address, part.text, InlineKeyboardMarkup(keyboard) if keyboard else None)

    async def _send_text(self, chat: Address, text: str, keyboard: InlineKeyboardMarkup | None = None) -> Sent:
        try:
            message = await self._api.bot.send_message(int(chat), text, reply_markup=keyboard)
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
                await self._api.bot.delete_message(int(address), int(message))
            except BadRequest:  # older than two days: Telegram keeps it, the person can delete the chat
                continue
            except TelegramError as error:
                raise what_is_known(error) from error

    async def fetch(self, attached: Attached, most: int) -> bytes:
        if attached.ref is None:
            raise Gone
        try:
            file = await self._api.bot.get_file(attached.ref)
        except BadRequest as error:
            raise (TooLarge if "too big" in str(error).lower() else Gone) from error
        except TelegramError as error:
            raise Away from error
        if not file.file_path:
            raise Gone
        return await download(file.file_path, most, timeout=self._api.timeout)


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else split(title, _LONGEST_TITLE)[0] + "…"
