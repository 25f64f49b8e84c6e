"""Who has read what, what is past its date, and how both are counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.content import directory, facts
from bot.content.countries import Countries
from bot.content.coverage import countries, languages, table
from bot.content.directory import Directory
from bot.content.facts import Facts, to_check_again
from bot.content.library import Library
from bot.content.menus import Menus
from bot.content.phrases import Phrase, Phrasebook, load_book
from bot.content.reading import ContentInvalid
from bot.content.reviewed import Review
from bot.core.ids import CountryCode
from bot.core.taxonomy import ENGLISH, Intent, Language

KHMER, MALAYSIA, FEES = Language("km"), CountryCode("MY"), Intent("ask_fees")
TODAY = date(2026, 11, 22)


def _facts(folder: Path, *further: str, today: date = TODAY) -> Facts:
    fields = ["id: my_x", "topic: ask_fees", "role: both", "confidence: verified", "text: A rule.", "source: The law"]
    (folder / "MY.yml").write_text(f"country: MY\nfacts:\n  - {{{', '.join((*fields, *further))}}}\n", encoding="utf-8")
    return Facts.load(folder, lambda: today)


def _directory(folder: Path, *further: str, today: date = TODAY) -> Directory:
    fields = ["id: my.x", "kind: ngo", "name: X", "confidence: verified", "source: https://x.example"]
    fields += ["source_kind: aggregator", 'inside: "15999"', "urgent: true"]
    lines = f"country: MY\ncontacts:\n  - {{{', '.join((*fields, *further))}}}\n"
    (folder / "MY.yml").write_text(lines, encoding="utf-8")
    return Directory.load(folder, lambda: today)


def _library(phrases: Phrasebook, known: Facts, contacts: Directory) -> Library:
    return Library(phrases, known, contacts, Countries.load(), Menus.load())


def _book(english: str, read_beside: str) -> Phrasebook:
    review = Review("Sok", TODAY, Phrase(read_beside).fingerprint)
    return Phrasebook({ENGLISH: {"greet": Phrase(english)}, KHMER: {"greet": Phrase("សួស្តី។", reviewed=review)}})


def test_a_phrase_counts_as_reviewed_as_long_as_the_english_is_the_one_that_was_read() -> None:
    assert _book("Hello.", "Hello.").review("greet", KHMER) == Review("Sok", TODAY, Phrase("Hello.").fingerprint)
    assert _book("Hello.", "Hello.").drafts(KHMER) == 0


def test_when_the_english_changes_a_reviewed_phrase_is_a_draft_again() -> None:
    changed = _book("Good day.", "Hello.")
    assert changed.review("greet", KHMER) is None
    assert changed.drafts(KHMER) == 1
    assert changed.outdated(KHMER) == ("greet",)


def test_the_english_sms_form_is_part_of_what_was_read() -> None:
    review = Review("Sok", TODAY, Phrase("Hello.").fingerprint)
    english = {"greet": Phrase("Hello.", sms="Hi.")}
    assert Phrasebook({ENGLISH: english, KHMER: {"greet": Phrase("ស", reviewed=review)}}).review("greet", KHMER) is None


def test_a_review_without_its_english_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "en.yml").write_text('language: en\ngreet: {text: "Hello."}\n', encoding="utf-8")
    km = 'language: km\ngreet: {text: "សួស្តី។", reviewed: {by: Sok, on: 2026-11-22}}\n'
    (tmp_path / "km.yml").write_text(km, encoding="utf-8")
    phrases = Phrasebook.load(tmp_path)
    assert phrases.by_language[KHMER]["greet"].reviewed == Review("Sok", TODAY)
    assert phrases.drafts(KHMER) == 1


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("{by: Sok}", r"greet\.reviewed\.on: is missing; add the day"),
        ("{by: Sok, on: yesterday}", "write a day as YYYY-MM-DD"),
        ("{on: 2026-11-22}", r"greet\.reviewed\.by: is missing"),
        ("{by: Sok, on: 2026-11-22, at: noon}", "unknown field at"),
        ("Sok", "write a mapping"),
    ],
)
def test_a_review_is_by_somebody_on_a_day(tmp_path: Path, written: str, remedy: str) -> None:
    file = tmp_path / "km.yml"
    file.write_text(f'language: km\ngreet: {{text: "សួស្តី។", reviewed: {written}}}\n', encoding="utf-8")
    with pytest.raises(ContentInvalid, match=remedy):
        load_book(file)


def test_a_rule_past_its_date_reaches_nobody(tmp_path: Path) -> None:
    until = "until: 2026-11-22"
    assert _facts(tmp_path, until).about(FEES, MALAYSIA)
    past = _facts(tmp_path, until, today=TODAY + timedelta(days=1))
    assert past.about(FEES, MALAYSIA) == ()
    assert facts.expired(past.by_country[MALAYSIA][0], date(2026, 11, 23))
    assert not facts.expired(past.by_country[MALAYSIA][0], date(2026, 11, 22))


def test_a_rule_without_a_date_holds_for_ever(tmp_path: Path) -> None:
    assert _facts(tmp_path, today=date(2090, 1, 1)).about(FEES, MALAYSIA)


def test_a_number_past_its_date_reaches_nobody_by_any_way(tmp_path: Path) -> None:
    fields = ('until: "2026-11-22"', 'phone: "+60320000000"', "serves_abroad: true")
    live = _directory(tmp_path, *fields)
    past = _directory(tmp_path, *fields, today=TODAY + timedelta(days=1))
    for found, reaches in ((live, True), (past, False)):
        assert bool(found.urgent(MALAYSIA)) is reaches
        assert bool(found.best(MALAYSIA, "ngo", (), MALAYSIA)) is reaches
        assert bool(found.abroad(MALAYSIA)) is reaches
        assert bool(found.embassy(MALAYSIA, CountryCode("TH"))) is reaches
    embassy = replace(live.contacts[MALAYSIA][0], urgent=False, embassy_of=CountryCode("KH"), kind="embassy")
    for today, reaches in ((TODAY, True), (TODAY + timedelta(days=1), False)):
        only_embassy = Directory({MALAYSIA: (embassy,)}, lambda today=today: today)  # type: ignore[misc]
        assert bool(only_embassy.named(MALAYSIA, ["15999"], MALAYSIA)) is reaches
        assert bool(only_embassy.embassy(CountryCode("KH"), MALAYSIA)) is reaches
    assert directory.expired(embassy, date(2026, 11, 23))


def test_a_date_that_is_none_is_refused_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(ContentInvalid, match=r"MY\.yml: my_x\.until: is 'next year'; write a day as YYYY-MM-DD"):
        _facts(tmp_path, "until: next year")
    with pytest.raises(ContentInvalid, match=r"MY\.yml: my\.x\.until: is 2026; write a day"):
        _directory(tmp_path, "until: 2026")


@pytest.mark.parametrize(
    ("as_of", "again"),
    [
        ("2025-05-22", False),
        ("2025-05-21", True),
        ("2025-06", False),
        ("2025-05", True),
        ("2026", False),
        ("2025", True),
        ("last year", True),
    ],
)
def test_a_changing_figure_is_checked_again_after_eighteen_months(tmp_path: Path, as_of: str, again: bool) -> None:
    (fact,) = _facts(tmp_path, f'as_of: "{as_of}"', "changing: true").by_country[MALAYSIA]
    assert to_check_again(fact, TODAY) is again
    assert not to_check_again(replace(fact, changing=False), TODAY)
    assert not to_check_again(replace(fact, as_of=None), TODAY)


def test_the_tables_count_reviews_and_what_is_to_be_checked_again(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    known = _facts(tmp_path / "facts", "reviewed: {by: Aye, on: 2026-11-01}", 'as_of: "2024"', "changing: true")
    contacts = _directory(tmp_path, "reviewed: {by: Aye, on: 2026-11-01}", "until: 2026-12-31")
    library = _library(_book("Good day.", "Hello."), known, contacts)
    (row,) = countries(library, TODAY)
    assert (row.contacts, row.rules, row.reviewed, row.to_check_again) == (1, 1, 2, 1)
    khmer = next(row for row in languages(library) if row.language == KHMER)
    assert (khmer.written, khmer.reviewed, khmer.outdated) == (1, 0, 1)
    shown = table(library, TODAY)
    assert "| km ភាសាខ្មែរ | 1 of 1 | 0 | 1 |" in shown
    assert "| MY Malaysia | 1 | 1 | 1 of 22 | 2 of 2 | 1 |" in shown


def test_what_is_past_its_date_is_not_counted(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    known, contacts = _facts(tmp_path / "facts", "until: 2026-11-21"), _directory(tmp_path, "until: 2026-11-21")
    (row,) = countries(_library(_book("Hello.", "Hello."), known, contacts), TODAY)
    assert (row.contacts, row.rules, row.topics) == (0, 0, 0)
