"""Faulty content is named by file, key and remedy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.content import avoid, check_entries, check_sayings
from bot.content.check import check_book
from bot.content.check_entries import contact_faults, fact_faults
from bot.content.countries import Countries
from bot.content.coverage import table
from bot.content.directory import Directory
from bot.content.facts import Facts
from bot.content.library import Library
from bot.content.menus import Menus
from bot.content.phrases import Phrase, Phrasebook, load_book
from bot.content.reading import ContentInvalid
from bot.core.taxonomy import ENGLISH, LANGUAGES, Language

TODAY = date(2026, 11, 22)
ENGLISH_BOOK = {"greet": Phrase("Hello. {country}", note="first words")}


def _remedies(language: str, text: str, sms: str | None = None, key: str = "greet") -> str:
    english = {key: Phrase("Hello. {country}", note="first words")}
    problems = check_book(Language(language), {key: Phrase(text, sms, note="n")}, english)
    return "; ".join(str(problem) for problem in problems)


def test_a_good_phrase_has_no_problem() -> None:
    assert _remedies("my", "မင်္ဂလာပါ {country}") == ""
    assert _remedies("vi", "Xin chào {country}") == ""


def test_a_missing_and_a_superfluous_key_are_named() -> None:
    problems = [str(p) for p in check_book(Language("id"), {"greeet": Phrase("Halo")}, ENGLISH_BOOK)]
    assert problems == [
        "bot/content/phrases/id.yml: greet: is missing; write what the English and its note mean",
        "bot/content/phrases/id.yml: greeet: is not in en.yml; remove it, or correct its name",
    ]


@pytest.mark.parametrize(
    ("language", "text", "remedy"),
    [
        ("id", "Halo.", "must hold exactly {country}"),
        ("id", "Halo {country} {name}", "must hold exactly {country}"),
        ("id", "TODO {country}", "not finished"),
        ("vi", "Xin cha\u0300o {country}", "NFC"),
        ("th", "ສະບາຍດີ {country}", "another script (lao)"),
        ("th", "sawasdee khrap {country}", "write it in thai script"),
        ("id", "Halo สวัสดี {country}", "another script (thai)"),
        ("id", "Halo! {country}", "exclamation"),
        ("en", "You are illegal. {country}", "a person without papers"),
        ("en", "A line about trafficking. {country}", "leave the word out"),
        ("my", "က" * 130 + "{country}", "SMS; add a shorter"),
    ],
)
def test_a_fault_comes_with_its_remedy(language: str, text: str, remedy: str) -> None:
    assert remedy in _remedies(language, text)


def test_an_sms_form_must_keep_what_is_filled_in() -> None:
    assert "its sms must hold exactly {country}" in _remedies("id", "Halo {country}", "Halo")


def test_a_button_must_be_short() -> None:
    assert "a button must be short" in _remedies("id", "a" * 40 + "{country}", key="menu.pay")


def _directory(folder: Path, **fields: object) -> Directory:
    entry: dict[str, object] = {"id": "my.x", "kind": "ngo", "name": "X", "confidence": "verified"}
    entry |= {"source": "https://x.example", "source_kind": "aggregator", **fields}
    lines = "\n".join(f"    {name}: {value!r}" for name, value in entry.items()).replace("True", "true")
    (folder / "MY.yml").write_text(f"country: MY\ncontacts:\n  -\n{lines}\n", encoding="utf-8")
    return Directory.load(folder)


def test_a_number_that_does_not_parse_is_named(tmp_path: Path) -> None:
    contact = _directory(tmp_path, phone="+60123").contacts["MY"][0]  # type: ignore[index]
    assert "is no telephone number" in "; ".join(contact_faults(contact, TODAY))


def test_a_number_known_to_be_odd_is_let_through_with_its_reason(tmp_path: Path) -> None:
    contact = _directory(tmp_path, phone="+6321343", number_problem="short").contacts["MY"][0]  # type: ignore[index]
    assert list(contact_faults(contact, TODAY)) == []


def test_a_misspelt_field_and_a_wrong_kind_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentInvalid, match="unknown field phnoe; correct the name"):
        _directory(tmp_path, phnoe="+60380008000")
    with pytest.raises(ContentInvalid, match=r"my\.x\.kind: is 'charity'; use one of"):
        _directory(tmp_path, kind="charity")


def test_a_fact_without_a_source_is_refused(tmp_path: Path) -> None:
    (tmp_path / "MY.yml").write_text(
        "country: MY\nfacts:\n  - {id: my_x, topic: ask_fees, role: both, confidence: verified, text: Something.}\n",
        encoding="utf-8",
    )
    with pytest.raises(ContentInvalid, match=r"MY\.yml: my_x\.source: is missing"):
        Facts.load(tmp_path)


def test_a_verified_fact_that_rests_on_memory_is_a_problem() -> None:
    fact = Facts.load().by_country["MY"][0]  # type: ignore[index]
    remembered = type(fact)(**{**fact.__dict__, "source": "general knowledge", "call": ("12345",)})
    faults = "; ".join(fact_faults(remembered, set(), TODAY))
    assert "verified without a source" in faults
    assert "call 12345: add the line to the directory of MY" in faults


def test_a_file_that_is_no_yaml_says_so(tmp_path: Path) -> None:
    (tmp_path / "en.yml").write_text("language: en\ngreet: {text: Hello: you}\n  x", encoding="utf-8")
    with pytest.raises(ContentInvalid, match="not YAML"):
        load_book(tmp_path / "en.yml")


def test_a_file_for_a_language_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fr.yml").write_text("language: fr\n", encoding="utf-8")
    with pytest.raises(ContentInvalid, match="no language of ours"):
        Phrasebook.load(tmp_path)


def test_the_coverage_names_every_language_and_country() -> None:
    library = Library.load()
    shown = table(library)
    assert all(f"| {code} " in shown for code in (*LANGUAGES, *library.directory.contacts))
    assert f"{len(library.phrases.keys)} of {len(library.phrases.keys)}" in shown
    assert ENGLISH in library.phrases.by_language


def _library(language: str, **changed: Phrase) -> Library:
    """The content as it is, but for these phrases of *language* (a full stop in a key is two underscores here)."""
    books = dict(Phrasebook.load().by_language)
    own = {key.replace("__", "."): phrase for key, phrase in changed.items()}
    books[Language(language)] = {**books[Language(language)], **own}
    return Library(Phrasebook(books), Facts.load(), Directory.load(), Countries.load(), Menus.load())


def test_a_word_to_avoid_is_found_in_every_language_that_has_some(tmp_path: Path) -> None:
    (file := tmp_path / "avoid.yml").write_text(
        "id:\n  - {words: [korban], instead: sebut orangnya, but_in: [desk.]}\n"
        "th:\n  - {words: [เหยื่อ], instead: เรียกว่าคน}\n",
        encoding="utf-8",
    )
    said = list(avoid.found("Anda korban penipuan.", "greet", Language("id"), file))
    assert said == ["says “korban”; instead: sebut orangnya"]
    assert list(avoid.found("Anda korban penipuan.", "desk.card", Language("id"), file)) == []
    assert list(avoid.found("Pengorbanan", "greet", Language("id"), file)) == [], "only whole words count"
    assert list(avoid.found("คุณเป็นเหยื่อของเขา", "greet", Language("th"), file)) == ["says “เหยื่อ”; instead: เรียกว่าคน"]


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("fr: []", "fr: no language of ours"),
        ("id:\n  - {words: [korban]}", r"id\[0\]\.instead: is missing"),
        ("id:\n  - {words: [], instead: x}", r"id\[0\]\.words: is empty"),
        ("id:\n  - {word: [x], words: [y], instead: x}", r"id\[0\]: unknown field word"),
    ],
)
def test_a_faulty_list_of_words_to_avoid_is_refused(tmp_path: Path, text: str, remedy: str) -> None:
    (tmp_path / "avoid.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentInvalid, match=remedy):
        avoid.load(tmp_path / "avoid.yml")


def test_what_is_past_its_last_day_is_named_with_the_day(tmp_path: Path) -> None:
    directory = _directory(tmp_path, inside="1234", urgent=True, until="2026-11-21")
    fact = replace(Facts.load().by_country["MY"][0], until=date(2026, 11, 21), call=())  # type: ignore[index]
    facts = Facts({fact.country: (fact,)})
    problems = [str(problem) for problem in check_entries.problems(facts, directory, TODAY)]
    said = "its last day was 2026-11-21, and it reaches nobody; check it again and set a later `until`, or remove it"
    assert f"bot/content/directory/MY.yml: my.x: {said}" in problems
    assert f"bot/content/facts/MY.yml: {fact.id}: {said}" in problems
    assert list(check_entries.problems(facts, directory, date(2026, 11, 21))) == []


def test_a_name_for_which_an_sms_has_no_room_is_named(tmp_path: Path) -> None:
    long_name = "Department for the Protection and Welfare of Workers of the Whole Nation"
    contact = _directory(tmp_path, inside="1234", proper=long_name).contacts["MY"][0]  # type: ignore[index]
    said = f"proper “{long_name}” is 72 characters long; an SMS has room for 67: shorten it"
    assert list(contact_faults(contact, TODAY)) == [said.replace("proper", "proper and area")]
    fact = replace(Facts.load().by_country["MY"][0], office=long_name, call=())  # type: ignore[index]
    assert list(fact_faults(fact, set(), TODAY)) == [said.replace("proper", "office")]


@pytest.mark.parametrize("as_of", ["2026-13", "2026-02-30", "last year"])
def test_a_day_that_no_calendar_has_is_named(as_of: str) -> None:
    fact = replace(Facts.load().by_country["MY"][0], as_of=as_of, call=())  # type: ignore[index]
    assert list(fact_faults(fact, set(), TODAY)) == [f"as_of {as_of!r}: write YYYY, YYYY-MM or YYYY-MM-DD"]


def test_a_word_to_type_that_means_two_things_is_named() -> None:
    books = {
        Language("id"): {"type.later": Phrase("nanti"), "type.human": Phrase("Nanti.")},
        Language("ms"): {"type.danger": Phrase("NANTI")},
    }
    assert [str(problem) for problem in check_sayings.told(books)] == [
        "bot/content/phrases/id.yml: type.human: “Nanti.” is what type.later of id tells people to type; "
        "choose another word",
        "bot/content/phrases/ms.yml: type.danger: “NANTI” is what type.later of id tells people to type; "
        "choose another word",
    ]


def test_two_buttons_under_one_saying_that_read_the_same_are_named() -> None:
    library = _library("km", menu__not_safe=Phrase("បាទ"), menu__safe=Phrase("បាទ"))
    problems = [str(problem) for problem in check_sayings.titles(library, Menus.load())]
    remedy = "has two buttons that read “បាទ”; change the words of one of them"
    assert f"bot/content/phrases/km.yml: safety_check: {remedy}" in problems
    assert f"bot/content/phrases/km.yml: welcome_back: {remedy}" in problems


def test_two_answers_to_a_question_that_read_the_same_are_named() -> None:
    library = _library("en", menu__yes=Phrase("Fine"), menu__no=Phrase("fine"))
    problems = [str(problem) for problem in check_sayings.titles(library, Menus.load())]
    assert any("en.yml: answer.ask_fees.next: has two buttons that read “fine”" in problem for problem in problems)


def test_a_phrase_that_leaves_no_room_for_its_number_is_named_with_the_longest_it_may_be() -> None:
    library = _library("lo", disclosure_held=Phrase("ກ" * 125), answer__ask_fees__do=Phrase("ກ" * 134))
    problems = [str(problem) for problem in check_sayings.room(library) if problem.file.endswith("lo.yml")]
    room = "leaves no room in an SMS for the number; make its sms"
    assert problems[0].startswith(f"bot/content/phrases/lo.yml: disclosure_held: {room} 12")
    assert problems[1].startswith(f"bot/content/phrases/lo.yml: answer.ask_fees.do: {room} 1")
