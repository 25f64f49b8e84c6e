"""Telling a person, in their language, who is there for them now."""

from __future__ import annotations

from bot.core.conversation import Conversation
from bot.core.ids import SHORT_CHANNELS, OperatorId
from bot.core.message import Saying
from bot.services.changes import Changes
from bot.services.ports import Clock, ConversationStore, Run, Wording


class Tell:
    """Queues a set phrase in the name of an operator."""

    def __init__(self, store: ConversationStore, wording: Wording, changes: Changes, run: Run, clock: Clock) -> None:
        self._store, self._wording, self._changes, self._run, self._clock = store, wording, changes, run, clock

    async def __call__(self, conversation: Conversation, key: str, operator: OperatorId) -> None:
        """Say the phrase *key*; nothing outside the person's safe hours, unless they just wrote.

        Raises LookupError: the conversation was erased meanwhile.
        """
        if not conversation.may_be_told(self._clock()):
            return  # whether it is worth a telephone that rings at night, the operator decides with their first words
        form = "sms" if conversation.channel in SHORT_CHANNELS else "chat"
        reply = self._wording.word(Saying(key), conversation.language, form)
        await self._run(self._store.queue_sayings, conversation.id, (reply,), self._clock(), operator=operator)
        self._changes.tell(conversation.id, Changes.DESK)
