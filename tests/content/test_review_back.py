"""A reviewer's file is worked on in Poedit and comes back; everything else in ours stays as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from bot.content.phrases import Phrasebook
from bot.content.reading import HERE
from bot.content.review import COUNTRY_REVIEWS, Words
from bot.content.review_back import FileRefused
from bot.content.reviewed import Review
from bot.core.taxonomy import ENGLISH, LANGUAGES, Language
from tests.content.reviewing import (
    COUNTRIES_FILE,
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


def test_one_change_and_one_cleared_mark_come_back_and_go_out_again(folder: Path) -> None:
    po = give(folder)
    rewrite(po, "greet", "ជំរាបសួរ។ ខ្ញុំជាម៉ាស៊ីន។")
    review(po, "menu.pay")
    taken = bring_back(folder, po)
    assert [(change.key, dict(change.texts)) for change in taken.changes] == [
        ("greet", {"": "ជំរាបសួរ។ ខ្ញុំជាម៉ាស៊ីន។"}),
        ("menu.pay", {}),
    ]
    again = give(folder)
    assert entry_of(again, "greet").msgstr == "ជំរាបសួរ។ ខ្ញុំជាម៉ាស៊ីន។"
    assert {entry.msgctxt for entry in again if not entry.fuzzy} == {"greet", "menu.pay"}
    assert entry_of(again, "menu.pay").tcomment == "reviewed by Sok Dara on 2026-11-22"
    phrases = Phrasebook.load(folder / "phrases")
    mark = phrases.by_language[ENGLISH]["greet"].fingerprint
    assert phrases.review("greet", KHMER) == Review(REVIEWER, TODAY, mark)
    assert phrases.drafts(KHMER) == 2
    assert bring_back(folder, again).changes == ()


def test_everything_else_in_the_file_stays_as_it_was_written(folder: Path) -> None:
    po = give(folder)
    rewrite(po, "greet", 'ជំរាបសួរ "អ្នក"។')
    review(po, "bye", "call", "call|sms", "menu.pay")
    bring_back(folder, po)
    marks = {key: phrase.fingerprint for key, phrase in Words(KHMER, folder).english.items()}

    def reviewed(key: str) -> str:
        return f'reviewed: {{by: "Sok Dara", on: 2026-11-22, english: "{marks[key]}"}}'

    expected = KHMER_FILE
    for old, new in (
        ('"សួស្តី។ ខ្ញុំជាម៉ាស៊ីន។"   # short on purpose', f'"ជំរាបសួរ \\"អ្នក\\"។"   # short on purpose\n  {reviewed("greet")}'),
        ('{text: "លាហើយ។"}', f'{{text: "លាហើយ។", {reviewed("bye")}}}'),
        ('"ទូរស័ព្ទ {number}។"', f'"ទូរស័ព្ទ {{number}}។"\n  {reviewed("call")}'),
        ('{text: "ប្រាក់ខែ"}', f'{{text: "ប្រាក់ខែ", {reviewed("menu.pay")}}}'),
    ):
        assert old in expected
        expected = expected.replace(old, new)
    assert text_of(folder) == expected


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_phrase_of_the_real_content_can_be_reviewed_at_once(language: Language, tmp_path: Path) -> None:
    (tmp_path / "phrases").mkdir()
    for name in {"phrases/en.yml", f"phrases/{language}.yml", "countries.yml"}:
        shutil.copy(HERE / name, tmp_path / name)
    po = give(tmp_path, language)
    written = [entry for entry in po if entry.msgstr]
    for entry in written:
        entry.fuzzy = False
    before = text_of(tmp_path, language)
    taken = bring_back(tmp_path, po)
    assert len(taken.changes) == len({(entry.msgctxt or "").partition("|")[0] for entry in written})
    assert Phrasebook.load(tmp_path / "phrases").drafts(language) == 0
    again = give(tmp_path, language)
    assert not any(entry.fuzzy for entry in again)
    for entry in again:
        entry.fuzzy = bool(entry.msgstr)
    bring_back(tmp_path, again)
    assert text_of(tmp_path, language) == before


def test_a_file_with_lines_that_end_as_on_windows_keeps_them(folder: Path) -> None:
    file = folder / "phrases" / "km.yml"
    file.write_bytes(KHMER_FILE.replace("\n", "\r\n").encode())
    po = give(folder)
    review(po, "greet", "bye")
    bring_back(folder, po)
    assert file.read_bytes().count(b"\n") == file.read_bytes().count(b"\r\n") == KHMER_FILE.count("\n") + 1


def test_a_missing_phrase_is_written_in_its_place(folder: Path) -> None:
    edit(folder, 'bye: {text: "លាហើយ។"}\n', "")
    po = give(folder)
    rewrite(po, "bye", "លាសិនហើយ។")
    bring_back(folder, po)
    assert list(yaml.safe_load(text_of(folder))) == ["language", "greet", "bye", "call", "menu.pay"]
    assert text_of(folder).index("bye:") < text_of(folder).index("# --- numbers ---")


def test_a_language_without_a_file_gets_one(folder: Path) -> None:
    lao = Language("lo")
    po = give(folder, lao)
    rewrite(po, "greet", "ສະບາຍດີ.")
    rewrite(po, "menu.pay", "ຄ່າແຮງ")
    bring_back(folder, po)
    assert Phrasebook.load(folder / "phrases").by_language[lao].keys() == {"greet", "menu.pay"}


def test_an_empty_translation_leaves_ours_as_it_is(folder: Path) -> None:
    po = give(folder)
    rewrite(po, "greet", "")
    assert bring_back(folder, po).changes == ()
    assert text_of(folder) == KHMER_FILE


def test_a_text_that_came_back_still_marked_is_taken_as_a_draft(folder: Path) -> None:
    po = give(folder)
    review(po, "greet")
    bring_back(folder, po)
    again = give(folder)
    entry_of(again, "greet").msgstr = "ជំរាបសួរ។"
    entry_of(again, "greet").fuzzy = True
    bring_back(folder, again)
    assert Phrasebook.load(folder / "phrases").by_language[KHMER]["greet"].reviewed is None
    assert "ជំរាបសួរ។" in text_of(folder)
    assert "reviewed" not in text_of(folder)


def test_a_phrase_reviewed_in_one_of_its_two_forms_stays_a_draft_and_is_named(folder: Path) -> None:
    po = give(folder)
    review(po, "call")
    taken = bring_back(folder, po)
    assert taken.half == ("call",)
    assert text_of(folder) == KHMER_FILE


def test_an_untouched_file_may_be_brought_back_at_any_later_time(folder: Path) -> None:
    po = give(folder)
    edit(folder, "លាហើយ។", "លាសិនហើយ។")
    edit(folder, "Goodbye.", "Farewell.", "en")
    taken = bring_back(folder, po)
    assert taken.changes == taken.conflicts == ()


def test_what_was_reviewed_once_keeps_who_did_it(folder: Path) -> None:
    po = give(folder)
    review(po, "greet")
    bring_back(folder, po, by="Somebody Else")
    again = give(folder)
    review(again, "bye")
    bring_back(folder, again)
    phrases = Phrasebook.load(folder / "phrases")
    assert [phrases.by_language[KHMER][key].reviewed.by for key in ("greet", "bye")] == [  # type: ignore[union-attr]
        "Somebody Else", REVIEWER,
    ]  # fmt: skip


def test_text_that_an_editor_saved_in_another_unicode_form_is_the_same_text(folder: Path) -> None:
    po = give(folder, Language("vi"))
    rewrite(po, "greet", "Xin cha\u0300o.")
    bring_back(folder, po)
    assert Phrasebook.load(folder / "phrases").by_language[Language("vi")]["greet"].text == "Xin ch\u00e0o."


def test_what_a_reviewer_wrote_about_an_entry_is_told(folder: Path) -> None:
    po = give(folder)
    entry_of(po, "bye").tcomment = "Too stiff for young people."
    assert bring_back(folder, po).remarks == (("bye", "Too stiff for young people."),)


# --- names of countries ------------------------------------------------------------------------------------------


def test_a_countrys_new_name_is_said_first_and_the_old_one_still_understood(folder: Path) -> None:
    po = give(folder)
    rewrite(po, "country.PH", "ភីលីពីន")
    review(po, "country.TH")
    bring_back(folder, po)
    text = (folder / "countries.yml").read_text(encoding="utf-8")
    assert text == COUNTRIES_FILE.replace('["ហ្វីលីពីន"]', '["ភីលីពីន", "ហ្វីលីពីន"]')
    again = give(folder)
    assert {entry.msgctxt for entry in again if not entry.fuzzy} == {"country.PH", "country.TH"}
    assert entry_of(again, "country.TH").tcomment == "reviewed by Sok Dara on 2026-11-22"
    entry_of(again, "country.TH").fuzzy = True
    bring_back(folder, again)
    assert entry_of(give(folder), "country.TH").fuzzy
    assert list(yaml.safe_load((folder / COUNTRY_REVIEWS).read_text(encoding="utf-8"))["km"]) == ["PH"]


def test_two_countries_cannot_get_one_name(folder: Path) -> None:
    po = give(folder)
    rewrite(po, "country.PH", "សៀម")
    with pytest.raises(FileRefused, match=r"country\.PH: “សៀម” is a name of TH already"):
        bring_back(folder, po)


def test_a_country_as_said_in_a_sentence_comes_back_in_english(folder: Path) -> None:
    po = give(folder, ENGLISH)
    rewrite(po, "country.PH|in_text", "the Philippine islands")
    review(po, "country.PH")
    bring_back(folder, po)
    assert 'PH: {en: "the Philippine islands"}' in (folder / "countries.yml").read_text(encoding="utf-8")
    assert not entry_of(give(folder, ENGLISH), "country.PH").fuzzy
