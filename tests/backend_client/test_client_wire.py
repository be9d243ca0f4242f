"""What goes over the wire: signatures, correlation, quoting, nothing of the environment."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend_client import (
    AsyncPlatform,
    NotVerified,
    PlatformClient,
    ServiceRequestIn,
    StartVerification,
    Surroundings,
    Timeouts,
    Unavailable,
    correlation,
)
from tests.backend_client.conftest import SECRET
from tests.backend_client.scripted_server import Received, ScriptedServer, answer

CLOCK = answer(200, {"now": "2022-09-05T09:00:00+08:00", "mode": "demo"})


def _expected_signature(request: Received) -> str:
    parts = [
        request.method,
        request.target,
        request.headers["x-timestamp"],
        request.headers["x-nonce"],
        hashlib.sha256(request.body).hexdigest(),
    ]
    return hmac.new(SECRET, "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def test_every_try_is_signed_anew(server: ScriptedServer, connect: Callable[..., PlatformClient]) -> None:
    ticking = iter(range(1_662_339_600, 1_662_339_700))
    client = connect(surroundings=Surroundings(unix=lambda: next(ticking), sleep=lambda _: None))
    with pytest.raises(Unavailable):
        client.clock()
    assert [request.headers["x-signature"] for request in server.received] == [
        _expected_signature(request) for request in server.received
    ]
    for header in ("x-nonce", "x-timestamp", "x-signature"):
        assert len({request.headers[header] for request in server.received}) == 3
    assert {request.headers["x-client-id"] for request in server.received} == {"assistant"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(text=st.text(st.characters(), max_size=30), code=st.text(st.characters(), min_size=1, max_size=10))
def test_any_text_arrives_as_it_was_and_signed(
    server: ScriptedServer, client: PlatformClient, text: str, code: str
) -> None:
    server.received.clear()
    client._transport.breaker.succeeded(client._transport.breaker.acquire())
    sent = text.encode("utf-8", "replace").decode()
    with pytest.raises(Exception):  # noqa: B017 – the scripted server has nothing to say
        client.check_risk(text)
    if code not in {".", ".."}:
        with pytest.raises(Exception):  # noqa: B017
            client.division(code)
    for request in server.received:
        assert request.headers["x-signature"] == _expected_signature(request)
    queries = [r for r in server.received if r.target.startswith("/v1/risk-areas/check")]
    assert {
        "".join(parse_qs(urlsplit(r.target).query, keep_blank_values=True).get("text", [])) for r in queries
    } == {sent}
    paths = [r for r in server.received if r.target.startswith("/v1/divisions/")]
    assert all(
        unquote(r.target.removeprefix("/v1/divisions/")) == code.encode("utf-8", "replace").decode()
        for r in paths
    )


def test_write_body_with_a_lone_surrogate_is_sent_readable(
    server: ScriptedServer, client: PlatformClient
) -> None:
    request = ServiceRequestIn(
        kind="help", category="c", title="\ud83d标题", content="内容", conversation_id="c", channel="web"
    )
    with pytest.raises(Unavailable):
        client.create_service_request(request, key="request-key")
    assert json.loads(server.received[0].body)["title"] == "?标题"
    assert "contact_phone" not in json.loads(server.received[0].body)


def test_correlation_id_of_the_caller_is_on_every_try(server: ScriptedServer, client: PlatformClient) -> None:
    token = correlation.request_id.set("abc123")
    try:
        with pytest.raises(Unavailable) as caught:
            client.clock()
    finally:
        correlation.request_id.reset(token)
    assert {request.headers["x-request-id"] for request in server.received} == {"abc123"}
    assert caught.value.request_id == "abc123"


@pytest.mark.parametrize("given_id", ["", "a\r\nX-Evil: 1", "长" * 3, "x" * 65])
def test_call_without_a_fit_correlation_id_gets_its_own(
    server: ScriptedServer, client: PlatformClient, given_id: str
) -> None:
    server.otherwise = CLOCK
    token = correlation.request_id.set(given_id)
    try:
        client.clock()
        client.clock()
    finally:
        correlation.request_id.reset(token)
    ids = [request.headers["x-request-id"] for request in server.received]
    assert len(set(ids)) == 2
    assert all(len(value) == 32 for value in ids)


def test_session_token_that_fits_no_header_is_not_verified(
    server: ScriptedServer, client: PlatformClient
) -> None:
    for token in ("", "a\nb", "令牌"):
        with pytest.raises(NotVerified):
            client.me(token)
    assert server.received == []


def test_key_the_contract_does_not_allow_is_the_callers_mistake(client: PlatformClient) -> None:
    for key in ("", "short", "a b c d e f", "钥匙钥匙钥匙钥匙", "x" * 129):
        with pytest.raises(ValueError, match="idempotency key"):
            client.remove_family("s", "link", key=key)


def test_cookies_and_proxies_play_no_part(
    server: ScriptedServer, connect: Callable[..., PlatformClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server.otherwise = answer(
        200, {"now": "2022-09-05T09:00:00+08:00", "mode": "demo"}, {"Set-Cookie": "who=me; Path=/"}
    )
    client = connect()
    client.clock()
    client.clock()
    assert "cookie" not in server.received[1].headers


def test_connections_are_kept(server: ScriptedServer, client: PlatformClient) -> None:
    server.otherwise = answer(200, {"now": "2022-09-05T09:00:00+08:00", "mode": "demo"}, keep_open=True)
    for _ in range(20):
        client.clock()
    assert server.connections == 1


def test_query_values_in_the_contracts_forms(server: ScriptedServer, client: PlatformClient) -> None:
    at = dt.datetime(2022, 9, 4, 18, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    with pytest.raises(Unavailable):
        client.risk_areas("510100", "high", at)
    with pytest.raises(Unavailable):
        client.sites("510107", open_24h=True, yellow=False, lat=30.5, limit=5)
    first, second = (parse_qs(urlsplit(server.received[i].target).query) for i in (0, 3))
    assert first == {"division": ["510100"], "level": ["high"], "at": ["2022-09-04T18:00:00+08:00"]}
    assert second == {
        "division": ["510107"],
        "lat": ["30.5"],
        "open_24h": ["true"],
        "yellow": ["false"],
        "limit": ["5"],
    }


def test_personal_questions_do_not_show_their_values() -> None:
    person = StartVerification(
        name="王小明",
        document_type="id_card",
        document_number="510107199001011234",
        phone="13800001111",
        channel="web",
        conversation_id="c",
    )
    assert "1380000" not in f"{person} {person!r}"
    assert "510107" not in f"{person} {person!r}"


async def test_event_loop_stays_free_and_context_goes_along(
    server: ScriptedServer, connect: Callable[..., PlatformClient]
) -> None:
    released = threading.Event()

    def when_released(exchange: object) -> None:
        released.wait(10)
        CLOCK(exchange)  # type: ignore[arg-type]

    server.otherwise = when_released
    platform = AsyncPlatform(connect(timeouts=Timeouts(read=15.0)))

    async def ask(number: int) -> str:
        correlation.request_id.set(f"turn-{number}")
        return await platform.run(lambda p: p.clock().mode)

    waiting = [asyncio.create_task(ask(number)) for number in range(16)]
    await asyncio.sleep(0)  # all have been handed to threads; the loop still runs
    released.set()
    assert await asyncio.gather(*waiting) == ["demo"] * 16
    assert {r.headers["x-request-id"] for r in server.received} == {f"turn-{n}" for n in range(16)}
    platform.close()


async def test_errors_come_back_through_the_loop(connect: Callable[..., PlatformClient]) -> None:
    platform = AsyncPlatform(connect())
    with pytest.raises(Unavailable):
        await platform.run(lambda p: p.clock())
    platform.close()


async def test_a_call_that_waited_too_long_for_a_thread_is_not_made(
    server: ScriptedServer, connect: Callable[..., PlatformClient]
) -> None:
    released = threading.Event()
    platform = AsyncPlatform(connect(), max_workers=1, longest_wait=0.0)
    first = asyncio.create_task(platform.run(lambda _client: released.wait(10)))
    second = asyncio.create_task(platform.run(lambda p: p.clock()))
    await asyncio.sleep(0.01)
    released.set()
    with pytest.raises(Unavailable) as refused:
        await second
    assert refused.value.cause == "crowded"
    assert server.received == []
    await asyncio.gather(first, return_exceptions=True)
    platform.close()
