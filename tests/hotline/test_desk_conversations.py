"""Who owns a conversation changes by compare-and-set, asked by signed services only."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend_client.signing import signed_headers
from hotline.errors import MoveNotAllowed, VersionConflict
from hotline.ownership import OWNERS, OwnershipStore, check_move
from hotline.store import open_store
from tests.hotline.conftest import SERVICE_SECRET, Agent, Running

NOW = dt.datetime(2022, 9, 5, 9, tzinfo=dt.timezone.utc)
Service = Callable[..., requests.Response]
PATH = "/v1/conversations/web-42"


def test_unknown_conversation_belongs_to_the_bot(service: Service) -> None:
    answer = service("GET", PATH)
    assert answer.status_code == 200
    assert answer.json() == {
        "conversation_id": "web-42",
        "owner": "bot",
        "agent": None,
        "version": 0,
        "since": None,
    }


def test_hand_over_and_back(service: Service, desk: Running) -> None:
    steps = [
        {"version": 0, "owner": "queued"},
        {"version": 1, "owner": "agent", "agent": "A001"},
        {"version": 2, "owner": "bot"},
    ]
    for step in steps:
        answer = service("PUT", PATH, step)
        assert answer.status_code == 200
        assert answer.json()["version"] == step["version"] + 1  # type: ignore[operator]
    assert service("GET", PATH).json()["owner"] == "bot"
    assert [e.detail["to"] for e in desk.desk.audit.recent(subject="web-42")] == ["bot", "agent", "queued"]


def test_stale_version_is_refused_with_the_present_state(service: Service) -> None:
    service("PUT", PATH, {"version": 0, "owner": "queued"})
    answer = service("PUT", PATH, {"version": 0, "owner": "agent", "agent": "A001"})
    assert answer.status_code == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "conflict"
    assert answer.json()["current"]["owner"] == "queued"
    assert answer.json()["current"]["version"] == 1


def test_move_outside_the_states_is_refused(service: Service) -> None:
    assert service("PUT", PATH, {"version": 0, "owner": "closed"}).status_code == 409
    assert service("GET", PATH).json()["version"] == 0


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"version": "0", "owner": "queued"},
        {"version": True, "owner": "queued"},
        {"version": -1, "owner": "queued"},
        {"version": 2**60, "owner": "queued"},
        {"version": 0, "owner": "nobody"},
        {"version": 0, "owner": ["bot"]},
        {"version": 0, "owner": "agent"},
        {"version": 0, "owner": "agent", "agent": ""},
        {"version": 0, "owner": "agent", "agent": 7},
        {"version": 0, "owner": "queued", "agent": "A001"},
    ],
)
def test_bodies_outside_the_contract(service: Service, body: object) -> None:
    answer = service("PUT", PATH, body)
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad_request"


def test_ids_of_any_script_are_one_conversation_each(service: Service) -> None:
    service("PUT", "/v1/conversations/%E5%BE%AE%E4%BF%A1-1", {"version": 0, "owner": "queued"})
    assert service("GET", "/v1/conversations/%E5%BE%AE%E4%BF%A1-1").json()["conversation_id"] == "微信-1"
    assert service("GET", f"/v1/conversations/{'x' * 129}").status_code == 400


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
    assert [answer.status_code for answer in answers] == [200, 401]
    assert answers[1].json()["code"] == "replayed"


def test_old_and_future_requests_are_refused(service: Service, desk: Running) -> None:
    for offset, status in ((-299, 200), (-301, 401), (299, 200), (301, 401)):
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


def _race(store: OwnershipStore, conversation: str, version: int) -> list[str]:
    """Let two agents take a conversation at the same moment; return who won and who lost."""
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def take(agent: str) -> None:
        start.wait()
        try:
            store.change(conversation, version, "agent", agent, NOW)
        except VersionConflict:
            outcomes.append("lost")
        else:
            outcomes.append(agent)

    threads = [threading.Thread(target=take, args=(name,)) for name in ("A001", "A002")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.parametrize("version", [0, 1])
def test_of_two_who_change_the_same_version_exactly_one_wins(tmp_path: Path, version: int) -> None:
    store = OwnershipStore(open_store(f"sqlite:///{tmp_path}/desk.sqlite3"))
    for number in range(20):
        conversation = f"c-{number}"
        if version == 1:
            store.change(conversation, 0, "queued", None, NOW)
        outcomes = _race(store, conversation, version)
        assert sorted(outcomes)[1] == "lost"
        assert store.get(conversation).agent == sorted(outcomes)[0]
        assert store.get(conversation).version == version + 1


def test_of_many_calls_over_http_for_one_version_exactly_one_wins(service: Service) -> None:
    start = threading.Barrier(8)
    statuses: list[int] = []

    def take(number: int) -> None:
        start.wait()
        body = {"version": 0, "owner": "agent", "agent": f"A{number}"}
        statuses.append(service("PUT", PATH, body).status_code)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [409] * 7


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(OWNERS), st.integers(0, 6)), max_size=12))
def test_version_counts_the_changes_and_nothing_else(tmp_path: Path, wishes: list[tuple[str, int]]) -> None:
    store = OwnershipStore(open_store(f"sqlite:///{tmp_path}/desk.sqlite3"))
    conversation = uuid.uuid4().hex
    changes = 0
    for owner, version in wishes:
        before = store.get(conversation)
        try:
            after = store.change(conversation, version, owner, "A1" if owner == "agent" else None, NOW)  # type: ignore[arg-type]
        except (VersionConflict, MoveNotAllowed):
            assert store.get(conversation) == before
        else:
            changes += 1
            assert after == store.get(conversation)
            check_move(before.owner, after.owner)
    assert store.get(conversation).version == changes


def test_closed_conversation_goes_on_with_the_bot_only() -> None:
    check_move("closed", "bot")
    for owner in ("agent", "queued", "closed"):
        with pytest.raises(MoveNotAllowed):
            check_move("closed", owner)  # type: ignore[arg-type]
