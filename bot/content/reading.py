"""Reading content files: what is wrong is said with file, key and remedy, never as a bare KeyError."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

#: The folder of all content.
HERE = Path(__file__).parent

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend. ``key`` is empty where the whole file is meant."""

    file: str
    key: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.remedy}" if self.key else f"{self.file}: {self.remedy}"


class ContentInvalid(Exception):
    """A content file cannot be used; the text is the problem with its remedy."""

    def __init__(self, file: Path, key: str, remedy: str) -> None:
        self.problem = Problem(shown(file), key, remedy)
        super().__init__(str(self.problem))


def shown(file: Path) -> str:
    """*file* as people name it: from the project's folder on."""
    try:
        return (Path("bot/content") / file.relative_to(HERE)).as_posix()
    except ValueError:
        return file.as_posix()


def read(file: Path) -> Any:
    """The data of a YAML file. Raises ContentInvalid: not there, not UTF-8, not YAML, a key written twice."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ContentInvalid(file, "", "the file is missing; add it") from None
    except UnicodeDecodeError as error:
        raise ContentInvalid(file, "", f"byte {error.start} is not UTF-8; save the file as UTF-8") from None
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, the C one where there is one
    except yaml.YAMLError as error:
        raise ContentInvalid(file, "", f"not YAML ({error}); quote texts that hold a colon") from None
    return data


def mapping(value: Any, file: Path, key: str) -> Mapping[str, Any]:
    """*value* if it is a mapping. Raises ContentInvalid."""
    if not isinstance(value, dict):
        raise ContentInvalid(file, key, "write a mapping (name: value) here")
    return value


def sequence(value: Any, file: Path, key: str) -> list[Any]:
    """*value* if it is a list. Raises ContentInvalid."""
    if not isinstance(value, list):
        raise ContentInvalid(file, key, "write a list here")
    return value


class Fields:
    """The fields of one entry, taken one by one; :meth:`done` names the ones nobody took (a misspelt name)."""

    def __init__(self, value: Any, file: Path, key: str) -> None:
        self._left = dict(mapping(value, file, key))
        self._file, self._key = file, key

    def fail(self, name: str, remedy: str) -> ContentInvalid:
        return ContentInvalid(self._file, f"{self._key}.{name}" if self._key else name, remedy)

    def text(self, name: str) -> str:
        value = self.optional_text(name)
        if value is None:
            raise self.fail(name, "is missing; add it")
        return value

    def optional_text(self, name: str) -> str | None:
        value = self._left.pop(name, None)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise self.fail(name, "write it as text in quotation marks, not empty")
        return value

    def number(self, name: str) -> float | None:
        value = self._left.pop(name, None)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise self.fail(name, "write a number")
        return value

    def whole(self, name: str) -> int | None:
        value = self.number(name)
        if value is not None and value != int(value):
            raise self.fail(name, "write a whole number")
        return None if value is None else int(value)

    def flag(self, name: str) -> bool:
        value = self._left.pop(name, False)
        if not isinstance(value, bool):
            raise self.fail(name, "write true or false")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = sequence(self._left.pop(name, []), self._file, f"{self._key}.{name}")
        if not all(isinstance(item, str) for item in value):
            raise self.fail(name, "write each entry as text in quotation marks")
        return tuple(value)

    def one_of(self, name: str, allowed: frozenset[str]) -> str:
        value = self.text(name)
        if value not in allowed:
            raise self.fail(name, f"is {value!r}; use one of {', '.join(sorted(allowed))}")
        return value

    def raw(self, name: str) -> Any:
        return self._left.pop(name, None)

    def done(self) -> None:
        if self._left:
            unknown = ", ".join(sorted(self._left))
            raise ContentInvalid(self._file, self._key, f"unknown field {unknown}; correct the name or remove it")
