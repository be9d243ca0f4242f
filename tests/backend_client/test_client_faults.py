"""A platform that is slow, cut off, wrong or lying: the right error after the right number of tries."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from backend_client import (
    InvalidInput,
    NotFound,
    OrderStep,
    PlatformClient,
    PlatformError,
    RateLimited,
    ServiceRequestIn,
    StartVerification,
    Surroundings,
    Timeouts,
    Unavailable,
)
from backend_client.call import Call
from tests.backend_client.conftest import Machine
from tests.backend_client.scripted_server import (
    Act,
    ScriptedServer,
    answer,
    flood,
    head_then_silence,
    problem,
    raw,
    reset,
    silence,
    trickle,
)

CLOCK = {"now": "2022-09-05T09:00:00+08:00", "mode": "demo"}
PROMISED = answer(200, CLOCK)
REQUEST = ServiceRequestIn(
    kind="help", category="code", title="标题", content="内容", conversation_id="c1", channel="web"
)
RECORDED = {
    "number": "JKT20220905-000001",
    "kind": "help",
    "category": "code",
    "title": "标题",
    "state": "accepted",
    "urgency": "normal",
    "created_at": "2022-09-05T09:00:00+08:00",
    "due_at": "2022-09-12T09:00:00+08:00",
    "reply": None,
    "wishes": [],
    "events": [],
}

BROKEN: list[tuple[str, Act, str]] = [
    ("says nothing", silence, "timeout"),
    ("stops in the body", head_then_silence, "timeout"),
    ("sends half a body", answer(200, b'{"now": "2022', declared_length=200), "connection"),
    ("resets the connection", reset, "connection"),
    ("closes without a word", raw(b""), "connection"),
    ("speaks another protocol", raw(b"SSH-2.0-OpenSSH_8.9\r\n"), "connection"),
    ("answers with a web page", answer(200, b"<html>hello</html>"), "bad_json"),
    ("cuts the JSON short", answer(200, b'{"now": "2022-09-05T09'), "bad_json"),
    ("answers with nothing", answer(200, b""), "bad_json"),
    ("uses numbers JSON has not", answer(200, b'{"now": NaN}'), "bad_json"),
    ("nests without end", answer(200, b"[" * 200_000), "bad_json"),
    ("sends text that is not UTF-8", answer(200, b'{"now": "\xff\xfe"}'), "bad_json"),
    ("sends gigabytes", flood, "huge_body"),
    ("fails inside", answer(500, b"Traceback: 5101..."), "status_500"),
    ("is behind a broken gateway", answer(502, b"<html>bad gateway</html>"), "status_502"),
    ("says it is not available", problem(503, "unavailable"), "status_503"),
    ("redirects", answer(302, b"", {"Location": "http://127.0.0.1:9/"}), "status_302"),
    ("refuses without a problem document", answer(404, b"<html>not here</html>"), "status_404"),
    ("refuses in words unknown", problem(418, "teapot"), "status_418"),
]


SLOW = {silence, head_then_silence}
IMPATIENT = Timeouts(connect=5.0, read=0.5, total=60.0)


def _client_for(act: Act, connect: Callable[..., PlatformClient]) -> PlatformClient:
    """Return a client that waits half a second where waiting is the point, and is patient elsewhere."""
    return connect(timeouts=IMPATIENT) if act in SLOW else connect()


@pytest.mark.parametrize(("act", "cause"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_unusable_answer_is_unavailable_after_three_tries(
    server: ScriptedServer, connect: Callable[..., PlatformClient], act: Act, cause: str
) -> None:
    server.otherwise = act
    with pytest.raises(Unavailable) as caught:
        _client_for(act, connect).clock()
    assert caught.value.cause == cause
    assert len(server.received) == 3


@pytest.mark.parametrize("act", [row[1] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_read_recovers_when_the_second_try_is_answered(
    server: ScriptedServer, connect: Callable[..., PlatformClient], act: Act
) -> None:
    server.play(act, PROMISED)
    assert _client_for(act, connect).clock().mode == "demo"
    assert len(server.received) == 2


def test_nobody_listens(machine: Machine) -> None:
    with ScriptedServer() as gone:
        url = gone.url
    client = PlatformClient(url, "assistant", b"k", surroundings=machine.surroundings())
    with pytest.raises(Unavailable) as caught:
        client.clock()
    assert caught.value.cause == "connection"
    assert len(machine.slept) == 2


def test_trickle_ends_at_the_total_limit(
    server: ScriptedServer, connect: Callable[..., PlatformClient]
) -> None:
    server.otherwise = trickle
    client = connect(
        timeouts=Timeouts(connect=1.0, read=5.0, total=0.3), surroundings=Surroundings(sleep=lambda _: None)
    )
    with pytest.raises(Unavailable) as caught:
        client.clock()
    assert caught.value.cause == "timeout"
    assert len(server.received) == 1


def test_pauses_grow_with_jitter_and_stay_within_the_total_limit(
    server: ScriptedServer, connect: Callable[..., PlatformClient], machine: Machine
) -> None:
    server.otherwise = answer(500)
    with pytest.raises(Unavailable):
        connect().clock()
    assert machine.slept == [pytest.approx(0.05), pytest.approx(0.1)]
    machine.slept.clear()
    with pytest.raises(Unavailable):
        connect(timeouts=Timeouts(total=0.04)).clock()
    assert machine.slept == []


def test_short_retry_after_is_honoured(
    server: ScriptedServer, client: PlatformClient, machine: Machine
) -> None:
    server.play(problem(429, "rate_limited", retry_after=2), PROMISED)
    assert client.clock().mode == "demo"
    assert machine.slept == [pytest.approx(2.05)]


@pytest.mark.parametrize("status", [429, 503])
def test_long_retry_after_is_the_callers(
    server: ScriptedServer, client: PlatformClient, machine: Machine, status: int
) -> None:
    server.otherwise = answer(status, b"", {"Retry-After": "30"})
    with pytest.raises((RateLimited, Unavailable)) as caught:
        client.clock()
    assert isinstance(caught.value, RateLimited if status == 429 else Unavailable)
    assert caught.value.retry_after == 30
    assert len(server.received) == 1
    assert machine.slept == []


def test_retry_after_as_date(server: ScriptedServer, connect: Callable[..., PlatformClient]) -> None:
    server.otherwise = answer(429, b"", {"Retry-After": "Mon, 05 Sep 2022 01:00:30 GMT"})
    client = connect(surroundings=Surroundings(unix=lambda: 1662339600.0, sleep=lambda _: None))
    with pytest.raises(RateLimited) as caught:
        client.clock()
    assert caught.value.retry_after == pytest.approx(30)


@pytest.mark.parametrize("act", [silence, reset, answer(500), answer(200, b"{")])
def test_keyed_write_is_repeated_with_the_same_key_and_body(
    server: ScriptedServer, connect: Callable[..., PlatformClient], act: Act
) -> None:
    server.play(act, act, answer(201, RECORDED))
    assert (
        _client_for(act, connect).create_service_request(REQUEST, key="request-1-key").number
        == "JKT20220905-000001"
    )
    assert [request.headers["idempotency-key"] for request in server.received] == ["request-1-key"] * 3
    assert len({request.body for request in server.received}) == 1


def test_every_write_of_the_client_has_a_key(server: ScriptedServer, client: PlatformClient) -> None:
    person = StartVerification(
        name="王小明",
        document_type="id_card",
        document_number="x",
        phone="1",
        channel="web",
        conversation_id="c",
    )
    for write in (
        lambda: client.start_verification(person),
        lambda: client.confirm_verification("v", "123456"),
        lambda: client.take_step("n", OrderStep(action="sign", agent="A001", version=1), key="request-2-key"),
        lambda: client.remove_family("s", "link", key="request-3-key"),
    ):
        with pytest.raises(Unavailable):
            write()
    assert len(server.received) == 12
    keys = [request.headers["idempotency-key"] for request in server.received]
    assert [len(set(keys[start : start + 3])) for start in (0, 3, 6, 9)] == [1, 1, 1, 1]
    assert len(set(keys)) == 4


@pytest.mark.parametrize("act", [silence, reset, answer(500), answer(429, b"", {"Retry-After": "1"})])
def test_write_without_a_key_is_never_sent_twice(
    server: ScriptedServer, connect: Callable[..., PlatformClient], act: Act
) -> None:
    server.otherwise = act
    with pytest.raises(PlatformError):
        _client_for(act, connect)._transport.send(Call("POST", "/v1/service-requests", body={"a": 1}))
    assert len(server.received) == 1


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("a field is missing", {"mode": "demo"}),
    ("a number for a time", {**CLOCK, "now": 1662339600}),
    ("a time without offset", {**CLOCK, "now": "2022-09-05T09:00:00"}),
    ("no such time", {**CLOCK, "now": "2022-13-45T09:00:00+08:00"}),
    ("a word outside the list", {**CLOCK, "mode": "dream"}),
]


@pytest.mark.parametrize("body", [row[1] for row in WRONG], ids=[row[0] for row in WRONG])
def test_wrong_types_are_unavailable_and_not_asked_again(
    server: ScriptedServer, client: PlatformClient, body: dict[str, Any]
) -> None:
    server.otherwise = answer(200, body)
    with pytest.raises(Unavailable) as caught:
        client.clock()
    assert caught.value.cause == "wrong_types"
    assert len(server.received) == 1


def test_list_where_an_object_is_promised(server: ScriptedServer, client: PlatformClient) -> None:
    server.otherwise = answer(200, [CLOCK])
    with pytest.raises(Unavailable, match="wrong_types"):
        client.clock()


def test_unknown_fields_are_ignored(server: ScriptedServer, client: PlatformClient) -> None:
    server.otherwise = answer(200, {**CLOCK, "moon": "full"})
    assert not hasattr(client.clock(), "moon")


def test_fault_of_types_is_logged_without_the_values(
    server: ScriptedServer, client: PlatformClient, capsys: pytest.CaptureFixture[str]
) -> None:
    server.otherwise = answer(200, {"person_id": 13800001111, "name_masked": ["王小明"]})
    with pytest.raises(Unavailable) as caught:
        client.me("token-of-wang")
    said = "".join(capsys.readouterr()) + str(caught.value) + repr(caught.value)
    assert "person_id: type_error" in said
    assert caught.value.request_id == server.received[0].headers["x-request-id"]
    for private in ("13800001111", "王小明", "token-of-wang"):
        assert private not in said


def test_read_after_the_server_has_dropped_the_pooled_connection(
    server: ScriptedServer, client: PlatformClient
) -> None:
    def last_words(exchange: Any) -> None:
        answer(200, CLOCK, keep_open=True)(exchange)
        exchange.keep_open = False

    server.play(last_words, PROMISED, PROMISED)
    assert client.clock().mode == "demo"
    assert client.clock().mode == "demo"


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_number_that_would_address_something_else_is_not_sent(
    server: ScriptedServer, client: PlatformClient, value: str
) -> None:
    with pytest.raises(NotFound):
        client.service_request(value, "code")
    assert server.received == []


def test_refused_field_names_are_handed_on(server: ScriptedServer, client: PlatformClient) -> None:
    server.otherwise = problem(
        422,
        "invalid_input",
        errors=[{"field": "phone", "reason": "format"}, {"field": "name", "reason": "empty"}],
    )
    with pytest.raises(InvalidInput) as caught:
        client.create_service_request(REQUEST, key="request-key")
    assert (caught.value.field, caught.value.reason) == ("phone", "format")
    assert caught.value.errors == (("phone", "format"), ("name", "empty"))
    assert len(server.received) == 1


def test_total_limit_binds_the_whole_call(
    server: ScriptedServer, connect: Callable[..., PlatformClient]
) -> None:
    server.otherwise = silence
    client = connect(
        timeouts=Timeouts(connect=1.0, read=0.2, total=0.3),
        surroundings=Surroundings(monotonic=time.monotonic, sleep=lambda _: None),
    )
    with pytest.raises(Unavailable, match="timeout"):
        client.clock()
    assert 1 <= len(server.received) <= 2
