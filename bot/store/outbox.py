"""The outbox of channels that are written to: what goes next in each conversation, and what became of it.

A conversation's messages go one after another. Whoever sends holds a lease on the conversation
(:mod:`bot.store.leases`); when a process dies, another goes on. A part that was on its way then is doubtful: see
:mod:`bot.core.sending`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, select, update

from bot.core.conversation import Holder
from bot.core.ids import Address, ChannelName, ConversationId, MessageId
from bot.core.message import Author, Button, Delivery
from bot.core.safe_hours import OUTSIDE, came_late
from bot.core.sending import STOP_SAYING, STOPPED, Outgoing, Sent, WindowClosed
from bot.store import statements as sql
from bot.store import tables as t
from bot.store.leases import Leases
from bot.store.parked import call_a_human
from bot.store.returned import Returned
from bot.store.room import DISPATCHES, WAITING
from bot.store.rows import from_bytes, safe_hours_from

_HEAD = (
    select(t.messages)
    .where(t.messages.c.conversation_id == bindparam("id"), t.messages.c.delivery.in_(WAITING))
    .order_by(t.messages.c.id)
    .limit(1)
)
_OURS = (
    select(t.outboxes, t.conversations)
    .join(t.conversations, t.conversations.c.id == t.outboxes.c.conversation_id)
    .where(t.outboxes.c.conversation_id == bindparam("id"), t.outboxes.c.lease_by == bindparam("worker"))
    .with_for_update(of=t.outboxes)  # nobody takes the lease between this look and what is marked as on its way
)
_ON_ITS_WAY = (Delivery.SENDING.value, Delivery.UNCERTAIN.value)


class Outbox(Leases, Returned):
    """The whole outbox: who sends, what goes next, and what comes back."""

    def take(self, conversation_id: ConversationId, worker: str, now: datetime) -> Outgoing | None:
        """What to send next in a conversation that *worker* holds; it is marked as on its way, the lease beats.

        Who holds the conversation is asked here, just before sending: what the bot wrote before an operator took over
        is withheld. So are the person's safe hours: what a channel that was down has kept until they were over is not
        sent, and a human decides. None: nothing waits, or the lease was lost.
        """
        with self._database.write() as connection:
            row = connection.execute(_OURS, {"id": conversation_id, "worker": worker}).mappings().first()
            if row is None:
                return None
            told = False
            while (message := connection.execute(_HEAD, {"id": conversation_id}).mappings().first()) is not None:
                begun = connection.execute(DISPATCHES, {"id": message["id"]}).mappings().all()
                bot_said = message["author"] == Author.BOT.value
                if bot_said and row["holder"] == Holder.OPERATOR.value and not begun:
                    self._set(connection, message["id"], Delivery.WITHHELD, None)
                elif row["shut"] and row["shut"] != WindowClosed.mark and not begun:
                    self._set(connection, message["id"], Delivery.FAILED, row["shut"])
                elif not begun and _came_late(row, message, now):
                    self._set(connection, message["id"], Delivery.FAILED, OUTSIDE)
                    call_a_human(connection, conversation_id, now)
                else:
                    break
                told = True
            if told:
                sql.add_desk_event(connection, "delivery", conversation_id, now)
            if message is None or row["shut"] == WindowClosed.mark:
                return None
            return self._begin(connection, row, message, begun, now)

    def _begin(
        self,
        connection: Connection,
        row: RowMapping,
        message: RowMapping,
        begun: Sequence[RowMapping],
        now: datetime,
    ) -> Outgoing:
        conversation_id = ConversationId(row["conversation_id"])
        seal = self._keyring.unwrap(row["key_wrapped"], conversation_id)
        content = from_bytes(seal.open(message["content_sealed"], f"{conversation_id}/message"))
        doubtful = [one for one in begun if one["state"] in _ON_ITS_WAY]
        taken = {one["part"] for one in begun}
        next_part = next(number for number in itertools.count() if number not in taken)
        part, since = (doubtful[0]["part"], doubtful[0]["begun_at"]) if doubtful else (next_part, now)
        if not doubtful:
            connection.execute(
                t.dispatches.insert().values(
                    message_id=message["id"],
                    part=part,
                    conversation_id=conversation_id,
                    state=Delivery.SENDING.value,
                    begun_at=now,
                )
            )
        if message["delivery"] != Delivery.SENDING.value:
            self._set(connection, message["id"], Delivery.SENDING, None)
        self._change(connection, conversation_id, lease_beat=t.outboxes.c.lease_beat + 1)
        saying = content.get("saying")
        return Outgoing(
            conversation_id=conversation_id,
            channel=ChannelName(row["channel"]),
            address=Address(
                seal.open(row["address_sealed"], f"{conversation_id}/address").decode("utf-8", "surrogatepass")
            ),
            message_id=MessageId(message["id"]),
            part=part,
            done=len(taken - {part}),
            author=Author(message["author"]),
            text=content["text"],
            buttons=tuple(Button(title, payload) for title, payload in content.get("buttons", ())),
            saying=saying[0] if saying else None,
            queued_at=message["at"],
            since=since,
            last_person_at=row["last_person_at"],
            attempts=row["attempts"],
            doubtful=bool(doubtful),
        )

    def sent(self, outgoing: Outgoing, sent: Sent, now: datetime, *, last: bool) -> None:
        """Record that a part was taken; with the *last* one the message is sent."""
        with self._database.write() as connection:
            values = {"state": Delivery.SENT.value, "channel_id": sent.channel_id, "segments": sent.segments}
            # a receipt may have come before the answer: it is not moved back
            which = _which(outgoing) & t.dispatches.c.state.in_(_ON_ITS_WAY)
            moved = connection.execute(update(t.dispatches).where(which).values(values))
            if moved.rowcount == 0:
                connection.execute(
                    update(t.dispatches)
                    .where(_which(outgoing))
                    .values(channel_id=sent.channel_id, segments=sent.segments)
                )
            if last:
                self._summarise(connection, outgoing.message_id, None)
                sql.add_desk_event(connection, "delivery", outgoing.conversation_id, now)
            shut = {"shut": STOPPED} if last and outgoing.saying == STOP_SAYING else {}
            self._change(connection, outgoing.conversation_id, attempts=0, due_at=None, **shut)

    def finish(self, outgoing: Outgoing, now: datetime) -> None:
        """All parts were taken already, as a receipt said before we asked: *outgoing* is one too many."""
        with self._database.write() as connection:
            connection.execute(delete(t.dispatches).where(_which(outgoing)))
            self._summarise(connection, outgoing.message_id, None)
            self._change(connection, outgoing.conversation_id, attempts=0, due_at=None)
            sql.add_desk_event(connection, "delivery", outgoing.conversation_id, now)

    def wait(self, outgoing: Outgoing, due_at: datetime, reason: str, now: datetime, *, counts: bool = True) -> None:
        """It was surely not taken: it stays first in its line until *due_at*."""
        with self._database.write() as connection:
            connection.execute(delete(t.dispatches).where(_which(outgoing)))
            self._set(connection, outgoing.message_id, Delivery.QUEUED, reason)
            attempts = outgoing.attempts + 1 if counts else outgoing.attempts
            self._change(connection, outgoing.conversation_id, attempts=attempts, due_at=due_at, waits_since=now)
            sql.add_desk_event(connection, "delivery", outgoing.conversation_id, now)

    def doubt(self, outgoing: Outgoing, due_at: datetime, now: datetime) -> None:
        """It may have been taken: the channel is asked at *due_at*, unless a receipt has said so meanwhile."""
        with self._database.write() as connection:
            doubtful = _move(connection, outgoing, Delivery.UNCERTAIN)
            more = (
                {"attempts": outgoing.attempts + 1, "due_at": due_at} if doubtful else {"attempts": 0, "due_at": None}
            )
            self._change(connection, outgoing.conversation_id, waits_since=now, **more)

    def again(self, outgoing: Outgoing) -> bool:
        """A doubtful part was not taken after all, says the channel: it may be sent now. False: a receipt has said
        meanwhile that it was taken."""
        with self._database.write() as connection:
            return _move(connection, outgoing, Delivery.SENDING)

    def park(self, outgoing: Outgoing, delivery: Delivery, reason: str, now: datetime) -> None:
        """Give up on a message: it is shown with its *reason*, operators are called, the next in line may go.

        Not where a receipt has said meanwhile that it was taken: then it goes on.
        """
        with self._database.write() as connection:
            if not _move(connection, outgoing, delivery):
                self._change(connection, outgoing.conversation_id, attempts=0, due_at=None)
                return
            self._set(connection, outgoing.message_id, delivery, reason)
            self._change(connection, outgoing.conversation_id, attempts=0, due_at=None)
            call_a_human(connection, outgoing.conversation_id, now)

    def shut(
        self,
        conversation_id: ConversationId,
        mark: str,
        now: datetime,
        outgoing: Outgoing | None = None,
        reason: str | None = None,
    ) -> None:
        """Nothing may be sent any more: *outgoing*, if it was on its way, was not taken, for this *reason*.

        While a WhatsApp window is closed all waits; after an opt-out or a block what is queued has failed, which
        :meth:`take` records.
        """
        with self._database.write() as connection:
            if outgoing is not None:
                connection.execute(delete(t.dispatches).where(_which(outgoing)))
                self._set(connection, outgoing.message_id, Delivery.QUEUED, reason or mark)
            if connection.execute(sql.BY_ID, {"id": conversation_id}).first() is None:
                return
            values = {"shut": mark, "due_at": None}
            connection.execute(
                self._insert(t.outboxes)
                .values(conversation_id=conversation_id, attempts=0, **values)
                .on_conflict_do_update(index_elements=[t.outboxes.c.conversation_id], set_=values)
            )
            sql.add_desk_event(connection, "parked", conversation_id, now)

    def open(self, conversation_id: ConversationId, now: datetime) -> bool:
        """The person may be written to again. False: they could be all the time."""
        with self._database.write() as connection:
            opened = connection.execute(
                update(t.outboxes)
                .where(t.outboxes.c.conversation_id == conversation_id, t.outboxes.c.shut.is_not(None))
                .values(shut=None, due_at=None)
            )
            if opened.rowcount:
                sql.add_desk_event(connection, "delivery", conversation_id, now)
            return opened.rowcount > 0


def _came_late(row: RowMapping, message: RowMapping, now: datetime) -> bool:
    # with this reason it was held back before, and an operator sent it all the same
    return message["reason"] != OUTSIDE and came_late(safe_hours_from(row), row["last_person_at"], message["at"], now)


def _move(connection: Connection, outgoing: Outgoing, delivery: Delivery) -> bool:
    """False: a receipt came first, and what it said is not moved back."""
    which = _which(outgoing) & t.dispatches.c.state.in_(_ON_ITS_WAY)
    return connection.execute(update(t.dispatches).where(which).values(state=delivery.value)).rowcount > 0


def _which(outgoing: Outgoing) -> Any:
    return (t.dispatches.c.message_id == outgoing.message_id) & (t.dispatches.c.part == outgoing.part)
