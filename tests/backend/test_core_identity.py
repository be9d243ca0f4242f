"""One-time passwords: right, wrong, late, twice, too often."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import requests
from sqlalchemy import select

from backend.models import PersonSession, Verification


def start(platform, citizen, conversation="conversation-1"):
    return platform.post("/v1/verifications", citizen.identity(conversation))


def password(platform, phone):
    items = requests.get(f"{platform.url}/dev/outbox", params={"phone": phone}, timeout=10).json()["items"]
    return re.search(r"\d{6}", items[0]["text"])[0]


def confirm(platform, started, code):
    return platform.post(f"/v1/verifications/{started.json()['verification_id']}/confirm", {"code": code})


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_right_password_opens_a_session_for_thirty_minutes(platform, register, verify):
    citizen = register()
    token = verify(citizen)
    assert platform.get("/v1/people/me", session=token).json() == {
        "person_id": citizen.person_id,
        "name_masked": "王**",
        "phone_masked": "139****0001",
        "birth_year": 1990,
        "documents": [{"type": "id_card", "number_masked": "51**************3X"}],
        "demo": True,
    }
    platform.clock.advance(minutes=29, seconds=59)
    assert platform.get("/v1/people/me", session=token).status_code == 200
    platform.clock.advance(seconds=1)
    late = platform.get("/v1/people/me", session=token)
    assert (late.status_code, late.json()["code"]) == (401, "session_expired")


def test_without_a_session_nothing_personal_is_told(platform, register):
    citizen = register()
    for path in ["me", f"{citizen.person_id}/code", f"{citizen.person_id}/tests", "me/family", "me/notices"]:
        for token in (None, "guessed"):
            answer = platform.get(f"/v1/people/{path}", session=token)
            assert (answer.status_code, answer.json()["code"]) == (401, "session_required")


@pytest.mark.parametrize(
    "change",
    [
        {"name": "王大明"},
        {"document_number": "510107199003071221"},
        {"phone": "13900000002"},
        {"document_type": "passport"},
    ],
)
def test_a_mismatch_does_not_tell_which_item_is_wrong(platform, register, change):
    citizen = register()
    answer = platform.post("/v1/verifications", citizen.identity() | change)
    assert (answer.status_code, answer.json()["code"]) == (422, "identity_mismatch")
    assert answer.json()["detail"] == "the three do not belong together"


@pytest.mark.parametrize(
    ("registered", "said"),
    [
        (("王小明", "51010719900307123X", "id_card"), {"document_number": "５１０１０７ 19900307 123x"}),
        (("SMITH John", "E12345678", "passport"), {"name": "smith  john", "document_number": "e1234 5678"}),
        (("陈大文", "H1234567802", "hk_macao_permit"), {"document_type": "permit"}),
        (("阿依古丽·买买提", "51010719900307123X", "id_card"), {"name": "阿依古丽•买买提"}),
    ],
)
def test_identity_is_recognised_however_it_is_written(platform, register, registered, said):
    name, number, document_type = registered
    citizen = register(name=name, number=number, document_type=document_type)
    assert platform.post("/v1/verifications", citizen.identity() | said).status_code == 202


def test_five_wrong_passwords_lock_phone_and_document_for_fifteen_minutes(platform, register):
    citizen = register()
    started = start(platform, citizen)
    right = password(platform, citizen.phone)
    left = [confirm(platform, started, wrong(right)).json()["attempts_left"] for _ in range(4)]
    assert left == [4, 3, 2, 1]
    fifth = confirm(platform, started, wrong(right))
    assert (fifth.status_code, fifth.json()["retry_after"], fifth.headers["Retry-After"]) == (423, 900, "900")
    platform.clock.advance(minutes=14, seconds=59)
    assert confirm(platform, started, right).status_code == 423
    assert start(platform, citizen).json()["retry_after"] == 1
    platform.clock.advance(seconds=1)
    assert start(platform, citizen).status_code == 202


def test_the_lock_holds_for_the_phone_when_another_document_uses_it(platform, register):
    first = register()
    second = register(name="王小红", number="510107199203071229")
    for citizen in (first, second):
        started = start(platform, citizen)
        for _ in range(2):
            confirm(platform, started, wrong(password(platform, citizen.phone)))
    assert confirm(platform, started, wrong(password(platform, second.phone))).status_code == 423
    assert start(platform, first, "another-conversation").status_code == 423


def test_asking_for_a_new_password_does_not_reset_the_count(platform, register):
    citizen = register()
    for attempt in range(5):
        started = start(platform, citizen, f"conversation-{attempt}")
        answer = confirm(platform, started, wrong(password(platform, citizen.phone)))
    assert answer.status_code == 423


def test_a_retried_wrong_password_is_counted_once(platform, register):
    citizen = register()
    started = start(platform, citizen)
    path = f"/v1/verifications/{started.json()['verification_id']}/confirm"
    body = {"code": wrong(password(platform, citizen.phone))}
    answers = [platform.post(path, body, key="same-key-1").json()["attempts_left"] for _ in range(3)]
    assert answers == [4, 4, 4]


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_guessing_in_parallel_gains_nothing(store, request, settings, start_platform, new_citizen):
    if store == "postgresql":
        settings = replace(settings, database_url=request.getfixturevalue("postgres_url"))
    platform = start_platform(settings)
    citizen = new_citizen(platform)
    started = start(platform, citizen)
    code = wrong(password(platform, citizen.phone))
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: confirm(platform, started, code), range(12)))
    told = sorted(answer.json().get("attempts_left", 0) for answer in answers)
    assert told == [0] * 8 + [1, 2, 3, 4]
    assert {answer.status_code for answer in answers} == {403, 423}


def test_a_password_expires_after_five_minutes(platform, register):
    citizen = register()
    started = start(platform, citizen)
    right = password(platform, citizen.phone)
    platform.clock.advance(minutes=5)
    assert confirm(platform, started, right).json()["code"] == "conflict"


def test_a_password_works_once(platform, register):
    citizen = register()
    started = start(platform, citizen)
    right = password(platform, citizen.phone)
    assert confirm(platform, started, right).status_code == 200
    assert confirm(platform, started, right).json()["code"] == "conflict"


def test_a_newer_password_ends_the_older_one(platform, register):
    citizen = register()
    old = start(platform, citizen)
    old_code = password(platform, citizen.phone)
    platform.clock.advance(seconds=60)
    assert start(platform, citizen).status_code == 202
    assert confirm(platform, old, old_code).json()["code"] == "conflict"


def test_a_second_message_waits_a_minute(platform, register):
    citizen = register()
    started = start(platform, citizen)
    again = start(platform, citizen)
    assert (again.status_code, again.json()["retry_after"]) == (429, 60)
    assert started.json()["resend_after"] == "2022-09-05T09:01:00+08:00"
    platform.clock.advance(seconds=60)
    assert start(platform, citizen).status_code == 202


def test_a_phone_gets_five_messages_an_hour(platform, register):
    citizen = register()
    for number in range(5):
        assert start(platform, citizen, f"conversation-{number}").status_code == 202
        platform.clock.advance(minutes=1)
    assert start(platform, citizen, "one-more").json()["retry_after"] == 55 * 60
    platform.clock.advance(minutes=55)
    assert start(platform, citizen, "one-more").status_code == 202


def test_guessing_identities_is_stopped_after_ten_tries(platform, register):
    citizen = register()
    for _ in range(10):
        platform.post("/v1/verifications", citizen.identity() | {"name": "猜一个"})
    answer = platform.post("/v1/verifications", citizen.identity() | {"name": "再猜一个"})
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")


def test_neither_passwords_nor_tokens_are_stored_readable(platform, register, verify):
    citizen = register()
    token = verify(citizen)
    with platform.database.read() as session:
        verification = session.execute(select(Verification)).scalar_one()
        kept = session.execute(select(PersonSession)).scalar_one()
    assert password(platform, citizen.phone) not in verification.code_hash
    assert token not in kept.token_hash
    raw = platform.settings.database_url.removeprefix("sqlite:///")
    for name in (raw, f"{raw}-wal"):
        with open(name, "rb") as file:
            assert token.encode() not in file.read()


def test_the_outbox_is_closed_outside_the_demonstration(settings, start_platform):
    closed = start_platform(replace(settings, demo=False))
    answer = requests.get(f"{closed.url}/dev/outbox", params={"phone": "13900000001"}, timeout=10)
    assert answer.status_code == 404


def test_the_outbox_is_closed_to_callers_behind_a_proxy(platform):
    answer = requests.get(
        f"{platform.url}/dev/outbox",
        params={"phone": "13900000001"},
        headers={"X-Forwarded-For": "203.0.113.9"},
        timeout=10,
    )
    assert answer.status_code == 404


def test_a_demonstration_started_anew_forgives_what_its_clock_has_not_reached(platform, register, verify):
    citizen = register()
    platform.clock.advance(hours=1)
    token = verify(citizen, "first")
    waiting = start(platform, citizen, "second")
    for _ in range(5):
        confirm(platform, waiting, wrong(password(platform, citizen.phone)))
    assert start(platform, citizen, "second").status_code == 423
    platform.clock.advance(hours=-1)
    assert platform.get("/v1/people/me", session=token).json()["code"] == "session_expired"
    assert start(platform, citizen, "second").status_code == 202
