"""What we know: rules and rights by country, from ``facts/<country>.yml``; ``XX`` holds what is so everywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.content.directory import CONFIDENCE
from bot.content.reading import HERE, ContentInvalid, Fields, mapping, read, sequence
from bot.content.reviewed import Review, read_date, read_review, utc_today
from bot.core.ids import CountryCode
from bot.core.taxonomy import QUESTIONS, Intent

FOLDER = HERE / "facts"
EVERYWHERE = CountryCode("XX")

ROLES = frozenset(("origin", "destination", "both"))
WORKERS = frozenset(("domestic", "fishing", "trainees", "agreement", "eps", "not_domestic"))
PAYERS = frozenset(("employer", "worker", "shared", "agency"))
OFFICES = frozenset(("labour", "immigration", "embassy", "women", "bank", "other"))
CAP_UNITS = frozenset(("total", "broker_fee", "months", "months_per_year", "percent_first_month", "per_month_falling"))
FIGURE_UNITS = frozenset(
    (
        "wage_month", "wage_month_home", "wage_month_boat", "wage_day", "wage_hour", "wage_hour_average", "food_month",
        "card_fee_year", "official_cost", "employer_cost", "refund_percent", "lending_percent_year",
        "deduction_percent", "changes", "other",
    )
)  # fmt: skip
WINDOW_KINDS = frozenset(("new_job", "stay", "notice", "after", "pay_due", "refund", "other"))
#: A figure that changes is looked up again after this many months.
MONTHS_UNTIL_CHECKED_AGAIN = 18


@dataclass(frozen=True)
class Amount:
    """A figure with what it counts. ``currency`` is ISO 4217 where it is money."""

    amount: float
    unit: str
    currency: str | None = None
    what: str | None = None  # English, where the unit is "other": no phrase words it


@dataclass(frozen=True)
class Window:
    """A time limit in days."""

    days: int
    kind: str


@dataclass(frozen=True)
class Fact:
    """One rule, as fields from which a reply is worded, with its source."""

    id: str
    country: CountryCode
    topic: Intent
    role: str  # origin: for people leaving this country; destination: for people in it; both
    confidence: str
    text: str  # English prose, for operators and for those who check
    source: str
    says: tuple[str, ...] = ()  # phrases fact.<name> that hold here and need no figure
    workers: str | None = None  # holds only for these
    only_from: CountryCode | None = None  # holds only for people from there
    only_to: CountryCode | None = None  # holds only for people who go there
    payer: str | None = None
    cap: Amount | None = None
    figure: Amount | None = None
    window: Window | None = None
    hours_per_day: int | None = None
    hours_per_week: int | None = None
    rest_hours_per_day: int | None = None
    rest_days: int | None = None  # a week
    fine: Amount | None = None
    prison_months: int | None = None
    as_of: str | None = None
    changing: bool = False
    law: str | None = None
    article: str | None = None
    office: str | None = None
    office_kind: str | None = None
    register_url: str | None = None
    call: tuple[str, ...] = ()  # numbers dialled inside the country, each in the directory
    source_date: str | None = None
    until: date | None = None  # the last day on which it holds
    reviewed: Review | None = None  # somebody who knows the law has read it
    note: str | None = None
    seen: str | None = None

    @property
    def sayable(self) -> bool:
        """Is it sure enough to reach a person? On which days it may is told by :func:`expired`."""
        return self.confidence != "unsure"


def expired(fact: Fact, today: date) -> bool:
    """Is *today* past the last day of *fact*? From then on it reaches nobody."""
    return fact.until is not None and today > fact.until


def to_check_again(fact: Fact, today: date) -> bool:
    """Is its figure one that changes, and as of a day more than 18 months before *today*?

    Of a year or a month the first day counts. A date that cannot be read is to be checked too.
    """
    if not fact.changing or fact.as_of is None:
        return False
    try:
        as_of = date.fromisoformat(f"{fact.as_of}-01-01"[:10])
    except ValueError:
        return True
    year, month = divmod(today.year * 12 + today.month - 1 - MONTHS_UNTIL_CHECKED_AGAIN, 12)
    return (as_of.year, as_of.month - 1, as_of.day) < (year, month, today.day)


@dataclass(frozen=True)
class Facts:
    """All facts. ``today`` tells the day, in UTC, on which somebody asks."""

    by_country: Mapping[CountryCode, tuple[Fact, ...]]
    today: Callable[[], date] = utc_today

    @classmethod
    def load(cls, folder: Path = FOLDER, today: Callable[[], date] = utc_today) -> Facts:
        """Raises ContentInvalid with file, key and remedy."""
        by_country = {}
        ids: set[str] = set()
        for file in sorted(folder.glob("*.yml")):
            data = mapping(read(file), file, "")
            if data.get("country") != file.stem:
                raise ContentInvalid(file, "country", f"must be {file.stem}, as the file name")
            country = CountryCode(file.stem)
            by_country[country] = tuple(
                _fact(entry, country, file) for entry in sequence(data.get("facts"), file, "facts")
            )
            for fact in by_country[country]:
                if fact.id in ids:
                    raise ContentInvalid(file, fact.id, "the id is used twice; give one of them another")
                ids.add(fact.id)
        return cls(by_country, today)

    def about(self, topic: Intent, country: CountryCode) -> tuple[Fact, ...]:
        """Facts on *topic* that may reach a person, for *country*."""
        today = self.today()
        return tuple(
            fact
            for fact in self.by_country.get(country, ())
            if fact.topic == topic and fact.sayable and not expired(fact, today)
        )


def _fact(entry: Any, country: CountryCode, file: Path) -> Fact:
    key = str(mapping(entry, file, "facts").get("id", "facts"))
    fields = Fields(entry, file, key)

    def choice(name: str, allowed: frozenset[str]) -> str | None:
        value = fields.optional_text(name)
        if value is not None and value not in allowed:
            raise fields.fail(name, f"is {value!r}; use one of {', '.join(sorted(allowed))}")
        return value

    def code(name: str) -> CountryCode | None:
        value = fields.optional_text(name)
        return CountryCode(value) if value else None

    window = fields.raw("window")
    fact = Fact(
        id=fields.text("id"),
        country=country,
        topic=Intent(fields.one_of("topic", frozenset(QUESTIONS))),
        role=fields.one_of("role", ROLES),
        confidence=fields.one_of("confidence", CONFIDENCE),
        text=fields.text("text"),
        source=fields.text("source"),
        says=fields.texts("says"),
        workers=choice("workers", WORKERS),
        only_from=code("only_from"),
        only_to=code("only_to"),
        payer=choice("payer", PAYERS),
        cap=_amount(fields.raw("cap"), CAP_UNITS, file, f"{key}.cap"),
        figure=_amount(fields.raw("figure"), FIGURE_UNITS, file, f"{key}.figure"),
        window=None if window is None else _window(window, file, f"{key}.window"),
        hours_per_day=fields.whole("hours_per_day"),
        hours_per_week=fields.whole("hours_per_week"),
        rest_hours_per_day=fields.whole("rest_hours_per_day"),
        rest_days=fields.whole("rest_days"),
        fine=_amount(fields.raw("fine"), None, file, f"{key}.fine"),
        prison_months=fields.whole("prison_months"),
        as_of=fields.optional_text("as_of"),
        changing=fields.flag("changing"),
        law=fields.optional_text("law"),
        article=fields.optional_text("article"),
        office=fields.optional_text("office"),
        office_kind=choice("office_kind", OFFICES),
        register_url=fields.optional_text("register_url"),
        call=fields.texts("call"),
        source_date=fields.optional_text("source_date"),
        until=read_date(fields, "until"),
        reviewed=read_review(fields.raw("reviewed"), file, key),
        note=fields.optional_text("note"),
        seen=fields.optional_text("seen"),
    )
    fields.done()
    return fact


def _amount(value: Any, units: frozenset[str] | None, file: Path, key: str) -> Amount | None:
    if value is None:
        return None
    fields = Fields(value, file, key)
    number = fields.number("amount")
    if number is None:
        raise fields.fail("amount", "is missing; add it")
    amount = Amount(
        number,
        "money" if units is None else fields.one_of("unit", units),
        fields.optional_text("currency"),
        fields.optional_text("what"),
    )
    fields.done()
    return amount


def _window(value: Any, file: Path, key: str) -> Window:
    fields = Fields(value, file, key)
    days = fields.whole("days")
    if days is None:
        raise fields.fail("days", "is missing; add it")
    window = Window(days, fields.one_of("kind", WINDOW_KINDS))
    fields.done()
    return window
