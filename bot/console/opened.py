"""An open conversation with all that stands beside it, read at one go and written to the audit log."""

from __future__ import annotations

from bot.console.case import CaseView, show_history, show_notes, show_request, show_rises, show_suggestions
from bot.console.conversation import ConversationView, show_conversation
from bot.console.parts import Parts
from bot.console.safe_hours import show_clock
from bot.console.signed_in import show_operator
from bot.core.ids import SHORT_CHANNELS
from bot.core.taxonomy import Language
from bot.store.operators import Operator


async def opened(parts: Parts, operator: Operator, conversation_id: str) -> ConversationView:
    """The conversation as *operator* sees it. Raises 404."""
    conversation = await parts.access.conversation_for(operator, conversation_id)
    messages = await parts.run(parts.conversations.messages, conversation.id)
    names: dict[int, str] = {one.id: one.name for one in await parts.run(parts.operators.all)}
    case = CaseView(
        notes=show_notes(await parts.run(parts.cases.notes, conversation.id), names),
        requests=[
            show_request(one, names, operator.id) for one in await parts.run(parts.cases.requests_of, conversation.id)
        ],
        history=show_history(await parts.run(parts.holdings.of, conversation.id), names),
        rises=show_rises(messages),
        suggestions=show_suggestions(conversation, messages, Language(operator.language), parts.library),
        outcome=conversation.outcome,
        short=conversation.channel in SHORT_CHANNELS,
        translates=parts.translator is not None,
    )
    mask = await parts.access.mask_for(operator, conversation, messages)
    address = await parts.run(parts.conversations.address, conversation.id)
    linked = await parts.run(parts.links.of, conversation.id)
    return show_conversation(
        conversation,
        messages,
        names,
        show_operator(operator),
        parts.library,
        case,
        show_clock(conversation.countries, str(parts.zone)),
        mask,
        address,
        linked,
    )
