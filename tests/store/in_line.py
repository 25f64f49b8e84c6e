"""Conversations that wait, made by the store's own methods: ``stands_in_line(store, "ana", "immediate_danger")``."""

from __future__ import annotations

import uuid

from bot.core.conversation import HandoffRequested, LanguageSet, RiskRaised, apply
from bot.core.ids import Address, ChannelName, ConversationId
from bot.core.message import Received
from bot.core.risk import Sign, assess
from bot.core.taxonomy import Indicator, Intent, Language
from bot.core.turn import TurnOutcome
from bot.core.understanding import Evidence, IntentGuess, LanguageGuess, Understanding
from tests.conftest import Store

WEB = ChannelName("web")


def writes(store: Store, name: str, text: str, *indicators: str, language: str = "en", **more: str) -> ConversationId:
    """*name* writes *text*, in which these indicators are seen; *reason* calls a human."""
    key = uuid.uuid4().hex
    accepted = store.conversations.receive(
        Received(ChannelName(more.get("channel", WEB)), key, Address(name), text, store.now), store.now
    )
    pending = store.conversations.next_turn(accepted.conversation_id)
    assert pending is not None
    new = tuple(Sign(Indicator(one), pending.message_id) for one in indicators)
    conversation = apply(pending.conversation, LanguageSet(Language(language), by_person=True))
    conversation = apply(conversation, RiskRaised(assess((*pending.signs, *new))))
    if "reason" in more:
        conversation = apply(conversation, HandoffRequested(more["reason"], store.now))
    understood = Understanding(
        text,
        text,
        LanguageGuess(Language(language), 0.9),
        IntentGuess(Intent("report_exploitation"), 0.8),
        tuple(Evidence(Indicator(one), 0.9, ((0, 1),)) for one in indicators),
    )
    store.conversations.commit_turn(TurnOutcome(pending, conversation, understood, new, (), None, store.now))
    return accepted.conversation_id


def stands_in_line(store: Store, name: str, *indicators: str, language: str = "en", **more: str) -> ConversationId:
    """*name* waits for a human from now on."""
    return writes(store, name, "help", *indicators, language=language, **{"reason": "sign", **more})
