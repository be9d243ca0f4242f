"""What the platform writes about itself names nobody."""

from __future__ import annotations

import structlog
from sqlalchemy import text


def test_logs_hold_no_name_number_phone_password_or_token(platform, register, verify):
    citizen = register()
    with structlog.testing.capture_logs() as lines:
        token = verify(citizen)
        platform.post("/v1/verifications", citizen.identity("other") | {"name": "猜一个"})
        platform.get(f"/v1/people/{citizen.person_id}/code", session=token)
        with platform.database.write() as session:
            session.execute(text("DROP TABLE identity_attempts"))
        failed = platform.post("/v1/verifications", citizen.identity("third"))
    assert failed.status_code == 503
    written = str(lines)
    assert len([line for line in lines if line["event"] == "request"]) >= 5
    assert [line for line in lines if line["event"] == "failure"]
    for secret in (citizen.name, citizen.number, str(citizen.phone), token, citizen.person_id, "猜一个"):
        assert secret not in written


def test_a_log_line_names_the_kind_of_path_the_status_and_the_request(platform):
    with structlog.testing.capture_logs() as lines:
        answer = platform.get("/v1/divisions/510107")
    line = next(line for line in lines if line["event"] == "request")
    assert (line["path"], line["status"], line["client"]) == ("/v1/divisions/<code>", 404, "assistant")
    assert line["request_id"] == answer.headers["X-Request-Id"]
