"""Requests to 12345 and appeals: accepted once and only once, moved on by the desk."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from backend.contract import load_contract
from backend.models import ServiceRequest

REQUEST = {
    "kind": "help",
    "category": "核酸检测",
    "title": "核酸结果一直没有更新",
    "content": "昨天上午在社区做的核酸，现在还没有结果。",
    "division_code": "510107",
    "contact_phone": "13900000001",
    "conversation_id": "conversation-1",
    "channel": "web",
}


def how_many(platform):
    with platform.database.read() as session:
        return session.execute(select(func.count()).select_from(ServiceRequest)).scalar_one()


def held(schema, body):
    load_contract().validator(schema).validate(body)
    return body


def test_a_request_gets_a_number_a_fetch_code_and_a_day(platform):
    answer = platform.post("/v1/service-requests", REQUEST)
    accepted = held("ServiceRequest", answer.json())
    assert answer.status_code == 201
    assert accepted["number"] == "JKT20220905-000001"
    assert accepted["due_at"] == "2022-09-15T23:59:59+08:00"
    assert "content" not in accepted
    read = platform.get(
        f"/v1/service-requests/{accepted['number']}", fetch_code=accepted["fetch_code"].lower()
    )
    assert held("ServiceRequest", read.json())["events"][0]["text"] == "已受理"
    assert "fetch_code" not in read.json()


def test_numbers_begin_anew_each_day(platform):
    numbers = [platform.post("/v1/service-requests", REQUEST).json()["number"] for _ in range(2)]
    platform.clock.advance(days=1)
    numbers.append(platform.post("/v1/service-requests", REQUEST).json()["number"])
    assert numbers == ["JKT20220905-000001", "JKT20220905-000002", "JKT20220906-000001"]


def test_concurrent_duplicates_create_one_request(any_platform):
    key, together = uuid.uuid4().hex, threading.Barrier(12)

    def send(_):
        together.wait()
        return any_platform.post("/v1/service-requests", REQUEST, key=key)

    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(send, range(12)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert how_many(any_platform) == 1


def test_concurrent_different_requests_get_different_numbers(any_platform):
    together = threading.Barrier(12)

    def send(_):
        together.wait()
        return any_platform.post("/v1/service-requests", REQUEST).json()["number"]

    with ThreadPoolExecutor(12) as threads:
        numbers = sorted(threads.map(send, range(12)))
    assert numbers == [f"JKT20220905-{n:06d}" for n in range(1, 13)]


def test_a_retry_after_a_restart_gets_the_first_answer(settings, start_platform):
    first = start_platform(settings).post("/v1/service-requests", REQUEST, key="retry-0001")
    after_restart = start_platform(settings)
    again = after_restart.post("/v1/service-requests", REQUEST, key="retry-0001")
    assert (again.status_code, again.json()) == (201, first.json())
    assert how_many(after_restart) == 1


def test_one_key_serves_one_request_only(platform):
    platform.post("/v1/service-requests", REQUEST, key="one-key-1")
    other = platform.post("/v1/service-requests", REQUEST | {"title": "另一件事"}, key="one-key-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert platform.post("/v1/service-requests", REQUEST, key="one-key-1", client="desk").status_code == 201
    assert how_many(platform) == 2


def test_a_key_of_a_refused_request_may_be_used_again(platform):
    refused = platform.post("/v1/service-requests", REQUEST | {"kind": "gossip"}, key="refused-1")
    assert refused.status_code == 422
    assert platform.post("/v1/service-requests", REQUEST, key="refused-1").status_code == 201


@pytest.mark.parametrize(("key", "code"), [("", "idempotency_required"), ("short", "invalid_input")])
def test_a_write_needs_a_key(platform, key, code):
    answer = platform.post("/v1/service-requests", REQUEST, headers={"Idempotency-Key": key})
    assert answer.json()["code"] == code
    assert how_many(platform) == 0


def test_a_wrong_fetch_code_looks_like_an_unknown_number(platform):
    number = platform.post("/v1/service-requests", REQUEST).json()["number"]
    wrong = platform.get(f"/v1/service-requests/{number}", fetch_code="WRONG1")
    missing = platform.get(f"/v1/service-requests/{number}")
    unknown = platform.get("/v1/service-requests/JKT20220905-999999", fetch_code="WRONG1")
    assert wrong.status_code == 404
    said = [
        answer.json() | {"instance": None} for answer in (wrong, missing, unknown)
    ]  # each has its own request
    assert said[0] == said[1] == said[2]


def test_guessing_fetch_codes_locks_the_number_even_for_the_right_one(platform):
    accepted = platform.post("/v1/service-requests", REQUEST).json()
    path = f"/v1/service-requests/{accepted['number']}"
    for _ in range(10):
        assert platform.get(path, fetch_code="WRONG1").status_code == 404
    assert platform.get(path, fetch_code="WRONG1").json()["code"] == "locked"
    assert platform.get(path, fetch_code=accepted["fetch_code"]).status_code == 423


def test_only_the_desk_reads_content_and_moves_requests(platform):
    number = platform.post("/v1/service-requests", REQUEST).json()["number"]
    assert platform.get("/v1/service-requests").status_code == 403
    refused = platform.post(
        f"/v1/service-requests/{number}/steps", {"action": "sign", "agent": "A001", "version": 1}
    )
    assert refused.json()["code"] == "forbidden_person"
    page = platform.get("/v1/service-requests", client="desk", state="accepted").json()
    held("ServiceRequestPage", page)
    assert page["items"][0]["content"] == REQUEST["content"]
    assert page["items"][0]["contact_phone_masked"] == "139****0001"


def test_a_request_goes_its_way_and_the_citizen_reads_the_reply(platform, register, verify):
    token = verify(register())
    accepted = platform.post("/v1/service-requests", REQUEST, session=token).json()
    path = f"/v1/service-requests/{accepted['number']}"
    steps = [
        {"action": "dispatch", "department": "health", "reason": "结果未更新"},
        {"action": "sign"},
        {"action": "answer", "reply": "结果已补传"},
    ]
    for version, step in enumerate(steps, start=1):
        moved = platform.post(f"{path}/steps", step | {"agent": "A001", "version": version}, client="desk")
        assert moved.status_code == 200, moved.text
    read = platform.get(path, fetch_code=accepted["fetch_code"]).json()
    assert (read["state"], read["reply"], len(read["events"])) == ("answered", "结果已补传", 4)
    notices = platform.get("/v1/people/me/notices", session=token).json()["items"]
    assert len(notices) == 3
    assert all("核酸" not in notice["title"] + notice["text"] for notice in notices)


def test_whose_a_request_is_reads_it_without_a_fetch_code_and_nobody_else_does(platform, register, verify):
    mine = verify(register())
    other = verify(register(name="李芳", number="510107198001011234", phone="13900000002"))
    number = platform.post("/v1/service-requests", REQUEST, session=mine).json()["number"]
    nobodys = platform.post("/v1/service-requests", REQUEST).json()["number"]
    read = platform.get(f"/v1/service-requests/{number}", session=mine)
    assert held("ServiceRequest", read.json())["state"] == "accepted"
    assert "content" not in read.json()
    for _ in range(11):  # is no guess at a fetch code, so nothing is locked
        refused = platform.get(f"/v1/service-requests/{number}", session=other)
        assert refused.json()["code"] == "not_found"
    assert platform.get(f"/v1/service-requests/{nobodys}", session=mine).status_code == 404
    assert (
        platform.get(f"/v1/service-requests/{number}", session="invented").json()["code"]
        == "session_required"
    )
