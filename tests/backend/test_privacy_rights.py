"""A person's rights on the platform: who looked, a copy, deletion with what stays and why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from backend.models import AccessEntry, Base, FamilyLink, Person, ServiceRequest, TestResult, new_id
from backend.registry.erasure import ERASED
from backend.registry.holdings import load_holdings

RECEIPT = "SC20220905-K7M2Q9"
#: Columns that name a person, whatever the table calls them.
PERSON_COLUMNS = {"person_id", "owner_id", "member_id", "filed_by"}


def order(conversation: str = "conversation-1") -> dict[str, Any]:
    return {
        "kind": "help",
        "category": "核酸检测",
        "title": "没有结果",
        "content": "我叫王小明，昨天做的核酸没有结果",
        "contact_phone": "13900000001",
        "conversation_id": conversation,
        "channel": "web",
    }


def erasure(account: bool = False, conversation: str = "conversation-1") -> dict[str, Any]:
    return {"receipt": RECEIPT, "conversation_id": conversation, "channel": "web", "account": account}


@pytest.fixture
def anna(any_platform: Any, new_citizen: Any) -> Any:
    return new_citizen(any_platform)


@pytest.fixture
def bert(any_platform: Any, new_citizen: Any) -> Any:
    return new_citizen(any_platform, name="李大勇", number="51010719880707003X", phone="13900000002")


def link(platform: Any, owner: Any, member: Any, relation: str = "妻子") -> None:
    with platform.database.write() as session:
        session.add(
            FamilyLink(
                link_id=new_id("lnk"),
                owner_id=owner.person_id,
                member_id=member.person_id,
                relation=relation,
                consent="session",
                since=platform.clock.now(),
            )
        )


def test_every_reading_is_written_down_with_reader_kind_and_purpose(
    any_platform: Any, verified: Any, anna: Any, bert: Any
) -> None:
    link(any_platform, bert, anna)
    mine, his = verified(any_platform, anna), verified(any_platform, bert, "conversation-2")
    any_platform.get(f"/v1/people/{anna.person_id}/tests", session=mine)
    any_platform.get(f"/v1/people/{anna.person_id}/code", session=his)
    number = any_platform.post("/v1/service-requests", order(), session=mine).json()["number"]
    any_platform.get(f"/v1/service-requests/{number}", client="desk")
    items = any_platform.get("/v1/people/me/accesses", session=mine).json()["items"]
    assert [(i["reader"], i["kind"], i["purpose"]) for i in items] == [
        ("desk", "work_order", "work_order"),
        ("relative", "code", "family"),
        ("self", "tests", "own_request"),
    ]
    assert items[0]["reference"] == number
    assert items[1]["reader_name"].startswith("李")
    others = any_platform.get("/v1/people/me/accesses", session=mine, by_others="true").json()["items"]
    assert [i["reader"] for i in others] == ["desk", "relative"]


def test_a_refused_reading_leaves_no_line_and_a_failing_one_gives_nothing(
    any_platform: Any, verified: Any, anna: Any, bert: Any
) -> None:
    his = verified(any_platform, bert)
    assert any_platform.get(f"/v1/people/{anna.person_id}/code", session=his).status_code == 403
    with any_platform.database.read() as session:
        assert not session.execute(select(AccessEntry)).all()


def test_the_desks_list_shown_twice_within_the_hour_is_one_reading(
    any_platform: Any, verified: Any, anna: Any
) -> None:
    mine = verified(any_platform, anna)
    any_platform.post("/v1/service-requests", order(), session=mine)
    for minutes in (0, 5, 61):
        any_platform.clock.advance(minutes=minutes)
        any_platform.get("/v1/service-requests", client="desk")
    mine = verified(any_platform, anna)
    assert len(any_platform.get("/v1/people/me/accesses", session=mine).json()["items"]) == 2


def test_the_log_cannot_be_changed_or_shortened(any_platform: Any, verified: Any, anna: Any) -> None:
    any_platform.get("/v1/people/me", session=verified(any_platform, anna))
    for statement in (update(AccessEntry).values(purpose="x"), delete(AccessEntry)):
        with pytest.raises(DatabaseError, match="append-only"), any_platform.database.write() as session:
            session.execute(statement)


def test_a_copy_holds_what_the_platform_holds_unmasked(any_platform: Any, verified: Any, anna: Any) -> None:
    mine = verified(any_platform, anna)
    any_platform.post("/v1/service-requests", order(), session=mine)
    copy = any_platform.get("/v1/people/me/export", session=mine).json()
    held = {s["section"]: s["items"] for s in copy["sections"]}
    values = [f["value"] for items in held.values() for item in items for f in item["fields"]]
    assert {anna.name, anna.number, anna.phone, "我叫王小明，昨天做的核酸没有结果"} <= set(values)
    assert any_platform.get("/v1/people/me/accesses", session=mine).json()["items"][0]["kind"] == "export"


def test_a_deletion_takes_the_person_out_and_names_what_stays(
    any_platform: Any, verified: Any, anna: Any, bert: Any
) -> None:
    link(any_platform, anna, bert)
    mine = verified(any_platform, anna)
    with any_platform.database.write() as session:
        session.add(
            TestResult(
                test_id="t1",
                person_id=anna.person_id,
                kind="nucleic",
                result="negative",
                sampled_at=any_platform.clock.now() - timedelta(days=1),
                institution="市一医院",
            )
        )
    number = any_platform.post("/v1/service-requests", order(), session=mine).json()["number"]
    told = any_platform.post("/v1/erasures", erasure(), session=mine).json()
    deleted = {part["section"]: part["count"] for part in told["deleted"]}
    assert deleted["work_orders"] == deleted["family"] == 1
    assert {(k["section"], k["reason"]) for k in told["kept"]} >= {
        ("tests", "epidemic"),
        ("documents", "account"),
        ("profile", "account"),
    }
    assert any_platform.get("/v1/people/me", session=mine).status_code == 401
    with any_platform.database.read() as session:
        kept = session.get(ServiceRequest, number)
        assert (kept.content, kept.contact_phone, kept.person_id, kept.state) == (
            ERASED,
            None,
            None,
            "withdrawn",
        )
        assert session.get(Person, anna.person_id).phone == anna.phone


def test_closing_the_account_leaves_nobody_to_verify(any_platform: Any, verified: Any, anna: Any) -> None:
    mine = verified(any_platform, anna)
    any_platform.post("/v1/erasures", erasure(account=True), session=mine)
    again = any_platform.post("/v1/verifications", anna.identity())
    assert again.json()["code"] == "identity_mismatch"


def test_a_deletion_is_done_once_whatever_is_repeated(any_platform: Any, verified: Any, anna: Any) -> None:
    mine = verified(any_platform, anna)
    any_platform.post("/v1/service-requests", order(), session=mine)
    first = any_platform.post("/v1/erasures", erasure(), session=mine, key="erasure-0001")
    again = any_platform.post("/v1/erasures", erasure(), session=mine, key="erasure-0001")
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()


def test_a_session_that_ended_meanwhile_still_carries_a_deletion_for_a_day(
    any_platform: Any, verified: Any, anna: Any
) -> None:
    mine = verified(any_platform, anna)
    any_platform.clock.advance(hours=24)
    assert any_platform.post("/v1/erasures", erasure(), session=mine).status_code == 200
    mine = verified(any_platform, anna)
    any_platform.clock.advance(hours=25)
    assert any_platform.post("/v1/erasures", erasure(), session=mine).json()["code"] == "session_expired"


def test_without_a_person_only_the_conversation_is_cleared(
    any_platform: Any, verified: Any, anna: Any
) -> None:
    mine = verified(any_platform, anna, "conversation-2")
    any_platform.post("/v1/service-requests", order("conversation-2"), session=mine)
    nobodys = any_platform.post("/v1/service-requests", order("conversation-1")).json()["number"]
    told = any_platform.post("/v1/erasures", erasure()).json()
    assert told["deleted"] == [{"section": "work_orders", "count": 1}]
    with any_platform.database.read() as session:
        contents = {r.number: r.content for r in session.execute(select(ServiceRequest)).scalars()}
    assert contents.pop(nobodys) == ERASED
    assert ERASED not in contents.values()


def test_every_table_that_names_a_person_is_listed() -> None:
    naming = {
        table.name
        for table in Base.metadata.tables.values()
        if PERSON_COLUMNS & set(table.c.keys())
        or any(key.column.table.name == "people" for key in table.foreign_keys)
    }
    listed = {holding.table for holding in load_holdings()}
    assert naming <= listed, f"say in holdings.yml what becomes of {sorted(naming - listed)}"
    for holding in load_holdings():
        assert set(holding.person) | set(holding.export) <= set(holding.rows.c.keys())
        assert holding.erasure in {"delete", "keep", "case", "account"}
        assert (holding.erasure == "delete") is not bool(holding.reason)
