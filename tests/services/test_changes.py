"""Whoever waits is woken by what they wait for, and let go when the server stops."""

from __future__ import annotations

import asyncio

from bot.services.changes import Changes


def test_a_waiter_is_woken_by_its_own_topic_only() -> None:
    async def scene() -> tuple[bool, bool]:
        changes = Changes()
        async with changes.subscribe("mine") as mine, changes.subscribe("other") as other:
            changes.tell("mine")
            return await mine.wait(5), await other.wait(0.01)

    assert asyncio.run(scene()) == (True, False)


def test_what_happens_between_subscribing_and_waiting_is_not_missed() -> None:
    async def scene() -> bool:
        changes = Changes()
        async with changes.subscribe("mine") as mine:
            changes.tell("mine")
            return await mine.wait(5)

    assert asyncio.run(scene())


def test_a_stopping_server_lets_everybody_go() -> None:
    async def scene() -> tuple[bool, bool]:
        changes = Changes()
        async with changes.subscribe("mine") as mine:
            waiting = asyncio.create_task(mine.wait(60))
            await asyncio.sleep(0)
            changes.close()
            return await waiting, await mine.wait(60)

    assert asyncio.run(asyncio.wait_for(scene(), 10)) == (False, False)
