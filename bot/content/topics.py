"""What belongs to a topic: whom one calls, where a rule is expected, whose rules come first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.ids import CountryCode
from bot.core.taxonomy import Language

#: What a reply may hold at most: a small screen, a frightened reader.
MOST_CONTACTS = 3
MOST_FACT_LINES = 4
FEW_FACT_LINES = 2

#: Whom one calls about a topic, the first first: kinds of lines in the country spoken of, or "home" (the labour office
#: of the country of origin), "embassy" (their own where they are, else the line of their country for its people
#: abroad), "named" (lines that a rule on the topic names), "urgent" (the first number in danger).
WHOM: Mapping[str, tuple[str, ...]] = {
    "ask_job_offer": ("home", "labour", "embassy"),
    "ask_agency": ("home", "labour", "anti_trafficking"),
    "ask_fees": ("labour", "home", "ngo", "anti_trafficking"),
    "ask_contract": ("labour", "home", "ngo", "migrant_resource_centre"),
    "ask_documents": ("embassy", "home", "labour"),
    "ask_route": ("home", "labour", "embassy"),
    "ask_departure": ("home", "migrant_resource_centre", "labour"),
    "ask_passport_kept": ("labour", "embassy", "anti_trafficking"),
    "ask_wages": ("labour", "ngo", "migrant_resource_centre", "embassy"),
    "ask_hours": ("labour", "ngo", "migrant_resource_centre", "embassy"),
    "ask_change_job": ("labour", "ngo", "embassy"),
    "ask_irregular": ("embassy", "ngo", "anti_trafficking", "labour"),
    "ask_debt": ("labour", "anti_trafficking", "ngo"),
    "ask_money_transfer": (),
    "ask_health": ("ambulance", "named", "health", "women"),
    "ask_shelter": ("named", "women", "anti_trafficking", "embassy"),
    "ask_legal_aid": ("named", "ngo", "labour", "embassy", "women"),
    "ask_contact": ("urgent", "anti_trafficking", "embassy", "labour"),
    "ask_return": ("embassy", "un_agency", "anti_trafficking"),
    "ask_marriage": ("named", "women", "anti_trafficking", "embassy"),
    "ask_trafficking": ("anti_trafficking", "urgent"),
    "ask_rights": ("anti_trafficking", "embassy", "ngo"),
}
#: Where a rule is expected: that we know none is said.
RULED = frozenset(
    (
        "ask_agency", "ask_fees", "ask_contract", "ask_documents", "ask_route", "ask_passport_kept", "ask_wages",
        "ask_hours", "ask_change_job", "ask_irregular", "ask_debt", "ask_rights",
    )
)  # fmt: skip
#: Where the name of the law helps the person to ask for what it says; never where it would fall on them.
LAW_NAMED = frozenset(
    (
        "ask_fees",
        "ask_contract",
        "ask_passport_kept",
        "ask_wages",
        "ask_hours",
        "ask_change_job",
        "ask_debt",
        "ask_agency",
    )
)
#: Lines that a rule names, besides those chosen by kind.
MOST_NAMED = 2
#: Where no other line is known, the number for danger is better than none.
POLICE_MAY_HELP = frozenset(("ask_contact", "ask_marriage", "ask_rights", "ask_shelter", "ask_trafficking"))
#: At home before leaving, the rules of the own country come first.
HOME_FIRST = frozenset(("ask_job_offer", "ask_agency", "ask_documents", "ask_route", "ask_departure"))


@dataclass(frozen=True)
class Places:
    """Where the person is, comes from and goes to, as far as known.

    ``speaks``: the language by which lines are chosen, where it is not the one of the words: an operator reads in
    theirs what was told in another, and reads the same numbers.
    """

    present: CountryCode | None = None
    origin: CountryCode | None = None
    destination: CountryCode | None = None
    speaks: Language | None = None

    @property
    def work(self) -> CountryCode | None:
        """The country whose rules count: where they go, if they are still at home, else where they are."""
        if self.present is None or self.present == self.origin:
            return self.destination or self.present
        return self.present

    @property
    def home(self) -> CountryCode | None:
        return self.origin
