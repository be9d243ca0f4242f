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
from privacy import retention

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


@pytest.mark.parametrize("field", ["name", "phone", "document"])
def test_a_whole_value_is_for_the_desk_alone_and_the_person_sees_who_asked_and_why(
    any_platform: Any, verified: Any, anna: Any, field: str
) -> None:
    mine = verified(any_platform, anna)
    number = any_platform.post("/v1/service-requests", order(), session=mine).json()["number"]
    asked = {"field": field, "purpose": "callback", "agent": "A001"}
    assert any_platform.get(f"/v1/reveals/{number}", **asked).status_code == 403
    assert any_platform.get("/v1/people/me/accesses", session=mine).json()["items"] == []
    answer = any_platform.get(f"/v1/reveals/{number}", client="desk", **asked)
    assert answer.status_code == 200
    with any_platform.database.read() as session:
        person = session.get(Person, anna.person_id)
        held = {"name": person.name, "phone": order()["contact_phone"] or person.phone}
    if field in held:
        assert answer.json() == {"number": number, "field": field, "value": held[field]}
    else:
        assert "*" not in answer.json()["value"]
    (line,) = any_platform.get("/v1/people/me/accesses", session=mine).json()["items"]
    assert (line["reader"], line["reader_name"], line["kind"], line["purpose"], line["reference"]) == (
        "desk",
        "A001",
        f"revealed_{field}",
        "callback",
        number,
    )


@pytest.mark.parametrize(
    "change",
    [{"field": "address"}, {"purpose": "curiosity"}, {"agent": ""}, {"agent": "<b>"}, {"purpose": None}],
)
def test_a_whole_value_without_field_purpose_or_agent_is_refused(
    any_platform: Any, change: dict[str, str | None]
) -> None:
    number = any_platform.post("/v1/service-requests", order()).json()["number"]
    asked = {"field": "phone", "purpose": "callback", "agent": "A001", **change}
    query = {name: value for name, value in asked.items() if value is not None}
    assert any_platform.get(f"/v1/reveals/{number}", client="desk", **query).status_code == 422
    assert (
        any_platform.get(
            "/v1/reveals/JKT20220905-999999", client="desk", field="phone", purpose="callback", agent="A001"
        ).status_code
        == 404
    )


def look(**changes: str) -> dict[str, str]:
    """What the desk sends to see a caller's code."""
    return {"agent": "A001", "call": "LD20220905-000001", "purpose": "call_explain", **changes}


@pytest.mark.parametrize("by", ["document_number", "phone"])
def test_a_callers_code_is_for_the_desk_alone_masked_and_in_the_persons_log(
    any_platform: Any, verified: Any, anna: Any, by: str
) -> None:
    mine = verified(any_platform, anna)
    with any_platform.database.read() as session:
        person = session.get(Person, anna.person_id)
        asked = look(**{by: person.documents[0].number if by == "document_number" else person.phone})
        held = {person.name, person.phone, person.documents[0].number}
    assert any_platform.post("/v1/code-looks", asked).status_code == 403
    assert any_platform.get("/v1/people/me/accesses", session=mine).json()["items"] == []
    answer = any_platform.post("/v1/code-looks", asked, client="desk")
    assert answer.status_code == 201
    assert answer.json()["code"]["person_id"] == anna.person_id
    assert not any(value in answer.text for value in held)
    (line,) = any_platform.get("/v1/people/me/accesses", session=mine, by_others="true").json()["items"]
    assert (line["reader"], line["reader_name"], line["kind"], line["purpose"], line["reference"]) == (
        "desk",
        "A001",
        "code",
        "call_explain",
        "LD20220905-000001",
    )


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"phone": "13999999999"}, 404),
        ({"document_number": "510107199001010011"}, 404),
        ({}, 422),
        ({"phone": "13999999999", "purpose": "curiosity"}, 422),
        ({"phone": "13999999999", "document_number": "510107199001010011"}, 422),
        ({"phone": "13999999999", "agent": "<b>"}, 422),
    ],
)
def test_a_look_at_a_code_that_names_nobody_or_no_purpose_is_refused(
    any_platform: Any, changes: dict[str, str], status: int
) -> None:
    assert any_platform.post("/v1/code-looks", look(**changes), client="desk").status_code == status


def chat_look(person_id: str, **changes: str) -> dict[str, Any]:
    """What the desk sends to see the code of a chat's citizen."""
    chat = {"chat_id": "5f0c", "conversation_id": "conversation-1", "person_id": person_id, **changes}
    return {"agent": "A001", "purpose": "chat_explain", "chat": chat}


def test_in_a_chat_the_code_is_that_of_whoever_was_verified_in_its_conversation_lately(
    any_platform: Any, verified: Any, anna: Any, bert: Any
) -> None:
    mine = verified(any_platform, anna)
    assert any_platform.post("/v1/code-looks", chat_look(anna.person_id)).status_code == 403
    for wrong in (chat_look(bert.person_id), chat_look(anna.person_id, conversation_id="conversation-2")):
        assert any_platform.post("/v1/code-looks", wrong, client="desk").status_code == 404
    any_platform.clock.advance(minutes=29)
    answer = any_platform.post("/v1/code-looks", chat_look(anna.person_id), client="desk")
    assert (answer.status_code, answer.json()["code"]["person_id"]) == (201, anna.person_id)
    (line,) = any_platform.get("/v1/people/me/accesses", session=mine, by_others="true").json()["items"]
    assert (line["reader_name"], line["kind"], line["purpose"], line["reference"]) == (
        "A001",
        "code",
        "chat_explain",
        "5f0c",
    )
    any_platform.clock.advance(minutes=120)
    assert any_platform.post("/v1/code-looks", chat_look(anna.person_id), client="desk").status_code == 201
    any_platform.clock.advance(minutes=2)
    assert any_platform.post("/v1/code-looks", chat_look(anna.person_id), client="desk").status_code == 404


def test_in_a_chat_a_relatives_code_needs_the_link_and_stands_in_the_relatives_log(
    any_platform: Any, verified: Any, new_citizen: Any, anna: Any, bert: Any
) -> None:
    verified(any_platform, anna)
    asked = chat_look(anna.person_id, relation="孩子")
    refused = any_platform.post("/v1/code-looks", asked, client="desk")
    assert (refused.status_code, refused.json()["reason"]) == (409, "not_linked")
    daughter = new_citizen(any_platform, name="李小勇", number="510107201007070028", phone=None)
    link(any_platform, anna, bert, "儿子")
    link(any_platform, anna, daughter, "女儿")
    several = any_platform.post("/v1/code-looks", asked, client="desk")
    assert (several.status_code, several.json()["reason"]) == (409, "several")
    asked["chat"]["relative_id"] = bert.person_id
    answer = any_platform.post("/v1/code-looks", asked, client="desk")
    assert answer.json()["code"]["person_id"] == bert.person_id
    with any_platform.database.read() as session:
        (entry,) = session.execute(select(AccessEntry).where(AccessEntry.reader == "desk")).scalars()
        assert (entry.person_id, entry.reader_id) == (bert.person_id, "A001")


@pytest.mark.parametrize(
    "changes",
    [
        {"purpose": "call_explain"},
        {"call": "LD20220905-000001"},
        {"phone": "13999999999"},
        {"chat": {"chat_id": "5f0c", "conversation_id": "conversation-1"}},
    ],
)
def test_a_look_is_of_a_call_or_of_a_chat(any_platform: Any, changes: dict[str, Any]) -> None:
    asked = {**chat_look("per_1"), **changes}
    assert any_platform.post("/v1/code-looks", asked, client="desk").status_code == 422


def test_what_a_conversations_person_has_open_is_for_the_desk_and_in_their_log(
    any_platform: Any, verified: Any, anna: Any, bert: Any
) -> None:
    mine, his = verified(any_platform, anna), verified(any_platform, bert, "conversation-2")
    number = any_platform.post("/v1/service-requests", order(), session=mine).json()["number"]
    any_platform.post("/v1/service-requests", order(), session=his)
    asked = {"conversation_id": "conversation-1", "person_id": anna.person_id}
    assert any_platform.get("/v1/conversation-cases", **asked).status_code == 403
    stranger = {**asked, "person_id": bert.person_id}
    assert any_platform.get("/v1/conversation-cases", client="desk", **stranger).status_code == 404
    found = any_platform.get("/v1/conversation-cases", client="desk", **asked).json()
    assert found["appeals"] == []
    assert [(one["number"], one["state"]) for one in found["orders"]] == [(number, "accepted")]
    (line,) = any_platform.get("/v1/people/me/accesses", session=mine, by_others="true").json()["items"]
    assert (line["kind"], line["reference"]) == ("work_order", number)


def test_a_phone_of_several_people_opens_nobodys_code(any_platform: Any, anna: Any, bert: Any) -> None:
    with any_platform.database.write() as session:
        session.get(Person, anna.person_id).phone = session.get(Person, bert.person_id).phone
        shared = session.get(Person, bert.person_id).phone
    answer = any_platform.post("/v1/code-looks", look(phone=shared), client="desk")
    assert (answer.status_code, answer.json()["reason"]) == (409, "several")
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


def test_consent_taken_back_ends_the_sessions_of_this_person_in_this_conversation(
    any_platform: Any, verified: Any, anna: Any, bert: Any
) -> None:
    """A withdrawal forgot the token in the chat alone; on the platform it went on for thirty minutes."""
    older = verified(any_platform, anna)
    any_platform.clock.advance(minutes=2)
    mine = verified(any_platform, anna)
    any_platform.clock.advance(minutes=2)
    elsewhere, berts = verified(any_platform, anna, "conversation-2"), verified(any_platform, bert)
    ended = any_platform.delete("/v1/people/me/session", session=mine)
    assert ended.status_code == 200
    assert ended.json() == {"ended_at": any_platform.clock.now().isoformat()}
    for token in (older, mine):
        assert any_platform.get("/v1/people/me", session=token).json()["code"] == "session_expired"
    for token in (elsewhere, berts):
        assert any_platform.get("/v1/people/me", session=token).status_code == 200
    assert any_platform.delete("/v1/people/me/session", session=mine).json()["code"] == "session_expired"


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


def test_what_has_a_period_of_its_own_is_not_kept_for_an_unknown_one() -> None:
    """Visits and codes given out were named as epidemic-control records without a period."""
    reasons = {holding.table: holding.reason for holding in load_holdings()}
    assert (reasons["visits"], reasons["lane_entries"], reasons["passes"]) == ("visit", "visit", "shown_code")
    dated = {"visits", "lane_entries", "passes", "staff_checks", "access_log"}
    assert dated <= {rule.name for rule in retention.load_rules().values()}
    assert not {table for table in dated if reasons[table] == "epidemic"}


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
