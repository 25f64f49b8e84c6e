"""The desk's API: who gets in, and what they may do."""

from __future__ import annotations

import re

import httpx
import pytest

from bot.app import Hotline
from bot.console.sign_in import LOCK_AFTER
from bot.content.library import Library
from bot.content.local import language_name
from bot.core.taxonomy import LANGUAGES, Language
from tests.hotline import PASSWORD, PATIENCE, AtTheDesk, Person

CLOSED_ROUTES = [
    ("GET", "/me"),
    ("GET", "/desk"),
    ("GET", "/events"),
    ("GET", "/conversations/x"),
    ("POST", "/conversations/x/take-over"),
    ("POST", "/conversations/x/hand-back"),
    ("POST", "/conversations/x/close"),
    ("POST", "/conversations/x/messages"),
    ("POST", "/conversations/x/messages/1/send-again"),
    ("POST", "/conversations/x/cards"),
    ("POST", "/conversations/x/reopen"),
    ("GET", "/outcomes"),
    ("POST", "/conversations/x/notes"),
    ("POST", "/conversations/x/transfer"),
    ("POST", "/conversations/x/look"),
    ("GET", "/colleagues"),
    ("GET", "/requests"),
    ("POST", "/requests/2/accept"),
    ("POST", "/requests/2/decline"),
    ("POST", "/requests/2/reply"),
    ("POST", "/requests/2/withdraw"),
    ("GET", "/directory"),
    ("POST", "/conversations/x/lines"),
    ("POST", "/conversations/x/facts"),
    ("POST", "/conversations/x/messages/1/translation"),
    ("GET", "/conversations/x/messages/1/attached/0"),
    ("GET", "/conversations/x/messages/1/attached/0/contact"),
    ("GET", "/conversations-by-number/00000000"),
    ("POST", "/conversations/x/links"),
    ("DELETE", "/conversations/x/links/y"),
    ("GET", "/cards"),
    ("GET", "/sms"),
    ("POST", "/sign-out"),
    ("PUT", "/me/language"),
    ("GET", "/calling"),
    ("POST", "/conversations/x/reveal"),
    ("POST", "/sign-in/code"),
    ("POST", "/me/second-step"),
    ("POST", "/me/second-step/confirm"),
    ("POST", "/me/touch"),
    ("POST", "/me/lock"),
    ("POST", "/me/unlock"),
    ("GET", "/me/account"),
    ("PUT", "/me/speaks"),
    ("POST", "/me/password"),
    ("POST", "/me/recovery-codes"),
    ("POST", "/me/sessions/s/end"),
    ("POST", "/me/sessions/end-others"),
    ("GET", "/people"),
    ("POST", "/people"),
    *(
        ("POST", f"/people/7/{act}")
        for act in ("link", "role", "deactivate", "activate", "reset-second-step", "end-sessions")
    ),
    ("GET", "/audit"),
    ("GET", "/audit/verify"),
    ("GET", "/audit.csv"),
    ("GET", "/practice"),
    ("GET", "/practice/others"),
    ("POST", "/practice/rehearsals"),
    ("GET", "/practice/rehearsals/r"),
    ("POST", "/practice/rehearsals/r/messages"),
    ("POST", "/practice/rehearsals/r/cards"),
    ("POST", "/practice/rehearsals/r/number"),
    ("POST", "/practice/rehearsals/r/quiet"),
    ("POST", "/practice/rehearsals/r/end"),
    ("PUT", "/practice/rehearsals/r/shared"),
    ("DELETE", "/practice/rehearsals/r"),
    ("GET", "/overview"),
    ("POST", "/conversations/x/reassign"),
    ("GET", "/notices"),
    ("POST", "/notices/3/seen"),
    ("POST", "/debriefs/4/talked"),
    ("GET", "/care"),
    ("POST", "/care/pause"),
    ("POST", "/care/debrief"),
    ("GET", "/reviews"),
    ("GET", "/reviews/next"),
    ("POST", "/conversations/x/reviews"),
    ("GET", "/reports"),
    ("GET", "/reports.csv"),
    ("GET", "/content"),
    ("GET", "/content/phrases"),
    # the queue
    ("GET", "/calls"),
    ("GET", "/lists"),
    ("POST", "/take-next"),
    ("POST", "/conversations/x/acknowledge"),
    ("POST", "/search"),
    ("GET", "/views"),
    ("POST", "/views"),
    ("DELETE", "/views/5"),
    ("GET", "/labels"),
    ("POST", "/labels"),
    ("PUT", "/labels/6"),
    ("GET", "/conversations/x/labels"),
    ("PUT", "/conversations/x/labels/6"),
    ("DELETE", "/conversations/x/labels/6"),
    ("PUT", "/conversations/x/safe-hours"),
    ("DELETE", "/conversations/x/safe-hours"),
]
#: What stands for something in the paths above -> its name.
_IN_PATHS = {
    "x": "{conversation_id}",
    "1": "{message_id}",
    "2": "{request_id}",
    "7": "{operator_id}",
    "s": "{session_id}",
    "0": "{place}",
    "00000000": "{number}",
    "y": "{other_id}",
    "r": "{rehearsal_id}",
    "3": "{notice_id}",
    "5": "{view_id}",
    "6": "{label_id}",
    "4": "{debrief_id}",
}


def route_of(path: str) -> str:
    """The route as the OpenAPI names it, of a path in CLOSED_ROUTES."""
    return "/".join(_IN_PATHS.get(part, part) for part in path.split("/"))


@pytest.mark.parametrize(("method", "path"), CLOSED_ROUTES)
def test_nobody_gets_anything_without_signing_in(url: str, method: str, path: str) -> None:
    body = {"text": "x", "language": "en"} if method in ("POST", "PUT") else None
    answer = httpx.request(method, f"{url}/desk/api{path}", json=body, timeout=PATIENCE)
    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["take-over", "hand-back", "close", "messages", "messages/1/send-again", "cards"])
def test_a_request_that_is_not_from_the_page_changes_nothing(operator: AtTheDesk, person: Person, path: str) -> None:
    person.says("hello")
    conversation_id = operator.sees()[0]["id"]
    answer = operator.client.post(f"/conversations/{conversation_id}/{path}", json={"text": "x"})
    assert answer.status_code == 403


def test_every_route_of_the_api_is_in_the_list_above_or_open_on_purpose(url: str) -> None:
    on_purpose = {("POST", "/sign-in"), ("POST", "/link"), ("POST", "/welcome"), ("GET", "/words")}
    described = httpx.get(f"{url}/desk/api/openapi.json", timeout=PATIENCE).json()["paths"]
    routes = {(method.upper(), path) for path, methods in described.items() for method in methods}
    known = {(method, route_of(path)) for method, path in CLOSED_ROUTES}
    assert routes == known | on_purpose


def test_the_link_signs_in_once_and_the_password_from_then_on(hotline: Hotline, url: str) -> None:
    AtTheDesk.signs_in(hotline, url, "sok").client.close()
    right = httpx.post(f"{url}/desk/api/sign-in", json={"name": "sok", "password": PASSWORD}, timeout=PATIENCE)
    assert right.status_code == 200
    cookie = right.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert PASSWORD not in str(hotline.store.operators.by_name("sok"))


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", ""])
def test_a_weak_password_is_refused_and_the_link_stays_good(hotline: Hotline, url: str, password: str) -> None:
    from bot.app import now
    from bot.cli.serve import sign_in_link

    added = hotline.store.operators.add("sok", "operator", now())
    token = sign_in_link(hotline.settings, hotline.store, added.id).split("=")[1]
    weak = httpx.post(f"{url}/desk/api/welcome", json={"token": token, "password": password}, timeout=PATIENCE)
    assert weak.status_code == 422
    assert httpx.post(f"{url}/desk/api/link", json={"token": token}, timeout=PATIENCE).json()["name"] == "sok"


def test_many_wrong_passwords_lock_the_name_also_for_the_right_one(hotline: Hotline, url: str) -> None:
    AtTheDesk.signs_in(hotline, url, "sok").client.close()
    tries = [
        httpx.post(
            f"{url}/desk/api/sign-in", json={"name": "sok", "password": "wrong wrong wrong"}, timeout=PATIENCE
        ).status_code
        for _ in range(LOCK_AFTER)
    ]
    assert tries == [401] * LOCK_AFTER
    locked = httpx.post(f"{url}/desk/api/sign-in", json={"name": "sok", "password": PASSWORD}, timeout=PATIENCE)
    assert locked.status_code == 429
    assert int(locked.headers["retry-after"]) > 0


def test_signing_out_ends_the_session_on_the_server(operator: AtTheDesk) -> None:
    stolen = httpx.Client(base_url=operator.client.base_url, cookies=dict(operator.client.cookies), timeout=PATIENCE)
    assert stolen.get("/me").status_code == 200
    assert operator.client.post("/sign-out", headers={"X-CSRF": operator.csrf}).status_code == 204
    assert stolen.get("/me").status_code == 401
    stolen.close()


def test_two_operators_grab_one_conversation_and_one_is_told(hotline: Hotline, url: str, operator: AtTheDesk) -> None:
    Person(url).says("I want to talk to a person")
    other = AtTheDesk.signs_in(hotline, url, "maya")
    conversation_id = operator.sees()[0]["id"]
    assert operator.does("take-over", conversation_id).status_code == 200
    assert other.does("take-over", conversation_id).status_code == 409
    assert other.does("messages", conversation_id, text="mine").status_code == 409
    assert other.does("hand-back", conversation_id).status_code == 409
    other.client.close()


def test_a_conversation_that_is_gone_is_404_and_not_an_error(operator: AtTheDesk) -> None:
    assert operator.client.get("/conversations/nothing").status_code == 404
    assert operator.does("take-over", "nothing").status_code == 404
    assert operator.does("messages", "nothing", text="x").status_code == 404


@pytest.mark.parametrize("text", ["", "   ", "x" * 5_000])
def test_an_empty_or_endless_message_is_refused_with_words(operator: AtTheDesk, person: Person, text: str) -> None:
    person.says("hello")
    conversation_id = operator.sees()[0]["id"]
    operator.does("take-over", conversation_id)
    assert operator.does("messages", conversation_id, text=text).status_code == 422


def test_reading_and_changing_leave_a_line_in_an_unbroken_log(
    hotline: Hotline, operator: AtTheDesk, person: Person
) -> None:
    person.says("hello")
    conversation_id = operator.sees()[0]["id"]
    operator.opens(conversation_id)
    operator.opens(conversation_id)
    operator.does("take-over", conversation_id)
    assert hotline.store.audit.verify().whole
    from sqlalchemy import select

    from bot.store.tables import audit

    with hotline.store.database.read() as connection:
        actions = connection.execute(select(audit.c.action).order_by(audit.c.id)).scalars().all()
    # a page that asks again and again is one reading
    assert actions == ["signed_in", "read", "took_over"]


def test_live_events_go_on_from_where_a_page_was(operator: AtTheDesk, person: Person) -> None:
    person.says("hello")
    seen = operator.client.get("/desk").json()["last_event_id"]
    person.says("thank you")
    with operator.client.stream("GET", f"/events?after={seen}") as stream:
        lines = stream.iter_lines()
        event = next(line for line in lines if line.startswith("data:") and line != "data: {}")
    assert '"kind": "message"' in event


def test_the_answers_carry_headers_that_keep_others_out(url: str) -> None:
    for path in ("/desk", "/", "/healthz", "/desk/api/words"):
        headers = httpx.get(f"{url}{path}", timeout=PATIENCE).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        # words hold nothing of anybody: a browser may keep them, and asks whether they are still the same
        assert headers["cache-control"] == ("private, no-cache" if path.endswith("words") else "no-store")


def test_what_the_browser_has_already_is_not_sent_again(url: str, operator: AtTheDesk) -> None:
    for path in ("/words?language=my", "/cards?language=my"):
        first = operator.client.get(path)
        assert first.headers["content-encoding"] == "gzip"
        assert len(first.content) > 3 * int(first.headers["content-length"])
        again = operator.client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        other = operator.client.get(path.replace("my", "km"), headers={"If-None-Match": first.headers["etag"]})
        assert other.status_code == 200


@pytest.mark.parametrize("reading", LANGUAGES)
def test_languages_and_countries_are_named_by_the_server_in_all_languages(
    operator: AtTheDesk, library: Library, reading: Language
) -> None:
    words = operator.client.get(f"/words?language={reading}").json()
    assert {f"desk.language_name.{code}" for code in library.languages()} <= set(words)
    assert words["desk.language_name.lo"] == language_name("lo", reading)
    assert {f"desk.country_name.{code}" for code in library.countries.names} <= set(words)
    assert not library.countries.missing(reading), "else a country would stand there in English"


def test_no_two_elements_of_the_page_have_one_id(url: str) -> None:
    """A module that fills the first of two would fill what is another's."""
    ids = re.findall(r'\sid="([^"]+)"', httpx.get(f"{url}/desk", timeout=PATIENCE).text)
    assert sorted(ids) == sorted(set(ids))
