"""What is said about a job offer: the signs to be careful about, each with its reason, and how to check it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.content.answer import Answers, short_contacts
from bot.content.contact_lines import ContactWords
from bot.content.countries import Countries
from bot.content.phrases import Phrasebook
from bot.content.sms import Part, fit
from bot.content.topics import Places
from bot.core.taxonomy import Intent, Language

#: More signs than this only tire: the first ones tell enough.
_MOST_FLAGS = 4
#: Whoever checks an offer calls those whom one asks about an agency.
_ASKED = Intent("ask_agency")


class Offers:
    """Composes what is said after an offer was looked at."""

    def __init__(self, phrases: Phrasebook, answers: Answers, countries: Countries) -> None:
        self._phrases, self._answers, self._countries = phrases, answers, countries

    def result(self, flags: Sequence[str], places: Places, language: Language, form: str) -> str:
        """The signs found, or an honest word that none were; then how to check the offer, and whom to ask.

        Args:
            flags: names of :mod:`bot.core.offer`.
            form: "chat", or "sms": the number first, then as many signs as fit.
        """

        def say(key: str) -> str:
            return self._phrases.say(key, language, form)

        signs = [say(f"offer.flag.{flag}") for flag in flags[:_MOST_FLAGS]]
        contacts = self._answers.contacts(_ASKED, places, language)
        words = ContactWords(self._phrases, self._countries, language, places.work, places.present)
        if form == "sms":
            found: list[Part] = [[(rank, text)] for rank, text in enumerate(signs, start=1)]
            opening: list[Part] = [] if signs else [[(1, say("offer.none"))]]
            return fit([*opening, *found, [(3, say("offer.verify"))], *short_contacts(contacts, words)])
        blocks = ["\n".join([say("offer.found"), *(f"• {sign}" for sign in signs)]) if signs else say("offer.none")]
        blocks.append(say("offer.verify"))
        if contacts:
            blocks.append("\n".join([say("answer.call"), *(f"- {words.line(contact)}" for contact in contacts)]))
        return "\n\n".join(blocks)
