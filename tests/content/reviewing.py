"""A native reviewer at work: files that go out, what Poedit does to them, and how they are brought back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polib

from bot.content.review import Words, give_out
from bot.content.review_back import Taken, language_of, read_po, take_back
from bot.content.review_write import write
from bot.core.taxonomy import Language

TODAY, KHMER = date(2026, 11, 22), Language("km")
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


def give(folder: Path, language: Language = KHMER) -> polib.POFile:
    return read_po(str(give_out(Words(language, folder), TODAY, "1.2.3")).encode(), "x.po")


def entry_of(po: polib.POFile, context: str) -> polib.POEntry:
    return next(entry for entry in po if entry.msgctxt == context)


def review(po: polib.POFile, *contexts: str) -> None:
    """Take the mark off, as Poedit does when an entry is found right."""
    for context in contexts:
        entry_of(po, context).fuzzy = False


def rewrite(po: polib.POFile, context: str, text: str) -> None:
    """Write another text, as in Poedit: that takes the mark off too."""
    entry_of(po, context).msgstr = text
    review(po, context)


def bring_back(folder: Path, po: polib.POFile, by: str | None = REVIEWER) -> Taken:
    """By way of the bytes of a file, as the command does."""
    back = read_po(str(po).encode(), "km.po")
    words = Words(language_of(back, "km.po"), folder)
    taken = take_back(words, back, "km.po", by, TODAY)
    write(words, taken)
    return taken


def text_of(folder: Path, language: str = "km") -> str:
    return (folder / "phrases" / f"{language}.yml").read_text(encoding="utf-8")


def edit(folder: Path, old: str, new: str, language: str = "km") -> None:
    """Somebody changes our file by hand."""
    assert old in text_of(folder, language)
    file = folder / "phrases" / f"{language}.yml"
    file.write_text(text_of(folder, language).replace(old, new), encoding="utf-8")
