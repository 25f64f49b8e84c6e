"""Operators, their links and sessions, and the log that shows when it was changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.store.operators import NameTaken
from bot.store.sessions import Limits
from tests.conftest import Store

HOUR = timedelta(hours=1)
LIMITS = Limits(idle=HOUR, longest=2 * HOUR, unfinished=timedelta(minutes=10), lock=timedelta(minutes=10))


def test_a_link_works_once_and_not_after_its_time(store: Store) -> None:
    operator = store.operators.add("dara", "admin", store.now)
    store.operators.add_link(operator.id, "token", store.now + HOUR)
    owner = store.operators.link_owner("token", store.now)
    assert owner is not None
    assert owner.name == "dara"
    assert store.operators.use_link("token", store.now) is not None
    assert store.operators.use_link("token", store.now) is None
    store.operators.add_link(operator.id, "late", store.now + HOUR)
    assert store.operators.use_link("late", store.later(hours=2)) is None


def test_a_session_ends_when_idle_and_when_old(store: Store) -> None:
    operator = store.operators.add("dara", "operator", store.now)
    store.sessions.open(operator.id, "token", "csrf", store.now)
    assert store.sessions.find("token", store.later(minutes=50), LIMITS) is not None
    assert store.sessions.find("token", store.later(minutes=50), LIMITS) is not None
    assert store.sessions.find("token", store.later(minutes=50), LIMITS) is None
    store.sessions.open(operator.id, "idle", "csrf", store.now)
    assert store.sessions.find("idle", store.later(minutes=61), LIMITS) is None


def test_no_token_stands_in_the_database(store: Store) -> None:
    operator = store.operators.add("dara", "operator", store.now)
    store.operators.add_link(operator.id, "link-token", store.now + HOUR)
    store.sessions.open(operator.id, "session-token", "csrf", store.now)
    with store.database.read() as connection:
        kept = str(connection.execute(text("SELECT * FROM sessions")).all())
        kept += str(connection.execute(text("SELECT * FROM sign_in_links")).all())
    assert "link-token" not in kept
    assert "session-token" not in kept


def test_two_operators_cannot_have_one_name(store: Store) -> None:
    store.operators.add("dara", "operator", store.now)
    with pytest.raises(NameTaken):
        store.operators.add("dara", "operator", store.now)


@pytest.mark.parametrize(
    "forgery", ["UPDATE audit SET action = 'nothing' WHERE id = 2", "DELETE FROM audit WHERE id = 2"]
)
def test_a_changed_or_missing_line_of_the_audit_log_shows(store: Store, forgery: str) -> None:
    operator = store.operators.add("dara", "operator", store.now)
    for action in ("signed_in", "read", "took_over", "wrote"):
        store.audit.record(operator.id, action, None, store.later(seconds=1))
    assert store.audit.verify().whole
    with store.database.write() as connection:
        connection.execute(text(forgery))
    assert store.audit.verify().broken in (2, 3)
