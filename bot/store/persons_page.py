"""What a person fetches themselves, where no channel brings it: on the web page, by REST, in the terminal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from bot.core.conversation import Conversation, Holder
from bot.core.ids import Address, ChannelName, MessageId
from bot.core.message import Delivery
from bot.core.turn import ShownMessage
from bot.store import statements as sql
from bot.store import tables as t
from bot.store.conversation_room import ConversationRoom
from bot.store.rows import conversation_from, message_from


class PersonsPage(ConversationRoom):
    """The part of the store that hands messages out to whoever asks for them, and marks them so."""

    def collect_outgoing(self, channel: ChannelName, address: Address, now: datetime) -> list[ShownMessage]:
        """Take what waits for *address*, in order, and mark it sent.

        The owner is checked again here: what the bot wrote before an operator took over is withheld.
        """
        found = self.find(channel, address)
        if found is None:
            return []
        with self._database.write() as connection:
            row = connection.execute(sql.BY_ID, {"id": found}).mappings().first()
            if row is None:
                return []
            seal = self._keyring.unwrap(row["key_wrapped"], found)
            sent = sql.take_queued(connection, found, Holder(row["holder"]), seal)
            if sent:
                sql.add_desk_event(connection, "delivery", found, now)
            return sent

    def history(
        self, channel: ChannelName, address: Address, after: MessageId, now: datetime
    ) -> tuple[Conversation | None, list[ShownMessage]]:
        """What the person's own page shows after message *after*: their side and what was sent to them.

        Asking marks newly shown messages as sent and those up to *after*, which the page has, as delivered.
        """
        found = self.find(channel, address)
        if found is None:
            return None, []
        self.collect_outgoing(channel, address, now)
        with self._database.write() as connection:
            moved = connection.execute(
                update(t.messages)
                .where(
                    t.messages.c.conversation_id == found,
                    t.messages.c.id <= after,
                    t.messages.c.delivery == Delivery.SENT.value,
                )
                .values(delivery=Delivery.DELIVERED.value)
            )
            if moved.rowcount:
                sql.add_desk_event(connection, "delivery", found, now)
            try:
                row, seal, signs = self._load(connection, found)
            except LookupError:  # erased at this moment
                return None, []
            rows = connection.execute(
                select(t.messages)
                .where(t.messages.c.conversation_id == found, t.messages.c.id > after)
                .order_by(t.messages.c.id)
            ).mappings()
            shown = [message_from(message, seal) for message in rows if message["delivery"] != Delivery.WITHHELD.value]
            return conversation_from(row, seal, signs), shown
