"""What the person asks of the service itself: what it is, another language, everything deleted."""

from __future__ import annotations

from actions.talk import ASKED_ERASE, Outcome, Situation, Talk
from bot.content.languages import named_language
from bot.core.message import Saying
from bot.core.taxonomy import LANGUAGES

#: Routed intent -> a saying that needs nothing but the guard against whoever watches.
_SAYINGS = {
    "goodbye": "goodbye",
    "thank": "thank",
    "help": "help",
    "bot_challenge": "bot_challenge",
    "ask_privacy": "privacy",
    "out_of_scope": "out_of_scope",
    "uncertain": "uncertain",
    "failed": "failed",
    "other_language": "other_language",
    "probe_case": "probe_refused",
}


#: Steps to take (phrases ``guide.*``), and the apps in which we know how a chat is hidden.
_GUIDES = frozenset(("wages", "passport", "papers_lost", "home", "no_papers", "agency", "leave_safely"))
_APPS = frozenset(("web", "telegram", "whatsapp", "sms", "messenger", "line"))


class Say(Talk):
    def name(self) -> str:
        return "action_say"

    def decide(self, situation: Situation) -> Outcome:
        return Outcome((Saying(_SAYINGS[situation.intent]),))


class Guide(Talk):
    """Steps to take, one after the other, at the tap of a button."""

    def name(self) -> str:
        return "action_guide"

    def decide(self, situation: Situation) -> Outcome:
        guide = situation.entities.get("guide")
        if guide == "delete":
            app = situation.channel if situation.channel in _APPS else "web"
            return Outcome((Saying(f"guide.delete.{app}"),))
        return Outcome((Saying(f"guide.{guide}" if guide in _GUIDES else "help"),))


class ChangeLanguage(Talk):
    """To the language that the button or the message names, else a menu of all, each in its own script."""

    while_watched = True
    introduces = False

    def name(self) -> str:
        return "action_change_language"

    def decide(self, situation: Situation) -> Outcome:
        wanted = situation.entities.get("language") or named_language(situation.text)
        if wanted in LANGUAGES:
            return Outcome((Saying("language_changed", {"language": wanted}),), slots={"language": wanted})
        return Outcome((Saying("language_menu"),))


class Erase(Talk):
    """Ask once; a second wish, or a yes, is enough. The service erases when slot ``erase`` is true."""

    while_watched = True
    introduces = False

    def name(self) -> str:
        return "action_erase"

    def decide(self, situation: Situation) -> Outcome:
        if situation.question == ASKED_ERASE:
            return Outcome((Saying("erase_done"),), slots={"erase": True})
        return Outcome((Saying("erase_confirm"),), ASKED_ERASE)
