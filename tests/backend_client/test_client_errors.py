"""Problem documents become errors a caller can act on."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_client import (
    Conflict,
    ForbiddenPerson,
    IdentityMismatch,
    InvalidInput,
    Locked,
    NotFound,
    NotVerified,
    PlatformClient,
    PlatformError,
    RateLimited,
    RecordUnreadable,
    Unavailable,
    WrongCode,
)
from backend_client.answers import error_for
from backend_client.policy import RetryPolicy, parse_retry_after
from tests.backend_client.scripted_server import ScriptedServer, problem

CASES: list[tuple[int, str, dict[str, object], type[PlatformError], dict[str, object]]] = [
    (404, "not_found", {}, NotFound, {}),
    (422, "invalid_input", {"errors": [{"field": "a", "reason": "b"}]}, InvalidInput, {"field": "a"}),
    (400, "bad_request", {}, InvalidInput, {"field": ""}),
    (422, "identity_mismatch", {}, IdentityMismatch, {}),
    (403, "wrong_code", {"attempts_left": 3}, WrongCode, {"attempts_left": 3}),
    (423, "locked", {"retry_after": 900}, Locked, {"retry_after": 900}),
    (401, "session_required", {}, NotVerified, {"reason": "session_required"}),
    (401, "session_expired", {}, NotVerified, {"reason": "session_expired"}),
    (403, "forbidden_person", {}, ForbiddenPerson, {}),
    (409, "conflict", {}, Conflict, {}),
    (422, "idempotency_mismatch", {}, Conflict, {"code": "idempotency_mismatch"}),
    (400, "idempotency_required", {}, InvalidInput, {}),
    (429, "rate_limited", {"retry_after": 60}, RateLimited, {"retry_after": 60}),
    (401, "bad_signature", {}, Unavailable, {"cause": "bad_signature"}),
    (401, "replayed", {}, Unavailable, {"cause": "replayed"}),
    (500, "story_unreadable", {}, RecordUnreadable, {"code": "story_unreadable"}),
]


@pytest.mark.parametrize(("status", "code", "more", "kind", "carries"), CASES, ids=[row[1] for row in CASES])
def test_each_problem_code_has_its_error_and_is_not_asked_again(
    server: ScriptedServer,
    client: PlatformClient,
    status: int,
    code: str,
    more: dict[str, object],
    kind: type[PlatformError],
    carries: dict[str, object],
) -> None:
    server.otherwise = problem(status, code, **more)
    with pytest.raises(PlatformError) as caught:
        client.division("510107")
    assert type(caught.value) is kind
    assert {name: getattr(caught.value, name) for name in carries} == carries
    assert caught.value.request_id == server.received[0].headers["x-request-id"]
    assert len(server.received) == 1


@pytest.mark.parametrize(("status", "code"), [(503, "unavailable"), (500, "internal"), (500, "not_found")])
def test_server_failure_is_unavailable_whatever_its_words(
    server: ScriptedServer, client: PlatformClient, status: int, code: str
) -> None:
    server.otherwise = problem(status, code)
    with pytest.raises(Unavailable):
        client.division("510107")


def test_one_persons_unreadable_record_keeps_nobody_else_waiting(
    server: ScriptedServer, client: PlatformClient
) -> None:
    server.otherwise = problem(500, "story_unreadable")
    for _ in range(20):
        with pytest.raises(RecordUnreadable):
            client.division("510107")
    assert client.breaker_state == "closed"


def test_code_is_read_from_the_type_when_it_stands_there_only() -> None:
    body = b'{"type": "urn:jkt:problem:wrong_code", "attempts_left": true}'
    error = error_for(403, body, None, "r")
    assert isinstance(error, WrongCode)
    assert error.attempts_left is None


def test_errors_say_nothing_the_platform_said() -> None:
    body = (
        b'{"code": "invalid_input", "detail": "13800001111", "errors": [{"field": "phone", "reason": "x"}]}'
    )
    assert "13800001111" not in str(error_for(422, body, None, "r"))


@given(st.integers(300, 599), st.binary(max_size=200), st.none() | st.floats(0, 1e6))
def test_no_answer_however_odd_breaks_the_reader(status: int, body: bytes, wait: float | None) -> None:
    assert isinstance(error_for(status, body, wait, "r"), PlatformError)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.sampled_from(sorted({row[1] for row in CASES})),
    st.fixed_dictionaries({"retry_after": JSON, "attempts_left": JSON, "errors": JSON}),
)
def test_problem_members_of_any_type_still_make_an_error(code: str, members: dict[str, object]) -> None:
    body = json.dumps({"code": code, **members}).encode()
    assert isinstance(error_for(422, body, None, "r"), PlatformError)


@given(st.text(max_size=40), st.floats(0, 4e9))
def test_retry_after_of_any_text_is_a_time_or_nothing(value: str, now: float) -> None:
    seconds = parse_retry_after(value, now)
    assert seconds is None or seconds >= 0


@given(st.integers(1, 10), st.none() | st.floats(0, 100), st.floats(0, 1, exclude_max=True))
def test_pauses_are_bounded_and_tries_end(tried: int, wait: float | None, chance: float) -> None:
    policy = RetryPolicy(tries=5, first_pause=0.1, longest_pause=1.0, longest_retry_after=2.0)
    pause = policy.pause(tried, wait, chance)
    if tried >= 5 or (wait is not None and wait > 2.0):
        assert pause is None
    else:
        assert pause is not None
        assert (wait or 0.0) <= pause <= 2.1
