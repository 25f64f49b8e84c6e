"""How a holder's time with a conversation ends."""

from __future__ import annotations

from enum import StrEnum

from bot.core.conversation import Conversation, Holder


class Ending(StrEnum):
    """What ended a holding: told by who had the conversation before and who has it after."""

    ASKED = "asked"  # the bot's: a human was asked for, by the person or by a sign of danger
    TAKEN_OVER = "taken_over"  # the bot's or the queue's: an operator came
    TRANSFERRED = "transferred"  # an operator's: another operator has it now
    RETURNED = "returned"  # an operator's: it waits in the queue again
    HANDED_BACK = "handed_back"  # an operator's: the bot answers again
    LET_GO = "let_go"  # the queue's: the bot goes on alone
    CLOSED = "closed"
    REOPENED = "reopened"


_ENDINGS = {
    (Holder.BOT, Holder.QUEUE): Ending.ASKED,
    (Holder.BOT, Holder.OPERATOR): Ending.TAKEN_OVER,
    (Holder.QUEUE, Holder.OPERATOR): Ending.TAKEN_OVER,
    (Holder.QUEUE, Holder.BOT): Ending.LET_GO,
    (Holder.OPERATOR, Holder.OPERATOR): Ending.TRANSFERRED,
    (Holder.OPERATOR, Holder.QUEUE): Ending.RETURNED,
    (Holder.OPERATOR, Holder.BOT): Ending.HANDED_BACK,
}


def ending(before: Conversation, after: Conversation) -> Ending | None:
    """How the holding of *before* ended; None: it goes on."""
    if (before.holder, before.operator) == (after.holder, after.operator):
        return None
    if after.holder is Holder.CLOSED:
        return Ending.CLOSED
    if before.holder is Holder.CLOSED:
        return Ending.REOPENED
    return _ENDINGS[before.holder, after.holder]
