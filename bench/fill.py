"""Fills an empty store: operators with sessions, and open conversations, some of them held.

Run with the folder of a checkout as its own, so that it fills the store with that checkout's code.

usage: HOTLINE_DATA_DIR=... python bench/fill.py OPERATORS CONVERSATIONS > result.json

Result: {"operators": [{"cookie", "holds"}, ...], "senders": [{"name", "conversation"}, ...]}; each operator holds one
conversation, and the senders are the persons of all of them, those held first.
"""

from __future__ import annotations

import json
import secrets
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import event

sys.path.insert(0, str(Path.cwd()))

from bot.app import open_store
from bot.core.conversation import HandoffRequested, RiskRaised, TakenOver, apply
from bot.core.ids import Address, ChannelName, ConversationId
from bot.core.message import Received, Reply, Saying
from bot.core.risk import Sign, assess
from bot.core.taxonomy import Indicator, Intent, Language
from bot.core.turn import TurnOutcome
from bot.core.understanding import Evidence, IntentGuess, LanguageGuess, Understanding
from bot.settings import Settings

TEXT = "my boss keeps my passport and my salary was not paid for three months"
SIGNS = ((), ("document_retention",), ("document_retention", "wage_withholding"))


def main() -> None:
    operators, conversations = int(sys.argv[1]), int(sys.argv[2])
    store, now = open_store(Settings.read()), datetime.now(UTC)
    store.database.engine.dispose()  # what is filled need not outlive a power cut: thirty times as fast
    event.listen(store.database.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    signed_in = []
    for number in range(operators):
        added = store.operators.add(f"operator {number}", "operator", now)
        cookie = secrets.token_urlsafe(32)
        store.sessions.open(added.id, cookie, secrets.token_urlsafe(24), now)
        signed_in.append((added.id, cookie))
    holds, senders = [], []
    for number in range(conversations):
        name = f"person {number}"
        at = now - timedelta(seconds=conversations - number)
        accepted = store.conversations.receive(
            Received(ChannelName("rest"), secrets.token_hex(8), Address(name), TEXT, at), at
        )
        store.conversations.commit_turn(_turn(accepted.turn, number, at))
        senders.append({"name": name, "conversation": accepted.conversation_id})
        if number < operators:
            store.conversations.change(accepted.conversation_id, [TakenOver(signed_in[number][0], at)], at)
            holds.append(ConversationId(accepted.conversation_id))
    store.database.close()
    found = [{"cookie": cookie, "holds": which} for (_, cookie), which in zip(signed_in, holds, strict=True)]
    json.dump({"operators": found, "senders": senders}, sys.stdout)


def _turn(pending, number: int, at: datetime) -> TurnOutcome:  # type: ignore[no-untyped-def]
    """A turn as it would have been taken: two thirds ask for a human, most with signs."""
    names = SIGNS[number % len(SIGNS)]
    signs = tuple(Sign(Indicator(name), pending.message_id) for name in names)
    understood = Understanding(
        TEXT,
        TEXT,
        LanguageGuess(Language("en"), 0.9),
        IntentGuess(Intent("report_exploitation"), 0.8),
        tuple(Evidence(Indicator(name), 0.9, ((0, 7),)) for name in names),
    )
    conversation = pending.conversation
    conversation = apply(conversation, RiskRaised(assess(signs)))
    if number % 3:
        conversation = apply(conversation, HandoffRequested("talk_to_human", at))
    reply = Reply("We are here.", Saying("greet"), ())
    return TurnOutcome(pending, conversation, understood, signs, (reply,), b"", at)


if __name__ == "__main__":
    main()
