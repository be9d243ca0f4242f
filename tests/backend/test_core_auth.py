"""Only known clients, only now, only once."""

from __future__ import annotations

import time
import uuid

import pytest
import requests

from backend.auth import Nonces, check_signature, signature
from backend.problems import BadSignature, Replayed

SECRETS = {"assistant": b"a" * 32}


def test_a_signed_request_is_answered_with_its_own_request_id(platform):
    identifier = uuid.uuid4().hex
    answer = platform.get("/v1/clock", headers={"X-Request-Id": identifier})
    assert answer.json() == {"now": "2022-09-05T09:00:00+08:00", "mode": "demo"}
    assert answer.headers["X-Request-Id"] == identifier
    assert answer.headers["X-Platform-Time"].startswith("2022-09-05T09:00:00")


def test_a_request_id_that_could_break_a_log_line_is_replaced(platform):
    answer = platform.get("/v1/clock", headers={"X-Request-Id": "x" * 500})
    assert len(answer.headers["X-Request-Id"]) == 32


def test_an_unsigned_request_is_refused(platform):
    answer = requests.get(f"{platform.url}/v1/clock", timeout=10)
    assert answer.status_code == 401
    assert answer.json()["code"] == "bad_signature"
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_the_same_request_sent_twice_is_refused(platform):
    first = platform.get("/v1/clock")
    again = requests.get(first.request.url, headers=dict(first.request.headers), timeout=10)
    assert first.status_code == 200
    assert (again.status_code, again.json()["code"]) == (401, "replayed")


def test_a_nonce_stays_used_after_a_restart(settings, start_platform):
    first = start_platform(settings).get("/v1/clock")
    second = start_platform(settings)
    again = requests.get(f"{second.url}/v1/clock", headers=dict(first.request.headers), timeout=10)
    assert again.json()["code"] == "replayed"


@pytest.mark.parametrize("change", ["method", "path", "body", "nonce", "timestamp"])
def test_a_signature_holds_for_one_request_only(change):
    now = time.time()
    request = {
        "method": "POST",
        "path": "/v1/a?b=1",
        "body": b"{}",
        "timestamp": str(int(now)),
        "nonce": "a" * 32,
    }
    signed = signature(
        SECRETS["assistant"],
        request["method"],
        request["path"],
        timestamp=request["timestamp"],
        nonce=request["nonce"],
        body=request["body"],
    )
    changed = (
        request
        | {
            "method": {"method": "PUT"},
            "path": {"path": "/v1/a?b=2"},
            "body": {"body": b"{ }"},
            "nonce": {"nonce": "b" * 32},
            "timestamp": {"timestamp": str(int(now) + 1)},
        }[change]
    )

    def check(parts):
        headers = {
            "x-client-id": "assistant",
            "x-timestamp": parts["timestamp"],
            "x-nonce": parts["nonce"],
            "x-signature": signed,
        }
        return check_signature(
            SECRETS, headers, method=parts["method"], path=parts["path"], body=parts["body"], now=now
        )

    assert check(request) == ("assistant", "a" * 32)
    with pytest.raises(BadSignature):
        check(changed)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_signature_older_or_newer_than_five_minutes_is_refused(seconds):
    timestamp = str(1_000_000 + seconds)
    signed = signature(
        SECRETS["assistant"], "GET", "/v1/clock", timestamp=timestamp, nonce="c" * 32, body=b""
    )
    headers = {
        "x-client-id": "assistant",
        "x-timestamp": timestamp,
        "x-nonce": "c" * 32,
        "x-signature": signed,
    }
    with pytest.raises(BadSignature, match="X-Timestamp"):
        check_signature(SECRETS, headers, method="GET", path="/v1/clock", body=b"", now=1_000_000)


def test_an_unknown_client_is_told_the_same_as_a_wrong_signature(platform):
    wrong = platform.get("/v1/clock", headers={"X-Signature": "0" * 64})
    unknown = platform.get("/v1/clock", headers={"X-Client-Id": "stranger"})
    assert wrong.json() | {"instance": None} == unknown.json() | {"instance": None}


def test_nonces_are_forgotten_only_when_their_time_is_over(database):
    now = [1_000_000.0]
    nonces = Nonces(database, real_time=lambda: now[0])
    nonces.use("assistant", "d" * 32)
    now[0] += 599
    nonces.use("assistant", "e" * 32)
    with pytest.raises(Replayed):
        nonces.use("assistant", "d" * 32)
    now[0] += 700
    nonces.use("assistant", "f" * 32)
    nonces.use("assistant", "d" * 32)
