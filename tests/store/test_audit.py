"""The log of what operators did: whole, or the first line that is not is named."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from bot.core.ids import Address, ChannelName, ConversationId
from bot.core.message import Received
from bot.store.audit import AuditLog, Wanted
from bot.store.database import Database
from bot.store.seal import Keyring
from tests.conftest import Store

KEY = Keyring(b"k" * 32)


def five_lines(store: Store, log: AuditLog) -> None:
    operator = store.operators.by_name("dara") or store.operators.add("dara", "operator", store.now)
    for action in ("signed_in", "read", "took_over", "wrote", "closed"):
        log.record(operator.id, action, None, store.later(seconds=1), "x")


def told(store: Store) -> ConversationId:
    received = Received(ChannelName("sms"), "1", Address("+66812345678"), "hello", store.now)
    return store.conversations.receive(received, store.now).conversation_id


@pytest.mark.parametrize(
    ("forgery", "why", "line"),
    [
        ("UPDATE audit SET action = 'nothing' WHERE id = 2", "changed", 2),
        ("UPDATE audit SET detail = 'y' WHERE id = 3", "changed", 3),
        ("UPDATE audit SET detail = NULL WHERE id = 3", "changed", 3),
        ("DELETE FROM audit WHERE id = 2", "changed", 3),
        ("DELETE FROM audit WHERE id > 3", "end_missing", 3),
        ("DELETE FROM audit", "end_missing", 0),
        ("UPDATE audit_head SET signature = '0'", "end_forged", 5),
        ("DELETE FROM audit_head", "end_forged", 5),
    ],
)
def test_whatever_is_changed_or_taken_out_shows(store: Store, forgery: str, why: str, line: int) -> None:
    five_lines(store, store.audit)
    assert store.audit.verify().whole
    with store.database.write() as connection:
        connection.execute(text(forgery))
    verdict = store.audit.verify()
    assert (verdict.why, verdict.broken) == (why, line)


def test_a_log_made_anew_without_the_master_key_shows(store: Store) -> None:
    five_lines(store, store.audit)
    with store.database.write() as connection:
        connection.execute(text("DELETE FROM audit"))
        connection.execute(text("UPDATE audit_head SET signature = ''"))
    forger = AuditLog(store.database, Keyring(b"f" * 32))
    five_lines(store, forger)
    assert forger.verify().whole
    assert store.audit.verify().why == "end_forged"


def test_an_older_log_put_back_shows_also_after_it_has_grown_again(store: Store, tmp_path: Path) -> None:
    log = AuditLog(store.database, KEY, tmp_path / "audit.end")
    five_lines(store, log)
    with store.database.read() as connection:
        head = connection.execute(text("SELECT count, hash, signature FROM audit_head")).one()
    five_lines(store, log)
    assert log.verify().whole
    with store.database.write() as connection:
        connection.execute(text("DELETE FROM audit WHERE id > 5"))
        connection.execute(
            text("UPDATE audit_head SET count = :c, hash = :h, signature = :s"),
            {"c": head[0], "h": head[1], "s": head[2]},
        )
    assert log.verify().why == "older"
    for _ in range(3):
        five_lines(store, log)
    assert log.verify().why == "older"
    assert AuditLog(store.database, KEY).verify().whole  # nothing but the file knows


def test_writers_at_the_same_moment_make_one_chain(database: Database) -> None:
    store = Store(database)
    five_lines(store, store.audit)
    failures: list[BaseException] = []

    def write() -> None:
        try:
            five_lines(Store(database), AuditLog(database, KEY))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    verdict = store.audit.verify()
    assert verdict.whole
    assert verdict.lines == 35


def test_a_line_that_is_written_while_the_log_is_looked_through_breaks_nothing(store: Store) -> None:
    five_lines(store, store.audit)
    meanwhile = [lambda: five_lines(store, store.audit)]

    def writes(*asked: Any) -> None:
        if "FROM audit_words" in asked[2] and meanwhile:
            meanwhile.pop()()

    event.listen(store.database.engine, "before_cursor_execute", writes)
    assert store.audit.verify().whole
    assert meanwhile == []
    assert store.audit.verify().lines == 10


def test_an_operators_reason_is_chained_sealed_and_erased_with_the_conversation(store: Store) -> None:
    operator = store.operators.add("dara", "operator", store.now)
    conversation = told(store)
    store.audit.record(operator.id, "revealed", conversation, store.now, "other", "her sister asks for Aye")
    line = store.audit.lines(Wanted(action="revealed"))[0]
    assert (line.detail, line.words) == ("other", "her sister asks for Aye")
    with store.database.read() as connection:
        kept = str(connection.execute(text("SELECT * FROM audit_words")).all())
        kept += str(connection.execute(text("SELECT * FROM audit")).all())
    assert "sister" not in kept
    with store.database.write() as connection:
        connection.execute(text("UPDATE audit_words SET words_sealed = audit_words.words_sealed"))
    assert store.audit.verify().whole
    assert store.eraser.erase(conversation, store.now)
    assert store.audit.verify().whole
    assert store.audit.lines(Wanted(action="revealed"))[0].words is None
    with store.database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit_words")).scalar() == 0


def test_another_reason_put_in_place_of_one_shows(store: Store) -> None:
    operator = store.operators.add("dara", "operator", store.now)
    conversation = told(store)
    for words in ("one", "two"):
        store.audit.record(operator.id, "revealed", conversation, store.now, "other", words)
    with store.database.write() as connection:
        connection.execute(
            text("UPDATE audit_words SET words_sealed = (SELECT words_sealed FROM audit_words WHERE audit_id = 2)")
        )
    assert store.audit.verify().broken == 1


def test_lines_are_found_by_who_what_which_and_when(store: Store) -> None:
    five_lines(store, store.audit)
    maya = store.operators.add("maya", "operator", store.now)
    conversation = told(store)
    store.audit.record(maya.id, "read", conversation, store.later(hours=1))

    def ids(**wanted: object) -> list[int]:
        return [line.id for line in store.audit.lines(Wanted(**wanted))]  # type: ignore[arg-type]

    assert ids() == [6, 5, 4, 3, 2, 1]
    assert ids(operator_id=maya.id) == [6]
    assert ids(action="read") == [6, 2]
    assert ids(conversation_id=conversation) == [6]
    assert ids(since=store.now) == [6]
    assert ids(until=store.now, before=3) == [2, 1]
    assert [line.id for line in store.audit.lines(Wanted(), 2)] == [6, 5]
    assert store.audit.last(maya.id, "read", conversation) == store.now


def test_a_log_of_before_the_signed_end_is_taken_over_with_its_first_new_line(store: Store) -> None:
    five_lines(store, store.audit)
    with store.database.write() as connection:
        connection.execute(text("UPDATE audit_head SET count = 0, hash = '', signature = ''"))
    assert store.audit.verify().whole
    store.audit.record(None, "sign_in_refused", None, store.now)
    verdict = store.audit.verify()
    assert verdict.whole
    assert verdict.lines == 6
