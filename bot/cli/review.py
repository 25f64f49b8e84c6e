"""``hotline export --review`` and ``hotline import``: a native reviewer's file, there and back."""

from __future__ import annotations

import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

from rich.console import Console

from bot.content.reading import HERE, shown
from bot.content.review import COUNTRY, Words, give_out
from bot.content.review_back import FileRefused, Taken, language_of, read_po, reviewer_of, take_back
from bot.content.review_together import check_together
from bot.content.review_write import drafts_again, write
from bot.core.taxonomy import LANGUAGES, Language


def export_review(code: str, output: Path | None, say: Console, today: date, folder: Path = HERE) -> int:
    """Write the PO file of one language to *output*, or to standard output. Returns the exit code."""
    if code not in LANGUAGES:
        say.print(f"{code!r} is no language of ours; use one of {', '.join(LANGUAGES)}.", markup=False)
        return 2
    po = give_out(Words(Language(code), folder), today, version("hotline"))
    text = str(po).encode("utf-8")
    drafts = sum(entry.fuzzy for entry in po)
    empty = sum(not entry.msgstr for entry in po)
    if output is None:
        sys.stdout.buffer.write(text)
    else:
        output.write_bytes(text)
    where = f"{output}: " if output else ""
    say.print(f"{where}{len(po)} entries, {drafts} to review, {empty} not written.", markup=False)
    return 0


def import_review(
    file: Path, by: str | None, say: Console, today: date, *, dry_run: bool = False, folder: Path = HERE
) -> int:
    """Take a reviewed PO file back. Returns the exit code: 1 where something was refused or is in conflict."""
    try:
        content = file.read_bytes()
    except OSError as error:
        say.print(f"{file}: cannot be read ({error.strerror}).", markup=False)
        return 2
    try:
        po = read_po(content, file.name)
        words = Words(language_of(po, file.name), folder)
        by = by or reviewer_of(po)
        taken = take_back(words, po, file.name, by, today)
        check_together(words, taken, file.name)
    except FileRefused as refused:
        for problem in refused.problems:
            print(problem)
        say.print(f"{len(refused.problems)} problems; nothing was written.")
        return 1
    files = [] if dry_run else write(words, taken)
    _tell(taken, by, say)
    for language, count in drafts_again(words, taken).items():
        say.print(f"{language}: {count} reviewed phrases are drafts again, since their English is another now.")
    if dry_run:
        say.print("Nothing was written (--dry-run).")
    for written in files:
        say.print(f"Written: {shown(written)}", markup=False)
    return 1 if taken.conflicts else 0


def _tell(taken: Taken, by: str | None, say: Console) -> None:
    for change in taken.changes:
        done = ["changed"] if change.texts else []
        done.append(f"reviewed by {by}" if change.review else "a draft")
        print(f"{change.key}: {', '.join(done)}")
        for form, text in change.texts.items():
            print(f"    {form or 'text'}: {text}")
    for key in taken.half:
        print(f"{key}: reviewed in one form only; it stays a draft until both are")
    for problem in taken.conflicts:
        print(f"conflict: {problem}")
    for context, remark in taken.remarks:
        print(f"remark on {context}: {remark}")
    if any(change.key.startswith(COUNTRY) and change.texts for change in taken.changes):
        say.print("A country's former name is still understood; remove it from countries.yml if it was wrong.")
    texts = sum(len(change.texts) for change in taken.changes)
    reviewed = sum(change.review is not None for change in taken.changes)
    say.print(
        f"{LANGUAGES[taken.language]}: {texts} texts changed, {reviewed} entries reviewed, "
        f"{len(taken.conflicts)} conflicts.",
        markup=False,
    )
