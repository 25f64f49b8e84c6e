"""Sessions that lock and end, and the second step as it is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.store.operators import LastAdmin
from bot.store.sessions import Limits, Stage
from tests.conftest import Store

MINUTE = timedelta(minutes=1)
LIMITS = Limits(idle=60 * MINUTE, longest=720 * MINUTE, unfinished=10 * MINUTE, lock=10 * MINUTE)


def test_a_session_that_nobody_touches_locks_and_stays_so_until_unlocked(store: Store) -> None:
    dara = store.operators.add("dara", "operator", store.now)
    store.sessions.open(dara.id, "token", "csrf", store.now)
    store.sessions.touch("token", store.later(minutes=9))
    found = store.sessions.find("token", store.later(minutes=9), LIMITS)
    assert found is not None
    assert not found.locked
    found = store.sessions.find("token", store.later(minutes=2), LIMITS)
    assert found is not None
    assert found.locked
    store.sessions.touch("token", store.now)  # too late
    found = store.sessions.find("token", store.now, LIMITS)
    assert found is not None
    assert found.locked
    store.sessions.unlock("token", store.now)
    found = store.sessions.find("token", store.later(minutes=9), LIMITS)
    assert found is not None
    assert not found.locked


def test_a_sign_in_that_is_not_finished_ends_soon(store: Store) -> None:
    dara = store.operators.add("dara", "operator", store.now)
    store.sessions.open(dara.id, "token", "csrf", store.now, Stage.CODE)
    assert store.sessions.find("token", store.later(minutes=9), LIMITS) is not None
    assert store.sessions.find("token", store.later(minutes=2), LIMITS) is None


def test_a_session_is_ended_by_its_owner_alone(store: Store) -> None:
    dara, maya = (store.operators.add(name, "operator", store.now) for name in ("dara", "maya"))
    for token in ("one", "two", "three"):
        store.sessions.open(dara.id, token, "csrf", store.now, device=token)
    listed = {one.device: one.id for one in store.sessions.of(dara.id, store.now, LIMITS)}
    assert not store.sessions.end_one(maya.id, listed["one"])
    assert store.sessions.end_one(dara.id, listed["one"])
    assert store.sessions.end_all(dara.id, but=listed["two"]) == 1
    assert [one.device for one in store.sessions.of(dara.id, store.now, LIMITS)] == ["two"]


def test_a_code_works_once_and_none_before_it(store: Store) -> None:
    dara = store.operators.add("dara", "operator", store.now)
    assert not store.second_steps.use(dara.id, 5)
    store.second_steps.offer(dara.id, "JBSWY3DPEHPK3PXP")
    assert store.second_steps.get(dara.id) is None
    store.second_steps.confirm(dara.id, 5)
    assert [store.second_steps.use(dara.id, step) for step in (5, 7, 6, 7, 8)] == [False, True, False, False, True]
    with store.database.read() as connection:
        assert "JBSWY3DPEHPK3PXP" not in str(connection.execute(text("SELECT * FROM operators")).all())
    assert not store.database.is_empty()  # a new master key would lock everybody out


def test_a_recovery_code_works_once_and_new_ones_end_the_old(store: Store) -> None:
    dara, maya = (store.operators.add(name, "operator", store.now) for name in ("dara", "maya"))
    store.second_steps.set_recovery_codes(dara.id, ["aaaa", "bbbb"])
    assert not store.second_steps.use_recovery_code(maya.id, "aaaa", store.now)
    assert store.second_steps.use_recovery_code(dara.id, "aaaa", store.now)
    assert not store.second_steps.use_recovery_code(dara.id, "aaaa", store.now)
    assert store.second_steps.recovery_codes_left(dara.id) == 1
    store.second_steps.set_recovery_codes(dara.id, ["cccc"])
    assert not store.second_steps.use_recovery_code(dara.id, "bbbb", store.now)


def test_the_last_admin_stays(store: Store) -> None:
    first, second = (store.operators.add(name, "admin", store.now) for name in ("a", "b"))
    store.operators.set_active(first.id, active=False)
    with pytest.raises(LastAdmin):
        store.operators.set_role(second.id, "operator")
    with pytest.raises(LastAdmin):
        store.operators.set_active(second.id, active=False)
    store.operators.set_active(first.id, active=True)
    store.operators.set_role(second.id, "operator")
