"""From Telegram's updates to what we take from people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from telegram import CallbackQuery, ChatMember, Message, Update

from bot.core.ids import Address, ChannelName
from bot.core.message import Attached, Received, label
from bot.core.taxonomy import LANGUAGES
from channels.commands import command

_GONE = (ChatMember.BANNED, ChatMember.LEFT)
#: Languages by the codes that phones use for them.
_ALIASES = {"fil": "fil", "tl": "fil", "in": "id"}


@dataclass(frozen=True)
class Press:
    """A pressed button."""

    query_id: str
    chat: Address
    code: str
    at: datetime


@dataclass(frozen=True)
class Standing:
    """The person blocked us, or lets us write again."""

    chat: Address
    blocked: bool


def read_update(update: Update, channel: ChannelName, now: datetime) -> Received | Press | Standing | None:
    """What an update says; None: nothing for us (a group, a channel, a kind that we did not ask for)."""
    if update.callback_query is not None:
        return _press(update.callback_query, now)
    if update.my_chat_member is not None:
        changed = update.my_chat_member
        if changed.chat.type != "private":
            return None
        return Standing(Address(str(changed.chat.id)), changed.new_chat_member.status in _GONE)
    message = update.message or update.edited_message
    if message is None or message.chat.type != "private":
        return None
    return _received(update, message, channel, edited=update.edited_message is not None)


def _press(query: CallbackQuery, now: datetime) -> Press | None:
    message = query.message
    if message is None or message.chat.type != "private" or query.data is None:
        return None
    return Press(query.id, Address(str(message.chat.id)), query.data, now)


def _received(update: Update, message: Message, channel: ChannelName, *, edited: bool) -> Received:
    attached = _attached(message)
    text = message.text or message.caption or label(attached) or "[message]"
    if edited:
        attached = (Attached("edit", str(message.message_id)), *attached)
    elif message.forward_origin is not None:
        attached = (Attached("forwarded"), *attached)
    if not attached and message.text is None:
        attached = (Attached("message"),)
    sender = message.from_user
    return Received(
        channel,
        # both numbers: those of updates begin anew after a quiet week
        f"{update.update_id}.{message.message_id}",
        Address(str(message.chat.id)),
        text,
        message.edit_date or message.date,
        payload=command(text),
        hint=_language(sender.language_code if sender else None),
        attached=attached,
    )


def _attached(message: Message) -> tuple[Attached, ...]:
    found: list[Attached] = []
    if message.photo:
        largest = message.photo[-1]
        found.append(Attached("photo", largest.file_id, largest.file_size))
    for kind in ("voice", "audio", "video", "video_note", "animation", "document", "sticker"):
        file = getattr(message, kind)
        if file is not None and not (kind == "document" and message.animation is not None):
            lasts = getattr(file, "duration", None)
            seconds = f"{int(lasts.total_seconds() if isinstance(lasts, timedelta) else lasts)} s" if lasts else None
            about = {"type": getattr(file, "mime_type", None), "lasts": seconds}
            shown = {name: value for name, value in about.items() if value}
            found.append(Attached("video" if kind == "video_note" else kind, file.file_id, file.file_size, shown))
    if message.location is not None:
        place = message.location
        where = {"latitude": f"{place.latitude:.6f}", "longitude": f"{place.longitude:.6f}"}
        if message.venue is not None:
            where |= {"name": message.venue.title, "address": message.venue.address}
        found.append(Attached("location", about=where))
    if message.contact is not None:
        contact = message.contact
        name = " ".join(filter(None, (contact.first_name, contact.last_name)))
        found.append(Attached("contact", about={"name": name, "phone": contact.phone_number}))
    return tuple(found)


def _language(code: str | None) -> str | None:
    base = (code or "").split("-")[0].lower()
    base = _ALIASES.get(base, base)
    return base if base in LANGUAGES else None
