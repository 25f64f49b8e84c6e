"""A reviewer's file with a fault is refused, named with its remedy, and nothing of it is written."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from bot.content.phrases import Phrasebook
from bot.content.review_back import FileRefused, language_of, read_po, reviewer_of
from bot.core.taxonomy import ENGLISH
from tests.content.reviewing import (
    KHMER,
    KHMER_FILE,
    REVIEWER,
    bring_back,
    edit,
    entry_of,
    give,
    review,
    rewrite,
    text_of,
)


@pytest.mark.parametrize(
    ("context", "text", "remedy"),
    [
        ("call", "សូមទូរស័ព្ទឥឡូវនេះ។", "call: must hold exactly {number}; it holds no placeholder"),
        ("call|sms", "ទូរស័ព្ទ {numbr}។", "call: its sms must hold exactly {number}"),
        ("greet", "สวัสดี", "greet: holds letters of another script (thai)"),
        ("greet", "Suosdei, khnhom chea masin", "greet: is written in Latin letters; write it in khmer script"),
        ("greet", "សួស្តី!", "greet: has an exclamation mark"),
        ("greet", "ស" * 135, "greet: takes 3 SMS; add a shorter `sms`"),
        ("menu.pay", "ស" * 33, "menu.pay: is longer than 32 characters"),
        ("country.TH", "ประเทศไทย", "country.TH: holds letters of another script (thai)"),
    ],
)
def test_a_text_with_a_fault_is_named_with_its_remedy_and_nothing_is_written(
    folder: Path, context: str, text: str, remedy: str
) -> None:
    po = give(folder)
    rewrite(po, "bye", "លាសិនហើយ។")
    rewrite(po, context, text)
    with pytest.raises(FileRefused) as refused:
        bring_back(folder, po)
    assert remedy in str(refused.value)
    assert "km.po: " in str(refused.value)
    assert text_of(folder) == KHMER_FILE


def test_words_to_avoid_are_refused_from_a_reviewer_too(folder: Path) -> None:
    po = give(folder, ENGLISH)
    rewrite(po, "greet", "Hello. You are illegal.")
    with pytest.raises(FileRefused, match="greet: says “"):
        bring_back(folder, po)


def test_a_shorter_form_may_be_added_where_none_went_out(folder: Path) -> None:
    po = give(folder)
    rewrite(po, "greet", "ស" * 135)
    po.append(polib.POEntry(msgctxt="greet|sms", msgid=entry_of(po, "greet").msgid, msgstr="ស" * 60))
    bring_back(folder, po)
    greet = Phrasebook.load(folder / "phrases").by_language[KHMER]["greet"]
    assert greet.sms == "ស" * 60
    assert greet.reviewed is not None


def test_a_key_that_we_do_not_have_is_named(folder: Path) -> None:
    po = give(folder)
    for context in ("greeet", "greet|fax", "country.XY"):
        po.append(polib.POEntry(msgctxt=context, msgid="Hello.", msgstr="សួស្តី។"))
    with pytest.raises(FileRefused) as refused:
        bring_back(folder, po)
    assert [problem.key for problem in refused.value.problems] == ["greeet", "greet|fax", "country.XY"]
    assert "no such key" in str(refused.value)


def test_a_phrase_taken_out_since_the_export_matters_only_if_somebody_worked_on_it(folder: Path) -> None:
    po = give(folder)
    edit(folder, 'bye: {text: "Goodbye.", note: Last message.}\n', "", "en")
    edit(folder, 'bye: {text: "លាហើយ។"}\n', "")
    assert bring_back(folder, po).changes == ()
    review(po, "bye")
    with pytest.raises(FileRefused, match="bye: no such key"):
        bring_back(folder, po)


@pytest.mark.parametrize(
    ("header", "remedy"),
    [
        ({"Language": "fr"}, "Language: is 'fr'; write one of en, id"),
        ({"Language": ""}, "Language: is missing from the header"),
        ({"Language": "th"}, "Language: is 'th', but the file was given out for km"),
    ],
)
def test_a_file_of_another_language_is_refused(folder: Path, header: dict[str, str], remedy: str) -> None:
    po = give(folder)
    po.metadata |= header
    with pytest.raises(FileRefused) as refused:
        bring_back(folder, po)
    assert remedy in str(refused.value)


def test_a_language_with_its_country_is_the_same_language(folder: Path) -> None:
    po = give(folder)
    po.metadata["Language"] = "km_KH"
    assert bring_back(folder, po).language == KHMER


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (b'msgid ""\nmsgstr "Language: km\\n', "line 2: not closed by a quotation mark"),
        (b'msgid "a\nmsgstr "b"\n', "line 1: not closed"),
        (b'msgid "a"\nmsgstr "b "c""\n', "line 2: not closed"),
        (b'msgid "a"\nmsgstr "b"\nhello\n', "line 3: this is no PO file"),
        (b'msgstr "b"\n', "line 1: this is no PO file"),
        (b'msgid "a"\nmsgstr "\xe9"\n', "line 2: not UTF-8"),
        (b'msgctxt "a"\nmsgid "a"\nmsgstr "b"\n\nmsgctxt "a"\nmsgid "b"\nmsgstr "c"\n', "a: is there twice"),
    ],
)
def test_a_file_that_is_broken_is_refused_with_its_line(content: bytes, remedy: str) -> None:
    with pytest.raises(FileRefused, match=remedy):
        read_po(content, "x.po")


def test_a_file_without_any_entry_is_refused() -> None:
    with pytest.raises(FileRefused, match="Language: is missing"):
        language_of(read_po(b"", "x.po"), "x.po")


# --- who -----------------------------------------------------------------------------------------------------------


def test_the_reviewer_is_named_by_the_header_without_an_address(folder: Path) -> None:
    po = give(folder)
    assert reviewer_of(po) is None
    po.metadata["Last-Translator"] = "Sok Dara <sok@example.org>"
    assert reviewer_of(po) == REVIEWER
    for nobody in ("FULL NAME <EMAIL@ADDRESS>", "sok@example.org"):
        po.metadata["Last-Translator"] = nobody
        assert reviewer_of(po) is None


def test_a_review_by_nobody_is_refused(folder: Path) -> None:
    po = give(folder)
    review(po, "greet")
    with pytest.raises(FileRefused, match="say who reviewed it with --by NAME"):
        bring_back(folder, po, by=None)
    entry_of(po, "greet").fuzzy = True
    entry_of(po, "greet").msgstr = "ជំរាបសួរ។"
    assert len(bring_back(folder, po, by=None).changes) == 1
