"""The ladder of calls: climbed once, also by two processes and after a restart, until somebody takes over."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.content.library import Library
from bot.core.conversation import Asked, Holder, SafetyNoted, TakenOver, Told
from bot.core.ids import Address, ChannelName, ConversationId
from bot.core.ladder import Ladder, Rung
from bot.core.message import Reply
from bot.core.on_call import Target, read_targets
from bot.core.safe_hours import SafeHours
from bot.core.sending import Refused, SendFailed, Sent, Uncertain
from bot.core.urgency import Whom
from bot.services.call import OnCall
from bot.services.changes import Changes
from bot.services.climb import Climb, Rules
from bot.store import tables as t
from tests.conftest import Store
from tests.store.in_line import stands_in_line, writes

DANGER = "immediate_danger"
TARGETS = read_targets("sms:+66812345678/th, telegram:123456")


_SAID_ONLY = "a call to whoever is on call is said, and never stands in a conversation's outbox"


class Phones:
    """A channel that takes what it is given, or fails as it is told to."""

    rate, can_look_up = 0.0, False

    def __init__(self, *failures: SendFailed) -> None:
        self.failures = list(failures)
        self.rang: list[tuple[str, str]] = []

    async def say(self, channel: ChannelName, address: Address, reply: Reply) -> Sent:
        self.rang.append((address, reply.text))
        if self.failures:
            raise self.failures.pop(0)
        return Sent("1")

    def parts(self, outgoing: Any) -> Any:
        raise AssertionError(_SAID_ONLY)

    async def send(self, outgoing: Any, part: Any) -> Any:
        raise AssertionError(_SAID_ONLY)

    async def look_up(self, outgoing: Any, part: Any, known: Any) -> Any:
        raise AssertionError(_SAID_ONLY)

    async def forget(self, channel: Any, address: Any, sent: Any, received: Any) -> None:
        raise AssertionError(_SAID_ONLY)


class Desk:
    """The calling of one process."""

    def __init__(self, store: Store, library: Library, phones: Phones | None = None, *, open_: bool = True) -> None:
        self.store, self.phones = store, phones or Phones()
        self.is_open = open_
        changes, now = Changes(), lambda: store.now
        rules = Rules(Ladder(), TARGETS)
        at_the_desk, run = store.queue.at_the_desk, store.database.run
        self._climb = Climb(
            store.ladders, store.conversations, at_the_desk, lambda _: self.is_open, library, rules, changes, run, now
        )
        senders = {target.channel: self.phones for target in TARGETS}
        link = "https://hotline.example.org/desk"
        self._on_call = OnCall(store.ladders, senders, TARGETS, link, library, changes, run, now)

    def looks(self) -> None:
        async def look() -> None:
            await self._climb.look()
            await self._on_call.look()

        asyncio.run(look())

    def rung(self, conversation_id: ConversationId) -> Rung:
        (line,) = [one for one in self.store.queue.waiting((Holder.QUEUE,)) if one.id == conversation_id]
        return line.rung


@pytest.fixture
def desk(store: Store, library: Library) -> Desk:
    operator = store.operators.add("dara", "operator", store.now)
    store.sessions.open(operator.id, "token", "csrf", store.now)
    return Desk(store, library)


def stays(store: Store, **by: float) -> None:
    """Time goes by and the operator is still at the desk."""
    store.later(**by)
    with store.database.write() as connection:
        connection.execute(t.sessions.update().values(seen_at=store.now))


def log(store: Store, about: ConversationId) -> Sequence[str]:
    with store.database.read() as connection:
        query = select(t.audit.c.action).where(t.audit.c.conversation_id == about).order_by(t.audit.c.id)
        return connection.execute(query).scalars().all()


def test_each_step_is_taken_when_it_is_due_and_stands_in_the_log(store: Store, desk: Desk) -> None:
    ana = stands_in_line(store, "ana", DANGER)
    seen = []
    for seconds in (0, 30, 30, 60, 180, 600):
        stays(store, seconds=seconds)
        desk.looks()
        seen.append(desk.rung(ana).word)
    assert seen == ["free", "free", "all", "supervisor", "on_call", "on_call"]
    assert log(store, ana) == [
        *("ladder_free", "ladder_all", "ladder_supervisor", "ladder_on_call"),
        *("on_call_sent", "on_call_sent"),
    ]
    assert store.audit.verify().whole
    assert sorted(address for address, _ in desk.phones.rang) == ["+66812345678", "123456"]


def test_each_step_wakes_the_pages(store: Store, desk: Desk) -> None:
    ana = stands_in_line(store, "ana", DANGER)
    seen = store.queue.last_event_id()
    desk.looks()
    assert [(one.kind, one.conversation_id) for one in store.queue.events_after(seen)] == [("ladder", ana)]
    desk.looks()
    assert len(store.queue.events_after(seen)) == 1


def test_a_restart_repeats_no_step_and_forgets_none(store: Store, desk: Desk, library: Library) -> None:
    ana = stands_in_line(store, "ana", DANGER)
    desk.looks()
    stays(store, seconds=400)
    again = Desk(store, library)
    again.looks()
    Desk(store, library).looks()
    assert again.rung(ana) is Rung.ON_CALL
    assert log(store, ana).count("ladder_on_call") == 1
    assert len(again.phones.rang) == 2


def test_two_processes_take_each_step_once(store: Store, desk: Desk, library: Library) -> None:
    waiting = [stands_in_line(store, str(number), DANGER) for number in range(5)]
    desk.looks()
    stays(store, seconds=400)

    async def both() -> None:
        others = [Desk(store, library, desk.phones) for _ in range(3)]
        await asyncio.gather(*(asyncio.to_thread(one.looks) for one in others))

    asyncio.run(both())
    for one in waiting:
        assert log(store, one).count("ladder_on_call") == 1
    calls = [text for address, text in desk.phones.rang if address == "123456"]
    assert sum(int(text.split(": ")[1].split(".")[0]) for text in calls) == 5


def test_a_call_says_how_many_wait_and_nothing_of_anybody(store: Store, library: Library) -> None:
    writes(store, "ana", "my name is Ana")
    stands_in_line(store, "ana", DANGER)
    stands_in_line(store, "ben", DANGER)
    desk = Desk(store, library)
    desk.looks()
    (text,) = [text for address, text in desk.phones.rang if address == "123456"]
    assert text == "Hotline - waiting for you now: 2. https://hotline.example.org/desk"


def test_where_the_only_desk_is_locked_whoever_is_on_call_is_called_and_unlocking_ends_that(
    store: Store, desk: Desk
) -> None:
    ana = stands_in_line(store, "ana", DANGER)
    desk.looks()
    assert desk.rung(ana).word == "free"
    store.sessions.lock("token", store.now)
    desk.looks()
    assert desk.rung(ana).word == "on_call", "nobody sits before the page that rings"
    store.sessions.unlock("token", store.now)
    ben = stands_in_line(store, "ben", DANGER)
    desk.looks()
    assert desk.rung(ben).word == "free"


def test_where_nobody_is_at_the_desk_whoever_is_on_call_is_called_at_once(store: Store, library: Library) -> None:
    stands_in_line(store, "ana", DANGER)
    stands_in_line(store, "ben")
    desk = Desk(store, library, open_=False)
    desk.looks()
    assert len(desk.phones.rang) == 2
    assert desk.phones.rang[0][1].count("1") >= 1


def test_an_operator_who_leaves_the_desk_changes_what_is_due(store: Store, desk: Desk) -> None:
    ana = stands_in_line(store, "ana", "physical_violence")
    desk.looks()
    assert desk.rung(ana) is Rung.FREE
    store.sessions.end("token")
    desk.looks()
    assert desk.rung(ana) is Rung.ON_CALL


def test_whoever_is_taken_over_rings_no_more_and_no_call_goes_out(store: Store, desk: Desk) -> None:
    ana = stands_in_line(store, "ana", DANGER)
    desk.looks()
    operator = store.operators.by_name("dara")
    assert operator is not None
    store.conversations.change(ana, [TakenOver(operator.id, store.now)], store.now)
    stays(store, seconds=400)
    desk.looks()
    assert desk.phones.rang == []
    assert store.queue.calling(Whom(store.now)) == []


def test_a_conversation_that_comes_back_to_the_queue_begins_at_the_foot(store: Store, desk: Desk) -> None:
    from bot.core.conversation import HandedBack

    ana = stands_in_line(store, "ana", "physical_violence")
    stays(store, minutes=11)
    desk.looks()
    assert desk.rung(ana) is Rung.SUPERVISOR
    operator = store.operators.by_name("dara")
    assert operator is not None
    store.conversations.change(ana, [TakenOver(operator.id, store.now), HandedBack(store.now)], store.now)
    stays(store, minutes=1)
    stands_in_line(store, "ana", "physical_violence")
    assert desk.rung(ana) is Rung.NOBODY
    desk.looks()
    assert desk.rung(ana) is Rung.FREE


def test_who_rises_to_an_emergency_while_waiting_is_called_for_anew(store: Store, desk: Desk) -> None:
    ana = stands_in_line(store, "ana")
    stays(store, minutes=40)
    desk.looks()
    assert desk.rung(ana) is Rung.ALL
    writes(store, "ana", "he will kill me", DANGER)
    desk.looks()
    assert desk.rung(ana) is Rung.FREE
    stays(store, seconds=60)
    desk.looks()
    assert desk.rung(ana) is Rung.ALL


def test_i_am_on_it_holds_the_ladder_and_it_rings_again_after(store: Store, desk: Desk) -> None:
    ana = stands_in_line(store, "ana", DANGER)
    desk.looks()
    operator = store.operators.by_name("dara")
    assert operator is not None
    store.ladders.acknowledge(ana, operator.id, store.now)
    (line,) = store.queue.calling(Whom(store.now))
    assert (line.acknowledged_by, line.acknowledged_until) == ("dara", store.now + timedelta(minutes=3))
    stays(store, seconds=179)
    desk.looks()
    assert desk.rung(ana) is Rung.FREE
    seen = store.queue.last_event_id()
    stays(store, seconds=2)
    desk.looks()
    assert [one.kind for one in store.queue.events_after(seen)] == ["ladder"], "the pages must ring again"
    stays(store, seconds=60)
    desk.looks()
    assert desk.rung(ana) is Rung.ALL


def test_nobody_can_be_on_a_conversation_that_does_not_wait(store: Store, desk: Desk) -> None:
    calm = writes(store, "ana", "hello")
    operator = store.operators.by_name("dara")
    assert operator is not None
    with pytest.raises(LookupError):
        store.ladders.acknowledge(calm, operator.id, store.now)


# --- calls -----------------------------------------------------------------------------------------------------------


def test_a_call_that_may_not_have_arrived_is_made_again(store: Store, library: Library) -> None:
    stands_in_line(store, "ana", DANGER)
    desk = Desk(store, library, Phones(Uncertain("cut"), Uncertain("cut")))
    desk.looks()
    assert len(desk.phones.rang) == 2
    desk.looks()
    assert len(desk.phones.rang) == 2, "not at once"
    store.later(seconds=6)
    desk.looks()
    assert len(desk.phones.rang) == 4
    store.later(minutes=10)
    desk.looks()
    assert len(desk.phones.rang) == 4


def test_a_number_that_takes_nothing_is_told_and_not_called_for_ever(store: Store, library: Library) -> None:
    ana = stands_in_line(store, "ana", DANGER)
    desk = Desk(store, library, Phones(Refused("twilio_21211"), Refused("telegram_400")))
    desk.looks()
    store.later(minutes=10)
    desk.looks()
    assert len(desk.phones.rang) == 2
    assert log(store, ana).count("on_call_failed") == 2
    assert store.queue.failed_calls(store.now - timedelta(days=1)) == 2


def test_a_process_that_died_while_it_called_leaves_the_call_to_another(store: Store, library: Library) -> None:
    stands_in_line(store, "ana", DANGER)
    store.later(seconds=1)
    asyncio.run(Desk(store, library)._climb.look())
    target = (TARGETS[0].channel, TARGETS[0].address)
    assert store.ladders.claim_calls(target, store.now, store.now + timedelta(seconds=60)) is not None
    other = Desk(store, library)
    other.looks()
    assert [address for address, _ in other.phones.rang] == ["123456"]
    store.later(seconds=61)
    other.looks()
    assert sorted(address for address, _ in other.phones.rang) == ["+66812345678", "123456"]


def test_no_number_of_whoever_is_on_call_lies_in_the_database(store: Store, library: Library) -> None:
    stands_in_line(store, "ana", DANGER)
    Desk(store, library).looks()
    with store.database.read() as connection:
        assert "812345678" not in str(connection.execute(select(t.calls)).all())


def test_a_target_of_the_settings_has_the_language_in_which_it_is_called() -> None:
    assert (
        Target(ChannelName("sms"), Address("+66812345678"), TARGETS[0].language),
        Target(ChannelName("telegram"), Address("123456")),
    ) == TARGETS
    assert TARGETS[0].language == "th"


# --- the person ------------------------------------------------------------------------------------------------------


def said(store: Store, about: ConversationId) -> list[str | None]:
    return [one.saying.key if one.saying else None for one in store.conversations.messages(about) if one.delivery]


def test_whoever_waits_long_hears_once_that_nobody_has_come_and_how_to_be_reached(store: Store, desk: Desk) -> None:
    ana = stands_in_line(store, "ana")
    stays(store, minutes=9)
    desk.looks()
    assert said(store, ana) == []
    for minutes in (1, 1, 60):
        stays(store, minutes=minutes)
        desk.looks()
    assert said(store, ana) == ["wait.nobody_yet", "human_unavailable.back"]
    conversation = store.conversations.get(ana)
    assert conversation is not None
    assert conversation.question == "human_unavailable.back", "what is written next is noted for the team"


def test_an_open_question_is_not_covered_and_who_left_a_number_is_not_asked_again(store: Store, desk: Desk) -> None:
    asked, left = stands_in_line(store, "asked"), stands_in_line(store, "left")
    store.conversations.change(asked, [Asked("safety")], store.now)
    store.conversations.change(left, [Told("callback", "0812345678")], store.now)
    stays(store, minutes=11)
    desk.looks()
    assert said(store, asked) == said(store, left) == ["wait.nobody_yet"]
    conversation = store.conversations.get(asked)
    assert conversation is not None
    assert conversation.question == "safety"


def test_nothing_is_said_by_itself_while_somebody_watches_the_phone(store: Store, desk: Desk) -> None:
    ana = stands_in_line(store, "ana")
    store.conversations.change(ana, [SafetyNoted(True)], store.now)
    stays(store, minutes=11)
    desk.looks()
    assert said(store, ana) == []


EVENING = SafeHours(21 * 60, 23 * 60, "Asia/Bangkok")  # the store's clock begins at 19:00 there


def test_outside_of_safe_hours_the_person_hears_nothing_until_they_begin(store: Store, desk: Desk) -> None:
    ana, calls = stands_in_line(store, "ana", DANGER), desk.phones.rang
    store.safe_hours.set(ana, EVENING, store.now)
    for minutes in (9, 2, 60, 48):
        stays(store, minutes=minutes)
        desk.looks()
        assert said(store, ana) == []
    assert len(calls) == 2, "who is on call is called at all hours"
    stays(store, minutes=1)
    desk.looks()
    desk.looks()
    assert said(store, ana) == ["wait.nobody_yet", "human_unavailable.back"]


def test_who_writes_outside_of_safe_hours_is_there_and_is_told(store: Store, desk: Desk) -> None:
    ana = stands_in_line(store, "ana")
    store.safe_hours.set(ana, EVENING, store.now)
    stays(store, minutes=30)
    desk.looks()
    assert said(store, ana) == []
    writes(store, "ana", "is anybody there?")
    stays(store, minutes=1)
    desk.looks()
    assert said(store, ana) == ["wait.nobody_yet", "human_unavailable.back"]


@pytest.mark.parametrize("now_safe", [None, SafeHours(19 * 60, 20 * 60, "Asia/Bangkok")])
def test_hours_that_are_changed_or_cleared_count_at_the_next_look(
    store: Store, desk: Desk, now_safe: SafeHours | None
) -> None:
    ana = stands_in_line(store, "ana")
    store.safe_hours.set(ana, EVENING, store.now)
    stays(store, minutes=30)
    desk.looks()
    store.safe_hours.set(ana, now_safe, store.now)
    desk.looks()
    assert said(store, ana) == ["wait.nobody_yet", "human_unavailable.back"]


def test_who_waits_for_their_hours_is_not_written_about_at_every_look(store: Store, desk: Desk) -> None:
    ana = stands_in_line(store, "ana", DANGER)
    store.safe_hours.set(ana, EVENING, store.now)
    stays(store, minutes=40)
    desk.looks()
    assert store.ladders.to_climb(store.now, store.now, everybody=False) == []


def test_erasing_leaves_no_ladder_no_call_and_no_label(store: Store, library: Library) -> None:
    operator = store.operators.add("dara", "operator", store.now)
    ana = stands_in_line(store, "ana", DANGER)
    Desk(store, library).looks()
    store.labels.put(store.labels.add("court", "blue").id, ana, operator.id, store.now)
    assert store.eraser.erase(ana, store.now)
    with store.database.read() as connection:
        for table in (t.ladders, t.calls, t.conversation_labels):
            assert connection.execute(select(table)).all() == []


def test_a_step_that_two_read_is_written_by_the_first_alone(store: Store, desk: Desk) -> None:
    from dataclasses import replace

    ana = stands_in_line(store, "ana", DANGER)
    desk.looks()
    stays(store, seconds=400)
    (one,) = store.ladders.to_climb(store.now, store.now, everybody=True)
    assert one.climbed is not None
    after = replace(one.climbed, rung=Rung.ON_CALL)
    assert store.ladders.climb(one, after, None, store.now, [("telegram", "1")])
    assert not store.ladders.climb(one, after, None, store.now, [("telegram", "1")])
    assert log(store, ana).count("ladder_on_call") == 1


def test_two_who_would_tell_the_person_tell_once(store: Store, desk: Desk, library: Library) -> None:
    from bot.core.message import Saying
    from bot.core.taxonomy import ENGLISH

    ana = stands_in_line(store, "ana")
    desk.looks()
    reply = library.word(Saying("wait.nobody_yet"), ENGLISH)
    assert store.ladders.tell(ana, [reply], None, store.now)
    assert not store.ladders.tell(ana, [reply], None, store.now)
    assert said(store, ana) == ["wait.nobody_yet"]
