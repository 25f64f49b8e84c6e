"""What the dialogue is asked and what it answers, whatever engine decides it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.core.ids import ChannelName, ConversationId
from bot.core.message import Reply
from bot.core.taxonomy import Intent
from bot.core.understanding import Understanding


@dataclass(frozen=True)
class DialogueTurn:
    """One incoming message for the dialogue.

    ``intent`` is what the reply must serve, after the rules of :mod:`bot.core.route`; it may differ from what was
    understood ("uncertain", or a report of danger inside a question). ``slots`` is what the conversation knows:
    language, risk, countries, topic. ``memory`` is what the dialogue itself returned last time, or None at the start.
    """

    conversation_id: ConversationId
    channel: ChannelName
    understanding: Understanding
    intent: Intent
    slots: Mapping[str, Any] = field(default_factory=dict)
    memory: bytes | None = None


@dataclass(frozen=True)
class DialogueResult:
    """Replies in the person's language, the slots after the turn, and the memory to keep for the next one."""

    replies: tuple[Reply, ...]
    slots: Mapping[str, Any]
    memory: bytes
