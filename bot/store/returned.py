"""What comes back to the outbox: receipts, pressed buttons, an operator's wish to send again, and its traces."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, delete, false, or_, select, update

from bot.core.ids import Address, ChannelName, ConversationId, MessageId
from bot.core.message import Author, Button, Delivery
from bot.core.safe_hours import OUTSIDE
from bot.core.sending import OptedOut, Receipt, moves
from bot.store import statements as sql
from bot.store import tables as t
from bot.store.parked import call_a_human
from bot.store.room import WAITING, Room
from bot.store.rows import from_bytes


@dataclass(frozen=True)
class Traces:
    """What a conversation has left with its channel: needed once more when it is erased."""

    channel: ChannelName
    address: Address
    sent: tuple[str, ...]
    received: tuple[str, ...]


class Returned(Room):
    """The part of the outbox that is asked and told after the sending."""

    def receipt(self, receipt: Receipt, now: datetime) -> ConversationId | None:
        """Note what became of a part; nothing is ever moved back. None: it is not known, or nothing changed."""
        with self._database.write() as connection:
            row = (
                connection.execute(
                    select(t.dispatches).where(
                        t.dispatches.c.message_id == receipt.message_id, t.dispatches.c.part == receipt.part
                    )
                )
                .mappings()
                .first()
            )
            if row is None or not moves(Delivery(row["state"]), receipt.delivery):
                return None
            connection.execute(
                update(t.dispatches)
                .where(t.dispatches.c.message_id == receipt.message_id, t.dispatches.c.part == receipt.part)
                .values(state=receipt.delivery.value, channel_id=row["channel_id"] or receipt.channel_id)
            )
            conversation_id = ConversationId(row["conversation_id"])
            stands = connection.execute(
                select(t.messages.c.delivery).where(t.messages.c.id == receipt.message_id)
            ).scalar()
            if stands not in WAITING:  # else its sending ends first
                self._summarise(connection, receipt.message_id, receipt.reason)
            if receipt.delivery is Delivery.FAILED:
                call_a_human(connection, conversation_id, now)
            else:
                sql.add_desk_event(connection, "delivery", conversation_id, now)
            return conversation_id

    def offered(self, conversation_id: ConversationId) -> tuple[Button, ...]:
        """The buttons under the last thing that the bot said: what a bare number picks from."""
        m = t.messages.c
        ours = (m.conversation_id == conversation_id) & (m.author != Author.PERSON.value)
        with self._database.read() as connection:
            last = connection.execute(select(m.id, m.answers).where(ours).order_by(m.id.desc()).limit(1)).first()
            if last is None:
                return ()
            same = m.answers == last.answers if last.answers is not None else m.id == last.id
            rows = connection.execute(select(m.id).where(ours, same).order_by(m.id.desc())).scalars().all()
            for message_id in rows:
                if buttons := self._buttons(connection, conversation_id, MessageId(message_id)):
                    return buttons
        return ()

    def button(self, conversation_id: ConversationId, message_id: MessageId, number: int) -> Button | None:
        """The button *number* (from 0) of a message of this conversation; None: it is forged, or erased."""
        with self._database.read() as connection:
            buttons = self._buttons(connection, conversation_id, message_id)
            return buttons[number] if 0 <= number < len(buttons) else None

    def _buttons(
        self, connection: Connection, conversation_id: ConversationId, message_id: MessageId
    ) -> tuple[Button, ...]:
        row = connection.execute(
            select(t.messages.c.content_sealed, t.conversations.c.key_wrapped)
            .join(t.conversations, t.conversations.c.id == t.messages.c.conversation_id)
            .where(
                t.messages.c.id == message_id,
                t.messages.c.conversation_id == conversation_id,
                t.messages.c.author != Author.PERSON.value,
            )
        ).first()
        if row is None:
            return ()
        seal = self._keyring.unwrap(row.key_wrapped, conversation_id)
        content = from_bytes(seal.open(row.content_sealed, f"{conversation_id}/message"))
        return tuple(Button(title, payload) for title, payload in content.get("buttons", ()))

    def is_opted_out(self, conversation_id: ConversationId) -> bool:
        with self._database.read() as connection:
            shut = connection.execute(
                select(t.outboxes.c.shut).where(t.outboxes.c.conversation_id == conversation_id)
            ).scalar()
            return bool(shut == OptedOut.mark)

    def known_ids(self, conversation_id: ConversationId, but: tuple[MessageId, int] | None = None) -> frozenset[str]:
        """The channel's names of all that was sent in a conversation; *but* one message and part, which may have got
        its name from a receipt while it is still doubtful."""
        d = t.dispatches.c
        asked = (d.conversation_id == conversation_id) & d.channel_id.is_not(None)
        if but is not None:
            asked &= (d.message_id != but[0]) | (d.part != but[1])
        with self._database.read() as connection:
            return frozenset(connection.execute(select(d.channel_id).where(asked)).scalars())

    def dispatched(
        self, conversation_id: ConversationId, channel_ids: Collection[str], until: datetime | None
    ) -> list[tuple[MessageId, int]]:
        """Messages and parts that the channel took: those of *channel_ids*, and all that were begun up to *until*."""
        d = t.dispatches.c
        meant = or_(d.channel_id.in_(channel_ids), d.begun_at <= until if until is not None else false())
        with self._database.read() as connection:
            rows = connection.execute(
                select(d.message_id, d.part)
                .where(d.conversation_id == conversation_id, d.channel_id.is_not(None), meant)
                .order_by(d.message_id, d.part)
            )
            return [(MessageId(row.message_id), row.part) for row in rows]

    def send_again(self, conversation_id: ConversationId, message_id: MessageId, now: datetime) -> bool:
        """Queue a message again that failed or may not have arrived. False: it is not such a message.

        One that was held back since it came late keeps its reason: it is not held back twice.
        """
        decided = case((t.messages.c.reason == OUTSIDE, OUTSIDE), else_=None)
        stuck = (Delivery.FAILED.value, Delivery.UNCERTAIN.value)
        with self._database.write() as connection:
            queued = connection.execute(
                update(t.messages)
                .where(
                    t.messages.c.id == message_id,
                    t.messages.c.conversation_id == conversation_id,
                    t.messages.c.delivery.in_(stuck),
                )
                .values(delivery=Delivery.QUEUED.value, reason=decided)
            )
            if not queued.rowcount:
                return False
            connection.execute(
                delete(t.dispatches).where(t.dispatches.c.message_id == message_id, t.dispatches.c.state.in_(stuck))
            )
            sql.add_desk_event(connection, "delivery", conversation_id, now)
            return True

    def traces(self, conversation_id: ConversationId) -> Traces | None:
        """What the channel still has of a conversation; None: there is no such conversation."""
        with self._database.read() as connection:
            row = connection.execute(sql.BY_ID, {"id": conversation_id}).mappings().first()
            if row is None:
                return None
            seal = self._keyring.unwrap(row["key_wrapped"], conversation_id)
            address = seal.open(row["address_sealed"], f"{conversation_id}/address").decode("utf-8", "surrogatepass")
            sent = connection.execute(
                select(t.dispatches.c.channel_id)
                .where(t.dispatches.c.conversation_id == conversation_id, t.dispatches.c.channel_id.is_not(None))
                .order_by(t.dispatches.c.message_id, t.dispatches.c.part)
            ).scalars()
            received = connection.execute(
                select(t.messages.c.channel_message_id)
                .where(t.messages.c.conversation_id == conversation_id, t.messages.c.author == Author.PERSON.value)
                .order_by(t.messages.c.id)
            ).scalars()
            return Traces(
                ChannelName(row["channel"]), Address(address), tuple(sent), tuple(one for one in received if one)
            )
