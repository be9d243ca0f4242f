"""The API for services: who calls is proved by a signature, and each signed request is good once."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
import requests

from backend_client.signing import signed_headers
from tests.hotline.conftest import SERVICE_SECRET, Agent, Running

Service = Callable[..., requests.Response]
PATH = "/v1/chats/of/web-42"
UNKNOWN = 404


def test_a_signed_request_is_answered(service: Service) -> None:
    answer = service("GET", PATH)
    assert answer.status_code == UNKNOWN
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize(
    "changes",
    [
        {"X_Signature": "0" * 64},
        {"X_Signature": ""},
        {"X_Client_Id": "somebody"},
        {"X_Client_Id": ""},
        {"X_Timestamp": "1"},
        {"X_Timestamp": "now"},
        {"X_Nonce": "another-nonce-0123456789"},
    ],
)
def test_request_that_is_not_signed_so_is_refused(service: Service, changes: dict[str, str]) -> None:
    answer = service("GET", PATH, **changes)
    assert answer.status_code == 401
    assert answer.json()["code"] == "bad_signature"


def test_wrong_key_and_an_agents_session_do_not_open_the_api(service: Service, agent: Agent) -> None:
    assert service("GET", PATH, secret=b"z" * 32).status_code == 401
    assert agent.get(PATH).status_code == 401


def test_empty_secret_of_an_unknown_client_opens_nothing(service: Service) -> None:
    assert service("GET", PATH, secret=b"", X_Client_Id="nobody").status_code == 401


def test_request_is_accepted_once(desk: Running) -> None:
    headers = signed_headers(
        "assistant",
        SERVICE_SECRET,
        method="GET",
        path_with_query=PATH,
        body=b"",
        now=desk.clock[0],
        nonce=uuid.uuid4().hex,
    )
    answers = [requests.get(desk.url + PATH, headers=headers, timeout=5) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [UNKNOWN, 401]
    assert answers[1].json()["code"] == "replayed"


def test_old_and_future_requests_are_refused(service: Service, desk: Running) -> None:
    for offset, status in ((-299, UNKNOWN), (-301, 401), (299, UNKNOWN), (301, 401)):
        desk.clock[0] += offset
        stamp = str(int(desk.clock[0]) - offset)
        desk.clock[0] -= offset
        headers = signed_headers(
            "assistant",
            SERVICE_SECRET,
            method="GET",
            path_with_query=PATH,
            body=b"",
            now=desk.clock[0] + offset,
            nonce=uuid.uuid4().hex,
        )
        assert requests.get(desk.url + PATH, headers=headers, timeout=5).status_code == status, stamp
