"""The assistant's API to chats over HTTP: signed, read strictly, each request taken once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import requests

from hotline.app import create_app
from hotline.chats.presence import Agent, Presence
from hotline.chats.service import Chats
from tests.hotline.conftest import Running

Service = Callable[..., requests.Response]


def asked(**changes: Any) -> dict[str, Any]:
    return {
        "request_id": uuid.uuid4().hex,
        "conversation_id": "web-1",
        "channel": "web",
        "reason": "asked",
        "language": "zh",
        "transcript": [{"who": "person", "text": "转人工", "at": 1662340000.0}],
        "facts": {"topic": "query_code_status"},
        **changes,
    }


def agent_there(desk: Running, number: str = "A001") -> None:
    """Let an agent be there, as his page says it."""
    Presence(desk.desk.engine, 45.0).say(Agent(number), "online", desk.clock[0])


def test_with_an_agent_there_a_request_waits_for_him(service: Service, desk: Running) -> None:
    agent_there(desk)
    answer = service("POST", "/v1/chats", asked())
    assert answer.status_code == 201
    body = answer.json()
    assert (body["owner"], body["state"], body["ahead"]) == ("queued", "offered", 0)
    assert service("GET", "/v1/chats/of/web-1").json()["chat_id"] == body["chat_id"]


def test_with_nobody_there_the_assistant_keeps_the_citizen(service: Service) -> None:
    body = service("POST", "/v1/chats", asked()).json()
    assert (body["owner"], body["outcome"]) == ("bot", "nobody_there")


def test_words_leaving_and_rating(service: Service, desk: Running) -> None:
    agent_there(desk)
    chat = service("POST", "/v1/chats", asked(quota={"left": 5, "until": 1662500000})).json()
    path = f"/v1/chats/{chat['chat_id']}"
    for _ in range(2):
        said = service("POST", f"{path}/messages", {"id": "m1", "text": "在吗", "urgent": True})
        assert said.status_code == 200
    assert service("POST", f"{path}/rating", {"score": 5}).status_code == 409
    left = service("POST", f"{path}/leave", {}).json()
    assert (left["owner"], left["outcome"]) == ("bot", "abandoned")
    late = service("POST", f"{path}/messages", {"id": "m2", "text": "还在吗"})
    assert (late.status_code, late.json()["code"]) == (409, "wrong_state")
    assert service("POST", f"{path}/leave", {}).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"request_id": ""},
        {"request_id": 7},
        {"conversation_id": "x" * 129},
        {"reason": "taken_over"},
        {"reason": ["asked"]},
        {"language": "fr"},
        {"transcript": "all"},
        {"transcript": [{"who": "agent", "text": "x"}]},
        {"transcript": [{"who": "person", "text": "x", "at": "now"}]},
        {"facts": {"topic": 1}},
        {"quota": {"left": "5"}},
    ],
)
def test_requests_outside_the_contract_are_refused(service: Service, changes: dict[str, Any]) -> None:
    answer = service("POST", "/v1/chats", asked(**changes))
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad_request"


@pytest.mark.parametrize("score", [0, 6, True, "5", None])
def test_a_rating_is_1_to_5(service: Service, score: object) -> None:
    assert service("POST", "/v1/chats/any/rating", {"score": score}).status_code == 400


def test_unknown_chats_and_conversations(service: Service) -> None:
    assert service("GET", "/v1/chats/of/nobody").status_code == 404
    assert service("POST", "/v1/chats/none/messages", {"id": "m", "text": "x"}).status_code == 404


def test_deletion_over_http(service: Service, desk: Running) -> None:
    agent_there(desk)
    service("POST", "/v1/chats", asked())
    assert service("DELETE", "/v1/chats/of/web-1").json() == {"erased": 1}
    assert service("GET", "/v1/chats/of/web-1").status_code == 404
    assert [e.action for e in desk.desk.audit.recent(subject="web-1")] == ["chats.erased"]


def test_the_application_carries_one_door_to_chats(desk: Running) -> None:
    app = create_app(desk.desk.settings)
    assert isinstance(app.ctx.chats, Chats)
    app.ctx.desk.close()
