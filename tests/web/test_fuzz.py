"""The desk's API under requests that nobody thought of: no error of ours, no answer but those that the OpenAPI tells,
and nothing that a role may not read."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bot.app import Hotline, now
from bot.core.conversation import Holder
from bot.core.roles import Right, Role, may
from tests.channels.conftest import waits_until
from tests.hotline import PATIENCE, Person
from tests.web.following import Somebody

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SECRET = "Zebrafinch"  # in what a person wrote, and nowhere else
ENDLESS = "/events"  # a live line does not end by itself: it has a test of its own below
REQUESTS = 90  # in each role, shared by all operations: make test must not take longer for it than a minute
ODD = {"conversation_id": ["\x00", "..", "x" * 3000], "message_id": [2**31, 2**70, 0, -1], "name": ["\x00"]}


@dataclass(frozen=True)
class SignedIn:
    """A session of somebody in a role; nobody's without one."""

    hotline: Hotline
    role: Role | None

    def opens(self) -> tuple[dict[str, str], dict[str, str]]:
        """A new session's cookie, and the header that shows that a request is from the page."""
        if self.role is None:
            return {}, {}
        operators, token, csrf = self.hotline.store.operators, secrets.token_urlsafe(32), secrets.token_urlsafe(24)
        one = operators.by_name(self.role) or operators.add(self.role, self.role, now())
        self.hotline.store.sessions.open(one.id, token, csrf, now())
        return {"desk": token}, {"X-CSRF": csrf}


@pytest.fixture
def known(served: tuple[Hotline, str]) -> Iterator[dict[str, list[Any]]]:
    """Real values for parameters by their names: else hardly a request would reach what it is about."""
    hotline, url = served
    Person(url).says(f"my name is {SECRET} and I want to talk to a person")
    somebody = Somebody(url)
    somebody.says(f"he locked the door and says he will kill me, {SECRET}")
    waits_until(lambda: not hotline.store.queue.counts(now()).pending_turns)
    ids = [line.id for line in hotline.store.queue.waiting(tuple(Holder))]
    messages = [int(one.id) for which in ids for one in hotline.store.conversations.messages(which)]
    words = {"language": ["km", "en"], "card": ["question.alone"]}
    yield {"conversation_id": ids[:1], "message_id": messages, "place": [0], **words}
    somebody.client.close()


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role or "nobody")
def test_no_request_breaks_the_api_or_reads_across_roles(
    served: tuple[Hotline, str], known: dict[str, list[Any]], role: Role | None
) -> None:
    hotline, url = served
    schema = schemathesis.openapi.from_url(f"{url}/desk/api/openapi.json", timeout=PATIENCE)
    operations = [found.ok() for found in schema.get_all_operations()]
    each = max(REQUESTS // len(operations), 2)
    told_by = {
        one.label: _fuzzed(one, SignedIn(hotline, role), url, known, each) for one in operations if one.path != ENDLESS
    }
    # neither what people wrote nor, in the lists, that a conversation is there which was not asked for
    hidden = {line.id for line in hotline.store.queue.waiting(tuple(Holder))} - set(known["conversation_id"])
    reads = role is not None and may(role, Right.READ)
    assert (SECRET in "".join(told_by.values())) == reads
    # the log names conversations by their ids alone: whoever may read it looks for one by its id
    beside_the_log = "".join(text for label, text in told_by.items() if "/audit" not in label)
    for told in hidden:
        assert (told in beside_the_log) == reads


def _fuzzed(operation: Any, signed_in: SignedIn, url: str, known: dict[str, list[Any]], examples: int) -> str:
    """Ask for *operation* in many ways; all that was answered."""
    cookies, headers = signed_in.opens()  # the operation before may have ended the session
    read: list[str] = []
    checks = list(HealthCheck)

    @settings(max_examples=examples, derandomize=True, database=None, suppress_health_check=checks)
    @given(case=operation.as_strategy(), data=st.data())
    def holds(case: Case, data: st.DataObject) -> None:
        _fill_in(case, data.draw(st.sampled_from((known, known, ODD, {}))), data)
        for name in ("x-csrf", "X-CSRF"):
            case.headers.pop(name, None)
        response = case.call(base_url=f"{url}/desk/api", headers=headers, cookies=cookies, timeout=PATIENCE)
        case.validate_response(response, checks=CHECKS)
        read.append(response.text)

    holds()
    return "".join(read)


def _fill_in(case: Case, values: dict[str, list[Any]], data: st.DataObject) -> None:
    for part in (case.path_parameters, case.query, case.body):
        if isinstance(part, dict):
            for name in sorted(part.keys() & values.keys()):
                part[name] = data.draw(st.sampled_from(values[name]))


@pytest.mark.parametrize("after", ["-1", "0", "1e9", "9" * 40, "", "\u0663", "null"])
@pytest.mark.parametrize("last", [None, "-1", "9" * 40, "x"])
def test_a_live_line_is_opened_or_refused_whatever_is_asked(
    hotline: Hotline, url: str, after: str, last: str | None
) -> None:
    cookies, _ = SignedIn(hotline, Role.OPERATOR).opens()
    headers = {} if last is None else {"Last-Event-ID": last}
    with (
        httpx.Client(base_url=url, cookies=cookies, headers=headers, timeout=PATIENCE) as client,
        client.stream("GET", "/desk/api/events", params={"after": after}) as stream,
    ):
        assert stream.status_code in (200, 422)
        if stream.status_code == 200:
            assert next(stream.iter_lines()) == "retry: 2000"


@pytest.mark.parametrize("role", [None, Role.AUDITOR, Role.TRAINER], ids=lambda role: role or "nobody")
def test_a_live_line_is_for_readers_alone(hotline: Hotline, url: str, role: Role | None) -> None:
    cookies, _ = SignedIn(hotline, role).opens()
    answer = httpx.get(f"{url}/desk/api/events", cookies=cookies, timeout=PATIENCE)
    assert answer.status_code == (401 if role is None else 403)
