"""Ready sentences: an operator helps in a language they cannot read, and what is answered comes back as data."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.app import Hotline, now
from bot.console.message import show_message
from bot.content.library import Library
from bot.core.conversation import Told
from bot.core.ids import MessageId
from bot.core.message import Author, Saying
from bot.core.offer import RedFlag, RedFlagName
from bot.core.questions import QUESTIONS
from bot.core.taxonomy import LANGUAGES, Indicator, Intent, Language
from bot.core.turn import ShownMessage
from bot.core.understanding import Evidence, IntentGuess, LanguageGuess, Understanding
from bot.store.tables import audit
from tests.hotline import AtTheDesk, Person

LAO, ENGLISH = Language("lo"), Language("en")
IN_LAO = "ນາຍຈ້າງຢຶດໜັງສືຜ່ານແດນຂອງຂ້ອຍໄວ້ ຂ້ອຍຢາກລົມກັບຄົນ"


@pytest.fixture
def conversation_id(operator: AtTheDesk, person: Person) -> str:
    """A conversation in Lao that *operator*, who reads English, has taken over."""
    person.says(IN_LAO)
    conversation_id: str = operator.sees()[0]["id"]
    assert operator.does("take-over", conversation_id).json()["language"] == LAO
    return conversation_id


def tap(question: str, answer: str) -> str:
    return "/answer" + json.dumps({"question": question, "answer": answer})


def cards(operator: AtTheDesk, language: str) -> dict[str, dict[str, Any]]:
    """Every card by its key."""
    answer = operator.client.get("/cards", params={"language": language})
    assert answer.status_code == 200, answer.text
    return {one["key"]: one for group in answer.json()["groups"] for one in group["cards"]}


def test_every_card_stands_in_both_languages_with_its_answers_in_the_operators(
    operator: AtTheDesk, library: Library
) -> None:
    listed = cards(operator, "lo")
    assert len(listed) >= 80
    safe = listed["card.safe_now"]
    assert safe["text"] == library.text("card.safe_now", ENGLISH)
    assert (safe["said"], safe["said_in"]) == (library.text("card.safe_now", LAO), "lo")
    assert safe["answers"] == ["Yes", "No", "Skip"]
    assert listed["card.hello"]["answers"] == []


def test_a_sentence_that_is_not_written_yet_says_in_which_language_it_goes_out(
    operator: AtTheDesk, library: Library
) -> None:
    for language in LANGUAGES:
        own = library.phrases.by_language[language]
        for key, one in cards(operator, language).items():
            assert one["said_in"] == (language if key in own else "en")
            assert one["draft"] or library.phrases.review(key, language)


@pytest.mark.parametrize("language", ["", "xx", "sw", "../en"])
def test_cards_in_a_language_that_is_not_ours_are_refused_with_words(operator: AtTheDesk, language: str) -> None:
    answer = operator.client.get("/cards", params={"language": language})
    assert answer.status_code == 422
    assert "km" in answer.json()["detail"]


def test_a_card_reaches_the_person_in_their_language_and_the_operator_in_theirs(
    operator: AtTheDesk, person: Person, conversation_id: str, library: Library
) -> None:
    sent = operator.does("cards", conversation_id, card="card.safe_now")
    assert sent.status_code == 201
    assert sent.json()["gloss"] == "Are you safe at this moment?"
    received = person.says("ສະບາຍດີ")[-1]
    worded = library.word(Saying("card.safe_now"), LAO)
    assert received["text"] == worded.text
    assert [button["title"] for button in received["buttons"]] == [button.title for button in worded.buttons]
    shown = next(one for one in operator.opens(conversation_id)["messages"] if one["id"] == sent.json()["id"])
    assert (shown["author"], shown["operator"], shown["gloss"]) == ("operator", "dara", "Are you safe at this moment?")
    assert shown["buttons"] == [button["title"] for button in received["buttons"]]
    assert shown["buttons_gloss"] == ["Yes", "No", "Skip"]


def test_a_tapped_answer_comes_back_as_data_and_as_a_sign(
    operator: AtTheDesk, person: Person, conversation_id: str
) -> None:
    operator.does("cards", conversation_id, card="card.locked")
    waiting = operator.opens(conversation_id)
    assert waiting["question"] == {
        "question": "card.locked",
        "text": "Is the door locked, or are there guards?",
    }
    assert waiting["waiting_since"] is None

    person.says(tap("card.locked", "yes"))
    seen = operator.opens(conversation_id)
    answer = {
        "question": "card.locked",
        "text": "Is the door locked, or are there guards?",
        "answer": "yes",
        "title": "Yes",
        "consent": False,
    }
    assert seen["answers"] == [answer]
    assert seen["messages"][-1]["answered"] == answer
    assert seen["messages"][-1]["indicators"] == ["restriction_of_movement"]
    assert seen["question"] is None
    assert seen["waiting_since"] is not None


def test_a_typed_answer_counts_as_a_tapped_one_and_the_last_word_counts(
    operator: AtTheDesk, person: Person, conversation_id: str, library: Library
) -> None:
    operator.does("cards", conversation_id, card="card.may_police")
    person.says(library.text("menu.yes", LAO))
    operator.does("cards", conversation_id, card="card.may_police")
    person.says(library.text("menu.no", LAO))
    seen = operator.opens(conversation_id)
    assert [(one["question"], one["answer"], one["consent"]) for one in seen["answers"]] == [
        ("card.may_police", "no", True)
    ]
    assert seen["messages"][-1]["answered"]["title"] == "No"


def test_a_yes_to_what_was_written_later_answers_no_earlier_question(
    operator: AtTheDesk, person: Person, conversation_id: str, library: Library
) -> None:
    operator.does("cards", conversation_id, card="card.may_police")
    operator.does("messages", conversation_id, text="Do you like tea?")
    person.says(library.text("menu.yes", LAO))
    assert operator.opens(conversation_id)["answers"] == []
    person.says(tap("card.may_police", "later"))  # a tap names its question, however late it comes
    assert operator.opens(conversation_id)["answers"][0]["answer"] == "later"


def test_a_tap_on_a_card_after_handing_back_is_kept_and_not_met_with_silence(
    operator: AtTheDesk, person: Person, conversation_id: str
) -> None:
    operator.does("cards", conversation_id, card="card.need_most")
    operator.does("hand-back", conversation_id)
    operator_wrote = len(operator.opens(conversation_id)["messages"])
    assert person.says(tap("card.need_most", "doctor"))
    seen = operator.opens(conversation_id)
    assert seen["answers"][0]["title"] == "A doctor"
    assert len(seen["messages"]) > operator_wrote + 1


def test_whoever_does_not_hold_the_conversation_cannot_send_a_card(
    hotline: Hotline, url: str, operator: AtTheDesk, conversation_id: str
) -> None:
    other = AtTheDesk.signs_in(hotline, url, "maya")
    before = len(operator.opens(conversation_id)["messages"])
    assert other.does("cards", conversation_id, card="card.hello").status_code == 409
    operator.does("hand-back", conversation_id)
    assert operator.does("cards", conversation_id, card="card.hello").status_code == 409
    assert len(operator.opens(conversation_id)["messages"]) == before + 1  # the word of handing back alone
    assert operator.does("cards", "nothing", card="card.hello").status_code == 404
    other.client.close()


@pytest.mark.parametrize("key", ["", "card.nonsense", "emergency", "desk.title", "answer.ask_fees.do", "menu.yes"])
def test_only_ready_sentences_can_be_sent_as_cards(operator: AtTheDesk, conversation_id: str, key: str) -> None:
    before = len(operator.opens(conversation_id)["messages"])
    assert operator.does("cards", conversation_id, card=key).status_code == 422
    assert len(operator.opens(conversation_id)["messages"]) == before


def test_a_sent_card_stands_in_the_log_as_a_written_message_does(
    hotline: Hotline, operator: AtTheDesk, conversation_id: str
) -> None:
    operator.does("cards", conversation_id, card="card.hello")
    assert hotline.store.audit.verify().whole
    with hotline.store.database.read() as connection:
        last = connection.execute(select(audit.c.action).order_by(audit.c.id.desc()).limit(1)).scalar_one()
    assert last == "wrote"


def test_every_card_can_be_sent_and_every_answer_comes_back_with_its_title(
    operator: AtTheDesk, person: Person, conversation_id: str, library: Library
) -> None:
    for key in cards(operator, "lo"):
        assert operator.does("cards", conversation_id, card=key).status_code == 201
    closed = [key for keys in library.cards.groups.values() for key in keys if key in QUESTIONS]
    for key in closed:
        person.says(tap(key, QUESTIONS[key].answers[-1]))
    seen = operator.opens(conversation_id)
    assert [one["question"] for one in seen["answers"]] == closed
    assert all(one["title"] and one["text"] for one in seen["answers"])
    assert {one["question"] for one in seen["answers"] if one["consent"]} == {
        "question.share",
        *(key for key in closed if key.startswith("card.may_")),
    }


def test_red_flags_of_an_offer_are_shown_with_their_reason_and_their_words_marked(library: Library) -> None:
    text = "Pay 500 dollars first. Your boss keeps your passport."
    understood = Understanding(
        text,
        text,
        LanguageGuess(ENGLISH, 1.0),
        IntentGuess(Intent("check_offer"), 1.0),
        (Evidence(Indicator("document_retention"), 1.0, ((33, 52),)),),
        red_flags=(
            RedFlag(RedFlagName("pay_first"), ((0, 21),)),
            RedFlag(RedFlagName("keeps_papers"), ((28, 52),)),
        ),
    )
    message = ShownMessage(
        MessageId(1), Author.PERSON, datetime(2026, 1, 5, tzinfo=UTC), text, understanding=understood
    )
    shown = show_message(message, ENGLISH, {}, ENGLISH, library)
    assert [flag.name for flag in shown.red_flags] == ["pay_first", "keeps_papers"]
    assert shown.red_flags[0].text.startswith("They want money before you work.")
    assert [(piece.text, piece.red_flags, piece.indicators) for piece in shown.pieces] == [
        ("Pay 500 dollars first", ["pay_first"], []),
        (". Your ", [], []),
        ("boss ", ["keeps_papers"], []),
        ("keeps your passport", ["keeps_papers"], ["document_retention"]),
        (".", [], []),
    ]


def test_what_a_person_told_for_later_is_there_for_the_operator(
    hotline: Hotline, operator: AtTheDesk, person: Person
) -> None:
    person.says("hello")
    conversation_id = operator.sees()[0]["id"]
    told = [Told("code_word", "mango"), Told("safe_time", "after ten at night")]
    hotline.store.conversations.change(conversation_id, told, now())
    assert operator.opens(conversation_id)["told"]["safe_time"] == "after ten at night"
    operator.does("take-over", conversation_id)  # who holds it must know the word that means "not safe"
    assert operator.opens(conversation_id)["told"] == {"code_word": "mango", "safe_time": "after ten at night"}
