"""The lists that a page keeps by itself are those that the server would give: whatever happens, in whatever order."""

from __future__ import annotations

import random
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenContext
from tests.browser.pages import DeskPage
from tests.channels.conftest import waits_until
from tests.hotline import AtTheDesk
from tests.web.following import Somebody

pytestmark = pytest.mark.browser

SIZE = 5  # lines of a full list, so that most of what happens is at its edge
ME = 7

PLAY = """async ({ snapshots, steps, me }) => {
  const board = await import("/desk/static/board.js");
  const shown = [];
  for (const name of ["open", "closed"]) board.fill(name, snapshots[name], me);
  for (const { event, fresh } of steps) {
    if (event) board.apply(event, me);
    else for (const name of ["open", "closed"]) board.fill(name, fresh[name], me);
    shown.push({ open: board.lines("open"), closed: board.lines("closed"), short: board.isShort() });
  }
  return structuredClone(shown);
}"""

Line = dict[str, Any]


class Server:
    """What is true, and what a server would answer."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.lines, self.event_id = chance, {}, 0

    def acts(self) -> Line:
        """Something happens to one conversation; the event of it."""
        self.event_id += 1
        which = f"c{self.chance.randrange(12)}"
        self.lines.pop(which, None)
        line = None
        if self.chance.random() < 0.85:
            holder = self.chance.choice(("queue", "operator", "bot", "closed"))
            order = [self.chance.randrange(2), -self.chance.randrange(4), self.chance.randrange(100), 0, which]
            held_by = self.chance.choice((ME, 8)) if holder == "operator" else None
            line = self.lines[which] = {"id": which, "holder": holder, "order": order, "operator_id": held_by}
        return {"id": self.event_id, "kind": "message", "conversation": which, "line": line, "totals": {}}

    def snapshot(self) -> dict[str, Any]:
        return {name: self._list(name == "closed") for name in ("open", "closed")}

    def _list(self, closed: bool) -> dict[str, Any]:
        among = [line for line in self.lines.values() if (line["holder"] == "closed") == closed]
        among.sort(key=lambda line: line["order"])
        shown = among[:SIZE] + [line for line in among[SIZE:] if line["operator_id"] == ME]
        return {
            "last_event_id": self.event_id,
            "conversations": [line | {"mine": line["operator_id"] == ME} for line in shown],
            "floor": among[SIZE - 1]["order"] if len(among) > SIZE else None,
            "size": SIZE,
            "totals": {},
        }


@pytest.mark.parametrize("seed", range(8))
def test_a_list_kept_by_events_is_the_list_that_the_server_gives(desk: DeskPage, seed: int) -> None:
    server = Server(random.Random(seed))
    for _ in range(15):
        server.acts()
    snapshots, steps, expected = server.snapshot(), [], []
    late = None  # a snapshot that was taken before events and is heard of after them
    for _ in range(150):
        if late is not None and server.chance.random() < 0.3:
            steps.append({"fresh": late})
            late = None
        else:
            if late is None and server.chance.random() < 0.2:
                late = server.snapshot()
            steps.append({"event": server.acts()})
        expected.append(server.snapshot())
    shown = desk.page.evaluate(PLAY, {"snapshots": snapshots, "steps": steps, "me": ME})
    compared = 0
    for is_shown, true in zip(shown, expected, strict=True):
        for name in ("open", "closed"):
            mine = [line["id"] for line in is_shown[name]]
            fresh = [line["id"] for line in true[name]["conversations"]]
            # a list that became short lacks lines at its end until it is filled up, and nothing else
            assert [one for one in fresh if one in mine] == mine
            if not is_shown["short"]:
                assert is_shown[name] == true[name]["conversations"]
                compared += 1
    assert compared > 60


def test_a_page_that_loses_its_line_again_and_again_shows_what_a_fresh_page_shows(
    open_context: OpenContext, url: str, desk: DeskPage, operator: AtTheDesk
) -> None:
    chance = random.Random(4)
    persons = [Somebody(url) for _ in range(4)]
    persons[0].says("I want to talk to a person")
    expect(desk.list("all_open")).to_have_count(1)
    desk.looks_at(desk.lines.first)  # whoever does not erase
    for one in persons[1:]:
        one.says("I want to talk to a person")
    expect(desk.lines).to_have_count(4)
    opened = desk.page.url.split("#c/")[1]

    def shows_every_message(page: DeskPage) -> bool:
        return page.messages.count() == len(operator.opens(opened)["messages"])

    said = ("my boss keeps my passport", "he locked the door and says he will kill me tonight", "hello", "thank you")
    for _ in range(4):
        desk.page.context.set_offline(True)
        expect(desk.page.locator("#live.lost")).to_be_visible()
        for _ in range(chance.randrange(2, 7)):
            chance.choice(persons).says(chance.choice(said))
            which = chance.choice([one["id"] for one in operator.sees()])
            act = chance.choice(("take-over", "hand-back", "close", "messages"))
            operator.does(act, which, text="We are here.", outcome="informed")
        if chance.random() < 0.5:
            persons[chance.randrange(1, len(persons))].erases()
        desk.page.context.set_offline(False)
        expect(desk.live).to_be_visible()

        fresh = DeskPage(open_context().new_page(), url).opens(operator)
        fresh.page.goto(f"{url}/desk#c/{opened}")
        fresh.list("all_open")
        for page in (desk, fresh):
            waits_until(partial(shows_every_message, page))
        desk.comes_to_show_as(fresh)
        fresh.page.context.close()
    for one in persons:
        one.client.close()
