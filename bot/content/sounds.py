"""Sounds that were made: a folder of MP3 files, and a list of what each of them says.

A sound is looked up by the very text that it says, so that what is heard and what is read are never two things:
reworded texts have no sound until it is made anew, and a text that two situations share has its sound in both.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.core.taxonomy import Language

LIST = "list.json"


@dataclass(frozen=True)
class Made:
    """``says`` is a digest of the text as shown, ``made_from`` of all that went into the sound."""

    says: str
    made_from: str


def digest(*parts: object) -> str:
    """Names *parts* in 32 characters."""
    return hashlib.sha256("\0".join(map(str, parts)).encode("utf-8")).hexdigest()[:32]


class Sounds:
    """The sounds of *folder*, as they are at the moment: a command may make new ones while a server reads them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: tuple[int, int] | None = None
        self._by_text: Mapping[str, tuple[str, str]] = {}

    def address(self, text: str) -> str | None:
        """Where the sound of *text* is had, as ``en/0f3a...``; None where there is none."""
        self._refresh()
        says = digest(text)
        found = self._by_text.get(says)
        return f"{found[0]}/{says}" if found and self._file(*found).is_file() else None

    def file(self, language: str, says: str) -> Path | None:
        """The file at an address that :meth:`address` gave; whatever else is asked for is not there."""
        self._refresh()
        found = self._by_text.get(says)
        if found is None or found[0] != language:
            return None
        file = self._file(*found)
        return file if file.is_file() else None

    def _file(self, language: str, name: str) -> Path:
        return self._folder / language / f"{name}.mp3"

    def _refresh(self) -> None:
        try:
            state = (self._folder / LIST).stat()
        except OSError:
            self._read, self._by_text = None, {}
            return
        if self._read == (state.st_mtime_ns, state.st_ino):
            return
        self._by_text = {
            made.says: (language, name)
            for language, sounds in made_in(self._folder).items()
            for name, made in sounds.items()
        }
        self._read = (state.st_mtime_ns, state.st_ino)


def made_in(folder: Path) -> dict[Language, dict[str, Made]]:
    """By language and name, what *folder* holds. A list that cannot be read counts as none: all is made anew."""
    try:
        data = json.loads((folder / LIST).read_text(encoding="utf-8"))
        return {
            Language(language): {name: Made(**entry) for name, entry in sounds.items()}
            for language, sounds in data.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def keep_list(folder: Path, made: Mapping[Language, Mapping[str, Made]]) -> None:
    """Write the list of *folder*."""
    data = {language: {name: asdict(one) for name, one in sounds.items()} for language, sounds in made.items()}
    with written_whole(folder / LIST) as file:
        file.write_text(json.dumps(data, indent=1, sort_keys=True), encoding="utf-8")


@contextmanager
def written_whole(file: Path) -> Iterator[Path]:
    """A file to write beside *file*, which it replaces in one step at the end: nobody ever reads half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        part.chmod(0o644)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
