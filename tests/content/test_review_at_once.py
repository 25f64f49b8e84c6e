"""Two work on the same phrases; nothing of anybody's work is lost, and no old review counts for a new text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polib
import pytest

from bot.content.phrases import Phrasebook
from bot.content.review import Words
from bot.content.review_back import take_back
from bot.content.review_write import drafts_again, write
from bot.core.taxonomy import ENGLISH
from tests.content.reviewing import (
    KHMER,
    KHMER_FILE,
    REVIEWER,
    TODAY,
    bring_back,
    edit,
    entry_of,
    give,
    review,
    rewrite,
    text_of,
)


def test_a_translation_changed_on_both_sides_is_a_conflict_and_ours_stays(folder: Path) -> None:
    po = give(folder)
    edit(folder, "លាហើយ។", "លាសិនហើយ។")
    rewrite(po, "bye", "ជួបគ្នាពេលក្រោយ។")
    review(po, "menu.pay")
    taken = bring_back(folder, po)
    assert [problem.key for problem in taken.conflicts] == ["bye"]
    assert "was changed here since the export" in str(taken.conflicts[0])
    assert [change.key for change in taken.changes] == ["menu.pay"]
    assert "លាសិនហើយ។" in text_of(folder)


def test_a_review_of_a_text_that_we_changed_meanwhile_does_not_count(folder: Path) -> None:
    po = give(folder)
    edit(folder, "លាហើយ។", "លាសិនហើយ។")
    review(po, "bye")
    assert [problem.key for problem in bring_back(folder, po).conflicts] == ["bye"]
    assert Phrasebook.load(folder / "phrases").drafts(KHMER) == 4


def test_a_form_that_we_changed_meanwhile_is_not_reviewed_along_with_the_other_one(folder: Path) -> None:
    po = give(folder)
    review(po, "call", "call|sms")
    bring_back(folder, po)
    again = give(folder)
    edit(folder, "Please call {number} now, and do it calmly.", "Call {number} now. Be calm.", "en")
    edit(folder, "សូមទូរស័ព្ទទៅ {number} ឥឡូវនេះ។", "សូមហៅ {number}។")
    rewrite(again, "call|sms", "ហៅ {number}។")
    taken = bring_back(folder, again)
    assert taken.half == ("call",)
    assert Phrasebook.load(folder / "phrases").by_language[KHMER]["call"].reviewed is None


def test_the_same_change_on_both_sides_is_no_conflict(folder: Path) -> None:
    po = give(folder)
    edit(folder, "លាហើយ។", "លាសិនហើយ។")
    rewrite(po, "bye", "លាសិនហើយ។")
    taken = bring_back(folder, po)
    assert taken.conflicts == ()
    assert [(change.key, bool(change.review)) for change in taken.changes] == [("bye", True)]


@pytest.mark.parametrize("work", [lambda po: rewrite(po, "bye", "ជួបគ្នា។"), lambda po: review(po, "bye")])
def test_work_beside_an_english_that_has_changed_is_a_conflict(
    folder: Path, work: Callable[[polib.POFile], None]
) -> None:
    po = give(folder)
    edit(folder, "Goodbye.", "Goodbye for now.", "en")
    work(po)
    taken = bring_back(folder, po)
    assert [(problem.key, "English has changed" in problem.remedy) for problem in taken.conflicts] == [("bye", True)]
    assert text_of(folder) == KHMER_FILE


def test_a_review_is_a_draft_again_after_the_english_changes_and_the_next_file_says_so(folder: Path) -> None:
    po = give(folder)
    review(po, "bye")
    bring_back(folder, po)
    edit(folder, "Goodbye.", "Goodbye for now.", "en")
    bye = entry_of(give(folder), "bye")
    assert bye.fuzzy
    assert bye.tcomment == "reviewed by Sok Dara on 2026-11-22; the English has changed since"
    assert Phrasebook.load(folder / "phrases").outdated(KHMER) == ("bye",)


def test_a_changed_english_makes_the_reviews_of_other_languages_drafts_and_says_how_many(folder: Path) -> None:
    po = give(folder)
    review(po, "bye", "greet")
    bring_back(folder, po)
    english = give(folder, ENGLISH)
    rewrite(english, "bye", "Goodbye for now.")
    words = Words(ENGLISH, folder)
    taken = take_back(words, english, "en.po", REVIEWER, TODAY)
    assert drafts_again(words, taken) == {KHMER: 1}
    write(words, taken)
    phrases = Phrasebook.load(folder / "phrases")
    assert phrases.review("bye", ENGLISH) is not None
    assert phrases.review("bye", KHMER) is None
    assert phrases.by_language[ENGLISH]["bye"].note == "Last message."


def test_a_file_whose_tool_dropped_our_remarks_is_still_taken(folder: Path) -> None:
    po = give(folder)
    rewrite(po, "greet", "ជំរាបសួរ។")
    for entry in po:
        entry.comment = ""
    assert [change.key for change in bring_back(folder, po).changes] == ["greet"]
