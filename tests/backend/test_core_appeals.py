"""Appeals: filed with sealed pictures, decided at the desk, and what an upheld one does to the code."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backend.clock import DEMO_START as NOW
from backend.codes import issue_code, record_event
from backend.colour.events import Overlap
from backend.contract import load_contract
from backend.models import Appeal, Evidence, OutgoingEvent
from tests.support.pictures import paper

APPEAL = {"reason": "not_there", "content": "9月1日我一直在家，没有去过春熙路。"}
DAY = timedelta(days=1)
JPEG = b"\xff\xd8\xff\xe0 a picture"


def held(schema, body):
    load_contract().validator(schema).validate(body)
    return body


def picture(content=JPEG, media_type="image/jpeg"):
    return {"media_type": media_type, "content": base64.b64encode(content).decode()}


@pytest.fixture
def yellow(platform, register):
    """A citizen whose code an overlap has turned yellow."""
    citizen = register()
    with platform.database.write() as session:
        issue_code(session, citizen.person_id, NOW - 5 * DAY, NOW + 9 * DAY)
    with platform.database.write() as session:
        event = Overlap(id="evt_1", at=NOW - 4 * DAY, known_at=NOW - DAY, region="510100", place="春熙路附近")
        record_event(session, citizen.person_id, event, NOW - DAY)
    return citizen


@pytest.fixture
def token(verify, yellow):
    return verify(yellow)


@pytest.fixture
def stranger(register, verify):
    return verify(register(name="李四", number="510107198001011234", phone="13900000009"))


def colour(platform, citizen, token):
    return platform.get(f"/v1/people/{citizen.person_id}/code", session=token).json()["colour"]


def file(platform, token, **more):
    answer = platform.post("/v1/appeals", APPEAL | more, session=token)
    assert answer.status_code == 201, answer.text
    return answer.json()


def decide(platform, number, **body):
    return platform.post(f"/v1/appeals/{number}/decision", body, client="desk")


def events(platform):
    with platform.database.read() as session:
        return [e.kind for e in session.execute(select(OutgoingEvent).order_by(OutgoingEvent.seq)).scalars()]


def test_an_appeal_is_accepted_and_found_again(platform, yellow, token):
    appeal = held("Appeal", file(platform, token, rule_id="time-space-overlap", stay="一直在家"))
    assert (appeal["number"], appeal["colour"], appeal["stay"]) == ("SS20220905-000001", "yellow", "一直在家")
    assert appeal["due_at"] == "2022-09-08T23:59:59+08:00"
    assert platform.get(f"/v1/appeals/{appeal['number']}", session=token).json() == appeal
    mine = held("AppealPage", platform.get("/v1/people/me/appeals", session=token).json())
    assert mine["items"] == [appeal]
    assert "appeal.received" in events(platform)


def test_a_second_appeal_waits_for_the_first(platform, token):
    file(platform, token)
    assert platform.post("/v1/appeals", APPEAL, session=token).json()["code"] == "conflict"


def test_there_is_nothing_to_object_to_without_a_colour(platform, stranger):
    assert platform.post("/v1/appeals", APPEAL, session=stranger).json()["code"] == "conflict"


def test_an_appeal_for_a_stranger_is_refused_and_a_strangers_appeal_not_found(
    platform, yellow, token, stranger
):
    number = file(platform, token)["number"]
    refused = platform.post("/v1/appeals", APPEAL | {"person_id": yellow.person_id}, session=stranger)
    assert refused.status_code == 403
    assert platform.get(f"/v1/appeals/{number}", session=stranger).status_code == 404
    assert platform.post(f"/v1/appeals/{number}/withdrawal", None, session=stranger).status_code == 404
    assert platform.get(f"/v1/appeals/{number}").json()["code"] == "session_required"


def test_an_upheld_appeal_turns_the_code_green_at_once(platform, yellow, token):
    assert colour(platform, yellow, token) == "yellow"
    number = file(platform, token, rule_id="time-space-overlap-chengdu-2022-07")["number"]
    decided = held("Appeal", decide(platform, number, state="upheld", reply="核实无误，已恢复。").json())
    assert (decided["state"], decided["present_colour"]) == ("upheld", "green")
    assert colour(platform, yellow, token) == "green"
    assert events(platform)[-2:] == ["code.changed", "appeal.decided"]
    assert decide(platform, number, state="rejected", reply="不").json()["code"] == "conflict"


def test_a_rejected_appeal_says_why_and_leaves_the_code(platform, yellow, token):
    number = file(platform, token)["number"]
    assert decide(platform, number, state="reviewing").json()["state"] == "reviewing"
    assert decide(platform, number, state="rejected").json()["code"] == "invalid_input"
    decide(platform, number, state="rejected", reply="轨迹核对无误。")
    read = platform.get(f"/v1/appeals/{number}", session=token).json()
    assert (read["state"], read["reply"], len(read["events"])) == ("rejected", "轨迹核对无误。", 3)
    assert colour(platform, yellow, token) == "yellow"
    [notice] = platform.get("/v1/people/me/notices", session=token).json()["items"]
    assert "不成立" not in notice["title"] + notice["text"]
    file(platform, token)  # with news, again


def test_an_open_appeal_is_shown_to_the_agent_of_its_persons_conversation_until_it_is_decided(
    platform, yellow, token
):
    number = file(platform, token)["number"]
    asked = {"conversation_id": "conversation-1", "person_id": yellow.person_id}
    found = held("OpenCases", platform.get("/v1/conversation-cases", client="desk", **asked).json())
    assert [(one["number"], one["state"], one["own"]) for one in found["appeals"]] == [
        (number, "accepted", True)
    ]
    decide(platform, number, state="rejected", reply="轨迹核对无误。")
    assert platform.get("/v1/conversation-cases", client="desk", **asked).json()["appeals"] == []


def test_only_the_desk_lists_and_decides(platform, token):
    number = file(platform, token)["number"]
    assert platform.get("/v1/appeals").status_code == 403
    assert platform.post(f"/v1/appeals/{number}/decision", {"state": "upheld"}).status_code == 403
    page = held("AppealPage", platform.get("/v1/appeals", client="desk", state="accepted").json())
    assert page["items"][0]["name_masked"].endswith("*") or "*" in page["items"][0]["name_masked"]


def test_overdue_appeals_are_listed(platform, token):
    number = file(platform, token)["number"]
    assert platform.get("/v1/appeals", client="desk", overdue="true").json()["items"] == []
    platform.clock.advance(days=4)
    late = platform.get("/v1/appeals", client="desk", overdue="true").json()["items"]
    assert [appeal["number"] for appeal in late] == [number]


def test_an_appeal_is_withdrawn_once(platform, token):
    number = file(platform, token)["number"]
    path = f"/v1/appeals/{number}/withdrawal"
    assert platform.post(path, None, session=token).json()["state"] == "withdrawn"
    assert platform.post(path, None, session=token).json()["code"] == "conflict"
    file(platform, token)


def test_pictures_are_sealed_and_opened_by_the_desk_alone(platform, token):
    content = JPEG + b"x" * 5000
    kept = held("Evidence", platform.post("/v1/evidence", picture(content), session=token).json())
    assert (kept["size"], kept["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    number = file(platform, token, evidence=[kept["evidence_id"]])["number"]
    path = f"/v1/appeals/{number}/evidence/{kept['evidence_id']}"
    opened = held("OpenedEvidence", platform.get(path, client="desk").json())
    assert base64.b64decode(opened["content"]) == content
    assert platform.get(path, session=token).status_code == 403
    with platform.database.read() as session:
        assert content not in session.get(Evidence, kept["evidence_id"]).sealed


def test_a_picture_kept_twice_under_one_key_is_one(platform, token):
    for _ in range(2):
        platform.post("/v1/evidence", picture(), session=token, key="picture-0001")
    with platform.database.read() as session:
        assert session.execute(select(func.count()).select_from(Evidence)).scalar_one() == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (picture(b"%PDF-1.7"), 422),
        (picture(JPEG, "image/png"), 422),
        ({"media_type": "image/jpeg", "content": "???"}, 422),
        (picture(JPEG + b"x" * 1_048_576), 422),
        (picture(JPEG + b"x" * 1_200_000), 413),
    ],
    ids=["pdf", "other type", "no base64", "over a megabyte", "not read"],
)
def test_what_is_no_picture_is_refused(platform, token, body, status):
    assert platform.post("/v1/evidence", body, session=token).status_code == status


def test_a_picture_of_somebody_else_or_of_another_appeal_is_refused(platform, token, stranger):
    other = platform.post("/v1/evidence", picture(), session=stranger).json()["evidence_id"]
    mine = platform.post("/v1/evidence", picture(), session=token).json()["evidence_id"]
    refused = platform.post("/v1/appeals", APPEAL | {"evidence": [other]}, session=token)
    assert refused.json()["errors"][0]["field"] == "evidence"
    first = file(platform, token, evidence=[mine])
    platform.post(f"/v1/appeals/{first['number']}/withdrawal", None, session=token)
    again = platform.post("/v1/appeals", APPEAL | {"evidence": [mine]}, session=token)
    assert again.status_code == 422


def test_pictures_nobody_took_are_deleted_and_their_number_is_limited(platform, token):
    for _ in range(20):
        assert platform.post("/v1/evidence", picture(), session=token).status_code == 201
    assert platform.post("/v1/evidence", picture(), session=token).json()["code"] == "conflict"
    with platform.database.write() as session:
        for kept in session.execute(select(Evidence)).scalars():
            kept.created_at = NOW - 2 * DAY
    assert platform.post("/v1/evidence", picture(paper(), "image/png"), session=token).status_code == 201
    with platform.database.read() as session:
        assert session.execute(select(func.count()).select_from(Evidence)).scalar_one() == 1


def test_a_large_body_elsewhere_is_still_refused(platform, token):
    body = APPEAL | {"content": "长" * 40_000}
    assert platform.post("/v1/appeals", body, session=token).status_code == 413
    with platform.database.read() as session:
        assert session.execute(select(func.count()).select_from(Appeal)).scalar_one() == 0


@pytest.mark.parametrize("answered", range(4))
def test_a_submission_cut_off_after_any_write_and_begun_again_is_one_appeal(platform, token, answered):
    """The assistant repeats all of it under the same keys; `answered` writes had gone through before."""
    writes = [("/v1/evidence", picture(JPEG + bytes([n])), f"draft-0001:pic{n}") for n in range(2)]

    def submit(most):
        kept = [
            platform.post(path, body, session=token, key=key).json()["evidence_id"]
            for path, body, key in writes[:most]
        ]
        if most <= len(writes):
            return None
        return platform.post("/v1/appeals", APPEAL | {"evidence": kept}, session=token, key="draft-0001")

    submit(answered)
    appeal = submit(3).json()
    assert appeal["number"] == "SS20220905-000001"
    with platform.database.read() as session:
        assert session.execute(select(func.count()).select_from(Appeal)).scalar_one() == 1
        kept = session.execute(select(Evidence)).scalars().all()
    assert [one.number for one in kept] == [appeal["number"]] * 2
