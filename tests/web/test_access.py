"""Who gets in, with what, and what each role may do: over the API."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pyotp
import pytest
from fastapi.routing import APIRoute

from bot.app import Hotline, make_app, now
from bot.console.access import May
from bot.console.masks import Mask, said
from bot.console.sign_in import LOCK_AFTER
from bot.content.named import Introductions
from bot.core.ids import ChannelName, MessageId
from bot.core.message import Author, Received
from bot.core.roles import MAY, Right, Role
from bot.core.turn import ShownMessage
from tests.hotline import PASSWORD, PATIENCE, AtTheDesk, Person
from tests.web.test_desk import CLOSED_ROUTES, route_of

NUMBER = "081 234 5678"
OPEN_ON_PURPOSE = {("POST", "/sign-in"), ("POST", "/link"), ("POST", "/welcome"), ("GET", "/words")}


def routes_of(hotline: Hotline) -> list[APIRoute]:
    app = make_app(hotline)
    api = next(route.app for route in app.routes if getattr(route, "path", "") == "/desk/api")  # type: ignore[attr-defined]
    rooms = (getattr(one, "original_router", None) for one in api.routes)
    found = [route for room in rooms if room is not None for route in room.routes if isinstance(route, APIRoute)]
    assert {(method, route.path) for route in found for method in route.methods} >= OPEN_ON_PURPOSE
    return found


def asked_by(route: APIRoute) -> list[May]:
    return [one.call for one in route.dependant.dependencies if isinstance(one.call, May)]


def next_code(secret: str) -> str:
    totp = pyotp.TOTP(secret)
    return totp.generate_otp(totp.timecode(now()) + 1)


def signs_in(url: str, name: str = "dara", password: str = PASSWORD) -> AtTheDesk:
    """With the password: what comes then depends on the second step."""
    client = httpx.Client(base_url=f"{url}/desk/api", timeout=PATIENCE)
    answer = client.post("/sign-in", json={"name": name, "password": password})
    assert answer.status_code == 200, answer.text
    return AtTheDesk(client, answer.json()["csrf"])


@pytest.fixture
def by_role(hotline: Hotline, url: str) -> Iterator[dict[Role, AtTheDesk]]:
    desks = {role: AtTheDesk.signs_in(hotline, url, role.value, role.value) for role in Role}
    yield desks
    for desk in desks.values():
        desk.client.close()


# --- roles -----------------------------------------------------------------------------------------------------------


def test_every_route_has_exactly_one_may_and_what_changes_proves_the_page(hotline: Hotline) -> None:
    for route in routes_of(hotline):
        for method in route.methods:
            if (method, route.path) in OPEN_ON_PURPOSE:
                assert asked_by(route) == []
                continue
            (asked,) = asked_by(route)
            assert asked.changes == (method != "GET"), route.path


def test_nobody_gets_anything_without_the_right_to_it(hotline: Hotline, by_role: dict[Role, AtTheDesk]) -> None:
    """Every role against every route: 403 without the right; with it never 401, 403 or an error of ours."""
    asks = {
        (method, route.path): asked_by(route)[0]
        for route in routes_of(hotline)
        for method in route.methods
        if (method, route.path) not in OPEN_ON_PURPOSE
    }
    tried = 0
    for method, path in CLOSED_ROUTES:
        if path in ("/sign-out", "/events", "/me/lock", "/me/sessions/end-others"):
            continue  # they end what is tried here, or never end
        asked = asks[method, route_of(path)]
        for role, desk in by_role.items():
            answer = desk.asks(path.replace("/7/", "/999/"), {} if method != "GET" else None, method)
            allowed = asked.right is None or asked.right in MAY[role]
            if not allowed:
                assert answer.status_code == 403, (role, method, path)
            elif "in" in {stage.value for stage in asked.stages}:
                assert answer.status_code not in (401, 403), (role, method, path, answer.text)
                assert answer.status_code < 500, (role, method, path)
            tried += 1
    assert tried > 150


@pytest.mark.parametrize(("method", "path"), [one for one in CLOSED_ROUTES if one[0] != "GET"])
def test_what_changes_something_needs_the_pages_token(operator: AtTheDesk, method: str, path: str) -> None:
    answer = operator.client.request(method, path, json={}, headers={"X-CSRF": "another"})
    assert answer.status_code in (401, 403)  # 401: a stage of the way in that is over
    assert operator.client.get("/me").json()["stage"] == "in"


def test_a_new_role_counts_at_once(hotline: Hotline, by_role: dict[Role, AtTheDesk]) -> None:
    admin, auditor = by_role[Role.ADMIN], by_role[Role.AUDITOR]
    assert auditor.client.get("/desk").status_code == 403
    found = hotline.store.operators.by_name("auditor")
    assert found is not None
    assert admin.asks(f"/people/{found.id}/role", {"role": "operator"}).status_code == 204
    assert auditor.client.get("/desk").status_code == 200
    assert Right.READ in auditor.client.get("/me").json()["rights"]


# --- two steps -------------------------------------------------------------------------------------------------------


def test_a_password_alone_opens_nothing_once_the_second_step_is_set_up(url: str, operator: AtTheDesk) -> None:
    secret, _ = operator.sets_up()
    again = signs_in(url)
    assert again.client.get("/desk").status_code == 401
    assert again.client.get("/me").status_code == 401
    assert again.asks("/me/second-step", {}).status_code == 401  # nor a second step of the thief's own
    assert again.asks("/sign-in/code", {"code": "000000"}).status_code == 400
    full = again.asks("/sign-in/code", {"code": next_code(secret)})
    assert full.json()["stage"] == "in"
    assert again.client.get("/desk").status_code == 200
    again.client.close()


def test_a_password_alone_sets_the_second_step_up_and_does_nothing_else(url: str, operator: AtTheDesk) -> None:
    again = signs_in(url)
    assert again.client.get("/desk").status_code == 401
    assert again.asks("/me/speaks", {"languages": []}, "PUT").status_code == 401
    again.sets_up()
    assert again.client.get("/desk").status_code == 200
    again.client.close()


def test_no_code_works_twice(url: str, operator: AtTheDesk) -> None:
    secret, _ = operator.sets_up()
    used = next_code(secret)
    first, second = signs_in(url), signs_in(url)
    assert first.asks("/sign-in/code", {"code": used}).status_code == 200
    assert second.asks("/sign-in/code", {"code": used}).status_code == 400
    for one in (first, second):
        one.client.close()


def test_a_code_is_taken_as_people_type_it(url: str, operator: AtTheDesk) -> None:
    secret, codes = operator.sets_up()
    code = next_code(secret)
    burmese = "".join(chr(ord("၀") + int(digit)) for digit in code)
    desk = signs_in(url)
    assert desk.asks("/sign-in/code", {"code": f"{burmese[:3]} {burmese[3:]}"}).status_code == 200
    lost = signs_in(url)
    answer = lost.asks("/sign-in/code", {"code": codes[0].upper().replace("-", " ")})
    assert answer.json()["recovery_left"] == 9
    for one in (desk, lost):
        one.client.close()


def test_wrong_codes_lock_the_name_also_with_the_right_password_between(url: str, operator: AtTheDesk) -> None:
    secret, _ = operator.sets_up()
    for _ in range(LOCK_AFTER):
        desk = signs_in(url)
        assert desk.asks("/sign-in/code", {"code": "000000"}).status_code == 400
        desk.client.close()
    locked = httpx.post(f"{url}/desk/api/sign-in", json={"name": "dara", "password": PASSWORD}, timeout=PATIENCE)
    assert locked.status_code == 429
    assert operator.asks("/me/unlock", {"proof": next_code(secret)}).status_code == 429


def test_a_new_link_does_not_go_around_the_second_step(hotline: Hotline, url: str, operator: AtTheDesk) -> None:
    from bot.cli.serve import sign_in_link

    operator.sets_up()
    dara = hotline.store.operators.by_name("dara")
    assert dara is not None
    token = sign_in_link(hotline.settings, hotline.store, dara.id).split("=")[1]
    with httpx.Client(base_url=f"{url}/desk/api", timeout=PATIENCE) as client:
        opened = client.post("/welcome", json={"token": token, "password": "another good password"})
        assert opened.json()["stage"] == "code"
        assert client.get("/desk").status_code == 401


def test_a_second_step_is_renewed_only_by_whoever_proves_to_be_its_owner(operator: AtTheDesk) -> None:
    operator.sets_up()
    assert operator.asks("/me/second-step", {}).status_code == 400
    assert operator.asks("/me/second-step", {"proof": PASSWORD}).status_code == 200
    assert operator.asks("/me/recovery-codes", {"proof": "000000"}).status_code == 400
    assert len(operator.asks("/me/recovery-codes", {"proof": PASSWORD}).json()["recovery_codes"]) == 10


# --- the lock, the account -------------------------------------------------------------------------------------------


def test_a_locked_session_is_answered_423_and_counts_alone(url: str, operator: AtTheDesk) -> None:
    Person(url).says("he locked the door and says he will kill me tonight")
    assert operator.asks("/me/lock").status_code == 204
    for path in ("/desk", "/events", "/conversations/x", "/cards?language=en", "/me/account"):
        assert operator.client.get(path).status_code == 423
    assert operator.asks("/conversations/x/take-over").status_code == 423
    assert operator.client.get("/calling").json() == {"waiting": 1, "urgent": 1}
    assert operator.client.get("/me").json()["locked"] is True
    assert operator.asks("/me/unlock", {"proof": "not the password"}).status_code == 400
    assert operator.asks("/me/unlock", {"proof": PASSWORD}).json()["locked"] is False
    assert operator.client.get("/desk").status_code == 200


def test_a_changed_password_ends_every_other_session(hotline: Hotline, url: str, operator: AtTheDesk) -> None:
    other = signs_in(url)
    other.sets_up()
    fresh = "a better battery horse"
    assert operator.asks("/me/password", {"present": "wrong wrong wrong", "password": fresh}).status_code == 400
    assert operator.asks("/me/password", {"present": PASSWORD, "password": "short"}).status_code == 422
    assert operator.asks("/me/password", {"present": PASSWORD, "password": fresh}).status_code == 204
    assert other.client.get("/me").status_code == 401
    assert operator.client.get("/me").status_code == 200
    assert (
        httpx.post(f"{url}/desk/api/sign-in", json={"name": "dara", "password": PASSWORD}, timeout=PATIENCE).status_code
        == 401
    )
    signs_in(url, password=fresh).client.close()
    other.client.close()


def test_sessions_are_listed_and_ended(url: str, operator: AtTheDesk) -> None:
    other = signs_in(url)
    other.sets_up()
    listed = operator.client.get("/me/account").json()["sessions"]
    assert [one["this"] for one in listed].count(True) == 1
    theirs = next(one["id"] for one in listed if not one["this"])
    assert operator.asks(f"/me/sessions/{theirs}/end").status_code == 204
    assert other.client.get("/me").status_code == 401
    assert operator.asks(f"/me/sessions/{theirs}/end").status_code == 404
    other.client.close()


# --- people ----------------------------------------------------------------------------------------------------------


def test_whoever_is_deactivated_is_out_at_once_and_what_they_held_waits(
    hotline: Hotline, url: str, by_role: dict[Role, AtTheDesk]
) -> None:
    Person(url).says("I want to talk to a person")
    theirs, admin = by_role[Role.OPERATOR], by_role[Role.ADMIN]
    conversation = theirs.sees()[0]["id"]
    assert theirs.does("take-over", conversation).status_code == 200
    found = hotline.store.operators.by_name("operator")
    assert found is not None
    assert admin.asks(f"/people/{found.id}/deactivate").status_code == 204
    assert theirs.client.get("/me").status_code == 401
    assert (
        httpx.post(
            f"{url}/desk/api/sign-in", json={"name": "operator", "password": PASSWORD}, timeout=PATIENCE
        ).status_code
        == 401
    )
    waits = admin.sees()[0]
    assert (waits["holder"], waits["operator"], waits["handoff_reason"]) == ("queue", None, "operator_gone")
    assert admin.asks(f"/people/{found.id}/link").status_code == 409
    assert admin.asks(f"/people/{found.id}/activate").status_code == 204
    signs_in(url, "operator").client.close()


def test_a_lost_telephone_is_set_right_by_an_admin_and_stands_in_the_log(
    hotline: Hotline, url: str, by_role: dict[Role, AtTheDesk]
) -> None:
    by_role[Role.OPERATOR].sets_up()
    found = hotline.store.operators.by_name("operator")
    assert found is not None
    assert by_role[Role.ADMIN].asks(f"/people/{found.id}/reset-second-step").status_code == 204
    assert by_role[Role.OPERATOR].client.get("/me").status_code == 401
    again = signs_in(url, "operator")
    again.sets_up()
    line = by_role[Role.AUDITOR].client.get("/audit?action=second_step_reset").json()["lines"][0]
    assert (line["operator"], line["detail"]) == ("admin", f"operator {found.id}")
    again.client.close()


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\nb"])
def test_a_name_that_nobody_can_sign_in_with_is_refused(by_role: dict[Role, AtTheDesk], name: str) -> None:
    assert by_role[Role.ADMIN].asks("/people", {"name": name, "role": "operator"}).status_code == 422


# --- what is hidden --------------------------------------------------------------------------------------------------


def test_numbers_are_hidden_until_a_reason_is_given_and_for_that_operator_alone(
    hotline: Hotline, url: str, operator: AtTheDesk
) -> None:
    Person(url).says(f"my boss keeps my passport MA123456, call {NUMBER} or aye@example.com")
    other = AtTheDesk.signs_in(hotline, url, "maya")
    conversation = operator.sees()[0]["id"]
    seen = operator.opens(conversation)
    for secret in (NUMBER, "MA123456", "aye@"):
        assert secret not in str(seen)
    assert seen["hidden"] is True
    pieces = seen["messages"][0]["pieces"]
    marked = "".join(piece["text"] for piece in pieces if "document_retention" in piece["indicators"])
    assert "keeps my passport" in marked
    assert operator.does("reveal", conversation, reason="because").status_code == 422
    assert operator.does("reveal", conversation, reason="other", words=" ").status_code == 422
    shown = operator.does("reveal", conversation, reason="call_back").json()
    text = "".join(piece["text"] for piece in shown["messages"][0]["pieces"])
    assert NUMBER in text
    assert shown["revealed_until"] is not None
    assert NUMBER not in str(other.opens(conversation))
    auditor = AtTheDesk.signs_in(hotline, url, "sophea", "auditor")
    line = auditor.client.get(f"/audit?conversation={conversation}&action=revealed").json()["lines"][0]
    assert (line["operator"], line["detail"]) == ("dara", "call_back")
    for one in (other, auditor):
        one.client.close()


def test_a_name_is_hidden_in_the_whole_conversation_and_the_signs_stay_where_they_are(
    hotline: Hotline, url: str, operator: AtTheDesk
) -> None:
    person = Person(url)
    person.says("my name is Siti Aminah, my boss keeps my passport")
    conversation = operator.sees()[0]["id"]
    operator.does("take-over", conversation)
    person.says("Siti needs help, tell Siti Rahma")
    written = operator.does("messages", conversation, text="Dear Siti, I am here").json()
    assert written["pieces"][0]["text"] == "Dear ••••, I am here"
    seen = operator.opens(conversation)
    for name in ("Siti", "Aminah", "Rahma"):
        assert name not in str(seen)
    assert seen["hidden"] is True
    pieces = seen["messages"][0]["pieces"]
    assert "".join(piece["text"] for piece in pieces) == "my name is •••• ••••••, my boss keeps my passport"
    assert "keeps my passport" in "".join(one["text"] for one in pieces if "document_retention" in one["indicators"])
    shown = operator.does("reveal", conversation, reason="refer").json()
    for name in ("Siti Aminah", "Siti Rahma", "Dear Siti"):
        assert name in str(shown)
    assert operator.does("messages", conversation, text="Siti?").json()["pieces"][0]["text"] == "Siti?"
    other = AtTheDesk.signs_in(hotline, url, "maya")
    assert "Siti" not in str(other.opens(conversation))
    other.client.close()


def test_the_number_of_an_sms_and_what_the_bot_told_are_shown_as_they_should(
    hotline: Hotline, url: str, operator: AtTheDesk
) -> None:
    received = Received(ChannelName("sms"), "1", "+66812345678", "help me", now())  # type: ignore[arg-type]
    conversation = hotline.store.conversations.receive(received, now()).conversation_id
    assert operator.opens(conversation)["address"] == "+66••••••••78".replace("••••••••", "•" * 7)
    assert operator.does("reveal", conversation, reason="refer").json()["address"] == "+66812345678"
    person = Person(url)
    person.says("I am in Thailand and he locked the door and says he will kill me tonight")
    told = next(one for one in operator.sees() if one["channel"] == "rest")["id"]
    bot = [one for one in operator.opens(told)["messages"] if one["author"] == "bot"]
    assert any("1300" in str(one["pieces"]) or "191" in str(one["pieces"]) for one in bot)
    assert "•" not in str(bot)


def test_what_the_person_told_for_later_is_hidden_but_their_word_from_nobody_who_helps_them() -> None:
    told = {"code_word": "mango", "safe_time": "after 9, 0812345678", "callback": "my sister Aye"}
    hidden = {"code_word": "•••••", "safe_time": "after 9, ••••••••78", "callback": "•• •••••• •••"}
    assert Mask().told(told) == hidden
    assert Mask(holds=True).told(told) == {**hidden, "code_word": "mango"}
    assert Mask(until=now()).told(told) == told
    named = Introductions.load().named_in(["my name is Siti"])
    assert Mask(names=named).told({"safe_time": "after 9, ask for Siti"}) == {"safe_time": "after 9, ask for ••••"}


def test_a_name_is_heard_before_the_message_was_understood_and_never_from_the_bot() -> None:
    def message(author: Author, text: str) -> ShownMessage:
        return ShownMessage(MessageId(1), author, now(), text)

    spoken = [message(Author.PERSON, "my name is Siti"), message(Author.OPERATOR, "b"), message(Author.BOT, "c")]
    assert list(said(spoken)) == ["my name is Siti", "b"]
    mask = Mask(names=Introductions.load().named_in(said(spoken)))
    assert mask.message(spoken[0]).text == "my name is ••••"
    assert mask.hides({}, spoken, address=False)
    assert mask.message(message(Author.BOT, "Siti")).text == "Siti"


# --- the log ---------------------------------------------------------------------------------------------------------


def test_the_log_is_read_paged_checked_and_saved(hotline: Hotline, by_role: dict[Role, AtTheDesk]) -> None:
    auditor = by_role[Role.AUDITOR].client
    for _ in range(120):
        hotline.store.audit.record(None, "=cmd()", None, now())
    first = auditor.get("/audit").json()
    assert len(first["lines"]) == 100
    older = auditor.get(f"/audit?before={first['next']}").json()
    assert older["next"] is None
    assert older["lines"][-1]["id"] == 1
    assert auditor.get("/audit/verify").json()["whole"] is True
    table = auditor.get("/audit.csv?action=%3Dcmd()").text.splitlines()
    assert len(table) == 121
    assert "'=cmd()" in table[1]  # no spreadsheet reckons with it
    assert auditor.get("/audit?since=yesterday").status_code == 422
