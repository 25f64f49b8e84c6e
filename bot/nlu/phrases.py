"""From what Rasa wants to utter to words in the person's language."""

from __future__ import annotations

from typing import Any, Protocol

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.constants import UTTER_PREFIX
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.core.ids import SHORT_CHANNELS
from bot.core.message import Button, Reply, Saying
from bot.core.taxonomy import ENGLISH, Language

#: The slot that names the language to speak.
LANGUAGE_SLOT = "language"

#: What Rasa and its SDK pass beside the values of a saying.
_NOT_VALUES = frozenset(
    {"domain_responses", "response", "template", "text", "buttons", "elements", "custom", "image", "attachment"}
)


class Wording(Protocol):
    """Whoever can say a saying in a language."""

    def word(self, saying: Saying, language: Language, form: str = "chat") -> Reply:
        """*saying* in *language*, in full (``chat``) or short (``sms``)."""


class PhraseGenerator(NaturalLanguageGenerator):
    """Words ``utter_<key>`` as the saying ``<key>`` in the language that its slot names.

    Values come from an action: ``dispatcher.utter_message(response="utter_answer", values={"topic": "ask_fees"})``,
    or plainly as further arguments. The saying travels with the text, so that operators can read it in their own
    language.
    """

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """Rasa's form of a message, with the saying beside the text.

        None: Rasa itself offers to say something that the domain does not have (on restart, on fallback).
        """
        domain_responses = kwargs.get("domain_responses")
        if domain_responses is not None and utter_action not in domain_responses:
            return None
        values = kwargs.get("values")
        if values is None:
            values = {name: value for name, value in kwargs.items() if name not in _NOT_VALUES}
        saying = Saying(utter_action.removeprefix(UTTER_PREFIX), values)
        language = Language(tracker.get_slot(LANGUAGE_SLOT) or ENGLISH)
        return as_message(self._wording.word(saying, language, "sms" if output_channel in SHORT_CHANNELS else "chat"))


class ShellPhraseGenerator(PhraseGenerator):
    """The same for Rasa's own commands, which make it from ``endpoints.yml``."""

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain) -> None:
        from bot.content.library import Library  # read only where there is no one to hand it over

        super().__init__(Library.load())


def as_message(reply: Reply) -> dict[str, Any]:
    """*reply* as Rasa carries it: plain values, which any of its channels and stores can take."""
    message: dict[str, Any] = {
        "text": reply.text,
        "saying": {"key": reply.saying.key, "values": dict(reply.saying.values)},
    }
    if reply.buttons:
        message["buttons"] = [{"title": button.title, "payload": button.payload} for button in reply.buttons]
    return message


def as_reply(message: dict[str, Any]) -> Reply:
    """What :func:`as_message` made, after its way through Rasa.

    Raises ValueError: the message has no saying; an action uttered a bare text.
    """
    saying = message.get("saying")
    if saying is None:
        raise ValueError("an action uttered a bare text; utter a response, so that it has words in every language")
    buttons = tuple(Button(button["title"], button["payload"]) for button in message.get("buttons") or ())
    return Reply(message["text"], Saying(saying["key"], saying["values"]), buttons)
