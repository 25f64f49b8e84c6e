"""Machine translation: off unless set up, one message at a press, and nothing leaves otherwise."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.app import Hotline
from bot.cli.doctor import _translator
from bot.content.library import Library
from bot.core.taxonomy import UNDETERMINED, Language
from bot.nlu.engine import Engine
from bot.services.translate import Translator, Untranslated
from bot.settings import Settings, SettingsError
from bot.store.tables import audit
from tests.hotline import AtTheDesk, Person, whole_hotline
from tests.servers import free_port
from tests.translator import TranslationServer, translation_server

IN_LAO = "ນາຍຈ້າງຢຶດໜັງສືຜ່ານແດນຂອງຂ້ອຍໄວ້"
ENGLISH, LAO = Language("en"), Language("lo")


@pytest.fixture
def server() -> Iterator[TranslationServer]:
    with translation_server() as server:
        yield server


@pytest.fixture
def with_server(
    tmp_path: Path, engine: Engine, library: Library, server: TranslationServer
) -> Iterator[tuple[Hotline, AtTheDesk, Person]]:
    """A hotline that was told of the server, an operator who reads English, and somebody who writes Lao."""
    more = {"HOTLINE_TRANSLATOR_URL": f"{server.url}/", "HOTLINE_TRANSLATOR_KEY": "secret"}
    with whole_hotline(tmp_path, engine, library, more=more) as (hotline, url):
        person = Person(url)
        person.says(IN_LAO)
        desk = AtTheDesk.signs_in(hotline, url)
        yield hotline, desk, person
        desk.client.close()


def test_a_message_is_translated_on_a_press_and_only_then(
    with_server: tuple[Hotline, AtTheDesk, Person], server: TranslationServer
) -> None:
    hotline, desk, _ = with_server
    conversation_id = desk.sees()[0]["id"]
    opened = desk.opens(conversation_id)
    assert opened["case"]["translates"]
    assert server.asked == []
    message = opened["messages"][0]
    answer = desk.does(f"messages/{message['id']}/translation", conversation_id)
    assert answer.json() == {"text": f"[en] {IN_LAO[::-1]}", "language": "en"}
    assert server.asked == [{"q": IN_LAO, "source": "lo", "target": "en", "format": "text", "api_key": "secret"}]
    with hotline.store.database.read() as connection:
        assert "translated" in connection.execute(select(audit.c.action)).scalars().all()
    assert desk.does("messages/999999/translation", conversation_id).status_code == 404


def test_what_is_hidden_is_not_sent_to_the_server_either(
    with_server: tuple[Hotline, AtTheDesk, Person], server: TranslationServer
) -> None:
    _, desk, person = with_server
    person.says("my name is Siti, call 081 234 5678")
    conversation_id = desk.sees()[0]["id"]
    path = next(
        f"messages/{one['id']}/translation"
        for one in desk.opens(conversation_id)["messages"]
        if "my name is" in str(one["pieces"])
    )
    assert desk.does(path, conversation_id).status_code == 200
    assert server.asked[-1]["q"] == "my name is ••••, call ••• ••• ••78"
    desk.does("reveal", conversation_id, reason="refer")
    assert desk.does(path, conversation_id).status_code == 200
    assert server.asked[-1]["q"] == "my name is Siti, call 081 234 5678"


def test_a_server_that_fails_is_told_in_a_word(
    with_server: tuple[Hotline, AtTheDesk, Person], server: TranslationServer
) -> None:
    _, desk, _ = with_server
    conversation_id = desk.sees()[0]["id"]
    path = f"messages/{desk.opens(conversation_id)['messages'][0]['id']}/translation"
    server.languages = ("en", "th")
    assert desk.does(path, conversation_id).json()["detail"] == "no_language"
    server.status = 500
    assert (desk.does(path, conversation_id).status_code, server.asked) == (409, [])


def test_without_the_setting_nothing_can_be_translated(operator: AtTheDesk, person: Person) -> None:
    person.says(IN_LAO)
    conversation_id = operator.sees()[0]["id"]
    opened = operator.opens(conversation_id)
    assert not opened["case"]["translates"]
    answer = operator.does(f"messages/{opened['messages'][0]['id']}/translation", conversation_id)
    assert (answer.status_code, answer.json()["detail"]) == (409, "off")


def test_our_languages_are_named_as_the_server_knows_them(server: TranslationServer) -> None:
    translate = Translator(server.url)
    asyncio.run(translate("kinuha nila", Language("fil"), Language("zh")))
    asyncio.run(translate("?", UNDETERMINED, ENGLISH))
    assert [(one["source"], one["target"]) for one in server.asked] == [("tl", "zh-Hans"), ("auto", "en")]


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with pytest.raises(Untranslated, match="unreachable"):
        asyncio.run(Translator(f"http://127.0.0.1:{free_port()}")("x", LAO, ENGLISH))


def findings(settings: Settings, tmp_path: Path) -> list[tuple[bool, str, str]]:
    return list(_translator(settings, tmp_path))


def settings_of(tmp_path: Path, address: str) -> Settings:
    return Settings.read({"HOTLINE_DATA_DIR": str(tmp_path), "HOTLINE_TRANSLATOR_URL": address})


def test_the_doctor_says_that_words_leave_the_machine_and_whether_the_server_answers(
    tmp_path: Path, server: TranslationServer
) -> None:
    assert findings(settings_of(tmp_path, ""), tmp_path) == []
    [(well, looked_at, _)] = findings(settings_of(tmp_path, server.url), tmp_path)
    assert well
    assert "leave" in looked_at
    server.languages = ("en",)
    [(well, _, remedy)] = findings(settings_of(tmp_path, server.url), tmp_path)
    assert not well
    assert "lo" in remedy
    unencrypted = findings(settings_of(tmp_path, "http://translate.example.invalid"), tmp_path)
    assert "https" in unencrypted[0][2]


def test_an_address_that_is_none_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="HOTLINE_TRANSLATOR_URL"):
        settings_of(tmp_path, "translate.example.org")
    listed = dict(Settings.read({"HOTLINE_TRANSLATOR_KEY": "secret"}).listed())
    assert listed["HOTLINE_TRANSLATOR_KEY"] == "***"
