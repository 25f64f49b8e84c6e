"""Who has read an entry, and until when it holds: two fields that phrases, facts and contacts share."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bot.content.reading import Fields, mapping


@dataclass(frozen=True)
class Review:
    """A native speaker, or for facts and numbers somebody who knows them, has read it.

    ``english`` is the :func:`fingerprint` of the English that was read beside it; facts and contacts have none.
    """

    by: str
    on: date
    english: str | None = None


def read_review(value: Any, file: Path, key: str) -> Review | None:
    """The field ``reviewed`` of an entry. Raises ContentInvalid: no name, no date, a field of another name."""
    if value is None:
        return None
    given: Mapping[Any, Any] = mapping(value, file, f"{key}.reviewed")
    # YAML 1.1 takes a bare `on` for true
    fields = Fields({"on" if name is True else name: part for name, part in given.items()}, file, f"{key}.reviewed")
    on = read_date(fields, "on")
    if on is None:
        raise fields.fail("on", "is missing; add the day, YYYY-MM-DD")
    review = Review(fields.text("by"), on, fields.optional_text("english"))
    fields.done()
    return review


def read_date(fields: Fields, name: str) -> date | None:
    """A day, with or without quotation marks. Raises ContentInvalid."""
    value = fields.raw(name)
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise fields.fail(name, f"is {value!r}; write a day as YYYY-MM-DD") from None


def fingerprint(*texts: str) -> str:
    """Eight hexadecimal digits that tell whether *texts* are still the same.

    >>> fingerprint("Hello."), fingerprint("Hello")
    ('2d8bd7d9', '185f8db3')
    """
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:8]


def utc_today() -> date:
    return datetime.now(UTC).date()
