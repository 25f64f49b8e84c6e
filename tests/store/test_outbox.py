"""The outbox: one at a time and in order, the holder asked again, nothing forgotten by a worker that dies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.core.conversation import Holder, TakenOver
from bot.core.ids import Address, ChannelName, ConversationId, OperatorId
from bot.core.message import Button, Delivery, Received, Reply, Saying
from bot.core.safe_hours import OUTSIDE, SafeHours
from bot.core.sending import Lease, Outgoing, Receipt, Sent
from bot.core.taxonomy import Intent, Language
from bot.core.turn import Stale, TurnOutcome
from bot.core.understanding import IntentGuess, LanguageGuess, Understanding
from bot.store.outbox import Outbox
from bot.store.seal import Keyring
from tests.conftest import Store

TELEGRAM = ChannelName("telegram")


class Post:
    """The outbox with a conversation in it, in short words."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.outbox = Outbox(store.database, Keyring(b"k" * 32))
        self.count = 0

    def opens(self, who: str = "7001") -> ConversationId:
        self.count += 1
        received = Received(TELEGRAM, f"m{self.count}", Address(who), "halo", self.store.now)
        return self.store.conversations.receive(received, self.store.now).conversation_id

    def queues(self, conversation: ConversationId, *texts: str, key: str = "greet") -> None:
        buttons = (Button("Yes", "/affirm"), Button("No", "/deny"))
        replies = [Reply(text, Saying(key), buttons) for text in texts]
        self.store.conversations.queue_sayings(conversation, replies, self.store.now)

    def claims(self, worker: str = "w1", limit: int = 10, lapsed: Sequence[Lease] = ()) -> list[ConversationId]:
        return self.outbox.claim((TELEGRAM,), worker, self.store.now, limit, lapsed)

    def takes(self, conversation: ConversationId, worker: str = "w1") -> Outgoing | None:
        return self.outbox.take(conversation, worker, self.store.now)

    def goes(self, outgoing: Outgoing | None, channel_id: str = "1", *, last: bool = True) -> None:
        assert outgoing is not None
        self.outbox.sent(outgoing, Sent(channel_id), self.store.now, last=last)

    def states(self, conversation: ConversationId) -> list[str]:
        kept = self.store.conversations.messages(conversation)
        return [one.delivery.value for one in kept if one.delivery]


@pytest.fixture
def post(store: Store) -> Post:
    return Post(store)


def test_messages_are_taken_one_after_another_in_order(post: Post) -> None:
    conversation = post.opens()
    post.queues(conversation, "one", "two")
    assert post.claims() == [conversation]
    first = post.takes(conversation)
    assert first is not None
    assert (first.text, first.address, first.part, first.doubtful) == ("one", "7001", 0, False)
    assert post.states(conversation) == ["sending", "queued"]
    post.goes(first)
    second = post.takes(conversation)
    assert second is not None
    assert second.text == "two"
    post.goes(second)
    assert post.takes(conversation) is None
    assert post.states(conversation) == ["sent", "sent"]


def test_a_conversation_is_leased_to_one_worker_until_it_lets_go_or_dies(post: Post) -> None:
    conversation = post.opens()
    post.queues(conversation, "one")
    assert post.claims("w1") == [conversation]
    assert post.claims("w2") == []
    assert post.takes(conversation, "w2") is None
    post.store.later(days=1)
    assert post.claims("w2") == [], "no clock ends a lease"
    held = post.outbox.leases()
    assert [(one.conversation_id, one.by) for one in held] == [(conversation, "w1")]
    assert post.claims("w2", lapsed=held) == [conversation]
    assert post.takes(conversation, "w1") is None, "it woke up too late"
    post.outbox.release(conversation, "w2")
    assert post.claims("w3") == [conversation]


def test_a_lease_that_beats_is_taken_from_nobody(post: Post) -> None:
    conversation = post.opens()
    post.queues(conversation, "one")
    post.claims("w1")
    held = post.outbox.leases()
    post.takes(conversation, "w1")
    assert post.claims("w2", lapsed=held) == [], "it gave a sign of life since it was last seen"
    assert post.claims("w2", lapsed=post.outbox.leases()) == [conversation]


def test_a_clock_that_is_set_back_makes_nobody_wait_for_it(post: Post) -> None:
    conversation = post.opens()
    post.queues(conversation, "one")
    post.claims()
    first = post.takes(conversation)
    assert first is not None
    post.outbox.wait(first, post.store.now + timedelta(seconds=5), "telegram_500", post.store.now)
    post.outbox.release(conversation, "w1")
    post.store.later(seconds=-30)
    assert post.claims() == [], "clocks of two machines may differ by so much"
    post.store.later(hours=-3)
    assert post.outbox.next_due(post.store.now) is None
    assert post.claims() == [conversation]


def test_what_was_on_its_way_when_a_worker_died_is_doubtful(post: Post) -> None:
    conversation = post.opens()
    post.queues(conversation, "one")
    post.claims("w1")
    post.takes(conversation, "w1")
    assert post.outbox.end_leases() == 1
    post.claims("w2")
    again = post.takes(conversation, "w2")
    assert again is not None
    assert (again.doubtful, again.part, again.since) == (True, 0, post.store.now)


def test_what_was_surely_not_taken_stays_first_and_is_not_doubtful(post: Post) -> None:
    conversation = post.opens()
    post.queues(conversation, "one", "two")
    post.claims()
    first = post.takes(conversation)
    assert first is not None
    post.outbox.wait(first, post.store.now + timedelta(seconds=5), "telegram_500", post.store.now)
    post.outbox.release(conversation, "w1")
    assert post.claims() == []
    assert post.outbox.next_due(post.store.now) == post.store.now + timedelta(seconds=5)
    assert post.store.conversations.messages(conversation)[1].reason == "telegram_500"
    post.store.later(seconds=5)
    assert post.claims() == [conversation]
    again = post.takes(conversation)
    assert again is not None
    assert (again.text, again.doubtful, again.attempts) == ("one", False, 1)


def test_what_the_bot_wrote_before_a_take_over_is_withheld(post: Post) -> None:
    conversation = post.opens()
    post.queues(conversation, "from the bot")
    operator = post.store.operators.add("dara", "operator", post.store.now).id
    post.store.conversations.change(conversation, (TakenOver(operator, post.store.now),), post.store.now)
    post.store.conversations.write_as_operator(conversation, OperatorId(operator), "from a person", post.store.now)
    post.claims()
    taken = post.takes(conversation)
    assert taken is not None
    assert taken.text == "from a person"
    assert post.states(conversation) == ["withheld", "sending"]


def test_a_message_in_parts_goes_on_where_it_stopped(post: Post) -> None:
    conversation = post.opens()
    post.queues(conversation, "long")
    post.claims()
    post.goes(post.takes(conversation), "1", last=False)
    second = post.takes(conversation)
    assert second is not None
    assert (second.part, second.done) == (1, 1)
    assert post.states(conversation) == ["sending"]
    post.goes(second, "2")
    assert post.states(conversation) == ["sent"]
    assert post.outbox.known_ids(conversation) == {"1", "2"}


def test_receipts_move_a_message_only_forward_and_only_with_all_its_parts(post: Post) -> None:
    conversation = post.opens()
    post.queues(conversation, "long")
    post.claims()
    first = post.takes(conversation)
    assert first is not None
    post.goes(first, "1", last=False)
    delivered = Receipt(first.message_id, 0, Delivery.DELIVERED)
    assert post.outbox.receipt(delivered, post.store.now) == conversation
    assert post.states(conversation) == ["sending"], "its second part has not gone"
    post.goes(post.takes(conversation), "2")
    assert post.states(conversation) == ["sent"]
    for delivery, stands in (
        (Delivery.DELIVERED, "delivered"),
        (Delivery.SENT, "delivered"),
        (Delivery.FAILED, "delivered"),
        (Delivery.READ, "delivered"),
    ):
        post.outbox.receipt(Receipt(first.message_id, 1, delivery), post.store.now)
        assert post.states(conversation) == [stands]
    post.outbox.receipt(Receipt(first.message_id, 0, Delivery.READ), post.store.now)
    assert post.states(conversation) == ["read"]
    assert post.outbox.receipt(Receipt(first.message_id, 7, Delivery.READ), post.store.now) is None


def test_a_receipt_that_comes_before_the_answer_is_kept(post: Post) -> None:
    conversation = post.opens()
    post.queues(conversation, "one")
    post.claims()
    taken = post.takes(conversation)
    assert taken is not None
    post.outbox.receipt(Receipt(taken.message_id, 0, Delivery.DELIVERED), post.store.now)
    post.goes(taken)
    assert post.states(conversation) == ["delivered"]


def test_a_receipt_proves_that_a_doubtful_part_was_taken(post: Post) -> None:
    conversation = post.opens()
    post.queues(conversation, "one")
    post.claims()
    taken = post.takes(conversation)
    assert taken is not None
    post.outbox.doubt(taken, post.store.now, post.store.now)
    post.outbox.receipt(Receipt(taken.message_id, 0, Delivery.SENT, None, "SM1"), post.store.now)
    beyond = post.takes(conversation)
    assert beyond is not None
    assert (beyond.part, beyond.doubtful) == (1, False)
    post.outbox.finish(beyond, post.store.now)
    assert post.states(conversation) == ["sent"]
    assert post.outbox.known_ids(conversation) == {"SM1"}


def test_a_receipt_that_comes_first_leaves_nothing_in_doubt_and_nothing_goes_twice(post: Post) -> None:
    """The line broke while it was sent; before we note that, or ask the channel, a receipt tells that it was taken."""
    conversation = post.opens()
    post.queues(conversation, "one", "two", "three")
    post.claims()

    def takes_and_receipt_comes(channel_id: str) -> Outgoing:
        taken = post.takes(conversation)
        assert taken is not None
        post.outbox.receipt(Receipt(taken.message_id, 0, Delivery.DELIVERED, None, channel_id), post.store.now)
        return taken

    def has_all_its_parts() -> None:
        beyond = post.takes(conversation)
        assert beyond is not None
        assert (beyond.part, beyond.doubtful) == (1, False)
        post.outbox.finish(beyond, post.store.now)

    post.outbox.doubt(takes_and_receipt_comes("SM1"), post.store.later(seconds=30), post.store.now)
    has_all_its_parts()
    second = takes_and_receipt_comes("SM2")
    assert not post.outbox.again(second), "the channel's list did not have it yet"
    assert post.outbox.known_ids(conversation, (second.message_id, 0)) == {"SM1"}, "the list is searched for this one"
    has_all_its_parts()
    post.outbox.park(takes_and_receipt_comes("SM3"), Delivery.UNCERTAIN, "telegram_cut", post.store.now)
    has_all_its_parts()
    assert post.states(conversation) == ["delivered", "delivered", "delivered"]
    assert "parked" not in [one.kind for one in post.store.queue.events_after(0)]


def test_a_parked_message_leaves_a_conversation_with_the_operator_who_holds_it(post: Post) -> None:
    conversation = post.opens()
    anna = post.store.operators.add("anna", "operator", post.store.now)
    post.store.conversations.change(conversation, [TakenOver(anna.id, post.store.now)], post.store.now)
    post.store.conversations.write_as_operator(conversation, anna.id, "hello", post.store.now)
    post.claims()
    taken = post.takes(conversation)
    assert taken is not None
    post.outbox.park(taken, Delivery.FAILED, "telegram_400", post.store.now)
    held = post.store.conversations.get(conversation)
    assert held is not None
    assert (held.holder, held.operator) == (Holder.OPERATOR, anna.id)


def test_a_turn_decided_before_a_message_was_parked_is_decided_anew(post: Post) -> None:
    conversation = post.opens()
    post.queues(conversation, "one")
    pending = post.store.conversations.next_turn(conversation)
    assert pending is not None
    post.claims()
    taken = post.takes(conversation)
    assert taken is not None
    post.outbox.park(taken, Delivery.FAILED, "telegram_400", post.store.now)
    understood = Understanding("halo", "halo", LanguageGuess(Language("id"), 1.0), IntentGuess(Intent("greet"), 1.0))
    outcome = TurnOutcome(pending, pending.conversation, understood, (), (), None, post.store.now)
    with pytest.raises(Stale):
        post.store.conversations.commit_turn(outcome)


def test_parked_messages_call_the_desk_and_may_be_sent_again(post: Post) -> None:
    conversation = post.opens()
    post.queues(conversation, "one", "two")
    post.claims()
    taken = post.takes(conversation)
    assert taken is not None
    post.outbox.park(taken, Delivery.UNCERTAIN, "telegram_cut", post.store.now)
    assert [one.kind for one in post.store.queue.events_after(0)][-1] == "parked"
    held = post.store.conversations.get(conversation)
    assert held is not None
    assert (held.holder, held.handoff_reason, held.waiting_since) == (Holder.QUEUE, "message_parked", post.store.now)
    post.goes(post.takes(conversation))
    assert post.states(conversation) == ["uncertain", "sent"]
    assert post.outbox.send_again(conversation, taken.message_id, post.store.now)
    assert not post.outbox.send_again(conversation, taken.message_id, post.store.now), "it is queued already"
    again = post.takes(conversation)
    assert again is not None
    assert (again.text, again.part, again.doubtful) == ("one", 0, False)


def test_what_a_line_that_was_down_kept_until_safe_hours_were_over_waits_for_a_decision(post: Post) -> None:
    conversation, evening = post.opens(), SafeHours(19 * 60, 21 * 60, "Asia/Bangkok")
    post.store.safe_hours.set(conversation, evening, post.store.now)  # 19:00 there
    anna = post.store.operators.add("anna", "operator", post.store.now)
    post.store.later(hours=1)
    post.store.conversations.change(conversation, [TakenOver(anna.id, post.store.now)], post.store.now)
    first = post.store.conversations.write_as_operator(conversation, anna.id, "are you there?", post.store.now)
    post.store.conversations.write_as_operator(conversation, anna.id, "write when you can", post.store.now)
    post.claims()
    post.store.later(hours=1)
    assert post.takes(conversation) is None
    assert post.states(conversation) == ["failed", "failed"]
    assert {one.reason for one in post.store.conversations.messages(conversation) if one.delivery} == {OUTSIDE}
    assert "parked" in [one.kind for one in post.store.queue.events_after(0)]

    assert post.outbox.send_again(conversation, first.id, post.store.now)
    taken = post.takes(conversation)
    assert taken is not None, "somebody decided that it goes all the same"
    assert taken.text == "are you there?"
    post.goes(taken)
    assert post.states(conversation) == ["sent", "failed"]


def test_what_was_written_outside_of_safe_hours_on_purpose_goes_out_late_as_well(post: Post) -> None:
    conversation, morning = post.opens(), SafeHours(8 * 60, 9 * 60, "Asia/Bangkok")
    post.store.safe_hours.set(conversation, morning, post.store.now)
    post.store.later(hours=1)
    post.queues(conversation, "are you there?")
    post.claims()
    post.store.later(hours=1)
    assert post.takes(conversation) is not None


@pytest.mark.parametrize("mark", ["blocked", "opted_out"])
def test_nothing_goes_to_who_may_not_be_written_to(post: Post, mark: str) -> None:
    conversation = post.opens()
    post.outbox.shut(conversation, mark, post.store.now)
    post.queues(conversation, "one")
    post.claims()
    assert post.takes(conversation) is None
    assert post.states(conversation) == ["failed"]
    assert post.outbox.is_opted_out(conversation) == (mark == "opted_out")
    post.opens()
    post.queues(conversation, "two")
    taken = post.takes(conversation)
    assert (taken is not None) == (mark == "blocked"), "who writes has lifted the block, but not the STOP"
    assert post.outbox.open(conversation, post.store.now) == (mark == "opted_out")


def test_while_a_window_is_closed_everything_waits_for_the_person(post: Post) -> None:
    conversation = post.opens()
    post.queues(conversation, "one", "two")
    post.claims()
    taken = post.takes(conversation)
    assert taken is not None
    post.outbox.shut(conversation, "window_closed", post.store.now, taken, "window_template")
    assert post.takes(conversation) is None
    post.outbox.release(conversation, "w1")
    assert post.claims() == []
    assert post.states(conversation) == ["queued", "queued"]
    post.opens()
    assert post.claims() == [conversation]
    again = post.takes(conversation)
    assert again is not None
    assert (again.text, again.doubtful) == ("one", False)


def test_after_the_words_for_a_stop_nothing_is_sent_until_the_person_writes(post: Post) -> None:
    conversation = post.opens()
    post.queues(conversation, "we stop", key="stop_done")
    post.claims()
    post.goes(post.takes(conversation))
    post.queues(conversation, "still there?")
    assert post.takes(conversation) is None
    assert post.states(conversation) == ["sent", "failed"]


def test_a_number_picks_from_the_last_thing_that_was_said(post: Post) -> None:
    conversation = post.opens()
    assert post.outbox.offered(conversation) == ()
    post.queues(conversation, "one")
    assert [one.title for one in post.outbox.offered(conversation)] == ["Yes", "No"]
    post.store.conversations.queue_sayings(conversation, (Reply("plain", Saying("thank")),), post.store.now)
    assert post.outbox.offered(conversation) == ()


def test_a_button_belongs_to_its_conversation(post: Post) -> None:
    mine, other = post.opens(), post.opens("8")
    post.queues(mine, "one")
    message = post.store.conversations.messages(mine)[-1].id
    assert post.outbox.button(mine, message, 1) == Button("No", "/deny")
    assert post.outbox.button(mine, message, 2) is None
    assert post.outbox.button(other, message, 1) is None


def test_erasing_leaves_nothing_to_send_and_its_traces_are_known_before(post: Post) -> None:
    conversation = post.opens()
    post.queues(conversation, "one", "two")
    post.claims()
    post.goes(post.takes(conversation), "55")
    taken = post.takes(conversation)
    assert taken is not None
    traces = post.outbox.traces(conversation)
    assert traces is not None
    assert (traces.address, traces.sent, traces.received) == ("7001", ("55",), ("m1",))
    assert post.store.eraser.erase(conversation, post.store.now)
    post.goes(taken, "56")
    post.outbox.shut(conversation, "blocked", post.store.now)
    assert post.claims() == []
    assert post.takes(conversation) is None
    assert post.outbox.traces(conversation) is None


def test_many_workers_never_take_the_same_message(post: Post) -> None:
    conversations = [post.opens(str(number)) for number in range(6)]
    for conversation in conversations:
        post.queues(conversation, "one")
    shared = [post.claims(f"w{number}", limit=2) for number in range(4)]
    assert sorted(one for some in shared for one in some) == sorted(conversations)
