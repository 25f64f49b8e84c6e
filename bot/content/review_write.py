"""Writing what a reviewer's file asks for into our own files, all of them or none."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import yaml

from bot.content.in_place import InPlace, NotInPlace, quoted
from bot.content.reading import ContentInvalid
from bot.content.review import COUNTRY, COUNTRY_REVIEWS, Words
from bot.content.review_back import Change, Taken
from bot.content.reviewed import Review
from bot.core.taxonomy import ENGLISH, Language

_COUNTRY_REVIEWS_HEAD = "# The names of countries that native speakers have reviewed. Written by `hotline import`.\n"


def write(words: Words, taken: Taken) -> list[Path]:
    """Write the changes of *taken* and return the files that changed.

    Order, comments and form of what people wrote stay. Raises ContentInvalid: a file has a form that a program cannot
    change safely; nothing is written then.
    """
    phrases = [change for change in taken.changes if not change.key.startswith(COUNTRY)]
    countries = [change for change in taken.changes if change.key.startswith(COUNTRY)]
    new: dict[Path, str] = {}
    if phrases:
        file = words.folder / "phrases" / f"{words.language}.yml"
        new[file] = _phrases(words, phrases, file)
    if any(change.texts for change in countries):
        file = words.folder / "countries.yml"
        new[file] = _countries(words, countries, file)
    if countries:
        new[words.folder / COUNTRY_REVIEWS] = _country_reviews(words, countries)
    changed = [file for file in new if not file.exists() or _read(file) != new[file]]
    try:
        for file in changed:
            _beside(file).write_bytes(new[file].encode("utf-8"))
        for file in changed:
            os.replace(_beside(file), file)
    finally:
        for file in changed:
            _beside(file).unlink(missing_ok=True)
    return changed


def drafts_again(words: Words, taken: Taken) -> Mapping[Language, int]:
    """How many reviewed phrases of other languages a change of the English makes drafts again."""
    if words.language != ENGLISH:
        return {}
    changed = [change.key for change in taken.changes if change.texts]
    counted = {
        language: sum(words.phrases.review(key, language) is not None for key in changed)
        for language in words.phrases.by_language
        if language != ENGLISH
    }
    return {language: count for language, count in counted.items() if count}


def _phrases(words: Words, changes: Iterable[Change], file: Path) -> str:
    keys = words.phrases.keys
    try:
        book = InPlace(_read(file) if file.exists() else f"language: {words.language}\n")
        for change in sorted(changes, key=lambda change: keys.index(change.key)):
            fields = {form or "text": quoted(text) for form, text in sorted(change.texts.items())}
            if change.review:
                fields["reviewed"] = _review(change.review)
            if change.key not in words.own:
                book.add(change.key, fields, after=keys[: keys.index(change.key)])
                continue
            for field, value in fields.items():
                book.put((change.key,), field, value)
            if not change.review:
                book.drop((change.key,), "reviewed")
        return book.text()
    except NotInPlace as error:
        raise ContentInvalid(file, "", str(error)) from None


def _countries(words: Words, changes: Iterable[Change], file: Path) -> str:
    """The new name comes first; the old one stays behind it, so that people who type it are still understood."""
    try:
        names = InPlace(_read(file))
        for change in changes:
            code = change.key.removeprefix(COUNTRY)
            for form, text in change.texts.items():
                if form:
                    names.put((form, code), words.language, quoted(text))
                else:
                    known = [text, *(name for name in words.names[code].get(words.language, ()) if name != text)]
                    names.put(("names", code), words.language, f"[{', '.join(map(quoted, known))}]")
        return names.text()
    except NotInPlace as error:
        raise ContentInvalid(file, "", str(error)) from None


def _country_reviews(words: Words, changes: Iterable[Change]) -> str:
    reviews: dict[str, dict[str, dict[str, str | date | None]]] = {
        language: dict(by_country) for language, by_country in words.country_reviews.items()
    }
    own = reviews.setdefault(words.language, {})
    for change in changes:
        code, review = change.key.removeprefix(COUNTRY), change.review
        if review:
            own[code] = {"by": review.by, "on": review.on, "english": review.english}
        else:
            own.pop(code, None)
    return _COUNTRY_REVIEWS_HEAD + yaml.safe_dump(reviews, allow_unicode=True, default_flow_style=None, width=120)


def _review(review: Review) -> str:
    return f'{{by: {quoted(review.by)}, on: {review.on}, english: "{review.english}"}}'


def _read(file: Path) -> str:
    # the ends of lines as they are
    return file.read_bytes().decode("utf-8")


def _beside(file: Path) -> Path:
    return file.with_name(f".{file.name}.new")
