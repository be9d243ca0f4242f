"""The contract at the door: what is not in it does not come in, and every failure is a problem document."""

from __future__ import annotations

import json
import re
import socket
from dataclasses import replace
from datetime import datetime

import pytest
import requests
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from backend.app import create_app
from backend.clock import CHINA
from backend.contract import load_contract, parse_moment
from backend.limits import Buckets
from backend.paging import decode_cursor, encode_cursor
from backend.problems import InvalidInput, RateLimited
from privacy.sealing import Sealer

platform_closed = (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError)
VERIFICATION = {
    "name": "王小明",
    "document_type": "id_card",
    "document_number": "51010719900307123X",
    "phone": "13900000001",
    "channel": "web",
    "conversation_id": "conversation-1",
}


def test_every_operation_of_the_contract_has_an_endpoint_and_the_other_way_round(platform):
    served = platform.http.get(f"{platform.url}/openapi.json", timeout=10).json()
    assert served["paths"].keys() == load_contract().document["paths"].keys()
    app = create_app(platform.settings, platform.clock)
    routes = {
        (method, "/" + re.sub(r":\w+>", ">", route.path).strip("/"))
        for route in app.router.routes
        for method in route.methods
    }
    promised = set(load_contract().operations)
    assert routes == promised


def test_a_method_no_path_knows_is_told_which_ones_it_does(platform):
    for path, item in load_contract().document["paths"].items():
        found = platform.call("QUERY", re.sub(r"{\w+}", "per_1", path))
        allowed = {method.strip() for method in found.headers.get("Allow", "").split(",")}
        assert (found.status_code, allowed) == (405, {method.upper() for method in item}), path


def test_unknown_and_wrong_fields_are_named(platform):
    body = VERIFICATION | {"phone": "call me", "nickname": "小王"}
    del body["name"]
    problem = platform.post("/v1/verifications", body).json()
    assert problem["code"] == "invalid_input"
    assert {error["field"] for error in problem["errors"]} == {"body", "phone"}
    assert "call me" not in json.dumps(problem)


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"colour": "red"}, {"state": "lost"}]
)
def test_a_wrong_query_is_refused(platform, query):
    answer = platform.get("/v1/service-requests", client="desk", **query)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


def test_a_repeated_parameter_is_refused(platform):
    answer = platform.call("GET", "/v1/service-requests?limit=1&limit=2", client="desk")
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"name": NaN}', 400),
        (b"[" * 30_000, 400),
        (b"[]", 422),
        (b'"text"', 422),
        (b"null", 422),
        (json.dumps(VERIFICATION | {"name": "王\0"}).encode(), 422),
        (json.dumps(VERIFICATION | {"name": "\ud800"}).encode(), 422),
    ],
)
def test_a_body_that_cannot_be_used_is_a_problem_and_not_a_crash(platform, body, status):
    answer = platform.call("POST", "/v1/verifications", body)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_a_body_over_the_limit_is_refused(platform):
    answer = platform.call("POST", "/v1/verifications", b"x" * 70_000)
    assert answer.status_code == 413
    assert answer.json()["code"] == "bad_request"


def test_an_endless_body_without_a_length_is_refused_unread(platform):
    pieces = (b"x" * 10_000 for _ in range(100))
    try:
        answer = platform.http.post(f"{platform.url}/v1/verifications", data=pieces, timeout=10)
    except platform_closed:
        pass
    else:
        assert answer.status_code in {401, 413}
    assert platform.get("/v1/clock").status_code == 200


def test_another_media_type_is_refused(platform):
    answer = platform.call(
        "POST", "/v1/verifications", b"name=x", headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 415


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("PUT", "/v1/clock", 405)])
def test_unknown_paths_and_methods_are_problems(platform, method, path, status):
    answer = platform.call(method, path)
    assert answer.status_code == status
    load_contract().validator("Problem").validate(answer.json())


@pytest.mark.parametrize("number", ["x", "JKT20220905-1", "..%2F..%2Fetc", "%00", "' OR 1=1 --"])
def test_an_identifier_of_no_possible_shape_is_not_found(platform, number):
    answer = platform.call("GET", f"/v1/service-requests/{number}", client="desk")
    assert answer.status_code == 404


def test_text_that_looks_like_sql_is_only_text(platform):
    evil = "'); DROP TABLE service_requests; --"
    body = {
        "kind": "help",
        "category": evil,
        "title": evil,
        "content": evil,
        "conversation_id": evil,
        "channel": "web",
    }
    assert platform.post("/v1/service-requests", body).status_code == 201
    items = platform.get("/v1/service-requests", client="desk").json()["items"]
    assert [item["content"] for item in items] == [evil]


def test_broken_http_does_not_stop_the_platform(platform):
    host, port = platform.url.removeprefix("http://").split(":")
    for raw in [
        b"\x00\x01\x02\r\n\r\n",
        b"GET / HTTP/9\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
    ]:
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            connection.recv(4096)
    assert platform.get("/v1/clock").status_code == 200


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2022-09-05T09:00:00+08:00", datetime(2022, 9, 5, 9, tzinfo=CHINA)),
        ("2022-09-05T09:00:00 08:00", datetime(2022, 9, 5, 9, tzinfo=CHINA)),
        ("2022-09-05T01:00:00Z", datetime(2022, 9, 5, 9, tzinfo=CHINA)),
        ("2022-09-05T01:00:00.5z", datetime(2022, 9, 5, 9, 0, 0, 500_000, tzinfo=CHINA)),
    ],
)
def test_moments_are_read_with_their_offset(text, moment):
    assert parse_moment(text) == moment


@pytest.mark.parametrize(
    "text",
    ["2022-09-05", "2022-09-05T09:00:00", "2022-13-05T09:00:00Z", "0001-01-01T00:00:00+23:59", "now", ""],
)
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(ValueError):
        parse_moment(text)


@given(st.text(max_size=200))
def test_no_text_is_a_cursor_unless_it_was_given_out(text):
    try:
        key = decode_cursor(text, [str, int])
    except InvalidInput:
        return
    assert decode_cursor(encode_cursor(key), [str, int]) == key


@given(
    st.text("abc123武侯", min_size=1),
    st.integers(-(2**62), 2**62),
    st.datetimes().map(lambda d: d.replace(tzinfo=CHINA)),
)
def test_a_cursor_gives_its_key_back(text, number, moment):
    if moment.year > 1:
        assert decode_cursor(encode_cursor([text, number, moment]), [str, int, datetime]) == [
            text,
            number,
            moment,
        ]


def test_a_bucket_lets_a_burst_through_and_then_its_rate():
    buckets = Buckets(rate=2, burst=3)
    for _ in range(3):
        buckets.take("assistant", 100.0)
    with pytest.raises(RateLimited) as refused:
        buckets.take("assistant", 100.0)
    assert refused.value.extra == {"retry_after": 1}
    buckets.take("desk", 100.0)
    buckets.take("assistant", 100.5)
    with pytest.raises(RateLimited):
        buckets.look("assistant", 100.6)


def test_a_client_that_asks_too_often_is_told_when_to_come_back(settings, start_platform):
    slow = start_platform(replace(settings, client_rate=0.01, client_burst=2))
    codes = [slow.get("/v1/clock").status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    assert slow.get("/v1/clock", client="desk").status_code == 200
    assert slow.http.get(f"{slow.url}/healthz", timeout=10).status_code == 200


@given(st.binary(max_size=100), st.text(max_size=20), st.text(max_size=20))
def test_what_is_sealed_opens_for_its_owner_alone(plain, owner, other):
    sealer = Sealer(b"k" * 32)
    sealed = sealer.seal(plain, owner)
    assert sealer.open(sealed, owner) == plain
    if other != owner:
        with pytest.raises(InvalidTag):
            sealer.open(sealed, other)
