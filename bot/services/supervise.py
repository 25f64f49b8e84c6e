"""A supervisor gives a conversation to somebody, or back to the queue."""

from __future__ import annotations

from bot.core.casework import LONGEST_NOTE, NewNote, NoteKind
from bot.core.conversation import Conversation, Holder
from bot.core.ids import ConversationId, OperatorId
from bot.core.turn import Stale
from bot.services.changes import Changes
from bot.services.ports import Clock, Run, SupervisionStore
from bot.services.tell import Tell


class Supervise:
    """Every change wakes all desks; what a person notices of it is told to them."""

    def __init__(self, store: SupervisionStore, tell: Tell, changes: Changes, run: Run, clock: Clock) -> None:
        self._store, self._tell, self._changes, self._run, self._clock = store, tell, changes, run, clock

    async def reassign(
        self, conversation_id: ConversationId, by: OperatorId, to: OperatorId | None, words: str = ""
    ) -> Conversation:
        """Give a conversation to *to*, or with None back to the queue. *words* tell both operators why.

        Raises LookupError, NotHeld (closed; or back to the queue what nobody holds), Refused ("away", "already"),
        ValueError (*words* over LONGEST_NOTE characters).
        """
        if len(words) > LONGEST_NOTE:
            raise ValueError(f"a note has at most {LONGEST_NOTE} characters")
        note = NewNote(NoteKind.TRANSFER, {"text": words.strip()}) if words.strip() else None
        while True:
            try:
                before, after = await self._run(self._store.reassign, conversation_id, by, to, note, self._clock())
                break
            except Stale:  # a turn was written at the same moment: read again
                continue
        self._changes.tell(conversation_id, Changes.DESK)
        if to is None:
            await self._tell(after, "operator_gone", before.operator or by)
        elif before.holder is Holder.OPERATOR:
            await self._tell(after, "operator_changed", to)
        else:
            await self._tell(after, "operator_joined", to)
        return after
