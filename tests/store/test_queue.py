"""The queue: its order, its filters, and who gets whom."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from itertools import product

import pytest

from bot.content.library import Library
from bot.core.conversation import HandedBack, Holder, TakenOver
from bot.core.ids import Address, ChannelName, ConversationId, OperatorId
from bot.core.message import Received
from bot.core.risk import Risk
from bot.core.safe_hours import DAY, Moment, SafeHours, minute_of_day, moment
from bot.core.taxonomy import LANGUAGES, Intent, Language
from bot.core.turn import TurnOutcome
from bot.core.understanding import IntentGuess, LanguageGuess, Understanding
from bot.core.urgency import Whom, in_order
from bot.services.changes import Changes
from bot.services.desk import Desk
from bot.services.take_next import TakeNext
from bot.store.filters import Chosen
from bot.store.sessions import Limits, Stage
from tests.conftest import Store
from tests.store.in_line import stands_in_line, writes

DANGER, HIGH, CONCERN = "immediate_danger", "physical_violence", "deception"


def operators(store: Store, count: int) -> list[OperatorId]:
    return [store.operators.add(f"operator {number}", "operator", store.now).id for number in range(count)]


def take_next(store: Store, library: Library) -> TakeNext:
    async def run(work, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        return await asyncio.to_thread(work, *args, **kwargs)  # each in a thread of its own: they really meet

    desk = Desk(store.conversations, store.cases, store.eraser, library, Changes(), run, lambda: store.now)
    return TakeNext(store.queue, desk, run, lambda: store.now)


def places(store: Store, conversation_ids: list[ConversationId], whom: Whom) -> list[int]:
    """How many stand before each of them."""
    conversations = [store.conversations.get(one) for one in conversation_ids]
    return [store.queue.before(one, whom) for one in conversations if one is not None]


def test_the_database_orders_as_the_rules_do(store: Store) -> None:
    chance = random.Random(7)
    for number in range(60):
        store.later(minutes=chance.random() * 4)
        indicators = chance.choice([(), (CONCERN,), (HIGH,), (DANGER,)])
        language = chance.choice(sorted(LANGUAGES))
        stands_in_line(
            store, str(number), *indicators, language=language, reason=chance.choice(["sign", "report_danger"])
        )
    for speaks in ((), ("my",), ("km", "lo", "th"), tuple(LANGUAGES)):
        whom = Whom(store.later(minutes=3), tuple(map(Language, speaks)))
        everybody = store.queue.waiting((Holder.QUEUE,))
        wanted = [one.id for one in in_order(everybody, whom)]
        assert len(wanted) == 60
        chosen = Chosen(holders=(Holder.QUEUE,))
        assert [one.id for one in store.queue.waiting(chosen=chosen, whom=whom)] == wanted
        for limit in range(1, 60, 3):  # what the database cuts off must not have come before
            cut = store.queue.waiting(chosen=chosen, whom=whom, limit=limit)
            assert [one.id for one in cut] == wanted[:limit], limit
        assert [one.id for one in store.queue.waiting(chosen=chosen, whom=whom, limit=7, offset=7)] == wanted[7:14]
        assert places(store, wanted, whom) == list(range(60))


@pytest.mark.parametrize("seed", range(2))
def test_the_database_orders_as_the_rules_do_by_safe_hours_too(store: Store, seed: int) -> None:
    """Clocks of many places, hours past midnight, of a minute and of nearly a day, some who write just now."""
    chance = random.Random(seed)
    zones = ("Asia/Bangkok", "Asia/Seoul", "Asia/Kolkata", "America/New_York")
    for number in range(60):
        store.later(minutes=chance.random() * 3)
        indicators = chance.choice([(), (CONCERN,), (HIGH,), (HIGH,), (DANGER,)])
        ana = stands_in_line(store, str(number), *indicators, language=chance.choice(["my", "km", "lo"]))
        zone = chance.choice(zones)
        if chance.random() < 0.75:
            lasts, now = chance.choice((1, 45, 600, DAY - 1)), minute_of_day(store.now, zone)
            begin = chance.choice((chance.randrange(DAY), (now - lasts + chance.randrange(150)) % DAY))
            store.safe_hours.set(ana, SafeHours(begin, (begin + lasts) % DAY, zone), store.now)
    chosen, moments = Chosen(holders=(Holder.QUEUE,)), set[Moment]()
    for hour, speaks in product((0, 5, 11, 18), ((), ("my",), tuple(LANGUAGES))):
        whom = Whom(store.now + timedelta(minutes=9 * hour), tuple(map(Language, speaks)))
        everybody = store.queue.waiting((Holder.QUEUE,))
        moments |= {moment(one.safe_hours, one.last_person_at, whom.now) for one in everybody}
        wanted = [one.id for one in in_order(everybody, whom)]
        assert len(wanted) == 60
        for limit in (60, *range(1, 60, 7)):  # what the database cuts off must not have come before
            cut = store.queue.waiting(chosen=chosen, whom=whom, limit=limit)
            assert [one.id for one in cut] == wanted[:limit], (limit, hour)
        assert [one.id for one in store.queue.next_for(OperatorId(1), whom, store.now, limit=5)] == wanted[:5]
        assert places(store, wanted, whom) == list(range(60))
    assert moments == set(Moment)


def test_whoever_may_be_written_to_is_taken_first_and_whoever_may_not_is_left_to_nobody(
    store: Store, library: Library
) -> None:
    (dara,) = operators(store, 1)
    takes = take_next(store, library)
    asleep = stands_in_line(store, "asleep", HIGH)
    store.safe_hours.set(asleep, SafeHours(21 * 60, 23 * 60, "Asia/Bangkok"), store.now)
    store.later(minutes=11)
    awake = stands_in_line(store, "awake", HIGH)

    def next_one() -> ConversationId | None:
        taken = asyncio.run(takes(dara, ()))
        return taken.id if taken is not None else None

    assert [next_one(), next_one(), next_one()] == [awake, asleep, None]


def test_nothing_is_said_by_itself_outside_of_safe_hours(store: Store, library: Library) -> None:
    """Who takes over is told to a person who is there, and to nobody whose telephone would ring at night."""
    (dara,) = operators(store, 1)
    takes = take_next(store, library)

    def said(name: str, *, minutes: float) -> list[str | None]:
        ana = stands_in_line(store, name)
        store.safe_hours.set(ana, SafeHours(21 * 60, 23 * 60, "Asia/Bangkok"), store.now)
        store.later(minutes=minutes)
        assert asyncio.run(takes(dara, ())) is not None
        return [one.saying.key if one.saying else None for one in store.conversations.messages(ana) if one.delivery]

    assert said("asleep", minutes=10) == []
    assert said("there", minutes=9) == ["operator_joined"]
    store.later(hours=2)  # 21:19 there
    assert said("evening", minutes=10) == ["operator_joined"]


def test_setting_hours_disturbs_no_turn_and_erasing_takes_them_along(store: Store) -> None:
    ana = writes(store, "ana", "hello")
    evening = SafeHours(21 * 60, 23 * 60, "Asia/Bangkok")
    seen = store.queue.last_event_id()
    store.conversations.receive(Received(ChannelName("web"), "1", Address("ana"), "after nine", store.now), store.now)
    pending = store.conversations.next_turn(ana)
    assert pending is not None
    assert store.safe_hours.set(ana, evening, store.now)
    assert not store.safe_hours.set(ana, evening, store.now), "nothing new"
    understood = Understanding("", "", LanguageGuess(Language("en"), 0.9), IntentGuess(Intent("greet"), 0.9), (), ())
    store.conversations.commit_turn(TurnOutcome(pending, pending.conversation, understood, (), (), None, store.now))
    conversation = store.conversations.get(ana)
    assert conversation is not None
    assert conversation.safe_hours == evening
    assert [one.kind for one in store.queue.events_after(seen)] == ["safe_hours", "message"]
    assert store.safe_hours.set(ana, None, store.now)
    assert store.queue.lines([ana])[ana].safe_hours is None
    store.safe_hours.set(ana, evening, store.now)
    assert store.eraser.erase(ana, store.now)
    with pytest.raises(LookupError):
        store.safe_hours.set(ana, evening, store.now)


def test_fifty_operators_who_ask_at_once_get_fifty_conversations(store: Store, library: Library) -> None:
    waiting = {stands_in_line(store, str(number)) for number in range(50)}
    takes, there = take_next(store, library), operators(store, 50)

    async def all_at_once() -> list[ConversationId]:
        taken = await asyncio.gather(*(takes(one, ()) for one in there))
        return [one.id for one in taken if one is not None]

    taken = asyncio.run(all_at_once())
    assert len(taken) == 50
    assert set(taken) == waiting
    held = store.queue.waiting((Holder.OPERATOR,))
    assert sorted(one.operator_id for one in held if one.operator_id is not None) == sorted(there)


def test_of_two_operators_one_gets_the_only_one_who_waits(store: Store, library: Library) -> None:
    stands_in_line(store, "ana", DANGER)
    takes, (dara, maya) = take_next(store, library), operators(store, 2)

    async def both() -> list[object]:
        return list(await asyncio.gather(takes(dara, ()), takes(maya, ())))

    assert [one is None for one in asyncio.run(both())].count(True) == 1


def test_nobody_waits_and_nobody_is_taken(store: Store, library: Library) -> None:
    writes(store, "ana", "hello")
    (dara,) = operators(store, 1)
    assert asyncio.run(take_next(store, library)(dara, ())) is None


def test_what_an_operator_let_go_comes_after_everybody_else_for_an_hour(store: Store, library: Library) -> None:
    (dara,) = operators(store, 1)
    grave = stands_in_line(store, "grave", DANGER)
    store.conversations.change(grave, [TakenOver(dara, store.now), HandedBack(store.now)], store.now)
    store.audit.record(dara, "handed_back", grave, store.now)
    stands_in_line(store, "grave", DANGER)
    calm = stands_in_line(store, "calm")

    def first() -> ConversationId:
        return store.queue.next_for(dara, Whom(store.now), store.now - timedelta(hours=1))[0].id

    store.later(minutes=5)
    assert first() == calm
    store.later(hours=1)
    assert first() == grave
    assert store.queue.waiting(chosen=Chosen(holders=(Holder.QUEUE,)), whom=Whom(store.now))[0].id == grave


def test_each_filter_leaves_what_it_names(store: Store) -> None:
    (dara,) = operators(store, 1)
    ana = stands_in_line(store, "ana", DANGER, language="my")
    ben = stands_in_line(store, "ben", CONCERN, language="km", channel="sms")
    cho = writes(store, "cho", "hello", language="vi")
    store.conversations.change(cho, [TakenOver(dara, store.now)], store.now)
    label = store.labels.add("court", "blue")
    store.labels.put(label.id, ben, dara, store.now)

    def left(**by: object) -> set[str]:
        return {one.id for one in store.queue.waiting(chosen=Chosen(**by))}  # type: ignore[arg-type]

    assert left() == {ana, ben, cho}
    assert left(risks=(Risk.EMERGENCY,)) == {ana}
    assert left(languages=("my", "km")) == {ana, ben}
    assert left(channels=("sms",)) == {ben}
    assert left(indicators=(CONCERN,)) == {ben}
    assert left(labels=(label.id,)) == {ben}
    assert left(operators=(dara,)) == {cho}
    assert left(holders=(Holder.QUEUE,), languages=("km",)) == {ben}
    assert left(id_begins=ana[:10]) == {ana}
    assert left(id_begins="%") == set()
    assert left(written_from=store.now + timedelta(minutes=1)) == set()
    assert left(written_to=store.now + timedelta(minutes=1)) == {ana, ben, cho}
    assert store.queue.count(Chosen(languages=("my",))) == 1


def test_the_country_of_a_person_narrows_a_list(store: Store) -> None:
    from bot.core.conversation import CountryNoted
    from bot.core.ids import CountryCode

    ana, ben = stands_in_line(store, "ana"), stands_in_line(store, "ben")
    store.conversations.change(ana, [CountryNoted("present", CountryCode("KH"))], store.now)
    store.conversations.change(ben, [CountryNoted("destination", CountryCode("TH"))], store.now)
    assert [one.id for one in store.queue.waiting(chosen=Chosen(countries=("KH",)))] == [ana]
    assert [one.country for one in store.queue.waiting(chosen=Chosen(countries=("TH",)))] == ["TH"]


def test_of_each_kind_several_may_be_named_and_any_of_them_is_enough(store: Store) -> None:
    from bot.core.conversation import CountryNoted
    from bot.core.ids import CountryCode

    (dara,) = operators(store, 1)
    ana = stands_in_line(store, "ana", DANGER, language="my")
    ben = stands_in_line(store, "ben", CONCERN, language="km", channel="sms")
    cho = stands_in_line(store, "cho", HIGH, language="vi", channel="telegram")
    dai = stands_in_line(store, "dai", language="lo")
    labels = [store.labels.add(name, "blue").id for name in ("court", "child")]
    for one, label, country in ((ana, labels[0], "KH"), (ben, labels[1], "TH"), (cho, labels[1], "MM")):
        store.labels.put(label, one, dara, store.now)
        store.conversations.change(one, [CountryNoted("present", CountryCode(country))], store.now)

    def left(**by: object) -> set[str]:
        return {one.id for one in store.queue.waiting(chosen=Chosen(**by))}  # type: ignore[arg-type]

    assert left(countries=("KH", "TH")) == {ana, ben}
    assert left(languages=("km", "vi", "lo")) == {ben, cho, dai}
    assert left(channels=("sms", "telegram")) == {ben, cho}
    assert left(indicators=(DANGER, HIGH)) == {ana, cho}
    assert left(labels=tuple(labels)) == {ana, ben, cho}
    assert left(risks=(Risk.EMERGENCY, Risk.HIGH)) == {ana, cho}
    assert left(risks=(Risk.EMERGENCY, Risk.HIGH), languages=("vi", "km")) == {cho}, "of every kind that is named"
    assert store.queue.count(Chosen(countries=("KH", "MM"), labels=tuple(labels))) == 2


def test_an_auditor_with_the_desk_open_is_nobody_who_may_come(store: Store) -> None:
    auditor = store.operators.add("sok", "auditor", store.now)
    store.sessions.open(auditor.id, "token", "csrf", store.now)
    assert len(store.queue.at_the_desk(store.now)) == 0
    (dara,) = operators(store, 1)
    store.sessions.open(dara, "another", "csrf", store.now)
    assert len(store.queue.at_the_desk(store.now)) == 1
    store.later(minutes=4)
    assert len(store.queue.at_the_desk(store.now)) == 0


def test_who_holds_a_grave_conversation_is_busy(store: Store) -> None:
    (dara,) = operators(store, 1)
    store.sessions.open(dara, "token", "csrf", store.now)
    ana = stands_in_line(store, "ana", HIGH)
    assert [one.busy for one in store.queue.at_the_desk(store.now)] == [False]
    store.conversations.change(ana, [TakenOver(dara, store.now)], store.now)
    assert [one.busy for one in store.queue.at_the_desk(store.now)] == [True]


@pytest.mark.parametrize("speaks", [(), ("en",)])
def test_a_list_is_read_in_few_questions_however_many_wait(store: Store, speaks: tuple[str, ...]) -> None:
    from sqlalchemy import event

    for number in range(5):
        stands_in_line(store, str(number), CONCERN)
    asked: list[str] = []
    event.listen(store.database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    store.queue.waiting(chosen=Chosen(), whom=Whom(store.now, tuple(map(Language, speaks))))
    assert sum(one.lstrip().startswith("SELECT") for one in asked) == 4  # clocks, lines, signs, labels


def test_who_locked_the_desk_is_not_there_until_it_is_unlocked(store: Store) -> None:
    (dara,) = operators(store, 1)
    store.sessions.open(dara, "token", "csrf", store.now)
    store.sessions.lock("token", store.now)
    assert len(store.queue.at_the_desk(store.now)) == 0
    assert store.cases.at_the_desk(store.now) == [], "nor a colleague who can be asked"
    store.sessions.unlock("token", store.now)
    assert len(store.queue.at_the_desk(store.now)) == 1
    assert [one.id for one in store.cases.at_the_desk(store.now)] == [dara]


def test_who_locked_one_desk_and_has_another_open_is_there(store: Store) -> None:
    (dara,) = operators(store, 1)
    store.sessions.open(dara, "laptop", "csrf", store.now)
    store.sessions.open(dara, "telephone", "csrf", store.now)
    store.sessions.lock("laptop", store.now)
    assert len(store.queue.at_the_desk(store.now)) == 1


def test_a_desk_that_nobody_touches_counts_no_longer_though_its_page_still_asks(store: Store) -> None:
    minute = timedelta(minutes=1)
    limits = Limits(idle=60 * minute, longest=720 * minute, unfinished=10 * minute, lock=10 * minute)
    (dara,) = operators(store, 1)
    store.sessions.open(dara, "token", "csrf", store.now)
    there = []
    for _ in range(12):
        store.sessions.find("token", store.later(minutes=1), limits)
        there.append(len(store.queue.at_the_desk(store.now)))
    assert there == [1] * 10 + [0, 0]


def test_who_still_owes_the_code_of_the_second_step_is_not_there(store: Store) -> None:
    (dara,) = operators(store, 1)
    store.sessions.open(dara, "token", "csrf", store.now, Stage.CODE)
    assert len(store.queue.at_the_desk(store.now)) == 0
