"""What a native reviewer's file holds when it goes out."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.review import Words, give_out
from bot.content.review_back import Taken, read_po, take_back
from bot.core.taxonomy import ENGLISH, LANGUAGES, Language
from tests.content.reviewing import TODAY, edit, entry_of, give


def test_an_entry_has_its_key_the_english_the_translation_and_what_the_english_says_about_it(folder: Path) -> None:
    po = give(folder)
    greet = entry_of(po, "greet")
    assert (greet.msgid, greet.msgstr) == ("Hello. I am an automatic helper.", "សួស្តី។ ខ្ញុំជាម៉ាស៊ីន។")
    assert greet.comment.startswith("First message.")
    assert greet.flags == ["fuzzy"]
    assert entry_of(po, "call").flags == ["fuzzy", "python-brace-format"]
    assert [entry.msgctxt for entry in po] == [
        "greet", "bye", "call", "call|sms", "menu.pay", "country.PH", "country.TH",
    ]  # fmt: skip


def test_an_sms_form_is_an_entry_of_its_own_beside_the_english_one(folder: Path) -> None:
    short = entry_of(give(folder), "call|sms")
    assert (short.msgid, short.msgstr) == ("Call {number}.", "ទូរស័ព្ទ {number}។")


def test_a_text_too_long_for_an_sms_asks_for_a_shorter_one(folder: Path) -> None:
    edit(folder, "លាហើយ។", "លា" * 70)
    assert entry_of(give(folder), "bye|sms").msgstr == ""


def test_the_header_says_all_that_poedit_and_weblate_ask_for(folder: Path) -> None:
    metadata = give(folder).metadata
    assert metadata["Project-Id-Version"] == "hotline 1.2.3"
    assert metadata["Language"] == "km"
    assert metadata["Content-Type"] == "text/plain; charset=UTF-8"
    assert metadata["Plural-Forms"] == "nplurals=1; plural=0;"
    assert give(folder, ENGLISH).metadata["Plural-Forms"] == "nplurals=2; plural=(n != 1);"


def test_english_itself_is_reviewed_against_itself_with_countries_as_in_a_sentence(folder: Path) -> None:
    po = give(folder, ENGLISH)
    assert all(entry.msgid == entry.msgstr for entry in po)
    assert entry_of(po, "country.PH|in_text").msgstr == "the Philippines"


def test_a_language_that_is_not_written_yet_goes_out_empty_and_unmarked(folder: Path) -> None:
    po = give(folder, Language("lo"))
    assert {entry.msgstr for entry in po} == {""}
    assert not any(entry.fuzzy for entry in po)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_real_content_goes_out_and_comes_back_letter_by_letter(language: Language) -> None:
    words = Words(language)
    po = give_out(words, TODAY, "1")
    back = read_po(str(po).encode(), "x.po")
    assert [(e.msgctxt, e.msgid, e.msgstr) for e in back] == [(e.msgctxt, e.msgid, e.msgstr) for e in po]
    assert take_back(words, back, "x.po", None, TODAY) == Taken(language, (), (), (), ())
