"""The names everything else uses: languages, intents, indicators. Read from ``taxonomy.yml`` beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NewType

import yaml

Language = NewType("Language", str)  # BCP 47
Intent = NewType("Intent", str)
Indicator = NewType("Indicator", str)

_DATA = yaml.safe_load(Path(__file__).with_name("taxonomy.yml").read_text(encoding="utf-8"))

#: Language code -> its own name, in the order in which menus show them.
LANGUAGES: Mapping[Language, str] = {Language(code): name for code, name in _DATA["languages"].items()}
#: Intent -> what the person wants from the next reply.
INTENTS: Mapping[Intent, str] = {Intent(name): meaning for name, meaning in _DATA["intents"].items()}
#: Indicator -> what the message says has happened, happens or is about to.
INDICATORS: Mapping[Indicator, str] = {Indicator(name): meaning for name, meaning in _DATA["indicators"].items()}

GRAVE: frozenset[Indicator] = frozenset(map(Indicator, _DATA["grave"]))
MEANS_OF_CONTROL: frozenset[Indicator] = frozenset(map(Indicator, _DATA["means_of_control"]))
EXPLOITATION: frozenset[Indicator] = frozenset(map(Indicator, _DATA["exploitation"]))

UNDETERMINED = Language("und")
ENGLISH = Language("en")

#: Intents by which a person tells of harm: they are never bounced and always reach a human.
DISCLOSURES: frozenset[Intent] = frozenset(
    map(Intent, ("report_danger", "report_self_harm", "report_exploitation", "report_other", "report_suspect"))
)
#: Intents that ask a safe-migration question, answered from facts.
QUESTIONS: frozenset[Intent] = frozenset(name for name in INTENTS if name.startswith("ask_")) - frozenset(
    map(Intent, ("ask_human", "ask_privacy"))
)
