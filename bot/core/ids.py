"""Typed names, so that one id is never passed for another."""

from __future__ import annotations

from typing import NewType

ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", int)  # grows with every message of the store, so it orders a conversation
OperatorId = NewType("OperatorId", int)
ChannelName = NewType("ChannelName", str)  # "web", "rest", "telegram", "sms", "whatsapp"
Address = NewType("Address", str)  # where a channel reaches a person: a chat id, a phone number, a web token
CountryCode = NewType("CountryCode", str)  # ISO 3166-1 alpha-2

#: Channels on which every saying takes its short form and buttons are numbers to type.
SHORT_CHANNELS = frozenset({ChannelName("sms")})
