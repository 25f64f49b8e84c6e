"""One sender can neither fill the line nor hold up others."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from bot.app import Hotline
from bot.core.ids import Address, ChannelName
from bot.core.message import Received
from bot.services.receive import MOST_WAITING, Receive, TooMany

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def message(sender: str, number: int = 0) -> Received:
    return Received(ChannelName("web"), f"{sender}/{number}", Address(sender), "hello", NOW)


def test_a_sender_with_too_many_unanswered_messages_is_told_later(hotline: Hotline) -> None:
    receive = Receive(hotline.store.conversations, hotline.store.database.run, lambda: NOW)
    with ExitStack() as line:
        for number in range(MOST_WAITING):
            line.enter_context(receive.place_in_line(message("flood", number)))
        with pytest.raises(TooMany), receive.place_in_line(message("flood")):
            pass
        with receive.place_in_line(message("calm")):
            pass
    with receive.place_in_line(message("flood")):
        pass


def test_a_place_is_free_again_when_answering_failed(hotline: Hotline) -> None:
    receive = Receive(hotline.store.conversations, hotline.store.database.run, lambda: NOW)
    for _ in range(MOST_WAITING + 1):
        with pytest.raises(ZeroDivisionError), receive.place_in_line(message("unlucky")):
            raise ZeroDivisionError
