"""After a cut line a page shows exactly what a page that was opened anew shows."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.app import Hotline, now
from bot.console.feed import KEPT
from bot.content.library import Library
from bot.core.ids import ConversationId
from bot.nlu.engine import Engine
from bot.store.statements import add_desk_event
from tests.channels.conftest import waits_until
from tests.hotline import AtTheDesk, whole_hotline
from tests.web.following import Following, Somebody, line_of

SAID = (
    "hello",
    "my boss keeps my passport",
    "he locked the door and says he will kill me tonight",
    "I want to talk to a person",
    "my salary was not paid for three months",
    "thank you",
)

KINDS = ("says", "says", "says", "reads", "take-over", "take-over", "messages", "hand-back", "close", "erases")


def acts(persons: list[Somebody], desks: list[AtTheDesk], chance: random.Random) -> Callable[[], object]:
    """One random act of a person or an operator. Refusals are part of it."""
    somebody, operator = chance.choice(persons), chance.choice(desks)
    kind = chance.choice(KINDS)
    if kind == "says":
        text = chance.choice(SAID)
        return lambda: somebody.says(text)
    if kind == "reads":
        return somebody.reads
    if kind == "erases":
        return somebody.erases
    number = chance.random()

    def at_the_desk() -> None:
        seen = operator.sees()
        if not seen:
            return
        which = seen[int(number * len(seen))]["id"]
        more = {"messages": {"text": "We are here."}, "close": {"outcome": "informed"}}
        answer = operator.does(kind, which, **more.get(kind, {}))
        assert answer.status_code < 500, answer.text

    return at_the_desk


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_page_whose_line_is_cut_again_and_again_shows_what_a_fresh_page_shows(
    served: tuple[Hotline, str], seed: int
) -> None:
    hotline, url = served
    chance = random.Random(seed)
    persons = [Somebody(url) for _ in range(6)]
    desks = [AtTheDesk.signs_in(hotline, url, name) for name in ("dara", "maya", "sok")]
    page = Following.begins(desks[0])
    with ExitStack() as at_the_end:
        for one in (*persons, *desks):
            at_the_end.callback(one.client.close)
        for _ in range(6):
            with ThreadPoolExecutor(4) as together:
                done = [together.submit(acts(persons, desks[1:], chance)) for _ in range(12)]
                for _ in range(3):  # listens while it happens, and is cut off in the middle of it
                    page.listens(until=hotline.store.queue.last_event_id(), most=chance.randrange(1, 5))
                for act in done:
                    act.result()
            if chance.random() < 0.5:
                continue  # stays away for longer
            fresh = a_fresh_page_beside(hotline, page)
            assert page.shows() == fresh.shows()
        fresh = a_fresh_page_beside(hotline, page)
        assert page.shows() == fresh.shows()
        assert page.heard == sorted(set(page.heard))  # in order, none twice


def finish(hotline: Hotline, page: Following) -> None:
    """Listen until every turn was taken and every event was heard of."""
    queue = hotline.store.queue
    while queue.counts(now()).pending_turns or page.last < queue.last_event_id():
        waits_until(lambda: not queue.counts(now()).pending_turns)
        page.listens(until=queue.last_event_id())


def a_fresh_page_beside(hotline: Hotline, page: Following) -> Following:
    """What somebody else sees who opens the desk when *page* has heard of everything, and nothing happens meanwhile:
    the ladder climbs by itself."""
    while True:
        finish(hotline, page)
        fresh = Following.begins(page.desk)
        if hotline.store.queue.last_event_id() == page.last:
            return fresh


def test_a_page_that_was_away_for_too_long_is_told_to_load_everything(
    hotline: Hotline, url: str, operator: AtTheDesk
) -> None:
    somebody = Somebody(url)
    somebody.says("hello")
    finish(hotline, page := Following.begins(operator))
    with hotline.store.database.write() as connection:
        for _ in range(KEPT):
            add_desk_event(connection, "message", ConversationId("erased since"), now())
    somebody.says("I want to talk to a person")
    fresh = a_fresh_page_beside(hotline, page)
    assert len(page.heard) < KEPT
    assert page.shows() == fresh.shows()
    somebody.client.close()


def test_a_line_that_stays_open_brings_every_event_once(hotline: Hotline, url: str, operator: AtTheDesk) -> None:
    somebody = Somebody(url)
    for text in SAID[:3]:
        somebody.says(text)
    finish(hotline, Following.begins(operator))
    kept = hotline.store.queue.events_after(0)
    with line_of(operator, 0) as events:
        heard = [next(events)["id"] for _ in kept]
        assert heard[-1] == kept[-1].id
        somebody.says("thank you")
        assert next(events)["id"] > kept[-1].id
    assert heard == sorted(set(heard))
    somebody.client.close()


def test_an_id_that_this_hotline_never_gave_loads_everything(operator: AtTheDesk) -> None:
    with line_of(operator, 10**30) as events:
        assert next(events)["kind"] == "again"


def test_a_server_that_was_started_anew_goes_on_where_pages_were(
    tmp_path: Path, engine: Engine, library: Library
) -> None:
    with whole_hotline(tmp_path, engine, library) as (hotline, url):
        desk = AtTheDesk.signs_in(hotline, url)
        somebody = Somebody(url)
        somebody.says("hello")
        finish(hotline, page := Following.begins(desk))
        somebody.says("I want to talk to a person")
        finish(hotline, Following.begins(desk))
    with whole_hotline(tmp_path, engine, library) as (hotline, url):
        desk.client.base_url = f"{url}/desk/api"
        fresh = a_fresh_page_beside(hotline, page)
        assert page.shows() == fresh.shows()
        assert [line["holder"] for line in page.lines.values()] == ["queue"]
    for one in (desk, somebody):
        one.client.close()
