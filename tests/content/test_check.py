"""Faulty content is named by file, key and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.check import _check_book, _contact_faults, _fact_faults
from bot.content.coverage import table
from bot.content.directory import Directory
from bot.content.facts import Facts
from bot.content.library import Library
from bot.content.phrases import Phrase, Phrasebook, load_book
from bot.content.reading import ContentInvalid
from bot.core.taxonomy import ENGLISH, LANGUAGES, Language

ENGLISH_BOOK = {"greet": Phrase("Hello. {country}", note="first words")}


def _remedies(language: str, text: str, sms: str | None = None, key: str = "greet") -> str:
    english = {key: Phrase("Hello. {country}", note="first words")}
    problems = _check_book(Language(language), {key: Phrase(text, sms, note="n")}, english)
    return "; ".join(str(problem) for problem in problems)


def test_a_good_phrase_has_no_problem() -> None:
    assert _remedies("my", "မင်္ဂလာပါ {country}") == ""
    assert _remedies("vi", "Xin chào {country}") == ""


def test_a_missing_and_a_superfluous_key_are_named() -> None:
    problems = [str(p) for p in _check_book(Language("id"), {"greeet": Phrase("Halo")}, ENGLISH_BOOK)]
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
    assert "is no telephone number" in "; ".join(_contact_faults(contact))


def test_a_number_known_to_be_odd_is_let_through_with_its_reason(tmp_path: Path) -> None:
    contact = _directory(tmp_path, phone="+6321343", number_problem="short").contacts["MY"][0]  # type: ignore[index]
    assert list(_contact_faults(contact)) == []


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
    faults = "; ".join(_fact_faults(remembered, set()))
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
