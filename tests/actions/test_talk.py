"""What an action says in a situation: the frame of watch and introduction, and each decision."""

from __future__ import annotations

from typing import Any

import pytest

from actions.answers import Answer, Inform
from actions.safety import Greet, No, StopTalking, Yes
from actions.screening import Told
from actions.service import ChangeLanguage, Erase, Guide, Say
from actions.talk import Outcome, Situation, Talk
from actions.urgent import AskHuman, Disclosure, Emergency, SelfHarm
from bot.core.taxonomy import QUESTIONS


def says(outcome: Outcome) -> list[str]:
    return [saying.key for saying in outcome.sayings]


def test_a_first_hello_is_answered_with_who_we_are_and_whether_it_is_safe() -> None:
    outcome = Greet().outcome(Situation("greet", first_turn=True))
    assert says(outcome) == ["greet", "safety_check"]
    assert outcome.question == "safety"


def test_a_first_question_is_introduced_before_it_is_answered() -> None:
    outcome = Answer().outcome(Situation("ask_wages", present="MY", first_turn=True))
    assert says(outcome) == ["first_word", "answer"]


@pytest.mark.parametrize("action", [Emergency(), SelfHarm()])
def test_danger_is_answered_at_once_without_introduction(action: Talk) -> None:
    assert "first_word" not in says(action.outcome(Situation("report_danger", present="MY", first_turn=True)))


@pytest.mark.parametrize(
    ("action", "intent"),
    [
        (Answer(), "ask_shelter"),
        (Inform(), "inform"),
        (Disclosure(), "report_exploitation"),
        (AskHuman(), "ask_human"),
        (Say(), "help"),
        (Say(), "ask_privacy"),
        (Say(), "bot_challenge"),
        (Say(), "probe_case"),
    ],
)
def test_while_someone_watches_nothing_telling_is_said(action: Talk, intent: str) -> None:
    assert says(action.outcome(Situation(intent, unsafe=True, present="MY"))) == ["unsafe_still"]


def test_danger_while_someone_watches_gets_the_bare_number() -> None:
    assert says(Emergency().outcome(Situation("report_danger", unsafe=True, present="MY"))) == ["emergency_quiet"]


def test_someone_who_cannot_talk_is_left_alone_until_they_greet_and_say_it_is_safe() -> None:
    stopped = StopTalking().outcome(Situation("unsafe_to_talk"))
    assert says(stopped) == ["unsafe"]
    assert stopped.slots["unsafe"] is True
    back = Greet().outcome(Situation("greet", unsafe=True))
    assert says(back) == ["welcome_back"]
    assert "unsafe" not in back.slots
    safe = Yes().outcome(Situation("affirm", unsafe=True, question=back.question))
    assert says(safe) == ["safe_thanks", "code_word.offer"]
    assert safe.slots["unsafe"] is False
    again = Yes().outcome(Situation("affirm", unsafe=True, question=back.question, code_word="rice"))
    assert says(again) == ["safe_thanks"]


def test_a_bare_yes_does_not_end_the_watch_unless_we_asked() -> None:
    outcome = Yes().outcome(Situation("affirm", unsafe=True))
    assert "unsafe" not in outcome.slots


def test_no_to_whether_it_is_safe_stops_at_once() -> None:
    outcome = No().outcome(Situation("deny", question="safety"))
    assert says(outcome) == ["unsafe"]
    assert outcome.slots["unsafe"] is True


def test_a_question_without_a_country_gets_the_general_part_and_is_asked_for_it_once() -> None:
    asked = Answer().outcome(Situation("ask_fees"))
    assert says(asked) == ["answer", "ask_country"]
    assert asked.sayings[0].values == {"topic": "ask_fees", "next": False}
    assert asked.slots == {"pending_topic": "ask_fees", "asked_country": True}
    again = Answer().outcome(Situation("ask_fees", asked_country=True))
    assert says(again) == ["answer"]


def test_the_country_brings_the_answer_that_waited_for_it() -> None:
    outcome = Inform().outcome(
        Situation("inform", entities={"country": "MY"}, present="MY", asked_country=True, pending_topic="ask_fees")
    )
    assert says(outcome) == ["answer"]
    assert outcome.sayings[0].values == {"topic": "ask_fees", "present": "MY"}
    assert outcome.slots["pending_topic"] is None


@pytest.mark.parametrize(
    ("waiting", "keys"),
    [
        ("emergency", ["emergency"]),
        ("self_harm", ["self_harm"]),
        ("disclosure_self", ["answer", "screen.offer"]),
    ],
)
def test_the_country_brings_the_number_that_waited_for_it(waiting: str, keys: list[str]) -> None:
    assert says(Inform().outcome(Situation("inform", present="TH", pending_topic=waiting))) == keys


def test_a_country_named_without_a_question_is_noted() -> None:
    outcome = Inform().outcome(Situation("inform", entities={"country": "MY"}, present="MY"))
    assert says(outcome) == ["country_noted"]
    assert says(Inform().outcome(Situation("inform", entities={"age": "17"}))) == ["inform_noted"]


def test_whoever_does_not_want_to_name_the_country_is_not_asked_again() -> None:
    outcome = No().outcome(Situation("deny", question="country", asked_country=True, pending_topic="ask_fees"))
    assert says(outcome) == ["country_skipped"]
    assert outcome.slots == {"pending_topic": None}


def test_danger_without_a_country_waits_for_it() -> None:
    outcome = Emergency().outcome(Situation("report_danger"))
    assert outcome.slots["pending_topic"] == "emergency"
    assert outcome.question == "country"


@pytest.mark.parametrize(
    ("intent", "key"),
    [
        ("report_exploitation", "disclosure_self"),
        ("report_other", "disclosure_other"),
        ("report_suspect", "disclosure_suspect"),
        ("disclosure_held", "disclosure_held"),
    ],
)
def test_a_disclosure_is_held_and_asked_for_the_country_at_most_once(intent: str, key: str) -> None:
    signs = frozenset(("wage_withholding",))
    outcome = Disclosure().outcome(Situation(intent, signs=signs))
    assert says(outcome) == [key, "disclosure.where"]
    again = Disclosure().outcome(Situation(intent, asked_country=True, signs=signs))
    assert "disclosure.where" not in says(again)


def test_what_a_sign_or_the_kind_of_work_calls_for_comes_with_the_thanks() -> None:
    def helps(**known: Any) -> object:
        outcome = Disclosure().outcome(Situation("report_exploitation", present="TH", **known))
        return next((saying.values["situation"] for saying in outcome.sayings if saying.key == "situation"), None)

    assert helps(signs=frozenset(("sexual_violence", "isolation"))) == "sexual_violence"
    assert helps(signs=frozenset(("forced_criminality",))) == "scam"
    assert helps(signs=frozenset(("child", "wage_withholding"))) == "child"
    assert helps(job="fishing") == "fishing"
    assert helps(entities={"job": "domestic work"}) == "domestic"
    assert helps(signs=frozenset(("wage_withholding",))) is None


def test_somebody_who_is_only_missing_is_looked_for_and_not_called_exploited() -> None:
    outcome = Disclosure().outcome(Situation("report_other", present="KH"))
    assert [saying.values.get("situation") for saying in outcome.sayings] == [None, "missing", None]


def test_words_for_whoever_is_in_it_are_not_said_of_others() -> None:
    def named(intent: str, *signs: str) -> list[object]:
        outcome = Disclosure().outcome(Situation(intent, present="MM", signs=frozenset(signs)))
        return [saying.values["situation"] for saying in outcome.sayings if saying.key == "situation"]

    assert named("report_suspect", "forced_criminality") == []
    assert named("report_other", "forced_criminality") == []
    assert named("report_other", "child", "wage_withholding") == ["child"]


def test_whoever_told_of_harm_before_is_not_read_the_same_words_again() -> None:
    outcome = Disclosure().outcome(
        Situation("report_exploitation", present="TH", told_before=True, answers={"screen.offer": "no"})
    )
    assert says(outcome) == ["disclosure_held"]


def test_everything_is_deleted_after_one_question() -> None:
    asked = Erase().outcome(Situation("delete_data"))
    assert says(asked) == ["erase_confirm"]
    for outcome in (
        Yes().outcome(Situation("affirm", question=asked.question)),
        Erase().outcome(Situation("delete_data", question=asked.question)),
    ):
        assert says(outcome) == ["erase_done"]
        assert outcome.slots["erase"] is True
    kept = No().outcome(Situation("deny", question=asked.question))
    assert says(kept) == ["erase_kept"]
    assert "erase" not in kept.slots


@pytest.mark.parametrize(
    ("situation", "language"),
    [
        (Situation("change_language", entities={"language": "km"}), "km"),
        (Situation("change_language", text="can you write burmese pls"), "my"),
        (Situation("change_language", text="พูดพม่าได้ไหม"), "my"),
        (Situation("change_language", text="not english, indonesia please"), "id"),
        (Situation("change_language", text="nói tiếng Việt"), "vi"),
    ],
)
def test_a_language_that_is_named_is_taken(situation: Situation, language: str) -> None:
    outcome = ChangeLanguage().outcome(situation)
    assert outcome.slots["language"] == language
    assert says(outcome) == ["language_changed"]


def test_another_language_without_a_name_brings_the_menu() -> None:
    assert says(ChangeLanguage().outcome(Situation("change_language", text="another language"))) == ["language_menu"]


def test_when_no_operator_is_on_duty_that_is_said_with_numbers_instead() -> None:
    outcome = AskHuman().outcome(Situation("ask_human", unavailable=True, present="MY"))
    assert says(outcome) == ["human_unavailable", "human_unavailable.back"]
    assert outcome.sayings[0].values == {"present": "MY"}
    noted = Told().outcome(Situation("told", question=outcome.question))
    assert says(noted) == ["callback.noted"]


def test_where_others_wait_that_is_said_as_it_is() -> None:
    outcome = AskHuman().outcome(Situation("ask_human", waiting_before=3))
    assert says(outcome) == ["human_asked", "human_waiting"]
    assert outcome.sayings[1].values == {"count": 3}


@pytest.mark.parametrize("topic", sorted(QUESTIONS))
def test_every_question_is_a_topic_of_its_own(topic: str) -> None:
    assert Answer().outcome(Situation(topic, origin="ID")).sayings[0].values["topic"] == topic


def test_steps_are_given_at_a_tap_and_for_the_app_that_is_used() -> None:
    assert says(Guide().outcome(Situation("guide", entities={"guide": "wages"}))) == ["guide.wages"]
    hide = Situation("guide", entities={"guide": "delete"}, channel="whatsapp")
    assert says(Guide().outcome(hide)) == ["guide.delete.whatsapp"]
    assert says(Guide().outcome(Situation("guide", entities={"guide": "nonsense"}))) == ["help"]


def test_an_sms_ends_with_no_question_that_it_has_no_room_for() -> None:
    outcome = Answer().outcome(Situation("ask_passport_kept", present="MY", channel="sms"))
    assert outcome.question is None
