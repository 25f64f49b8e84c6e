"""A language and a country are added by files alone, in a copy of the project: no line of code, no model."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli.main import ROOT
from bot.content.check import check
from bot.content.phrases import Phrasebook
from bot.content.sms import segments
from bot.core.taxonomy import ENGLISH, LANGUAGES

CODE, NAME = "qaa", "Eldik"  # ISO 639-2 keeps qaa for private use: nobody knows it, CLDR neither
COUNTRY = "XA"  # ISO 3166 keeps XA too

_TURNED = str.maketrans("aeiouAEIOU", "eiouaEIOUA")


def eldik(text: str) -> str:
    """English as everybody can tell it from English: each vowel is the next one, placeholders and addresses are whole.

    >>> eldik("Call {number}, or see https://www.iom.int")
    'Cell {number}, ur sii https://www.iom.int'
    """
    words = text.split(" ")
    return " ".join(word if "{" in word or "://" in word else word.translate(_TURNED) for word in words)


def _change(file: Path, change: Callable[[Any], None]) -> None:
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    change(data)
    file.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _add_language(bot: Path) -> None:
    """One line in the taxonomy, one file of phrases, names of the countries, how people say theirs; it has no voice."""
    _change(bot / "core/taxonomy.yml", lambda data: data["languages"].update({CODE: NAME}))
    book: dict[str, Any] = {"language": CODE}
    for key, phrase in Phrasebook.load().by_language[ENGLISH].items():
        book[key] = {"text": eldik(phrase.text)} | ({"sms": eldik(phrase.sms)} if phrase.sms else {})
    (bot / f"content/phrases/{CODE}.yml").write_text(yaml.safe_dump(book, sort_keys=False), encoding="utf-8")
    said = {"before": ["eg heite"], "ends": ["og"], "longest": 2}
    (bot / f"content/introduced/{CODE}.yml").write_text(yaml.safe_dump(said), encoding="utf-8")

    def name_countries(data: Any) -> None:
        data["asked_first"][CODE] = [COUNTRY, "TH", "MY", "SG"]
        for named in data["names"].values():
            named[CODE] = [eldik(named["en"][0])]

    _change(bot / "content/countries.yml", name_countries)
    _change(bot / "content/spoken.yml", lambda data: data["voices"].update({CODE: {"absent": "nobody speaks it"}}))


def _add_country(bot: Path) -> None:
    """Its names, one file of rules, one of telephone lines."""

    def name_country(data: Any) -> None:
        names = {"th": "เอลเดีย", "my": "အယ်လ်ဒီးယား", "km": "អែលឌៀ", "lo": "ແອນເດຍ", "zh": "埃尔迪亚", "ta": "எல்டியா"}
        data["names"][COUNTRY] = {code: [names.get(code, "Eldia")] for code in (*LANGUAGES, CODE)}
        data["spoken"][COUNTRY] = CODE

    _change(bot / "content/countries.yml", name_country)
    sourced = {"confidence": "verified", "source": "https://www.example.org/"}
    wage = {
        "id": "xa_wage", "topic": "ask_wages", "role": "destination", "text": "In Eldia pay is at least 4,200 crowns.",
        "figure": {"amount": 4200, "unit": "wage_month", "currency": "SEK"}, "as_of": "2026-03-01", "changing": True,
        "office": "Labour Office of Eldia", "office_kind": "labour", "call": ["155"], **sourced,
    }  # fmt: skip
    (bot / f"content/facts/{COUNTRY}.yml").write_text(
        yaml.safe_dump({"country": COUNTRY, "facts": [wage]}), encoding="utf-8"
    )
    lines = [
        {"id": "xa.police", "kind": "police", "name": "Police", "inside": "144", "urgent": True},
        {
            "id": "xa.labour",
            "kind": "labour",
            "name": "Labour",
            "inside": "155",
            "languages": [CODE],
            "hours": "always",
        },
        {"id": "xa.held", "kind": "anti_trafficking", "name": "Held", "proper": "Line of Eldia", "inside": "166"},
    ]
    contacts = [{**line, **sourced, "source_kind": "operator_or_state"} for line in lines]
    (bot / f"content/directory/{COUNTRY}.yml").write_text(
        yaml.safe_dump({"country": COUNTRY, "contacts": contacts}), encoding="utf-8"
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's package with the language and the country, and nothing else changed."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "bot", root / "bot", ignore=shutil.ignore_patterns("__pycache__", "docs"))
    _add_language(root / "bot")
    _add_country(root / "bot")
    return root


def _run(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=copy, capture_output=True, text=True, encoding="utf-8", timeout=600
    )


_SAY = f"""
import json, bot
from bot.content.library import Library
from bot.core.message import Saying
library = Library.load()
def say(key, language, form="chat", **values):
    return library.word(Saying(key, values), language, form)
menu = say("ask_country", "{CODE}")
print(json.dumps({{
    "from": bot.__file__,
    "wages": say("answer", "{CODE}", topic="ask_wages", present="{COUNTRY}").text,
    "wages_in_burmese": say("answer", "my", topic="ask_wages", present="{COUNTRY}").text,
    "danger": say("emergency", "{CODE}", "sms", present="{COUNTRY}").text,
    "home": say("answer", "{CODE}", topic="ask_wages", present="TH", origin="{COUNTRY}").text,
    "languages": [button.title for button in say("language_menu", "en").buttons],
    "countries": [button.title for button in menu.buttons],
}}))
"""


@pytest.fixture(scope="module")
def said(copy: Path) -> dict[str, Any]:
    """What the copy says, by a program that loads its content."""
    done = _run(copy, "-c", _SAY)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert Path(told["from"]).is_relative_to(copy), "the copy must be what speaks"
    return told


def test_check_content_finds_no_fault_in_what_was_added(copy: Path) -> None:
    done = _run(copy, "-m", "bot.cli", "check-content")
    known = {str(problem) for problem in check()}
    new = [line for line in done.stdout.splitlines() if line.startswith("bot/content/") and line not in known]
    assert new == [], done.stderr
    if not known:
        assert done.returncode == 0
        assert f"| {CODE} {NAME} | " in done.stdout
        assert f"| {COUNTRY} Eldia | 3 | 1 | " in done.stdout


def test_check_content_asks_for_what_the_language_and_the_country_lack(copy: Path, tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(copy, root)
    _change(root / "bot/content/countries.yml", lambda data: data["names"]["MY"].pop(CODE))
    _change(root / "bot/content/countries.yml", lambda data: data["names"].pop(COUNTRY) and data["spoken"].pop(COUNTRY))
    _change(root / "bot/content/countries.yml", lambda data: data["asked_first"].pop(CODE))
    _change(root / f"bot/content/phrases/{CODE}.yml", lambda data: data.pop("greet"))
    problems = _run(root, "-m", "bot.cli", "check-content").stdout.splitlines()
    assert f"bot/content/countries.yml: names.MY: add a name in {CODE}" in problems
    assert f"bot/content/countries.yml: names: add {COUNTRY}: there are telephone lines of it, but no name" in problems
    asked = f"add {CODE}: the countries to offer to people who write it"
    assert f"bot/content/countries.yml: asked_first: {asked}" in problems
    missing = "is missing; write what the English and its note mean"
    assert f"bot/content/phrases/{CODE}.yml: greet: {missing}" in problems


def test_an_answer_in_the_new_language_holds_the_rule_and_the_number_of_the_new_country(said: dict[str, Any]) -> None:
    assert eldik("the lowest pay for many jobs is") in said["wages"]
    assert "4,200 Swedish kronor" in said["wages"]
    assert "1 March 2026" in said["wages"]
    assert "Labour Office of Eldia" in said["wages"]
    assert f"- {eldik('labour office')}: 155 ({eldik('day and night')}; {NAME})" in said["wages"]
    assert "In Eldia" not in said["wages"], "no English sentence is left"


def test_every_other_language_speaks_of_the_new_country(said: dict[str, Any]) -> None:
    assert "အယ်လ်ဒီးယား" in said["wages_in_burmese"]
    assert "4,200" in said["wages_in_burmese"]
    assert "155" in said["wages_in_burmese"]


def test_in_danger_the_number_of_the_new_country_comes_first(said: dict[str, Any]) -> None:
    assert said["danger"].splitlines()[0] == eldik("Call {number} now if you can: police.").replace("{number}", "144")
    assert "166" in said["danger"]
    assert segments(said["danger"]) <= 2


def test_both_stand_in_the_menus(said: dict[str, Any]) -> None:
    assert said["languages"][-1] == NAME
    assert said["countries"][:2] == ["Eldia", eldik("Thailand")]
