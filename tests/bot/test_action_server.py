"""The action server: kept connections, a time limit, and answers held to Rasa's own schema."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import validate
from jsonschema.exceptions import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import ClientResponseError

from bot.action_server import ActionServer, check, is_usual

GOOD: dict[str, Any] = {
    "events": [{"event": "slot", "timestamp": None, "name": "whose", "value": "母亲"}],
    "responses": [{"text": "您好", "buttons": [{"title": "同意", "payload": "/affirm"}]}],
}
BAD: list[Any] = [{"events": [{"event": 3}]}, {"events": "slot"}, {"responses": [3]}, [], "x"]
ACTION = RemoteAction("action_x", None)


def test_a_proper_answer_passes() -> None:
    assert check(ACTION, GOOD)


@pytest.mark.parametrize("answer", BAD)
def test_what_rasa_refuses_is_refused(answer: Any) -> None:
    with pytest.raises(ValidationError):
        validate(answer, RemoteAction.action_response_format_spec())
    with pytest.raises(ValidationError):
        check(ACTION, answer)


_names = st.one_of(st.none(), st.text(max_size=5), st.integers())
_events = st.fixed_dictionaries(
    {"event": st.sampled_from(["slot", "followup", "active_loop", "user", "x"])},
    optional={
        "name": _names,
        "value": _names,
        "timestamp": st.one_of(st.none(), st.floats(0, 1), st.text(max_size=1)),
    },
)
_answers = st.fixed_dictionaries(
    {},
    optional={"events": st.lists(_events, max_size=3), "responses": st.lists(st.one_of(st.just({}), _names))},
)


@given(_answers)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_is_known_by_sight_passes_the_schema_too(answer: Any) -> None:
    if is_usual(answer):
        validate(answer, RemoteAction.action_response_format_spec())


async def test_calls_share_a_connection_and_an_error_is_raised() -> None:
    peers: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        peers.append(request.transport.get_extra_info("peername"))
        body = await request.json()
        return web.json_response(body, status=500 if body.get("fail") else 200)

    application = web.Application()
    application.router.add_post("/webhook", answer)
    async with TestServer(application) as server:
        endpoint = ActionServer(str(server.make_url("/webhook")))
        assert await endpoint.request(json={"a": "健康码"}, method="post", timeout=300) == {"a": "健康码"}
        assert await endpoint.request(json={"b": 2}, method="post", timeout=300) == {"b": 2}
        with pytest.raises(ClientResponseError):
            await endpoint.request(json={"fail": True}, method="post")
        await endpoint.close()
    assert len(set(peers)) == 1


async def test_a_call_that_broke_on_its_way_out_is_made_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    breaks: list[Exception] = [aiohttp.ClientOSError(None, "Can not write request body")]
    calls: list[Any] = []

    async def call(_self: ActionServer, _method: str, _url: str, body: Any, *, compress: bool) -> Any:
        calls.append(body)
        if breaks:
            raise breaks.pop()
        return {"compressed": compress}

    monkeypatch.setattr(ActionServer, "_call", call)
    endpoint = ActionServer("http://127.0.0.1:9/webhook")
    assert await endpoint.request(json={"a": 1}) == {"compressed": False}
    assert calls == [{"a": 1}, {"a": 1}]
    breaks += [aiohttp.ClientOSError(None, "again"), aiohttp.ClientOSError(None, "first")]
    with pytest.raises(aiohttp.ClientOSError, match="again"):
        await endpoint.request(json={})
    breaks.append(aiohttp.ServerDisconnectedError())  # it may have been carried out
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await endpoint.request(json={})
