"""Ready sentences and the answers to closed questions, as the desk's pages get them."""

from __future__ import annotations

from pydantic import BaseModel

from bot.content.library import Library
from bot.content.menus import answers_offered, title_of
from bot.core.conversation import Conversation
from bot.core.questions import QUESTIONS, SKIP, Given
from bot.core.taxonomy import ENGLISH, Language


class CardView(BaseModel):
    """A ready sentence: *text* for the operator, *said* to the person in the language *said_in*.

    *said_in* is English where the sentence is not written in the person's language yet. *draft*: no native speaker has
    read it. *answers*: what the person may tap, in the operator's language.
    """

    key: str
    text: str
    said: str
    said_in: str
    answers: list[str]
    draft: bool


class CardGroupView(BaseModel):
    name: str
    cards: list[CardView]


class CardsView(BaseModel):
    """All ready sentences for persons who speak *language*."""

    language: str
    groups: list[CardGroupView]


class AskedView(BaseModel):
    """A question by its key and, short, in the operator's language."""

    question: str
    text: str


class AnswerView(AskedView):
    """What was answered, by its name and in the operator's language. *consent*: it is an agreement or a refusal."""

    answer: str
    title: str
    consent: bool


def show_cards(library: Library, spoken: Language, read: Language, form: str) -> CardsView:
    """Every card for a person who speaks *spoken* and an operator who reads *read*, said in a chat or by SMS."""
    groups = [
        CardGroupView(name=name, cards=[show_card(key, library, spoken, read, form) for key in keys])
        for name, keys in library.cards.groups.items()
    ]
    return CardsView(language=spoken, groups=groups)


def show_card(key: str, library: Library, spoken: Language, read: Language, form: str) -> CardView:
    """One card; *form*: "chat" or "sms"."""
    phrases, question = library.phrases, QUESTIONS.get(key)
    offered = answers_offered(question, phrases, read) if question is not None else ()
    return CardView(
        key=key,
        text=phrases.say(key, read),
        said=phrases.say(key, spoken, form),
        said_in=spoken if key in phrases.by_language.get(spoken, {}) else ENGLISH,
        answers=[button.title for button in offered],
        draft=phrases.review(key, spoken) is None,
    )


def show_answers(conversation: Conversation, library: Library, read: Language) -> list[AnswerView]:
    """What the person answered, in the order in which it was asked. Words of their own stand in the messages."""
    shown = (show_answer(Given(*given), library, read) for given in conversation.answers.items())
    return [answer for answer in shown if answer is not None]


def show_answer(given: Given, library: Library, read: Language) -> AnswerView | None:
    """One answer; None for words of one's own, and for a question that is asked no more."""
    question = QUESTIONS.get(given.question)
    if question is None or given.answer not in (*question.answers, SKIP):
        return None
    return AnswerView(
        question=question.key,
        text=library.phrases.say(question.key, read, "sms"),
        answer=given.answer,
        title=library.text(title_of(question.key, given.answer, library.phrases), read),
        consent=library.cards.asks_consent(question.key),
    )


def show_open_question(conversation: Conversation, library: Library, read: Language) -> AskedView | None:
    """The closed question that waits for its answer."""
    question = QUESTIONS.get(conversation.question or "")
    return AskedView(question=question.key, text=library.phrases.say(question.key, read, "sms")) if question else None
