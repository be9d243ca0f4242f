"""Family links: consent, five members, ending."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from backend.contract import load_contract
from backend.models import OutgoingEvent


@pytest.fixture
def token(register, verify):
    return verify(register())


def body_of(member, relation="母亲", **more):
    return {
        "relation": relation,
        "name": member.name,
        "document_type": member.document_type,
        "document_number": member.number,
        "statement": {"by": "member", "how": "in_person"},
        **more,
    }


def mother(register, **facts):
    facts = {
        "name": "李桂芳",
        "number": "510107196003071228",
        "phone": None,
        "birth_date": date(1960, 3, 7),
    } | facts
    return register(**facts)


def add(platform, token, body):
    return platform.post("/v1/people/me/family", body, session=token)


def test_a_mother_without_a_phone_is_linked_and_her_code_can_be_read(platform, register, token):
    member = mother(register)
    linked = add(platform, token, body_of(member))
    assert linked.status_code == 201
    load_contract().validator("FamilyMember").validate(linked.json())
    assert (linked.json()["relation"], linked.json()["name_masked"]) == ("母亲", "李**")
    assert platform.get(f"/v1/people/{member.person_id}/code", session=token).json()["colour"] == "none"
    assert [m["person_id"] for m in platform.get("/v1/people/me/family", session=token).json()["items"]] == [
        member.person_id
    ]


def test_whoever_is_linked_is_told_of_it_once(platform, register, token):
    member = mother(register)
    assert add(platform, token, body_of(member)).status_code == 201
    assert add(platform, token, body_of(member)).status_code == 409
    with platform.database.read() as session:
        told = session.execute(select(OutgoingEvent.person_id).where(OutgoingEvent.kind == "family.linked"))
        assert told.scalars().all() == [member.person_id]


def test_the_link_does_not_work_the_other_way_round(platform, register, token, verify):
    member = register(
        name="王小宝", number="510107201503071235", phone="13900000007", birth_date=date(2015, 3, 7)
    )
    add(platform, token, body_of(member, "儿子"))
    me = platform.get("/v1/people/me", session=token).json()["person_id"]
    childs = verify(member, "another")
    assert platform.get(f"/v1/people/{me}/code", session=childs).status_code == 403


def test_a_member_with_a_phone_must_consent_with_it(platform, register, token, verify):
    member = mother(register, phone="13900000008")
    refused = add(platform, token, body_of(member))
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden_person")
    consent = verify(member, "consent-of-mother")
    assert add(platform, token, body_of(member, consent_session=consent)).status_code == 201


def test_somebody_elses_consent_is_none(platform, register, token, verify):
    member = mother(register, phone="13900000008")
    stranger = register(name="赵六", number="510107198501011231", phone="13900000006")
    answer = add(platform, token, body_of(member, consent_session=verify(stranger, "stranger")))
    assert answer.status_code == 403


def test_a_child_under_fourteen_is_linked_by_a_guardian_even_with_a_phone(platform, register, token):
    child = register(
        name="王小宝", number="510107201503071235", phone="13900000007", birth_date=date(2015, 3, 7)
    )
    assert add(platform, token, body_of(child, "儿子")).status_code == 201


def test_a_sixth_member_is_refused_until_one_is_removed(platform, register, token):
    members = [mother(register, name=f"家人{n}", number=f"51010719600307{n:03d}8") for n in range(6)]
    links = [add(platform, token, body_of(member)).json() for member in members[:5]]
    sixth = add(platform, token, body_of(members[5]))
    assert (sixth.status_code, sixth.json()["code"]) == (409, "conflict")
    gone = platform.delete(f"/v1/people/me/family/{links[0]['link_id']}", session=token)
    assert (gone.status_code, gone.json()["link_id"]) == (200, links[0]["link_id"])
    assert platform.get(f"/v1/people/{members[0].person_id}/code", session=token).status_code == 403
    assert add(platform, token, body_of(members[5])).status_code == 201


def test_nobody_is_linked_twice_or_to_themselves(platform, register, token):
    member = mother(register)
    add(platform, token, body_of(member))
    assert add(platform, token, body_of(member)).status_code == 409
    myself = body_of(register(name="自己", number="510107199903071230", phone=None), "本人")
    assert (
        add(platform, token, myself | {"name": "王小明", "document_number": "51010719900307123X"}).status_code
        == 409
    )


def test_a_wrong_name_is_refused_and_guessing_stopped(platform, register, token):
    member = mother(register)
    for _ in range(10):
        assert (
            add(platform, token, body_of(member) | {"name": "李桂花"}).json()["code"] == "identity_mismatch"
        )
    assert add(platform, token, body_of(member)).status_code == 429


def test_a_link_of_somebody_else_cannot_be_ended(platform, register, token, verify):
    link = add(platform, token, body_of(mother(register))).json()
    other = verify(register(name="李四", number="510107198001011234", phone="13900000009"))
    answer = platform.delete(f"/v1/people/me/family/{link['link_id']}", session=other)
    assert answer.status_code == 404


def test_a_fourth_user_is_refused_until_one_lets_go(platform, register, verify):
    member = mother(register)
    owners = [
        verify(register(name=f"子女{n}", number=f"5101071990030712{n:02d}", phone=f"1390000020{n}"), f"c-{n}")
        for n in range(4)
    ]
    links = [add(platform, owner, body_of(member)) for owner in owners]
    assert [link.status_code for link in links] == [201, 201, 201, 409]
    assert links[3].json()["reason"] == "three_users"
    platform.delete(f"/v1/people/me/family/{links[0].json()['link_id']}", session=owners[0])
    assert add(platform, owners[3], body_of(member)).status_code == 201


def test_the_member_sees_who_acts_for_them_and_can_end_it(platform, register, token, verify):
    member = mother(register, phone="13900000008")
    hers = verify(member, "hers")
    link = add(platform, token, body_of(member, consent_session=hers)).json()
    holders = platform.get("/v1/people/me/family/holders", session=hers).json()["items"]
    assert [(h["link_id"], h["name_masked"], h["relation"]) for h in holders] == [
        (link["link_id"], "王**", "母亲")
    ]
    load_contract().validator("FamilyHolder").validate(holders[0])
    assert platform.delete(f"/v1/people/me/family/{link['link_id']}", session=hers).status_code == 200
    assert platform.get(f"/v1/people/{member.person_id}/code", session=token).status_code == 403


def test_without_a_word_on_who_consents_nobody_is_linked(platform, register, token):
    body = body_of(mother(register))
    del body["statement"]
    answer = add(platform, token, body)
    assert {error["field"] for error in answer.json()["errors"]} == {"statement"}
