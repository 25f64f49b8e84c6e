"""One conversation, in the form in which a page gets it (it is also its OpenAPI)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel

from bot.console.cards import AnswerView, AskedView, show_answers, show_open_question
from bot.console.case import CaseView
from bot.console.linked import LinkedView, number_of
from bot.console.masks import HIDDEN, Mask
from bot.console.message import MessageView, show_message
from bot.console.safe_hours import ClockView, SafeHoursView, show_safe_hours
from bot.console.signed_in import OperatorView
from bot.content.library import Library
from bot.core.conversation import Conversation
from bot.core.taxonomy import Language
from bot.core.turn import ShownMessage
from bot.store.links import Linked


class Because(BaseModel):
    indicator: str
    message_id: int


class ConversationView(BaseModel):
    id: str
    channel: str
    holder: str
    operator: str | None
    mine: bool
    risk: str
    rule: str
    because: list[Because]
    language: str
    countries: dict[str, str]
    unsafe: bool
    other_hand: str | None
    handoff_reason: str | None
    waiting_since: datetime | None
    opened_at: datetime
    answers: list[AnswerView]
    question: AskedView | None  # waits for its answer
    told: dict[str, str]  # in the person's own words: code_word, safe_time, callback
    safe_hours: SafeHoursView | None  # when they may be written to; null: at all times
    clock: ClockView
    address: str | None  # the person's telephone number, where the channel goes by it
    hidden: bool  # names, numbers or addresses in it are hidden
    revealed_until: datetime | None
    number: str  # by which operators speak of it
    linked: list[LinkedView]  # other conversations of the same person
    messages: list[MessageView]
    case: CaseView


def show_conversation(
    conversation: Conversation,
    messages: list[ShownMessage],
    names: dict[int, str],
    reader: OperatorView,
    library: Library,
    case: CaseView,
    clock: ClockView,
    mask: Mask = HIDDEN,
    address: str | None = None,
    linked: Sequence[Linked] = (),
) -> ConversationView:
    """A conversation as *reader* sees it; *names* are all operators' by id, *address* and *clock* are the person's."""
    read = Language(reader.language)
    return ConversationView(
        id=conversation.id,
        channel=conversation.channel,
        holder=conversation.holder.value,
        operator=names.get(conversation.operator) if conversation.operator is not None else None,
        mine=conversation.operator == reader.id,
        risk=conversation.risk.word,
        rule=conversation.assessment.rule,
        because=[
            Because(indicator=sign.indicator, message_id=sign.message_id) for sign in conversation.assessment.because
        ],
        language=conversation.language,
        countries=dict(conversation.countries),
        unsafe=conversation.unsafe,
        other_hand=conversation.other_hand,
        handoff_reason=conversation.handoff_reason,
        waiting_since=conversation.waiting_since,
        opened_at=conversation.opened_at,
        answers=show_answers(conversation, library, read),
        question=show_open_question(conversation, library, read),
        case=case,
        told=mask.told(conversation.told),
        safe_hours=show_safe_hours(conversation.safe_hours),
        clock=clock,
        address=(shown_address := mask.address(conversation.channel, address)),
        hidden=mask.hides(conversation.told, messages, address=shown_address is not None),
        revealed_until=mask.until,
        messages=[show_message(message, conversation.language, names, read, library, mask) for message in messages],
        number=number_of(conversation.id),
        linked=[LinkedView.of(one) for one in linked],
    )
