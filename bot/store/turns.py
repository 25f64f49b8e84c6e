"""The turns: what waits for one, and all that one leaves, in one transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, update

from bot.core.ids import ConversationId, MessageId
from bot.core.message import Delivery
from bot.core.turn import PendingTurn, ShownMessage, Stale, TurnOutcome
from bot.store import statements as sql
from bot.store import tables as t
from bot.store.conversation_room import ConversationRoom
from bot.store.holdings import change_holding
from bot.store.rows import attached_to, from_bytes, pending_from, to_bytes, understanding_to


class PendingTurns(ConversationRoom):
    """The part of the store from which turns are taken, and to which they are written."""

    def with_pending_turns(self) -> list[ConversationId]:
        """Conversations whose messages still wait for their turn: work that a stopped process left."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(t.messages.c.conversation_id)
                .where(t.messages.c.turn == "pending")
                .group_by(t.messages.c.conversation_id)
                .order_by(func.min(t.messages.c.id))
            )
            return [ConversationId(row.conversation_id) for row in rows]

    def next_turn(self, conversation_id: ConversationId) -> PendingTurn | None:
        """The oldest message that waits for its turn, or None."""
        with self._database.read() as connection:
            message = connection.execute(sql.OLDEST_PENDING, {"id": conversation_id}).mappings().first()
            if message is None:
                return None
            row, seal, signs = self._load(connection, conversation_id)
            content = from_bytes(seal.open(message["content_sealed"], f"{conversation_id}/message"))
            return pending_from(row, seal, signs, MessageId(message["id"]), content, message["attempts"])

    def commit_turn(self, outcome: TurnOutcome, *, hand_out: bool = False) -> tuple[ShownMessage, ...]:
        """Write all that a turn leaves, or nothing.

        Args:
            hand_out: the person waits for the answer, so all that is queued for them is marked sent in the same
                transaction and returned, in order; else the replies stay queued and nothing is returned.
        Raises Stale: the conversation changed since the turn was read (an operator took it over, say).
        """
        pending, after = outcome.pending, outcome.conversation
        with self._database.write() as connection:
            seal = self._keyring.unwrap(pending.wrapped_key, after.id)
            self._write_conversation(connection, after, pending.version, seal, memory=outcome.memory)
            change_holding(connection, pending.conversation, after, outcome.at)
            content: dict[str, Any] = {
                "text": pending.text,
                "payload": pending.payload,
                "understanding": understanding_to(outcome.understanding),
            }
            if pending.attached:
                content["attached"] = attached_to(pending.attached)
            sealed = seal.close(to_bytes(content), f"{after.id}/message")
            done = connection.execute(
                sql.TURN_DONE, {"b_id": pending.message_id, "turn": "done", "content_sealed": sealed}
            )
            if done.rowcount != 1:
                raise Stale(after.id)
            if outcome.new_signs:
                connection.execute(
                    sql.INSERT_SIGN,
                    [
                        {"message_id": s.message_id, "indicator": s.indicator, "conversation_id": after.id}
                        for s in outcome.new_signs
                    ],
                )
            earlier = sql.take_queued(connection, after.id, after.holder, seal) if hand_out else []
            replies = [
                sql.queue_reply(
                    connection,
                    after,
                    seal,
                    reply,
                    outcome.at,
                    answers=pending.message_id,
                    delivery=Delivery.SENT if hand_out else Delivery.QUEUED,
                )
                for reply in outcome.replies
            ]
            sql.add_desk_event(connection, "message", after.id, outcome.at)
            return (*earlier, *replies) if hand_out else ()

    def record_attempt(self, message_id: MessageId) -> None:
        """Count one more attempt at the turn of a message."""
        with self._database.write() as connection:
            connection.execute(
                update(t.messages).where(t.messages.c.id == message_id).values(attempts=t.messages.c.attempts + 1)
            )
