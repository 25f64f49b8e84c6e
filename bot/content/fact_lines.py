"""Facts in words: which phrases a rule's fields call for, and how sure we sound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.content import local
from bot.content.countries import Countries
from bot.content.facts import EVERYWHERE, Amount, Fact
from bot.content.phrases import Phrasebook
from bot.core.taxonomy import Intent, Language

_CAPS = {
    "total": "fact.cap.money",
    "months": "fact.cap.months",
    "months_per_year": "fact.cap.months_per_year",
    "percent_first_month": "fact.cap.percent",
    "per_month_falling": "fact.cap.monthly",
}
_FIGURES = {
    "wage_month": "fact.wage.month",
    "wage_month_home": "fact.wage.month_home",
    "wage_month_boat": "fact.wage.month_boat",
    "wage_day": "fact.wage.day",
    "wage_hour": "fact.wage.hour",
    "wage_hour_average": "fact.wage.hour_average",
    "food_month": "fact.wage.food",
    "card_fee_year": "fact.wage.card_fee",
    "official_cost": "fact.cost.official",
    "employer_cost": "fact.cost.employer",
    "lending_percent_year": "fact.debt.rate",
    "deduction_percent": "fact.wage.deduct_percent",
    "changes": "fact.change_job.times",
}
_WINDOWS = {
    "new_job": "fact.window.change_job",
    "stay": "fact.window.stay",
    "notice": "fact.window.notice",
    "after": "fact.window.after_days",
    "pay_due": "fact.wage.due_days",
}
# a penalty is told where it falls on whoever takes the passport or the money, never where it falls on the person
_PENALTY_TOPICS = frozenset(map(Intent, ("ask_passport_kept", "ask_fees")))


def worded(amount: Amount, language: Language) -> str:
    """*amount* as people who read *language* write it.

    >>> worded(Amount(1700, "wage_month", "MYR"), Language("en")), worded(Amount(2, "months"), Language("en"))
    ('RM1,700', '2')
    """
    if amount.currency is None:
        return local.figure(amount.amount, language)
    return local.money(amount.amount, amount.currency, language)


def phrases_of(fact: Fact, language: Language) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The phrases that word *fact*, the most useful first, with what fills them besides the country."""
    for claim in fact.says:
        yield f"fact.{claim}", {}
    if fact.country == EVERYWHERE:  # a worldwide standard is no rule of any country: its figures are not told as one
        if fact.payer == "employer":
            yield "fact.cap.standard", {}
        return
    yield from _cost(fact, language)
    if fact.figure and fact.figure.unit in _FIGURES:
        corridor = fact.figure.unit == "wage_month_home" and fact.only_from is not None
        key = "fact.wage.month_home_corridor" if corridor else _FIGURES[fact.figure.unit]
        yield key, {"amount": worded(fact.figure, language)}
    if fact.hours_per_day:
        yield "fact.hours.day", {"hours": str(fact.hours_per_day)}
    if fact.hours_per_week:
        yield "fact.hours.week", {"hours": str(fact.hours_per_week)}
    if fact.rest_days:
        yield "fact.rest_days", {"days": str(fact.rest_days)}
    if fact.rest_hours_per_day:
        yield "fact.hours.rest", {"hours": str(fact.rest_hours_per_day)}
    if fact.window and fact.window.kind in _WINDOWS:
        yield _WINDOWS[fact.window.kind], {"days": str(fact.window.days)}
    if fact.topic in _PENALTY_TOPICS:
        if fact.fine:
            yield "fact.fine", {"amount": worded(fact.fine, language)}
        if fact.prison_months:
            years, rest = divmod(fact.prison_months, 12)
            yield (
                ("fact.prison", {"amount": str(fact.prison_months)})
                if rest
                else (
                    "fact.prison_years",
                    {"amount": str(years)},
                )
            )
    if fact.register_url:
        yield "fact.register", {"url": fact.register_url}


def _cost(fact: Fact, language: Language) -> Iterator[tuple[str, Mapping[str, str]]]:
    if fact.cap and fact.cap.unit == "broker_fee":
        yield "fact.cap.no_broker_fee", {}
    elif fact.cap and fact.cap.amount == 0:
        yield "fact.cap.nothing", {}
    elif fact.cap:
        yield _CAPS[fact.cap.unit], {"amount": worded(fact.cap, language)}
    elif (
        fact.payer
        and fact.topic == "ask_fees"
        and not (fact.figure and fact.figure.unit in ("employer_cost", "refund_percent"))
    ):
        yield f"fact.payer.{fact.payer}", {}
    if fact.figure and fact.figure.unit == "refund_percent" and fact.window:
        yield "fact.refund.percent", {"amount": worded(fact.figure, language), "days": str(fact.window.days)}


def office(fact: Fact, phrases: Phrasebook, language: Language, *, named: bool = True) -> str | None:
    """Whom to ask about *fact*: the kind of office in the person's language, and its official name if *named*."""
    if fact.office is None or fact.office_kind is None:
        return None
    official = fact.office.replace(" (", ", ").replace(")", "")
    kind = phrases.say(f"office.{fact.office_kind}", language)
    return f"{kind} ({official})" if named else kind


def caveat(fact: Fact, phrases: Phrasebook, language: Language, *, named: bool = True) -> str | None:
    """How sure we are of *fact*, where it is not certain or its figures move; with the office's name if *named*."""
    ask = office(fact, phrases, language, named=named)
    if fact.confidence == "likely":
        key = "answer.likely" if ask else "answer.likely_no_office"
        return phrases.say(key, language, office=ask)
    moves = fact.cap or fact.figure or fact.window or fact.hours_per_day or fact.rest_days
    if not (fact.changing and moves):
        return None
    if fact.as_of is None:
        return phrases.say("answer.changing_no_date", language)
    key = "answer.changing" if ask else "answer.changing_no_office"
    return phrases.say(key, language, date=local.date(fact.as_of, language), office=ask)


def lines(fact: Fact, phrases: Phrasebook, countries: Countries, language: Language) -> list[str]:
    """*fact* in words, each line a sentence or two; empty where no phrase words it."""
    names = {"country": countries.name(fact.country, language)}
    if fact.law:
        names["law"] = fact.law
    if fact.only_from:
        names["origin"] = countries.name(fact.only_from, language)
    return [phrases.say(key, language, **names, **values) for key, values in phrases_of(fact, language)]
