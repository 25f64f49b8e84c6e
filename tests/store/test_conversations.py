"""The inbox, the turn and the outbox, on both databases."""

from __future__ import annotations

import pytest

from bot.core.conversation import Closed, HandedBack, HandoffRequested, Holder, NotHeld, TakenOver, apply
from bot.core.ids import Address, ChannelName, ConversationId, MessageId, OperatorId
from bot.core.message import Button, Delivery, Received, Reply, Saying
from bot.core.risk import Risk, Sign
from bot.core.taxonomy import Indicator, Intent, Language
from bot.core.turn import PendingTurn, Stale, TurnOutcome
from bot.core.understanding import Evidence, IntentGuess, LanguageGuess, Understanding
from tests.conftest import Store

WEB = ChannelName("web")
BURMESE = "ဘော့စ်က ပတ်စပို့ သိမ်းထားတယ်"


def says(store: Store, text: str = "help", message_id: str = "1", address: str = "someone") -> Received:
    return Received(WEB, message_id, Address(address), text, store.now)


def understood(text: str, *indicators: str) -> Understanding:
    return Understanding(
        text,
        text,
        LanguageGuess(Language("my"), 0.9),
        IntentGuess(Intent("report_exploitation"), 0.8),
        tuple(Evidence(Indicator(name), 0.9, ((0, 4),)) for name in indicators),
    )


def answered(store: Store, pending: PendingTurn, *indicators: str, reply: str = "ok") -> TurnOutcome:
    signs = tuple(Sign(Indicator(name), pending.message_id) for name in indicators)
    conversation = apply(pending.conversation, HandoffRequested("sign", store.now)) if signs else pending.conversation
    return TurnOutcome(
        pending,
        conversation,
        understood(pending.text, *indicators),
        signs,
        (Reply(reply, Saying("greet", {"n": 1}), (Button("Yes", "/affirm"),)),),
        b"memory",
        store.now,
    )


def pending_turn(store: Store, conversation_id: ConversationId) -> PendingTurn:
    pending = store.conversations.next_turn(conversation_id)
    assert pending is not None
    return pending


@pytest.fixture
def operator(store: Store) -> OperatorId:
    return store.operators.add("dara", "operator", store.now).id


@pytest.fixture
def other_operator(store: Store) -> OperatorId:
    return store.operators.add("maya", "operator", store.now).id


def test_a_message_delivered_twice_is_stored_once(store: Store) -> None:
    first = store.conversations.receive(says(store), store.now)
    second = store.conversations.receive(says(store), store.now)
    assert second.duplicate
    assert second.message_id == first.message_id
    store.conversations.commit_turn(answered(store, pending_turn(store, first.conversation_id)))
    assert store.conversations.next_turn(first.conversation_id) is None


def test_two_people_have_two_conversations(store: Store) -> None:
    one = store.conversations.receive(says(store), store.now)
    other = store.conversations.receive(says(store, message_id="2", address="another"), store.now)
    assert one.conversation_id != other.conversation_id


def test_what_was_written_comes_back_as_it_was_written(store: Store) -> None:
    odd = "\ud800 lone surrogate, \x00 control, \u200b joiner, 🆘 " + BURMESE
    accepted = store.conversations.receive(says(store, odd), store.now)
    assert pending_turn(store, accepted.conversation_id).text == odd


def test_messages_of_one_person_wait_in_the_order_in_which_they_came(store: Store) -> None:
    texts = ["one", "two", "three"]
    for number, text in enumerate(texts):
        accepted = store.conversations.receive(says(store, text, str(number)), store.now)
    seen = []
    while (pending := store.conversations.next_turn(accepted.conversation_id)) is not None:
        seen.append(pending.text)
        store.conversations.commit_turn(answered(store, pending))
    assert seen == texts


def test_a_turn_leaves_its_signs_its_memory_and_its_reply(store: Store) -> None:
    accepted = store.conversations.receive(says(store, BURMESE), store.now)
    store.conversations.commit_turn(
        answered(store, pending_turn(store, accepted.conversation_id), "document_retention", "isolation")
    )
    store.conversations.receive(says(store, message_id="2"), store.now)
    following = pending_turn(store, accepted.conversation_id)
    assert following.memory == b"memory"
    assert {sign.indicator for sign in following.signs} == {"document_retention", "isolation"}
    assert following.conversation.risk is Risk.HIGH
    assert following.conversation.holder is Holder.QUEUE
    person, bot, _ = store.conversations.messages(accepted.conversation_id)
    assert person.understanding == understood(BURMESE, "document_retention", "isolation")
    assert (bot.text, bot.saying, bot.buttons) == ("ok", Saying("greet", {"n": 1}), (Button("Yes", "/affirm"),))


def test_a_turn_decided_before_an_operator_took_over_is_not_written(store: Store, operator: OperatorId) -> None:
    accepted = store.conversations.receive(says(store), store.now)
    pending = pending_turn(store, accepted.conversation_id)
    store.conversations.change(accepted.conversation_id, [TakenOver(operator, store.now)], store.now)
    with pytest.raises(Stale):
        store.conversations.commit_turn(answered(store, pending))
    assert store.conversations.collect_outgoing(WEB, Address("someone"), store.now) == []
    assert pending_turn(store, accepted.conversation_id).message_id == pending.message_id


def test_what_the_bot_wrote_before_an_operator_took_over_is_withheld(store: Store, operator: OperatorId) -> None:
    accepted = store.conversations.receive(says(store), store.now)
    store.conversations.commit_turn(answered(store, pending_turn(store, accepted.conversation_id)))
    store.conversations.change(accepted.conversation_id, [TakenOver(operator, store.now)], store.now)
    store.conversations.write_as_operator(accepted.conversation_id, operator, "I am here", store.now)
    sent = store.conversations.collect_outgoing(WEB, Address("someone"), store.now)
    assert [message.text for message in sent] == ["I am here"]
    _, bot, _ = store.conversations.messages(accepted.conversation_id)
    assert bot.delivery is Delivery.WITHHELD


def test_outgoing_messages_are_handed_out_once_and_in_order(store: Store) -> None:
    for number in range(3):
        accepted = store.conversations.receive(says(store, message_id=str(number)), store.now)
        pending = pending_turn(store, accepted.conversation_id)
        store.conversations.commit_turn(answered(store, pending, reply=f"reply {number}"))
    sent = store.conversations.collect_outgoing(WEB, Address("someone"), store.now)
    assert [message.text for message in sent] == ["reply 0", "reply 1", "reply 2"]
    assert store.conversations.collect_outgoing(WEB, Address("someone"), store.now) == []


def test_a_page_that_asks_again_from_the_same_place_gets_the_same_answer(store: Store) -> None:
    accepted = store.conversations.receive(says(store), store.now)
    store.conversations.commit_turn(answered(store, pending_turn(store, accepted.conversation_id)))
    _, first = store.conversations.history(WEB, Address("someone"), MessageId(0), store.now)
    _, again = store.conversations.history(WEB, Address("someone"), MessageId(0), store.now)
    assert [message.text for message in first] == ["help", "ok"]
    assert [message.id for message in first] == [message.id for message in again]
    store.conversations.history(WEB, Address("someone"), first[-1].id, store.now)
    assert store.conversations.messages(accepted.conversation_id)[-1].delivery is Delivery.DELIVERED


def test_two_operators_cannot_hold_one_conversation(
    store: Store, operator: OperatorId, other_operator: OperatorId
) -> None:
    accepted = store.conversations.receive(says(store), store.now)
    store.conversations.change(accepted.conversation_id, [TakenOver(operator, store.now)], store.now)
    with pytest.raises(NotHeld):
        store.conversations.change(accepted.conversation_id, [TakenOver(other_operator, store.now)], store.now)
    with pytest.raises(PermissionError):
        store.conversations.write_as_operator(accepted.conversation_id, other_operator, "hello", store.now)


def test_the_queue_shows_the_gravest_first_and_then_who_waits_longest(store: Store) -> None:
    waiting = {}
    for name, indicators in (
        ("calm", ()),
        ("later concern", ("deception",)),
        ("danger", ("immediate_danger",)),
        ("late danger", ("immediate_danger",)),
        ("high", ("physical_violence",)),
    ):
        accepted = store.conversations.receive(says(store, message_id=name, address=name), store.later(minutes=1))
        pending = pending_turn(store, accepted.conversation_id)
        outcome = answered(store, pending, *indicators)
        from bot.core.conversation import RiskRaised
        from bot.core.risk import assess

        conversation = apply(outcome.conversation, RiskRaised(assess(outcome.new_signs)))
        store.conversations.commit_turn(
            TurnOutcome(
                pending, conversation, outcome.understanding, outcome.new_signs, outcome.replies, None, store.now
            )
        )
        waiting[accepted.conversation_id] = name
    order = [waiting[one.id] for one in store.queue.waiting((Holder.QUEUE, Holder.BOT))]
    assert order == ["danger", "late danger", "high", "later concern", "calm"]


def test_handing_back_and_closing_leave_no_operator(store: Store, operator: OperatorId) -> None:
    accepted = store.conversations.receive(says(store), store.now)
    for ending, holder in ((HandedBack(store.now), Holder.BOT), (Closed(store.now), Holder.CLOSED)):
        store.conversations.change(accepted.conversation_id, [TakenOver(operator, store.now)], store.now)
        after = store.conversations.change(accepted.conversation_id, [ending], store.now)
        assert (after.holder, after.operator) == (holder, None)


def test_work_that_a_stopped_process_left_is_found_again(store: Store) -> None:
    accepted = store.conversations.receive(says(store), store.now)
    assert store.conversations.with_pending_turns() == [accepted.conversation_id]
    store.conversations.record_attempt(accepted.message_id)
    assert pending_turn(store, accepted.conversation_id).attempts == 1
    store.conversations.commit_turn(answered(store, pending_turn(store, accepted.conversation_id)))
    assert store.conversations.with_pending_turns() == []


def test_events_tell_a_page_what_changed_since_it_looked(store: Store, operator: OperatorId) -> None:
    accepted = store.conversations.receive(says(store), store.now)
    store.conversations.commit_turn(answered(store, pending_turn(store, accepted.conversation_id)))
    seen = store.queue.last_event_id()
    store.conversations.change(accepted.conversation_id, [TakenOver(operator, store.now)], store.now)
    store.eraser.erase(accepted.conversation_id, store.now)
    assert [event.kind for event in store.queue.events_after(seen)] == ["gone"]
