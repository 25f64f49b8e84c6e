"""A native reviewer's file goes out, is worked on in Poedit, and comes back; nothing of anybody's work is lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polib
import pytest
import yaml

from bot.content.phrases import Phrasebook
from bot.content.reading import HERE
from bot.content.review import COUNTRY_REVIEWS, Words, give_out
from bot.content.review_back import FileRefused, Taken, language_of, read_po, reviewer_of, take_back
from bot.content.review_write import drafts_again, write
from bot.content.reviewed import Review
from bot.core.taxonomy import ENGLISH, LANGUAGES, Language

TODAY, KHMER, BURMESE = date(2026, 11, 22), Language("km"), Language("my")
REVIEWER = "Sok Dara"

ENGLISH_FILE = """# Everything in English.
language: en

# --- first words ---

greet:
  text: "Hello. I am an automatic helper."
  note: First message.
bye: {text: "Goodbye.", note: Last message.}

# --- numbers ---

call:
  text: "Please call {number} now, and do it calmly."
  sms: "Call {number}."
  note: With a number.
menu.pay:
  text: "Pay"
  note: A button.
"""

KHMER_FILE = """# Everything in Khmer.
# "You" is left out where it can be.
language: km

# --- first words ---

greet:
  text: "សួស្តី។ ខ្ញុំជាម៉ាស៊ីន។"   # short on purpose
bye: {text: "លាហើយ។"}

# --- numbers ---

call:
  text: "សូមទូរស័ព្ទទៅ {number} ឥឡូវនេះ។"
  sms: "ទូរស័ព្ទ {number}។"
menu.pay: {text: "ប្រាក់ខែ"}
"""

COUNTRIES_FILE = """# Countries.
asked_first:
  en: [PH]

in_text:
  PH: {en: "the Philippines"}

names:
  PH:
    en: ["Philippines", "Pilipinas"]
    km: ["ហ្វីលីពីន"]   # as on the news
  TH:
    en: ["Thailand"]
    km: ["ថៃ", "សៀម"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small copy of the content folder."""
    (tmp_path / "phrases").mkdir()
    (tmp_path / "phrases" / "en.yml").write_text(ENGLISH_FILE, encoding="utf-8")
    (tmp_path / "phrases" / "km.yml").write_text(KHMER_FILE, encoding="utf-8")
    (tmp_path / "countries.yml").write_text(COUNTRIES_FILE, encoding="utf-8")
    return tmp_path


def _export(folder: Path, language: Language = KHMER) -> polib.POFile:
    return read_po(str(give_out(Words(language, folder), TODAY, "1.2.3")).encode(), "x.po")


def _entry(po: polib.POFile, context: str) -> polib.POEntry:
    return next(entry for entry in po if entry.msgctxt == context)


def _review(po: polib.POFile, *contexts: str) -> None:
    """Take the mark off, as Poedit does when an entry is found right."""
    for context in contexts:
        _entry(po, context).fuzzy = False


def _rewrite(po: polib.POFile, context: str, text: str) -> None:
    """Write another text, as in Poedit: that takes the mark off too."""
    _entry(po, context).msgstr = text
    _review(po, context)


def _import(folder: Path, po: polib.POFile, by: str | None = REVIEWER) -> Taken:
    """By way of the bytes of a file, as the command does."""
    back = read_po(str(po).encode(), "km.po")
    words = Words(language_of(back, "km.po"), folder)
    taken = take_back(words, back, "km.po", by, TODAY)
    write(words, taken)
    return taken


def _text(folder: Path, language: str = "km") -> str:
    return (folder / "phrases" / f"{language}.yml").read_text(encoding="utf-8")


def _edit(folder: Path, old: str, new: str, language: str = "km") -> None:
    """Somebody changes our file by hand."""
    assert old in _text(folder, language)
    file = folder / "phrases" / f"{language}.yml"
    file.write_text(_text(folder, language).replace(old, new), encoding="utf-8")


# --- out ---------------------------------------------------------------------------------------------------------


def test_an_entry_has_its_key_the_english_the_translation_and_what_the_english_says_about_it(folder: Path) -> None:
    po = _export(folder)
    greet = _entry(po, "greet")
    assert (greet.msgid, greet.msgstr) == ("Hello. I am an automatic helper.", "សួស្តី។ ខ្ញុំជាម៉ាស៊ីន។")
    assert greet.comment.startswith("First message.")
    assert greet.flags == ["fuzzy"]
    assert _entry(po, "call").flags == ["fuzzy", "python-brace-format"]
    assert [entry.msgctxt for entry in po] == [
        "greet", "bye", "call", "call|sms", "menu.pay", "country.PH", "country.TH",
    ]  # fmt: skip


def test_an_sms_form_is_an_entry_of_its_own_beside_the_english_one(folder: Path) -> None:
    short = _entry(_export(folder), "call|sms")
    assert (short.msgid, short.msgstr) == ("Call {number}.", "ទូរស័ព្ទ {number}។")


def test_a_text_too_long_for_an_sms_asks_for_a_shorter_one(folder: Path) -> None:
    _edit(folder, "លាហើយ។", "លា" * 70)
    assert _entry(_export(folder), "bye|sms").msgstr == ""


def test_the_header_says_all_that_poedit_and_weblate_ask_for(folder: Path) -> None:
    metadata = _export(folder).metadata
    assert metadata["Project-Id-Version"] == "hotline 1.2.3"
    assert metadata["Language"] == "km"
    assert metadata["Content-Type"] == "text/plain; charset=UTF-8"
    assert metadata["Plural-Forms"] == "nplurals=1; plural=0;"
    assert _export(folder, ENGLISH).metadata["Plural-Forms"] == "nplurals=2; plural=(n != 1);"


def test_english_itself_is_reviewed_against_itself_with_countries_as_in_a_sentence(folder: Path) -> None:
    po = _export(folder, ENGLISH)
    assert all(entry.msgid == entry.msgstr for entry in po)
    assert _entry(po, "country.PH|in_text").msgstr == "the Philippines"


def test_a_language_that_is_not_written_yet_goes_out_empty_and_unmarked(folder: Path) -> None:
    po = _export(folder, Language("lo"))
    assert {entry.msgstr for entry in po} == {""}
    assert not any(entry.fuzzy for entry in po)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_real_content_goes_out_and_comes_back_letter_by_letter(language: Language) -> None:
    words = Words(language)
    po = give_out(words, TODAY, "1")
    back = read_po(str(po).encode(), "x.po")
    assert [(e.msgctxt, e.msgid, e.msgstr) for e in back] == [(e.msgctxt, e.msgid, e.msgstr) for e in po]
    assert take_back(words, back, "x.po", None, TODAY) == Taken(language, (), (), (), ())


# --- there and back ----------------------------------------------------------------------------------------------


def test_one_change_and_one_cleared_mark_come_back_and_go_out_again(folder: Path) -> None:
    po = _export(folder)
    _rewrite(po, "greet", "ជំរាបសួរ។ ខ្ញុំជាម៉ាស៊ីន។")
    _review(po, "menu.pay")
    taken = _import(folder, po)
    assert [(change.key, dict(change.texts)) for change in taken.changes] == [
        ("greet", {"": "ជំរាបសួរ។ ខ្ញុំជាម៉ាស៊ីន។"}),
        ("menu.pay", {}),
    ]
    again = _export(folder)
    assert _entry(again, "greet").msgstr == "ជំរាបសួរ។ ខ្ញុំជាម៉ាស៊ីន។"
    assert {entry.msgctxt for entry in again if not entry.fuzzy} == {"greet", "menu.pay"}
    assert _entry(again, "menu.pay").tcomment == "reviewed by Sok Dara on 2026-11-22"
    phrases = Phrasebook.load(folder / "phrases")
    mark = phrases.by_language[ENGLISH]["greet"].fingerprint
    assert phrases.review("greet", KHMER) == Review(REVIEWER, TODAY, mark)
    assert phrases.drafts(KHMER) == 2
    assert _import(folder, again).changes == ()


def test_everything_else_in_the_file_stays_as_it_was_written(folder: Path) -> None:
    po = _export(folder)
    _rewrite(po, "greet", 'ជំរាបសួរ "អ្នក"។')
    _review(po, "bye", "call", "call|sms", "menu.pay")
    _import(folder, po)
    marks = {key: phrase.fingerprint for key, phrase in Words(KHMER, folder).english.items()}

    def review(key: str) -> str:
        return f'reviewed: {{by: "Sok Dara", on: 2026-11-22, english: "{marks[key]}"}}'

    expected = KHMER_FILE
    for old, new in (
        ('"សួស្តី។ ខ្ញុំជាម៉ាស៊ីន។"   # short on purpose', f'"ជំរាបសួរ \\"អ្នក\\"។"   # short on purpose\n  {review("greet")}'),
        ('{text: "លាហើយ។"}', f'{{text: "លាហើយ។", {review("bye")}}}'),
        ('"ទូរស័ព្ទ {number}។"', f'"ទូរស័ព្ទ {{number}}។"\n  {review("call")}'),
        ('{text: "ប្រាក់ខែ"}', f'{{text: "ប្រាក់ខែ", {review("menu.pay")}}}'),
    ):
        assert old in expected
        expected = expected.replace(old, new)
    assert _text(folder) == expected


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_phrase_of_the_real_content_can_be_reviewed_at_once(language: Language, tmp_path: Path) -> None:
    (tmp_path / "phrases").mkdir()
    for name in {"phrases/en.yml", f"phrases/{language}.yml", "countries.yml"}:
        shutil.copy(HERE / name, tmp_path / name)
    po = _export(tmp_path, language)
    written = [entry for entry in po if entry.msgstr]
    for entry in written:
        entry.fuzzy = False
    before = _text(tmp_path, language)
    taken = _import(tmp_path, po)
    assert len(taken.changes) == len({(entry.msgctxt or "").partition("|")[0] for entry in written})
    assert Phrasebook.load(tmp_path / "phrases").drafts(language) == 0
    again = _export(tmp_path, language)
    assert not any(entry.fuzzy for entry in again)
    for entry in again:
        entry.fuzzy = bool(entry.msgstr)
    _import(tmp_path, again)
    assert _text(tmp_path, language) == before


def test_a_file_with_lines_that_end_as_on_windows_keeps_them(folder: Path) -> None:
    file = folder / "phrases" / "km.yml"
    file.write_bytes(KHMER_FILE.replace("\n", "\r\n").encode())
    po = _export(folder)
    _review(po, "greet", "bye")
    _import(folder, po)
    assert file.read_bytes().count(b"\n") == file.read_bytes().count(b"\r\n") == KHMER_FILE.count("\n") + 1


def test_a_missing_phrase_is_written_in_its_place(folder: Path) -> None:
    _edit(folder, 'bye: {text: "លាហើយ។"}\n', "")
    po = _export(folder)
    _rewrite(po, "bye", "លាសិនហើយ។")
    _import(folder, po)
    assert list(yaml.safe_load(_text(folder))) == ["language", "greet", "bye", "call", "menu.pay"]
    assert _text(folder).index("bye:") < _text(folder).index("# --- numbers ---")


def test_a_language_without_a_file_gets_one(folder: Path) -> None:
    lao = Language("lo")
    po = _export(folder, lao)
    _rewrite(po, "greet", "ສະບາຍດີ.")
    _rewrite(po, "menu.pay", "ຄ່າແຮງ")
    _import(folder, po)
    assert Phrasebook.load(folder / "phrases").by_language[lao].keys() == {"greet", "menu.pay"}


def test_an_empty_translation_leaves_ours_as_it_is(folder: Path) -> None:
    po = _export(folder)
    _rewrite(po, "greet", "")
    assert _import(folder, po).changes == ()
    assert _text(folder) == KHMER_FILE


def test_a_text_that_came_back_still_marked_is_taken_as_a_draft(folder: Path) -> None:
    po = _export(folder)
    _review(po, "greet")
    _import(folder, po)
    again = _export(folder)
    _entry(again, "greet").msgstr = "ជំរាបសួរ។"
    _entry(again, "greet").fuzzy = True
    _import(folder, again)
    assert Phrasebook.load(folder / "phrases").by_language[KHMER]["greet"].reviewed is None
    assert "ជំរាបសួរ។" in _text(folder)
    assert "reviewed" not in _text(folder)


def test_a_phrase_reviewed_in_one_of_its_two_forms_stays_a_draft_and_is_named(folder: Path) -> None:
    po = _export(folder)
    _review(po, "call")
    taken = _import(folder, po)
    assert taken.half == ("call",)
    assert _text(folder) == KHMER_FILE


def test_an_untouched_file_may_be_brought_back_at_any_later_time(folder: Path) -> None:
    po = _export(folder)
    _edit(folder, "លាហើយ។", "លាសិនហើយ។")
    _edit(folder, "Goodbye.", "Farewell.", "en")
    taken = _import(folder, po)
    assert taken.changes == taken.conflicts == ()


def test_what_was_reviewed_once_keeps_who_did_it(folder: Path) -> None:
    po = _export(folder)
    _review(po, "greet")
    _import(folder, po, by="Somebody Else")
    again = _export(folder)
    _review(again, "bye")
    _import(folder, again)
    phrases = Phrasebook.load(folder / "phrases")
    assert [phrases.by_language[KHMER][key].reviewed.by for key in ("greet", "bye")] == [  # type: ignore[union-attr]
        "Somebody Else", REVIEWER,
    ]  # fmt: skip


def test_text_that_an_editor_saved_in_another_unicode_form_is_the_same_text(folder: Path) -> None:
    po = _export(folder, Language("vi"))
    _rewrite(po, "greet", "Xin cha\u0300o.")
    _import(folder, po)
    assert Phrasebook.load(folder / "phrases").by_language[Language("vi")]["greet"].text == "Xin ch\u00e0o."


def test_what_a_reviewer_wrote_about_an_entry_is_told(folder: Path) -> None:
    po = _export(folder)
    _entry(po, "bye").tcomment = "Too stiff for young people."
    assert _import(folder, po).remarks == (("bye", "Too stiff for young people."),)


# --- two at work at once -----------------------------------------------------------------------------------------


def test_a_translation_changed_on_both_sides_is_a_conflict_and_ours_stays(folder: Path) -> None:
    po = _export(folder)
    _edit(folder, "លាហើយ។", "លាសិនហើយ។")
    _rewrite(po, "bye", "ជួបគ្នាពេលក្រោយ។")
    _review(po, "menu.pay")
    taken = _import(folder, po)
    assert [problem.key for problem in taken.conflicts] == ["bye"]
    assert "was changed here since the export" in str(taken.conflicts[0])
    assert [change.key for change in taken.changes] == ["menu.pay"]
    assert "លាសិនហើយ។" in _text(folder)


def test_a_review_of_a_text_that_we_changed_meanwhile_does_not_count(folder: Path) -> None:
    po = _export(folder)
    _edit(folder, "លាហើយ។", "លាសិនហើយ។")
    _review(po, "bye")
    assert [problem.key for problem in _import(folder, po).conflicts] == ["bye"]
    assert Phrasebook.load(folder / "phrases").drafts(KHMER) == 4


def test_a_form_that_we_changed_meanwhile_is_not_reviewed_along_with_the_other_one(folder: Path) -> None:
    po = _export(folder)
    _review(po, "call", "call|sms")
    _import(folder, po)
    again = _export(folder)
    _edit(folder, "Please call {number} now, and do it calmly.", "Call {number} now. Be calm.", "en")
    _edit(folder, "សូមទូរស័ព្ទទៅ {number} ឥឡូវនេះ។", "សូមហៅ {number}។")
    _rewrite(again, "call|sms", "ហៅ {number}។")
    taken = _import(folder, again)
    assert taken.half == ("call",)
    assert Phrasebook.load(folder / "phrases").by_language[KHMER]["call"].reviewed is None


def test_the_same_change_on_both_sides_is_no_conflict(folder: Path) -> None:
    po = _export(folder)
    _edit(folder, "លាហើយ។", "លាសិនហើយ។")
    _rewrite(po, "bye", "លាសិនហើយ។")
    taken = _import(folder, po)
    assert taken.conflicts == ()
    assert [(change.key, bool(change.review)) for change in taken.changes] == [("bye", True)]


@pytest.mark.parametrize("work", [lambda po: _rewrite(po, "bye", "ជួបគ្នា។"), lambda po: _review(po, "bye")])
def test_work_beside_an_english_that_has_changed_is_a_conflict(
    folder: Path, work: Callable[[polib.POFile], None]
) -> None:
    po = _export(folder)
    _edit(folder, "Goodbye.", "Goodbye for now.", "en")
    work(po)
    taken = _import(folder, po)
    assert [(problem.key, "English has changed" in problem.remedy) for problem in taken.conflicts] == [("bye", True)]
    assert _text(folder) == KHMER_FILE


def test_a_review_is_a_draft_again_after_the_english_changes_and_the_next_file_says_so(folder: Path) -> None:
    po = _export(folder)
    _review(po, "bye")
    _import(folder, po)
    _edit(folder, "Goodbye.", "Goodbye for now.", "en")
    bye = _entry(_export(folder), "bye")
    assert bye.fuzzy
    assert bye.tcomment == "reviewed by Sok Dara on 2026-11-22; the English has changed since"
    assert Phrasebook.load(folder / "phrases").outdated(KHMER) == ("bye",)


def test_a_changed_english_makes_the_reviews_of_other_languages_drafts_and_says_how_many(folder: Path) -> None:
    po = _export(folder)
    _review(po, "bye", "greet")
    _import(folder, po)
    english = _export(folder, ENGLISH)
    _rewrite(english, "bye", "Goodbye for now.")
    words = Words(ENGLISH, folder)
    taken = take_back(words, english, "en.po", REVIEWER, TODAY)
    assert drafts_again(words, taken) == {KHMER: 1}
    write(words, taken)
    phrases = Phrasebook.load(folder / "phrases")
    assert phrases.review("bye", ENGLISH) is not None
    assert phrases.review("bye", KHMER) is None
    assert phrases.by_language[ENGLISH]["bye"].note == "Last message."


def test_a_file_whose_tool_dropped_our_remarks_is_still_taken(folder: Path) -> None:
    po = _export(folder)
    _rewrite(po, "greet", "ជំរាបសួរ។")
    for entry in po:
        entry.comment = ""
    assert [change.key for change in _import(folder, po).changes] == ["greet"]


# --- names of countries ------------------------------------------------------------------------------------------


def test_a_countrys_new_name_is_said_first_and_the_old_one_still_understood(folder: Path) -> None:
    po = _export(folder)
    _rewrite(po, "country.PH", "ភីលីពីន")
    _review(po, "country.TH")
    _import(folder, po)
    text = (folder / "countries.yml").read_text(encoding="utf-8")
    assert text == COUNTRIES_FILE.replace('["ហ្វីលីពីន"]', '["ភីលីពីន", "ហ្វីលីពីន"]')
    again = _export(folder)
    assert {entry.msgctxt for entry in again if not entry.fuzzy} == {"country.PH", "country.TH"}
    assert _entry(again, "country.TH").tcomment == "reviewed by Sok Dara on 2026-11-22"
    _entry(again, "country.TH").fuzzy = True
    _import(folder, again)
    assert _entry(_export(folder), "country.TH").fuzzy
    assert list(yaml.safe_load((folder / COUNTRY_REVIEWS).read_text(encoding="utf-8"))["km"]) == ["PH"]


def test_two_countries_cannot_get_one_name(folder: Path) -> None:
    po = _export(folder)
    _rewrite(po, "country.PH", "សៀម")
    with pytest.raises(FileRefused, match=r"country\.PH: “សៀម” is a name of TH already"):
        _import(folder, po)


def test_a_country_as_said_in_a_sentence_comes_back_in_english(folder: Path) -> None:
    po = _export(folder, ENGLISH)
    _rewrite(po, "country.PH|in_text", "the Philippine islands")
    _review(po, "country.PH")
    _import(folder, po)
    assert 'PH: {en: "the Philippine islands"}' in (folder / "countries.yml").read_text(encoding="utf-8")
    assert not _entry(_export(folder, ENGLISH), "country.PH").fuzzy


# --- refused, and nothing written --------------------------------------------------------------------------------


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
    po = _export(folder)
    _rewrite(po, "bye", "លាសិនហើយ។")
    _rewrite(po, context, text)
    with pytest.raises(FileRefused) as refused:
        _import(folder, po)
    assert remedy in str(refused.value)
    assert "km.po: " in str(refused.value)
    assert _text(folder) == KHMER_FILE


def test_words_to_avoid_are_refused_from_a_reviewer_too(folder: Path) -> None:
    po = _export(folder, ENGLISH)
    _rewrite(po, "greet", "Hello. You are illegal.")
    with pytest.raises(FileRefused, match="greet: says “"):
        _import(folder, po)


def test_a_shorter_form_may_be_added_where_none_went_out(folder: Path) -> None:
    po = _export(folder)
    _rewrite(po, "greet", "ស" * 135)
    po.append(polib.POEntry(msgctxt="greet|sms", msgid=_entry(po, "greet").msgid, msgstr="ស" * 60))
    _import(folder, po)
    greet = Phrasebook.load(folder / "phrases").by_language[KHMER]["greet"]
    assert greet.sms == "ស" * 60
    assert greet.reviewed is not None


def test_a_key_that_we_do_not_have_is_named(folder: Path) -> None:
    po = _export(folder)
    for context in ("greeet", "greet|fax", "country.XY"):
        po.append(polib.POEntry(msgctxt=context, msgid="Hello.", msgstr="សួស្តី។"))
    with pytest.raises(FileRefused) as refused:
        _import(folder, po)
    assert [problem.key for problem in refused.value.problems] == ["greeet", "greet|fax", "country.XY"]
    assert "no such key" in str(refused.value)


def test_a_phrase_taken_out_since_the_export_matters_only_if_somebody_worked_on_it(folder: Path) -> None:
    po = _export(folder)
    _edit(folder, 'bye: {text: "Goodbye.", note: Last message.}\n', "", "en")
    _edit(folder, 'bye: {text: "លាហើយ។"}\n', "")
    assert _import(folder, po).changes == ()
    _review(po, "bye")
    with pytest.raises(FileRefused, match="bye: no such key"):
        _import(folder, po)


@pytest.mark.parametrize(
    ("header", "remedy"),
    [
        ({"Language": "fr"}, "Language: is 'fr'; write one of en, id"),
        ({"Language": ""}, "Language: is missing from the header"),
        ({"Language": "th"}, "Language: is 'th', but the file was given out for km"),
    ],
)
def test_a_file_of_another_language_is_refused(folder: Path, header: dict[str, str], remedy: str) -> None:
    po = _export(folder)
    po.metadata |= header
    with pytest.raises(FileRefused) as refused:
        _import(folder, po)
    assert remedy in str(refused.value)


def test_a_language_with_its_country_is_the_same_language(folder: Path) -> None:
    po = _export(folder)
    po.metadata["Language"] = "km_KH"
    assert _import(folder, po).language == KHMER


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
    po = _export(folder)
    assert reviewer_of(po) is None
    po.metadata["Last-Translator"] = "Sok Dara <sok@example.org>"
    assert reviewer_of(po) == REVIEWER
    for nobody in ("FULL NAME <EMAIL@ADDRESS>", "sok@example.org"):
        po.metadata["Last-Translator"] = nobody
        assert reviewer_of(po) is None


def test_a_review_by_nobody_is_refused(folder: Path) -> None:
    po = _export(folder)
    _review(po, "greet")
    with pytest.raises(FileRefused, match="say who reviewed it with --by NAME"):
        _import(folder, po, by=None)
    _entry(po, "greet").fuzzy = True
    _entry(po, "greet").msgstr = "ជំរាបសួរ។"
    assert len(_import(folder, po, by=None).changes) == 1
