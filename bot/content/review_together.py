"""Whether texts that a reviewer changed still go together with all others: in an SMS, as buttons, as words to type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.content import check_sayings
from bot.content.countries import Countries
from bot.content.directory import Directory
from bot.content.facts import Facts
from bot.content.library import Library
from bot.content.menus import Menus
from bot.content.phrases import Phrase, Phrasebook
from bot.content.reading import Problem
from bot.content.review import COUNTRY, Words
from bot.content.review_back import FileRefused, Taken, changed_phrase
from bot.core.taxonomy import ENGLISH


def check_together(words: Words, taken: Taken, name: str) -> None:
    """The checks of `hotline check-content` that look at several phrases at once.

    Args:
        name: of the reviewer's file, as problems call it.
    Raises FileRefused: the changes bring a fault that was not there before.
    """
    changed = {
        change.key: changed_phrase(words, change.key, change.texts)
        for change in taken.changes
        if change.texts and not change.key.startswith(COUNTRY)
    }
    if not changed:
        return
    before = set(_problems(words, words.own))
    found = [
        Problem(name, problem.key, problem.remedy)
        for problem in _problems(words, {**words.own, **changed})
        if problem not in before or problem.key in changed
    ]
    if found:
        raise FileRefused(sorted(found))


def _problems(words: Words, own: Mapping[str, Phrase]) -> Iterator[Problem]:
    books = {**words.phrases.by_language, words.language: own}
    menus = Menus.load()
    phrases = Phrasebook({ENGLISH: books[ENGLISH], words.language: own})
    library = Library(phrases, Facts.load(), Directory.load(), Countries.load(), menus)
    yield from check_sayings.told(books)
    yield from check_sayings.titles(library, menus)
    yield from check_sayings.room(library)
