"""Dates, times, money and names of languages as people of a language write them: CLDR through Babel, and ``local.yml``
where people differ."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_timedelta, get_day_names, get_month_names
from babel.numbers import format_currency, format_decimal, get_decimal_symbol, get_group_symbol
from babel.units import format_unit

from bot.content.reading import HERE, ContentInvalid, Fields, mapping, read
from bot.core.taxonomy import ENGLISH, LANGUAGES, Language

FILE = HERE / "local.yml"
_ZERO_WIDTH_SPACE = "\u200b"  # CLDR sets it between Khmer and Lao words; in an SMS it counts as a character
_KEPT = "\u00a0"  # a space at which no line ends: a figure stays with what it counts
_PLURALS = 200  # counts whose plural form is told; of a larger one CLDR looks at the last two digits, in our languages


@dataclass(frozen=True)
class Dates:
    """How a language writes dates; what is empty is as CLDR has it."""

    like: str | None = None
    day: str | None = None
    month: str | None = None
    year: str | None = None
    years_added: int = 0


@dataclass(frozen=True)
class Between:
    """What stands between two sentences, between the parts of a name, and between the units of one time."""

    sentences: str = " "
    parts: str = ", "
    units: str = " "


@dataclass(frozen=True)
class Local:
    dates: Mapping[Language, Dates]
    money: Mapping[Language, Mapping[str, str]]
    between: Mapping[Language, Between]


@cache
def load() -> Local:
    """What ``local.yml`` says, read once. Raises ContentInvalid."""
    return read_local(FILE)


def read_local(file: Path) -> Local:
    """What *file* says. Raises ContentInvalid with file, key and remedy."""
    fields = Fields(read(file), file, "")
    dates, money = (mapping(fields.raw(part), file, part) for part in ("dates", "money"))
    between = mapping(fields.raw("between") or {}, file, "between")
    fields.done()
    for part, entries in (("dates", dates), ("money", money), ("between", between)):
        for code in entries:
            if code not in LANGUAGES:
                raise ContentInvalid(file, f"{part}.{code}", f"no language of ours; use one of {', '.join(LANGUAGES)}")
    for code, forms in money.items():
        for currency, form in mapping(forms, file, f"money.{code}").items():
            if not isinstance(form, str) or form.count("{amount}") != 1:
                raise ContentInvalid(file, f"money.{code}.{currency}", "write {amount} once, where the figure stands")
    return Local(
        {Language(code): _dates(entry, file, f"dates.{code}") for code, entry in dates.items()},
        {Language(code): forms for code, forms in money.items()},
        {Language(code): _between(entry, file, f"between.{code}") for code, entry in between.items()},
    )


def between(language: Language) -> Between:
    """What *language* sets between sentences, parts and units: a space and a comma where nothing else is said."""
    return load().between.get(language, Between())


def figure(amount: float, language: Language) -> str:
    """*amount* with the separators of *language*, in the digits 0-9.

    >>> figure(10320, Language("en")), figure(10320, Language("vi")), figure(1.5, Language("my"))
    ('10,320', '10.320', '1.5')
    """
    return format_decimal(amount, locale=_locale(language), numbering_system="latn")


def money(amount: float, currency: str, language: Language) -> str:
    """*amount* of *currency* (ISO 4217) with the name that people give it.

    >>> money(400, "THB", Language("th")), money(400, "THB", Language("zh")), money(1700, "MYR", Language("ms"))
    ('400 บาท', '400 泰铢', 'RM1,700')
    """
    form = load().money.get(language, {}).get(currency)
    if form is not None:
        return form.replace("{amount}", figure(amount, language))
    named = format_currency(
        amount,
        currency,
        locale=_locale(language),
        currency_digits=False,
        format_type="name",
        numbering_system="latn",
    )
    return named.replace(_ZERO_WIDTH_SPACE, "")


def date(text: str, language: Language) -> str:
    """*text* (YYYY, YYYY-MM or YYYY-MM-DD) in words, as long as it is exact.

    >>> date("2026-03-01", Language("en")), date("2026-03", Language("id")), date("2018", Language("th"))
    ('1 March 2026', 'Maret 2026', 'พ.ศ. 2561')

    Raises ValueError: it is no date.
    """
    year, month, day = (*map(int, text.split("-")), *(0, 0))[:3]
    when = datetime.date(year, month or 1, day or 1)
    own, locale = load().dates.get(language, Dates()), _locale(language)
    form = own.day if day else own.month if month else own.year
    if form is None:
        if day:
            return format_date(when, "long", locale)
        return format_skeleton("yMMMM" if month else "y", when, locale=locale)
    name = get_month_names("wide", "format", locale)[when.month]
    filled = {"day": str(day), "number": str(month), "month": name, "year": str(year + own.years_added)}
    for key, value in filled.items():
        form = form.replace(f"{{{key}}}", value)
    return form


def date_forms(language: Language) -> dict[str, str]:
    """What a page needs to write dates without a browser that knows *language*.

    ``short.3`` is a day of March with {day}; ``whole.3`` has {day} and {year}; ``weekday.1`` is Monday, ``weekday.7``
    Sunday; ``years_added`` is what {year} is ahead of the common calendar. ``zone`` names a clock by the {offset}
    of its zone ("+7"), which every browser knows of every zone.

    >>> forms = date_forms(Language("en"))
    >>> forms["short.3"], forms["whole.3"], forms["weekday.7"], forms["years_added"]
    ('{day} Mar', '{day} March {year}', 'Sunday', '0')
    """
    locale, ahead = _locale(language), load().dates.get(language, Dates()).years_added
    sample = datetime.date(2001, 1, 28)  # no other figure of a date looks like its day or its year
    forms = {f"weekday.{day + 1}": name for day, name in get_day_names("wide", "format", locale).items()}
    forms["zone"] = locale.zone_formats["gmt"] % "{offset}"
    for month in range(1, 13):
        when = sample.replace(month=month)
        short = format_skeleton("MMMd", when, locale=locale)
        whole = date(when.isoformat(), language).replace(str(when.year + ahead), "{year}")
        forms |= {f"short.{month}": short, f"whole.{month}": whole}
    written = {name: form.replace(str(sample.day), "{day}") for name, form in forms.items()}
    return {name: form.replace(_ZERO_WIDTH_SPACE, "") for name, form in written.items()} | {"years_added": str(ahead)}


def unit_forms(language: Language) -> dict[str, str]:
    """What a page needs to write how long something took, or how large it is.

    ``hour.other`` has {count}. It is the form of those counts of which ``plural`` says "other": its words are for 0 to
    199, and word 100 + the last two digits for a larger count. ``between`` stands between two units of one time.

    >>> forms = unit_forms(Language("en"))
    >>> forms["hour.one"], forms["hour.other"], forms["plural"].split()[:3], forms["kilobyte"]
    ('{count}\\xa0hour', '{count}\\xa0hours', ['other', 'one', 'other'], '{count}\\xa0kB')
    """
    locale = _locale(language)
    plurals = [locale.plural_form(count) for count in range(_PLURALS)]
    forms = {"plural": " ".join(plurals), "between": between(language).units}
    for plural in dict.fromkeys(plurals):
        sample = plurals.index(plural)
        for unit in ("second", "minute", "hour", "day"):
            # in whole words: a short day of Indonesian looks like an English hour ("hr")
            time = datetime.timedelta(**{f"{unit}s": sample})
            whole = format_timedelta(time, granularity=unit, threshold=math.inf, format="long", locale=locale)
            forms[f"{unit}.{plural}"] = whole.replace(str(sample), "{count}").replace(" ", _KEPT)
    for unit in ("kilobyte", "megabyte"):
        sample = plurals.index("other")
        short = format_unit(sample, f"digital-{unit}", "short", locale=locale, numbering_system="latn")
        forms[unit] = short.replace(str(sample), "{count}").replace(" ", _KEPT)
    return forms


def figure_forms(language: Language) -> dict[str, str]:
    """What a page needs to write numbers as :func:`figure` does, and {amount} of a {currency} by its code.

    >>> figure_forms(Language("vi"))
    {'decimal': ',', 'group': '.', 'money': '{amount}\xa0{currency}'}
    """
    locale = _locale(language)
    first = locale.currency_formats["standard"].pattern.startswith("¤")
    return {
        "decimal": get_decimal_symbol(locale, numbering_system="latn"),
        "group": get_group_symbol(locale, numbering_system="latn"),
        "money": _KEPT.join(("{currency}", "{amount}") if first else ("{amount}", "{currency}")),
    }


def language_name(code: str, language: Language) -> str:
    """What people who read *language* call the language *code*; its own name where CLDR has none for them.

    >>> language_name("my", Language("lo")), language_name("lo", Language("my")), language_name("fil", Language("km"))
    ('ມຽນມາ', 'လာအို', 'ហ្វ៊ីលីពីន')

    A code that nobody knows stands for itself.
    """
    name = _names(language).get(code) or LANGUAGES.get(Language(code)) or _names(code).get(code)
    return (name or _names(ENGLISH).get(code) or code).replace(_ZERO_WIDTH_SPACE, "")


@cache
def _names(language: str) -> Mapping[str, str]:
    """Names of languages by code, in *language*; none where CLDR does not know it."""
    try:
        return dict(Locale.parse(language).languages)
    except (UnknownLocaleError, ValueError):
        return {}


@cache
def _locale(language: Language) -> Locale:
    """The CLDR locale; English where CLDR does not know the language."""
    try:
        return Locale.parse(load().dates.get(language, Dates()).like or language)
    except (UnknownLocaleError, ValueError):
        return _locale(ENGLISH)


def _between(entry: object, file: Path, key: str) -> Between:
    marks = mapping(entry, file, key)
    if set(marks) != {"sentences", "parts", "units"} or not all(isinstance(mark, str) for mark in marks.values()):
        raise ContentInvalid(file, key, "write sentences, parts and units, each a text")
    return Between(**marks)


def _dates(entry: object, file: Path, key: str) -> Dates:
    fields = Fields(entry, file, key)
    text = fields.optional_text
    dates = Dates(text("like"), text("day"), text("month"), text("year"), fields.whole("years_added") or 0)
    fields.done()
    if dates.years_added and not (dates.day and dates.month and dates.year):
        raise ContentInvalid(file, key, "has years_added: write day, month and year, so that each form counts so")
    return dates


def country(code: str, language: Language) -> str:
    """What CLDR calls a country of which we have no name of our own; *code* where it knows none either.

    >>> country("KW", Language("en")), country("KW", Language("ms")), country("??", Language("en"))
    ('Kuwait', 'Kuwait', '??')
    """
    try:
        named = Locale.parse(language).territories.get(code)
    except (UnknownLocaleError, ValueError):
        named = Locale.parse(ENGLISH).territories.get(code)
    return str(named or code).replace(_ZERO_WIDTH_SPACE, "")
