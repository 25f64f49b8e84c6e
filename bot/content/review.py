"""Everything said in one language as one PO file, for a native reviewer with Poedit or Weblate.

An entry marked as needing work (fuzzy) is a draft; one without the mark has been reviewed. Each carries in its
extracted comment how it stood when it was given out, so that what comes back (:mod:`bot.content.review_back`) never
writes over what has changed here meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polib

from bot.content.check import NEVER_SMS
from bot.content.phrases import Phrase, Phrasebook
from bot.content.reading import HERE, mapping, read
from bot.content.reviewed import Review, fingerprint, read_review
from bot.content.sms import MOST_SEGMENTS, segments
from bot.core.taxonomy import ENGLISH, LANGUAGES, Language

COUNTRY = "country."
#: Reviews of the names of countries: language -> country -> review. Written by the program alone.
COUNTRY_REVIEWS = "countries_reviewed.yml"

#: As GNU gettext and the Unicode CLDR count; no phrase of ours uses it, but the tools want it said.
_PLURALS = {
    "en": "nplurals=2; plural=(n != 1);",
    "ta": "nplurals=2; plural=(n != 1);",
    "fil": "nplurals=2; plural=(n > 1);",
}
_NO_PLURAL = "nplurals=1; plural=0;"

_HEADER = """What the hotline says in {name}, to be read by a native speaker.
An entry marked as needing work (fuzzy) is a draft. Read it, mend it, and take the mark off when it is right:
true to the English, natural, kind, and as simple as one would say it to a child of ten.
Words in {{braces}} are filled in later and must stay; their order may change.
Context "...|sms" is the short form for SMS. What you want to tell us, write as a comment."""


@dataclass(frozen=True)
class Entry:
    """One text to review. ``form`` is empty for the chat form; ``text`` is empty where nothing is written yet."""

    key: str
    form: str
    english: str
    text: str
    note: str
    written: Review | None  # the review as it stands in our files
    review: Review | None  # the same, where it still counts

    @property
    def context(self) -> str:
        return f"{self.key}|{self.form}" if self.form else self.key

    @property
    def state(self) -> str:
        """How it stands, as the PO file carries it."""
        state = "reviewed" if self.review else "draft" if self.text else "empty"
        return f"{state} {fingerprint(self.text)}"


class Words:
    """What is said in one language, as a reviewer goes through it: phrases, then names of countries."""

    def __init__(self, language: Language, folder: Path = HERE) -> None:
        """Raises ContentInvalid."""
        self.language, self.folder = language, folder
        self.phrases = Phrasebook.load(folder / "phrases")
        self.english = self.phrases.by_language[ENGLISH]
        self.own = self.phrases.by_language.get(language, {})
        countries = read(folder / "countries.yml")
        self.names: Mapping[str, Mapping[str, list[str]]] = countries["names"]
        self._in_text: Mapping[str, Mapping[str, str]] = countries.get("in_text", {})
        file = folder / COUNTRY_REVIEWS
        self.country_reviews: Mapping[str, Any] = mapping(read(file), file, "") if file.exists() else {}

    def entries(self) -> Iterator[Entry]:
        """In the order of the English file."""
        for key in self.phrases.keys:
            yield from self.of(key)
        for code in self.names:
            yield from self.of(COUNTRY + code)

    def of(self, key: str) -> list[Entry]:
        """The entries of one key: the text and, where there is one or should be one, the shorter form."""
        if key.startswith(COUNTRY):
            named = self.entry(key)
            in_text = self.entry(f"{key}|in_text")
            return [named, *([in_text] if in_text and in_text.text else [])] if named else []
        text, sms = self.entry(key), self.entry(f"{key}|sms")
        if text is None or sms is None:
            return []
        needed = not key.startswith(NEVER_SMS) and segments(text.text) > MOST_SEGMENTS
        return [text, *([sms] if sms.text or needed else [])]

    def entry(self, context: str) -> Entry | None:
        """The entry of a context, also of a short form that is not written; None: there is no such context."""
        key, _, form = context.partition("|")
        if key.startswith(COUNTRY):
            return self._country(key, form)
        english = self.english.get(key)
        if english is None or form not in ("", "sms"):
            return None
        own = self.own.get(key, Phrase(""))
        note = english.note or ""
        if form:
            note = f"Short form for SMS: at most 306 letters without special marks, or 134 of any other. {note}"
        return Entry(
            key,
            form,
            (english.sms or english.text) if form else english.text,
            (own.sms or "") if form else own.text,
            note,
            own.reviewed,
            self.phrases.review(key, self.language),
        )

    def mark(self, key: str) -> str:
        """The fingerprint of the English of *key*."""
        if not key.startswith(COUNTRY):
            return self.english[key].fingerprint
        code = key.removeprefix(COUNTRY)
        return fingerprint(self.names[code][ENGLISH][0], self._in_text.get(code, {}).get(ENGLISH, ""))

    def _country(self, key: str, form: str) -> Entry | None:
        code = key.removeprefix(COUNTRY)
        if code not in self.names or form not in ("", "in_text"):
            return None
        if form:
            in_text = self._in_text.get(code, {})
            english, text = in_text.get(ENGLISH, ""), in_text.get(self.language, "")
            note = "The name of a country inside a sentence."
        else:
            names = self.names[code]
            english, text = names[ENGLISH][0], names.get(self.language, [""])[0]
            note = "The name of a country, as on a button."
        file = self.folder / COUNTRY_REVIEWS
        written = read_review(self.country_reviews.get(self.language, {}).get(code), file, f"{self.language}.{code}")
        counts = written is not None and written.english == self.mark(key)
        return Entry(key, form, english, text, note, written, written if counts else None)


def give_out(words: Words, today: date, version: str) -> polib.POFile:
    """The reviewer's file.

    Args:
        today: the day that its header names.
        version: of the hotline, for the header.
    """
    po = polib.POFile()
    po.header = _HEADER.format(name=LANGUAGES[words.language])
    po.metadata = {
        "Project-Id-Version": f"hotline {version}",
        "POT-Creation-Date": f"{today} 00:00+0000",
        "PO-Revision-Date": f"{today} 00:00+0000",
        "Last-Translator": "",
        "Language-Team": LANGUAGES[words.language],
        "Language": words.language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": _PLURALS.get(words.language, _NO_PLURAL),
        "X-Hotline-Language": words.language,
        "X-Source-Language": ENGLISH,
    }
    po.extend(_po_entry(entry) for entry in words.entries())
    return po


def _po_entry(entry: Entry) -> polib.POEntry:
    flags = ["fuzzy"] if entry.text and not entry.review else []
    if Phrase(entry.english).placeholders:
        flags.append("python-brace-format")
    told = ""
    if entry.written:
        told = f"reviewed by {entry.written.by} on {entry.written.on}"
        told += "" if entry.review else "; the English has changed since"
    return polib.POEntry(
        msgctxt=entry.context,
        msgid=entry.english,
        msgstr=entry.text,
        comment=f"{entry.note}\nstate at export: {entry.state}".strip(),
        tcomment=told,
        flags=flags,
    )
