"""What is hidden from an operator until they say why they need it. Decided here alone.

Everybody reads a conversation with its numbers, its addresses and the names that were said in it hidden. Who gives a
reason sees them, in that conversation, for a while; the reason stands in the audit log.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.content.named import NOBODY, Named
from bot.core.ids import ChannelName
from bot.core.message import Author
from bot.core.private import cover, hide, hide_all
from bot.core.turn import ShownMessage

#: How long what was revealed can be read.
REVEALED_FOR = timedelta(minutes=15)

#: The line of the audit log that reveals.
REVEALED = "revealed"

#: Channels whose address is a telephone number. Those of others are ids and tokens, which help nobody to call.
_BY_PHONE = frozenset((ChannelName("sms"), ChannelName("whatsapp")))


class Reason(StrEnum):
    """Why an operator needs what is hidden."""

    CALL_BACK = "call_back"
    REFER = "refer"  # to somebody who helps, with the person's consent
    SAME_PERSON = "same_person"  # is this somebody who wrote before?
    OTHER = "other"  # in words


@dataclass(frozen=True)
class Mask:
    """How one operator sees one conversation.

    Attributes:
        until: when what was revealed is hidden again; None while all is hidden.
        holds: the operator holds the conversation, so knows the word that means "not safe".
        known: digits of numbers that everybody may see: those of hotlines.
        names: who is named in the conversation.
    """

    until: datetime | None = None
    holds: bool = False
    known: Collection[str] = ()
    names: Named = NOBODY

    def text(self, text: str) -> str:
        """Words of a person or an operator, as long as before."""
        return text if self.until is not None else cover(hide(text, self.known), self.names.spans(text))

    def told(self, told: Mapping[str, str]) -> dict[str, str]:
        """What the person told for later."""
        return {what: self._told(what, words) for what, words in told.items()}

    def _told(self, what: str, words: str) -> str:
        if self.until is not None or (what == "code_word" and self.holds):
            return words
        return self.text(words) if what == "safe_time" else hide_all(words)

    def message(self, message: ShownMessage) -> ShownMessage:
        """A message; what the bot says holds nothing of the person's."""
        if self.until is not None or message.author is Author.BOT:
            return message
        understood = message.understanding
        if understood is not None:
            understood = replace(understood, text=self.text(understood.text), readable=self.text(understood.readable))
        return replace(message, text=self.text(message.text), understanding=understood)

    def address(self, channel: ChannelName, address: str | None) -> str | None:
        """The person's number, on channels where it is one."""
        if address is None or channel not in _BY_PHONE:
            return None
        return self.text(address)

    def hides(self, told: Mapping[str, str], messages: Collection[ShownMessage], *, address: bool) -> bool:
        """Whether anything of a conversation is hidden now."""
        return self.until is None and (
            address
            or any(self._told(*one) != one[1] for one in told.items())
            or any(self.message(one) != one for one in messages)
        )


def said(messages: Collection[ShownMessage]) -> Iterator[str]:
    """What people wrote in *messages*, in every form in which it is shown; what the bot says names nobody."""
    for one in messages:
        if one.author is not Author.BOT:
            yield one.text
            if one.understanding is not None:
                yield from (one.understanding.text, one.understanding.readable)


#: All is hidden, in a conversation in which nobody is named: for whoever did not ask otherwise.
HIDDEN = Mask()
