"""The outbox of channels that are written to: what goes next in each conversation, who sends it, what became of it.

A conversation's messages go one after another. Whoever sends holds a lease on the conversation; when a process dies,
the lease runs out and another goes on. A part that was on its way then is doubtful: see :mod:`bot.core.sending`.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.conversation import Holder
from bot.core.ids import Address, ChannelName, ConversationId, MessageId
from bot.core.message import Author, Button, Delivery
from bot.core.sending import STOP_SAYING, STOPPED, OptedOut, Outgoing, Receipt, Sent, WindowClosed, moves
from bot.store import statements as sql
from bot.store import tables as t
from bot.store.database import Database
from bot.store.rows import from_bytes
from bot.store.seal import Keyring

_WAITING = (Delivery.QUEUED.value, Delivery.SENDING.value)
_HEAD = (
    select(t.messages)
    .where(t.messages.c.conversation_id == bindparam("id"), t.messages.c.delivery.in_(_WAITING))
    .order_by(t.messages.c.id)
    .limit(1)
)
_DISPATCHES = select(t.dispatches).where(t.dispatches.c.message_id == bindparam("id")).order_by(t.dispatches.c.part)
_OURS = (
    select(t.outboxes, t.conversations)
    .join(t.conversations, t.conversations.c.id == t.outboxes.c.conversation_id)
    .where(t.outboxes.c.conversation_id == bindparam("id"), t.outboxes.c.lease_by == bindparam("worker"))
)
_ON_ITS_WAY = (Delivery.SENDING.value, Delivery.UNCERTAIN.value)


@dataclass(frozen=True)
class Traces:
    """What a conversation has left with its channel: needed once more when it is erased."""

    channel: ChannelName
    address: Address
    sent: tuple[str, ...]
    received: tuple[str, ...]


class Outbox:
    """Every method is one transaction."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database, self._keyring = database, keyring
        self._insert = sqlite.insert if database.is_sqlite else postgresql.insert

    # --- who sends -----------------------------------------------------------------------------------------------

    def claim(
        self, channels: Collection[ChannelName], worker: str, now: datetime, until: datetime, limit: int
    ) -> list[ConversationId]:
        """Lease up to *limit* conversations that have something to send now, who waited longest first."""
        m, o = t.messages.c, t.outboxes.c
        free = or_(o.lease_until.is_(None), o.lease_until <= now)
        query = (
            select(m.conversation_id)
            .outerjoin(t.outboxes, o.conversation_id == m.conversation_id)
            .where(m.delivery.in_(_WAITING), m.channel.in_(channels), free)
            .where(or_(o.due_at.is_(None), o.due_at <= now), or_(o.shut.is_(None), o.shut != WindowClosed.mark))
            .group_by(m.conversation_id)
            .order_by(func.min(m.id))
            .limit(limit)
        )
        with self._database.read() as connection:
            found = [ConversationId(one) for one in connection.execute(query).scalars()]
        if not found:
            return []
        leased = {"lease_by": worker, "lease_until": until}
        with self._database.write() as connection:
            return [one for one in found if self._lease(connection, one, leased, now)]

    def _lease(self, connection: Connection, one: ConversationId, leased: dict[str, Any], now: datetime) -> bool:
        o = t.outboxes.c
        if connection.execute(sql.BY_ID, {"id": one}).first() is None:
            return False  # erased meanwhile
        statement = (
            self._insert(t.outboxes)
            .values(conversation_id=one, attempts=0, **leased)
            .on_conflict_do_update(
                index_elements=[o.conversation_id],
                set_=leased,
                where=or_(o.lease_until.is_(None), o.lease_until <= now),
            )
            .returning(o.conversation_id)
        )
        return connection.execute(statement).first() is not None

    def release(self, conversation_id: ConversationId, worker: str) -> None:
        with self._database.write() as connection:
            connection.execute(
                update(t.outboxes)
                .where(t.outboxes.c.conversation_id == conversation_id, t.outboxes.c.lease_by == worker)
                .values(lease_by=None, lease_until=None)
            )

    def end_leases(self) -> int:
        """End every lease: for the start of the one process that uses this database. Returns how many there were."""
        with self._database.write() as connection:
            ended = connection.execute(
                update(t.outboxes).where(t.outboxes.c.lease_by.is_not(None)).values(lease_by=None, lease_until=None)
            )
            return ended.rowcount

    def next_due(self, worker: str, now: datetime) -> datetime | None:
        """When something that must wait comes due, or the lease of another worker than *worker* runs out."""
        o = t.outboxes.c
        waits = select(func.min(o.due_at)).where(o.due_at > now)
        leased = select(func.min(o.lease_until)).where(o.lease_until > now, o.lease_by != worker)
        with self._database.read() as connection:
            found = [connection.execute(one).scalar() for one in (waits, leased)]
        return min((one for one in found if one is not None), default=None)

    # --- sending -------------------------------------------------------------------------------------------------

    def take(self, conversation_id: ConversationId, worker: str, now: datetime, until: datetime) -> Outgoing | None:
        """What to send next in a conversation that *worker* holds; it is marked as on its way, the lease goes on.

        Who holds the conversation is asked here, just before sending: what the bot wrote before an operator took over
        is withheld. None: nothing waits, or the lease was lost.
        """
        with self._database.write() as connection:
            row = connection.execute(_OURS, {"id": conversation_id, "worker": worker}).mappings().first()
            if row is None:
                return None
            told = False
            while (message := connection.execute(_HEAD, {"id": conversation_id}).mappings().first()) is not None:
                begun = connection.execute(_DISPATCHES, {"id": message["id"]}).mappings().all()
                bot_said = message["author"] == Author.BOT.value
                if bot_said and row["holder"] == Holder.OPERATOR.value and not begun:
                    _set(connection, message["id"], Delivery.WITHHELD, None)
                elif row["shut"] and row["shut"] != WindowClosed.mark and not begun:
                    _set(connection, message["id"], Delivery.FAILED, row["shut"])
                else:
                    break
                told = True
            if told:
                sql.add_desk_event(connection, "delivery", conversation_id, now)
            if message is None or row["shut"] == WindowClosed.mark:
                return None
            return self._begin(connection, row, message, begun, now, until)

    def _begin(
        self,
        connection: Connection,
        row: RowMapping,
        message: RowMapping,
        begun: Sequence[RowMapping],
        now: datetime,
        until: datetime,
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
            _set(connection, message["id"], Delivery.SENDING, None)
        self._change(connection, conversation_id, lease_until=until)
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
            _set(connection, outgoing.message_id, Delivery.QUEUED, reason)
            attempts = outgoing.attempts + 1 if counts else outgoing.attempts
            self._change(connection, outgoing.conversation_id, attempts=attempts, due_at=due_at)
            sql.add_desk_event(connection, "delivery", outgoing.conversation_id, now)

    def doubt(self, outgoing: Outgoing, due_at: datetime) -> None:
        """It may have been taken: the channel is asked at *due_at*."""
        with self._database.write() as connection:
            connection.execute(update(t.dispatches).where(_which(outgoing)).values(state=Delivery.UNCERTAIN.value))
            self._change(connection, outgoing.conversation_id, attempts=outgoing.attempts + 1, due_at=due_at)

    def again(self, outgoing: Outgoing) -> None:
        """A doubtful part was not taken after all, says the channel: it may be sent now."""
        with self._database.write() as connection:
            connection.execute(update(t.dispatches).where(_which(outgoing)).values(state=Delivery.SENDING.value))

    def park(self, outgoing: Outgoing, delivery: Delivery, reason: str, now: datetime) -> None:
        """Give up on a message: it is shown with its *reason*, operators are called, the next in line may go."""
        with self._database.write() as connection:
            connection.execute(update(t.dispatches).where(_which(outgoing)).values(state=delivery.value))
            _set(connection, outgoing.message_id, delivery, reason)
            self._change(connection, outgoing.conversation_id, attempts=0, due_at=None)
            sql.add_desk_event(connection, "parked", outgoing.conversation_id, now)

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
                _set(connection, outgoing.message_id, Delivery.QUEUED, reason or mark)
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

    def is_opted_out(self, conversation_id: ConversationId) -> bool:
        with self._database.read() as connection:
            shut = connection.execute(
                select(t.outboxes.c.shut).where(t.outboxes.c.conversation_id == conversation_id)
            ).scalar()
            return bool(shut == OptedOut.mark)

    def known_ids(self, conversation_id: ConversationId) -> frozenset[str]:
        """The channel's names of all that was sent in a conversation."""
        with self._database.read() as connection:
            return frozenset(
                connection.execute(
                    select(t.dispatches.c.channel_id).where(
                        t.dispatches.c.conversation_id == conversation_id, t.dispatches.c.channel_id.is_not(None)
                    )
                ).scalars()
            )

    # --- what comes back -----------------------------------------------------------------------------------------

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
            if stands not in _WAITING:  # else its sending ends first
                self._summarise(connection, receipt.message_id, receipt.reason)
            failed = receipt.delivery is Delivery.FAILED
            sql.add_desk_event(connection, "parked" if failed else "delivery", conversation_id, now)
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

    # --- at the desk's wish, and at the end ------------------------------------------------------------------------

    def send_again(self, conversation_id: ConversationId, message_id: MessageId, now: datetime) -> bool:
        """Queue a message again that failed or may not have arrived. False: it is not such a message."""
        stuck = (Delivery.FAILED.value, Delivery.UNCERTAIN.value)
        with self._database.write() as connection:
            queued = connection.execute(
                update(t.messages)
                .where(
                    t.messages.c.id == message_id,
                    t.messages.c.conversation_id == conversation_id,
                    t.messages.c.delivery.in_(stuck),
                )
                .values(delivery=Delivery.QUEUED.value, reason=None)
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

    # --- inside --------------------------------------------------------------------------------------------------

    @staticmethod
    def _change(connection: Connection, conversation_id: ConversationId, **values: Any) -> None:
        connection.execute(update(t.outboxes).where(t.outboxes.c.conversation_id == conversation_id).values(**values))

    @staticmethod
    def _summarise(connection: Connection, message_id: MessageId, reason: str | None) -> None:
        """A message stands where the least of its parts stands; one part that failed fails it."""
        states = [Delivery(row["state"]) for row in connection.execute(_DISPATCHES, {"id": message_id}).mappings()]
        if not states:  # erased meanwhile
            return
        if Delivery.FAILED in states:
            _set(connection, message_id, Delivery.FAILED, reason)
            return
        least = states[0]
        for state in states[1:]:
            least = state if moves(state, least) else least
        if least not in (Delivery.SENDING, Delivery.UNCERTAIN):
            _set(connection, message_id, least, None)


def _which(outgoing: Outgoing) -> Any:
    return (t.dispatches.c.message_id == outgoing.message_id) & (t.dispatches.c.part == outgoing.part)


def _set(connection: Connection, message_id: int, delivery: Delivery, reason: str | None) -> None:
    connection.execute(
        update(t.messages).where(t.messages.c.id == message_id).values(delivery=delivery.value, reason=reason)
    )
