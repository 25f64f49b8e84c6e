"""Taking back a reviewer's PO file: what was changed or reviewed goes into our files, and nothing else does."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from email.utils import parseaddr

import polib

from bot.content.check import check_book
from bot.content.phrases import Phrase
from bot.content.reading import Problem
from bot.content.review import COUNTRY, Entry, Words
from bot.content.reviewed import Review, fingerprint
from bot.core.taxonomy import ENGLISH, LANGUAGES, Language

_STATE = re.compile(r"state at export:\s+(reviewed|draft|empty)\s+([0-9a-f]{8})")
_TOLD_BY_US = re.compile(r"reviewed by .* on \d{4}-\d\d-\d\d")
#: A line of a PO file that carries text: polib would cut the last letter off one that is not closed.
_TEXT_LINE = re.compile(r'(?:msg(?:ctxt|id|id_plural|str(?:\[\d+\])?)\s*)?"(?:[^"\\]|\\.)*"')


class FileRefused(Exception):
    """The file cannot be taken as it is; nothing of it was written. ``problems`` say what to mend."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Change:
    """What becomes of one key: new texts by form, and the review that it has from now on (None: a draft)."""

    key: str
    texts: Mapping[str, str]
    review: Review | None


@dataclass(frozen=True)
class Taken:
    """What a file asks for. ``conflicts`` are left as they are here; ``half`` were reviewed in one of two forms."""

    language: Language
    changes: tuple[Change, ...]
    conflicts: tuple[Problem, ...]
    half: tuple[str, ...]
    remarks: tuple[tuple[str, str], ...]  # context and what the reviewer wrote about it


@dataclass(frozen=True)
class _Answer:
    """One entry as it came back, beside what stands here."""

    entry: Entry
    text: str
    reviewed: bool
    given_out: tuple[str, str] | None  # state and fingerprint of the text at the export, where the file still says so
    english: str

    @property
    def rewritten(self) -> bool:
        return fingerprint(self.text) != self.given_out[1] if self.given_out else self.text != self.entry.text

    @property
    def marked(self) -> bool:
        """Was its mark set or taken off?"""
        before = self.given_out[0] == "reviewed" if self.given_out else self.entry.review is not None
        return self.reviewed != before

    @property
    def touched(self) -> bool:
        return self.rewritten or self.marked

    @property
    def stands(self) -> bool:
        """Is it reviewed from now on? What nobody touched is as it is here, whatever the file knew."""
        return self.reviewed if self.touched else self.entry.review is not None

    @property
    def conflict(self) -> str | None:
        """Why it cannot be taken over, or None."""
        if not self.touched:
            return None
        same = self.text == self.entry.text
        if self.english != self.entry.english and (not same or self.reviewed):
            return "the English has changed since the export; export again and look at it once more"
        if not same and self.given_out and fingerprint(self.entry.text) != self.given_out[1]:
            return f"was changed here since the export, to “{self.entry.text}”; the file says “{self.text}”; choose one"
        return None


def language_of(po: polib.POFile, name: str) -> Language:
    """The language that the header of a file names. Raises FileRefused."""
    said, given_out = po.metadata.get("Language", ""), po.metadata.get("X-Hotline-Language", "")
    code = re.split(r"[-_.@]", said)[0].lower()
    if code not in LANGUAGES:
        wrong = f"is {said!r}" if said else "is missing from the header"
        raise FileRefused([Problem(name, "Language", f"{wrong}; write one of {', '.join(LANGUAGES)}")])
    if given_out and given_out != code:
        remedy = f"is {said!r}, but the file was given out for {given_out}; correct the header"
        raise FileRefused([Problem(name, "Language", remedy)])
    return Language(code)


def read_po(content: bytes, name: str) -> polib.POFile:
    """The file, by its bytes; *name* is how problems call it. Raises FileRefused: no UTF-8, no PO, entries twice."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise FileRefused([Problem(name, f"line {row}", "not UTF-8; save the file as UTF-8")]) from None
    for number, line in enumerate(map(str.strip, text.splitlines()), 1):
        if line.startswith(("msg", '"')) and not _TEXT_LINE.fullmatch(line):
            raise FileRefused([Problem(name, f"line {number}", "not closed by a quotation mark; mend the line")])
    try:
        po = polib.pofile(text, encoding="utf-8")
    except OSError as error:
        found = re.search(r"line (\d+)", str(error))
        place = f"line {found[1]}" if found else ""
        raise FileRefused([Problem(name, place, "this is no PO file; save it again with Poedit or Weblate")]) from None
    seen: set[str | None] = set()
    for entry in po:
        if not entry.obsolete and entry.msgctxt in seen:
            raise FileRefused([Problem(name, str(entry.msgctxt), "is there twice; keep one of them")])
        seen.add(None if entry.obsolete else entry.msgctxt)
    return po


def reviewer_of(po: polib.POFile) -> str | None:
    """The name of the last translator, without the address: that is nobody else's affair. None where none is given."""
    name = parseaddr(po.metadata.get("Last-Translator", ""))[0].strip()
    return None if not name or name == "FULL NAME" else name


def take_back(words: Words, po: polib.POFile, name: str, by: str | None, today: date) -> Taken:
    """What *po* asks to be changed in *words*, every text of it checked as `hotline check-content` does.

    Args:
        name: of the file, as problems call it.
        by: who reviewed; needed as soon as something was reviewed.
    Raises FileRefused: unknown keys, texts with faults, nobody's name.
    """
    answers = list(_answers(words, po, name))
    changes, conflicts, half = [], [], []
    by_key: dict[str, list[_Answer]] = {}
    for answer in answers:
        by_key.setdefault(answer.entry.key, []).append(answer)
    for key, given in by_key.items():
        found = [Problem(name, a.entry.context, why) for a in given if (why := a.conflict)]
        conflicts += found
        touched = [a for a in given if a.touched]
        if found or not touched:
            continue
        texts = {a.entry.form: a.text for a in touched if a.text != a.entry.text}
        unread = {e.context for e in words.of(key) if not e.review} - {a.entry.context for a in given}
        reviewed = not unread and all(a.stands for a in given)
        if not reviewed and any(a.stands for a in touched):
            half.append(key)
        if texts or reviewed != (given[0].entry.review is not None):
            review = Review(by or "", today, _mark(words, key, texts)) if reviewed else None
            changes.append(Change(key, texts, review))
    if faults := sorted(_faults(words, changes, name)):
        raise FileRefused(faults)
    if by is None and any(change.review for change in changes):
        raise FileRefused([Problem(name, "Last-Translator", "names nobody; say who reviewed it with --by NAME")])
    remarks = ((e.msgctxt or "", _remark(e)) for e in po if not e.obsolete)
    told = tuple((context, remark) for context, remark in remarks if remark)
    return Taken(words.language, tuple(changes), tuple(conflicts), tuple(half), told)


def _answers(words: Words, po: polib.POFile, name: str) -> Iterator[_Answer]:
    unknown = []
    for sent in po:
        text = unicodedata.normalize("NFC", sent.msgstr).strip()
        if sent.obsolete or (not text and not sent.msgstr_plural):
            continue
        found = _STATE.search(sent.comment)
        given_out = (found[1], found[2]) if found else None
        entry = words.entry(sent.msgctxt or "")
        if sent.msgid_plural:
            unknown.append(Problem(name, sent.msgctxt or "", "has plural forms, which we do not use; remove the entry"))
        elif entry is not None:
            yield _Answer(entry, text, not sent.fuzzy, given_out, sent.msgid)
        elif given_out != ("draft" if sent.fuzzy else "reviewed", fingerprint(text)):
            # what was taken out here, and nobody worked on, needs no word
            remedy = "no such key; remove the entry, or correct its context (msgctxt)"
            unknown.append(Problem(name, sent.msgctxt or sent.msgid, remedy))
    if unknown:
        raise FileRefused(unknown)


def _mark(words: Words, key: str, texts: Mapping[str, str]) -> str:
    """The English that a review was made beside; a review of the English itself changes it in the same step."""
    if words.language != ENGLISH or not texts:
        return words.mark(key)
    if key.startswith(COUNTRY):
        forms = {entry.form: entry.text for entry in words.of(key)} | dict(texts)
        return fingerprint(forms[""], forms.get("in_text", ""))
    return changed_phrase(words, key, texts).fingerprint


def changed_phrase(words: Words, key: str, texts: Mapping[str, str]) -> Phrase:
    """The phrase of *key* with new texts by form, not yet reviewed."""
    own = words.own.get(key, Phrase(""))
    return Phrase(texts.get("", own.text), texts.get("sms", own.sms), own.note)


def _faults(words: Words, changes: Iterable[Change], name: str) -> Iterator[Problem]:
    book, english = {}, {}
    for change in changes:
        if change.key.startswith(COUNTRY):
            for form, text in change.texts.items():
                context = f"{change.key}|{form}" if form else change.key
                book[context] = english[context] = Phrase(text, note="the name of a country")
                yield from _taken_names(words, change.key, text, name)
        else:
            book[change.key] = changed_phrase(words, change.key, change.texts)
            english[change.key] = words.english[change.key]
            if not book[change.key].text:
                yield Problem(name, change.key, "has an SMS form, but no text; write the text too")
    for problem in check_book(words.language, book, english):
        yield Problem(name, problem.key, problem.remedy)


def _taken_names(words: Words, key: str, text: str, name: str) -> Iterator[Problem]:
    """Two countries under one name could not be told apart."""
    for code, names in words.names.items():
        known = {known.casefold() for known in names.get(words.language, ())}
        if COUNTRY + code != key and text.casefold() in known:
            yield Problem(name, key, f"“{text}” is a name of {code} already; give one of them another")


def _remark(sent: polib.POEntry) -> str:
    lines = (line.strip() for line in sent.tcomment.splitlines())
    return " ".join(line for line in lines if line and not _TOLD_BY_US.match(line))
