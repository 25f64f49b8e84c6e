"""What a stolen database, a lost key or a curious reader gets."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.core.ids import Address, ChannelName
from bot.core.message import Received
from bot.store.seal import KeyMissing, Keyring, Seal, SealBroken, read_or_make_master_key
from tests.conftest import Store
from tests.store.test_conversations import answered, pending_turn

MARKER = "ငါ့ပတ်စပို့marker"


def everything_in(store: Store) -> bytes:
    """Every value of every table, and of SQLite every byte of its files."""
    found = b""
    with store.database.read() as connection:
        dialect = connection.dialect.name
        names = connection.dialect.get_table_names(connection)
        for name in names:
            for row in connection.execute(text(f'SELECT * FROM "{name}"')):
                found += b"|".join(
                    value if isinstance(value, bytes) else str(value).encode("utf-8", "replace") for value in row
                )
    if dialect == "sqlite":
        path = Path(store.database.url.removeprefix("sqlite:///"))
        found += b"".join(one.read_bytes() for one in path.parent.glob(path.name + "*"))
    return found


def test_neither_words_nor_addresses_stand_readable_in_the_database(store: Store) -> None:
    accepted = store.conversations.receive(
        Received(ChannelName("sms"), "SM1", Address("+66812345678"), MARKER, store.now), store.now
    )
    store.conversations.commit_turn(answered(store, pending_turn(store, accepted.conversation_id), reply=MARKER))
    found = everything_in(store)
    assert MARKER.encode() not in found
    assert b"+66812345678" not in found
    assert b"812345678" not in found


def test_an_erased_conversation_leaves_no_row_and_no_byte(store: Store) -> None:
    accepted = store.conversations.receive(
        Received(ChannelName("web"), "1", Address("someone"), MARKER, store.now), store.now
    )
    store.conversations.commit_turn(
        answered(store, pending_turn(store, accepted.conversation_id), "isolation", reply=MARKER)
    )
    with store.database.read() as connection:
        sealed = connection.execute(text("SELECT content_sealed FROM messages")).scalars().all()
        wrapped = connection.execute(text("SELECT key_wrapped FROM conversations")).scalar_one()
    assert store.eraser.erase(accepted.conversation_id, store.now)
    found = everything_in(store)
    if store.database.is_sqlite:  # PostgreSQL frees the space later; without the key the bytes tell nothing
        assert all(bytes(one) not in found for one in [*sealed, wrapped])
    with store.database.read() as connection:
        for table in ("conversations", "messages", "signs"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0
    assert not store.eraser.erase(accepted.conversation_id, store.now)


def test_old_quiet_conversations_are_purged_and_waiting_ones_are_not(store: Store) -> None:
    for number, waits in enumerate((False, True)):
        accepted = store.conversations.receive(
            Received(ChannelName("web"), str(number), Address(str(number)), "hello", store.now), store.now
        )
        signs = ("isolation",) if waits else ()
        store.conversations.commit_turn(answered(store, pending_turn(store, accepted.conversation_id), *signs))
    assert store.eraser.purge(store.now, store.later(days=1)) == 0
    assert store.eraser.purge(store.now, store.now) == 1
    assert store.conversations.find(ChannelName("web"), Address("1")) is not None


def test_a_sealed_value_opens_only_where_it_belongs_and_only_unchanged() -> None:
    seal = Seal(b"k" * 32)
    sealed = seal.close(b"secret", "a/message")
    assert seal.open(sealed, "a/message") == b"secret"
    for broken, place in ((sealed, "b/message"), (sealed[:-1] + b"?", "a/message"), (b"", "a/message")):
        with pytest.raises(SealBroken):
            seal.open(broken, place)


def test_the_same_address_is_found_under_one_master_key_only() -> None:
    keyring = Keyring(b"k" * 32)
    assert keyring.lookup("sms", "+66812345678") == Keyring(b"k" * 32).lookup("sms", "+66812345678")
    assert keyring.lookup("sms", "+66812345678") != Keyring(b"q" * 32).lookup("sms", "+66812345678")
    assert keyring.lookup("ab", "c") != keyring.lookup("a", "bc")


def test_the_master_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"
    key = read_or_make_master_key(path, make=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_or_make_master_key(path, make=False) == key


def test_a_missing_or_broken_master_key_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    with pytest.raises(KeyMissing, match="Put it back"):
        read_or_make_master_key(path, make=False)
    path.write_text("not a key")
    with pytest.raises(KeyMissing, match="64 hexadecimal digits"):
        read_or_make_master_key(path, make=True)
