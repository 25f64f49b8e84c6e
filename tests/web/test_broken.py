"""When something breaks on our side whoever asked hears so in words, and nobody's words come into the server's log."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from starlette.types import Message, Receive, Scope, Send

from bot.app import Hotline
from bot.edge import Edge
from tests.hotline import AtTheDesk

SECRET = "she is in room 12"


@contextmanager
def broken(hotline: Hotline, table: str) -> Iterator[None]:
    """The database lacks a table meanwhile."""
    with hotline.store.database.write() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {table}_away")
    try:
        yield
    finally:
        with hotline.store.database.write() as connection:
            connection.exec_driver_sql(f"ALTER TABLE {table}_away RENAME TO {table}")


def test_the_desk_says_that_it_is_our_fault_and_goes_on_afterwards(
    capfd: pytest.CaptureFixture[str], hotline: Hotline, url: str
) -> None:
    supervisor = AtTheDesk.signs_in(hotline, url, "sok", role="supervisor")
    with broken(hotline, "labels"):
        capfd.readouterr()
        answers = [
            supervisor.asks("/labels", {"name": "night shift", "colour": "grey"}),
            supervisor.client.get("/labels"),
        ]
        told = "".join(capfd.readouterr())
    for answer in answers:
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        assert "on our side" in answer.json()["error"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert told.count("at=bot.store.labels:") == 2, "else nobody can mend it"
    assert "Traceback" not in told, "it would show what somebody wrote"
    assert supervisor.client.get("/labels").status_code == 200
    supervisor.client.close()


def test_an_answer_that_breaks_half_way_is_not_ended_and_its_reason_goes_nowhere(
    capfd: pytest.CaptureFixture[str],
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        raise ValueError(SECRET)

    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(Edge(app)({"type": "http", "path": "/desk/api/events"}, receive, send))
    assert [one["type"] for one in sent] == ["http.response.start", "http.response.body"]
    assert sent[-1]["more_body"], "the server closes the connection, and the page tries again"
    assert SECRET not in "".join(capfd.readouterr())
