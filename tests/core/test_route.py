"""What the next reply must serve, and whether a human is called."""

from __future__ import annotations

import pytest

from bot.core.ids import MessageId
from bot.core.offer import RedFlag, RedFlagName
from bot.core.risk import Sign, assess
from bot.core.route import ENOUGH, FAILED, HELD, NOTED, OTHER_LANGUAGE, TOLD, UNCERTAIN, Route, route
from bot.core.taxonomy import INTENTS, Indicator, Intent, Language
from bot.core.understanding import Entity, Evidence, IntentGuess, LanguageGuess, Understanding


def routed(
    intent: str,
    *indicators: str,
    earlier: tuple[str, ...] = (),
    confidence: float = 0.9,
    failed: bool = False,
    asked: str | None = None,
    red_flags: tuple[RedFlag, ...] = (),
    sms: bool = False,
) -> Route:
    signs = tuple(Sign(Indicator(name), MessageId(2)) for name in indicators)
    before = tuple(Sign(Indicator(name), MessageId(1)) for name in earlier)
    understood = Understanding(
        "text",
        "text",
        LanguageGuess(Language("en"), 1.0),
        IntentGuess(Intent(intent), confidence),
        tuple(Evidence(Indicator(name), 0.9) for name in indicators),
        failed=failed,
        red_flags=red_flags,
    )
    return route(understood, assess(signs), assess(before + signs), asked, sms=sms)


def in_language(code: str, intent: str = "ask_fees", confidence: float = 0.95) -> Route:
    guess = LanguageGuess(Language(code), confidence)
    understood = Understanding("text", "text", guess, IntentGuess(Intent(intent), 0.9))
    return route(understood, assess(()), assess(()))


def test_a_language_that_is_not_ours_gets_our_languages_and_a_human() -> None:
    assert in_language("bn") == Route(OTHER_LANGUAGE, "other_language")
    assert in_language("bn", confidence=0.5).intent == "ask_fees"
    assert in_language("und", confidence=0.0).intent == "ask_fees"


def test_a_country_in_a_message_that_is_not_understood_is_taken_as_an_answer() -> None:
    guess, place = LanguageGuess(Language("ms"), 1.0), Entity("country", "MY", 8, 10, "present")
    understood = Understanding("saya di KL", "saya di KL", guess, IntentGuess(Intent("ask_return"), 0.2), (), (place,))
    assert route(understood, assess(()), assess(())) == Route(Intent("inform"))


def test_a_sign_is_heard_in_any_language() -> None:
    guess, sign = LanguageGuess(Language("pt"), 1.0), Indicator("immediate_danger")
    understood = Understanding("t", "t", guess, IntentGuess(Intent("help"), 0.9), (Evidence(sign, 0.9),))
    signs = assess((Sign(sign, MessageId(1)),))
    assert route(understood, signs, signs).intent == "report_danger"


def test_a_plain_question_is_answered_and_calls_nobody() -> None:
    assert routed("ask_fees") == Route(Intent("ask_fees"), None)


def test_danger_inside_a_question_is_answered_as_danger() -> None:
    assert routed("ask_passport_kept", "immediate_danger") == Route(Intent("report_danger"), "life_at_risk")


def test_thoughts_of_suicide_get_their_own_answer() -> None:
    assert routed("ask_debt", "self_harm") == Route(Intent("report_self_harm"), "self_harm")


def test_danger_while_someone_watches_stays_a_quiet_answer_and_calls_a_human() -> None:
    assert routed("unsafe_to_talk", "immediate_danger") == Route(Intent("unsafe_to_talk"), "life_at_risk")


def test_a_disclosure_always_reaches_a_human() -> None:
    for intent in ("report_exploitation", "report_other", "report_suspect"):
        assert routed(intent) == Route(Intent(intent), intent)


def test_a_sign_in_a_message_that_asks_nothing_is_held_not_bounced() -> None:
    assert routed("out_of_scope", "wage_withholding") == Route(HELD, "sign")
    assert routed("greet", "document_retention") == Route(HELD, "sign")


def test_a_question_with_one_weak_sign_is_answered_without_calling_a_human() -> None:
    assert routed("ask_passport_kept", "document_retention") == Route(Intent("ask_passport_kept"), None)


def test_a_question_with_grave_signs_is_answered_and_calls_a_human() -> None:
    assert routed("ask_wages", "wage_withholding", "document_retention") == Route(
        Intent("ask_wages"), "exploitation_by_means"
    )


def test_signs_of_earlier_messages_count() -> None:
    assert routed("ask_wages", "wage_withholding", earlier=("document_retention",)).handoff == "exploitation_by_means"


def test_after_a_hand_back_only_a_new_sign_calls_again() -> None:
    assert routed("ask_wages", earlier=("physical_violence",)).handoff is None
    assert routed("ask_wages", "isolation", earlier=("physical_violence",)).handoff == "grave_sign"


def test_an_uncertain_reading_asks_back_and_an_uncertain_disclosure_is_held() -> None:
    assert routed("ask_fees", confidence=0.1) == Route(UNCERTAIN, None)
    assert routed("ask_fees", "isolation", confidence=0.1) == Route(HELD, "sign")


def test_asking_for_a_human_gets_one() -> None:
    assert routed("ask_human").handoff == "asked_for_human"


def test_a_message_that_could_not_be_understood_goes_to_a_human() -> None:
    assert routed("ask_fees", failed=True) == Route(FAILED, "understanding_failed")


@pytest.mark.parametrize("intent", sorted(INTENTS))
@pytest.mark.parametrize("indicator", ["immediate_danger", "self_harm", "physical_violence"])
def test_whatever_the_intent_a_grave_sign_calls_a_human(intent: str, indicator: str) -> None:
    assert routed(intent, indicator).handoff is not None
    assert routed(intent, indicator, confidence=0.1).handoff is not None


def test_a_country_alone_is_a_detail_however_unsure_the_reading() -> None:
    for text, start, end in (("မလေးရှား", 0, 8), ("malaysia...", 0, 8), ("in Thailand", 3, 11)):
        understood = Understanding(
            text,
            text,
            LanguageGuess(Language("my"), 1.0),
            IntentGuess(Intent("help"), 0.1),
            entities=(Entity("country", "MY", start, end),),
        )
        assert route(understood, assess(()), assess(())).intent == "inform"


def test_a_country_inside_a_question_leaves_the_question() -> None:
    text = "how much may an agent take in Malaysia"
    understood = Understanding(
        text,
        text,
        LanguageGuess(Language("en"), 1.0),
        IntentGuess(Intent("ask_fees"), 0.9),
        entities=(Entity("country", "MY", 30, 38),),
    )
    assert route(understood, assess(()), assess(())).intent == "ask_fees"


def test_between_our_questions_what_is_told_is_noted_and_a_question_is_answered() -> None:
    asked = "question.free"
    assert routed("report_exploitation", asked=asked).intent == NOTED
    assert routed("inform", asked=asked, confidence=0.1).intent == NOTED
    assert routed("ask_fees", asked=asked).intent == "ask_fees"
    assert routed("report_exploitation", "immediate_danger", asked=asked).intent == "report_danger"
    assert routed("ask_human", asked=asked).intent == "ask_human"


def test_a_new_sign_between_our_questions_still_calls_a_human() -> None:
    assert routed("inform", "physical_violence", asked="question.free") == Route(NOTED, "grave_sign")


def test_stop_ends_our_questions_and_on_sms_all_messages() -> None:
    assert routed("stop", asked="question.pay").intent == ENOUGH
    assert routed("stop", asked="question.pay", sms=True).intent == "stop"
    assert routed("stop").intent == "stop"
    assert routed("stop", asked="screen.offer").intent == ENOUGH


def test_a_reply_to_the_question_under_an_answer_is_noted_where_it_is_not_understood() -> None:
    assert routed("ask_fees", asked="answer.ask_wages.next", confidence=0.2).intent == "inform"
    assert routed("out_of_scope", asked="answer.ask_wages.next").intent == "inform"
    assert routed("report_exploitation", asked="answer.ask_wages.next").intent == "report_exploitation"


def test_words_of_the_persons_own_are_taken_as_they_stand() -> None:
    for intent in ("inform", "out_of_scope", "greet", "ask_wages"):
        assert routed(intent, asked="code_word.ask").intent == TOLD
    assert routed("deny", asked="code_word.ask").intent == "deny"
    assert routed("unsafe_to_talk", asked="code_word.set").intent == "unsafe_to_talk"


@pytest.mark.parametrize("asked", ["code_word.ask", "human_unavailable.back", "offer.ask"])
def test_a_plea_is_heard_whatever_we_asked_for(asked: str) -> None:
    assert routed("report_danger", "immediate_danger", asked=asked).intent == "report_danger"
    assert routed("report_exploitation", "physical_violence", asked=asked).handoff == "grave_sign"


def test_an_advert_is_looked_at_even_where_it_reads_like_a_report() -> None:
    flag = (RedFlag(RedFlagName("young_women"), ((0, 4),)),)
    assert routed("report_suspect", "sexual_exploitation", asked="offer.ask", red_flags=flag).intent == TOLD
    assert routed("ask_job_offer", asked="offer.ask").intent == TOLD
    assert routed("ask_shelter", asked="offer.ask").intent == "ask_shelter"


def test_an_advert_that_nobody_asked_for_is_looked_at_too() -> None:
    flags = tuple(RedFlag(RedFlagName(name), ((0, 4),)) for name in ("hurry", "tourist_visa"))
    assert routed("ask_job_offer", red_flags=flags).intent == TOLD
    assert routed("ask_job_offer", red_flags=flags[:1]).intent == "ask_job_offer"
    assert routed("ask_fees", red_flags=flags).intent == "ask_fees"
    assert routed("report_exploitation", "physical_violence", red_flags=flags).intent == "report_exploitation"


def test_a_report_read_without_any_sign_under_a_question_of_ours_is_a_reply() -> None:
    assert routed("report_exploitation", asked="answer.ask_wages.next", confidence=0.5).intent == "inform"
    assert routed("report_exploitation", confidence=0.5).intent == "report_exploitation"
    assert routed("stop", asked="answer.ask_irregular.next", confidence=0.45).intent == "inform"
    assert routed("stop", asked="answer.ask_irregular.next").intent == "stop"
