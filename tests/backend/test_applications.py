"""Applications for a code: phones proved, names checked, everything in one transaction."""

from __future__ import annotations

from datetime import date

import pytest
import requests
from sqlalchemy import func, select

from backend.models import (
    Application,
    Document,
    FamilyLink,
    HealthCode,
    HealthDeclaration,
    Person,
    RealName,
    ServiceRequest,
)
from backend.registry.folding import fold_name
from privacy.documents import check_character
from tests.backend.showing_support import survives_every_cut

ME = {"name": "秦怀川", "document_type": "id_card", "document_number": "510106199201019985"}
ANNA = {
    "name": "MARIA-JOSE O'NEILL DE LA CRUZ",
    "document_type": "passport",
    "document_number": "X9990001",
    "birth_date": "1990-05-17",
    "valid_until": "2030-01-01",
}
PHONE = "13900000101"
WELL = {"symptoms": [], "risk_stay": False, "contact": False}
HOME = {"division_code": "510107", "street": "国学巷37号"}
TALK = {"channel": "web", "conversation_id": "conversation-1"}


@pytest.fixture(autouse=True)
def known(platform):
    """Public security knows these people."""
    with platform.database.write() as session:
        for who in (ME, ANNA, {"name": "沈玉梅", "document_type": "id_card", "document_number": MOTHER}):
            session.add(
                RealName(
                    document_type=who["document_type"],
                    document_number=who["document_number"],
                    name_key=fold_name(who["name"]),
                )
            )


def card(first_seventeen):
    return first_seventeen + check_character(first_seventeen)


MOTHER = card("51050219590606998")
ME["document_number"] = card("51010619920101998")
CHILD = card("51050220150505998")


def password(platform, phone):
    items = requests.get(f"{platform.url}/dev/outbox", params={"phone": phone}, timeout=10).json()["items"]
    return "".join(c for c in items[0]["text"].split("验证码是")[1][:6])


def prove(platform, phone=PHONE, number="x1", conversation="conversation-1"):
    started = platform.post(
        "/v1/phone-checks",
        {"phone": phone, "document_number": number, "channel": "web", "conversation_id": conversation},
    )
    assert started.status_code == 202, started.text
    confirmed = platform.post(
        f"/v1/phone-checks/{started.json()['check_id']}/confirm", {"code": password(platform, phone)}
    )
    assert confirmed.status_code == 200, confirmed.text
    return confirmed.json()["phone_proof"]


def application(proof, who=ME, phone=PHONE, **more):
    return {**who, "phone": phone, "phone_proof": proof, "address": HOME, "declaration": WELL, **TALK, **more}


def apply(platform, body, **rest):
    return platform.post("/v1/applications", body, **rest)


def test_a_known_name_gets_a_green_code_and_a_session_at_once(platform):
    answer = apply(platform, application(prove(platform)))
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["state"], made["colour"], made["receipt"]) == ("approved", "green", None)
    token = made["session"]["session_token"]
    code = platform.get(f"/v1/people/{made['person_id']}/code", session=token).json()
    assert (code["colour"], code["valid_until"][:10]) == ("green", "2022-09-19")
    me = platform.get("/v1/people/me", session=token).json()
    assert (me["birth_year"], me["phone_masked"]) == (1992, "139****0101")


@pytest.mark.parametrize("what", [{"symptoms": ["fever"]}, {"temperature": 37.3}])
def test_an_abnormal_declaration_gives_a_yellow_code_with_its_reason(platform, what):
    made = apply(platform, application(prove(platform), declaration=WELL | what)).json()
    assert made["colour"] == "yellow"
    token = made["session"]["session_token"]
    changes = platform.get(f"/v1/people/{made['person_id']}/code/history", session=token).json()["items"]
    assert [reason["category"] for reason in changes[0]["reasons"]] == ["self_declared"]


def test_the_same_key_applies_once(platform):
    body = application(prove(platform))
    first, second = apply(platform, body, key="apply-once-1"), apply(platform, body, key="apply-once-1")
    assert first.json() == second.json()
    with platform.database.read() as session:
        assert session.execute(select(func.count()).select_from(Person)).scalar_one() == 1
        assert session.execute(select(func.count()).select_from(Application)).scalar_one() == 1


def test_applying_again_with_the_registered_phone_verifies_and_makes_nothing(platform):
    apply(platform, application(prove(platform)))
    platform.clock.advance(minutes=2)
    again = apply(platform, application(prove(platform))).json()
    assert (again["state"], again["colour"]) == ("exists", "green")
    assert again["session"]["session_token"]
    with platform.database.read() as session:
        assert session.execute(select(func.count()).select_from(Person)).scalar_one() == 1


def test_applying_again_with_another_phone_tells_nothing_but_that(platform):
    apply(platform, application(prove(platform)))
    other = "13900000102"
    answer = apply(platform, application(prove(platform, other), phone=other))
    assert (answer.status_code, answer.json()["reason"]) == (409, "other_phone")
    assert "green" not in answer.text
    checked = platform.post(
        "/v1/applications/check", {**ME, "phone": other, "phone_proof": prove(platform, other, "x2", "c-2")}
    )
    assert checked.json()["standing"] == "other_phone"


def test_a_name_that_does_not_belong_to_the_document_is_refused_and_counted(platform):
    proof = prove(platform)
    for _ in range(9):
        answer = apply(platform, application(proof, who=ME | {"name": "秦怀山"}))
        assert (answer.status_code, answer.json()["code"]) == (422, "identity_mismatch")
    for _ in range(2):
        answer = apply(platform, application(proof, who=ME | {"name": "秦怀山"}))
    assert answer.status_code == 429


def test_a_foreigner_nobody_finds_is_reviewed_within_a_day_and_approved_by_the_desk(platform):
    who = ANNA | {"name": "SUHARTO", "document_number": "C9990002"}
    made = apply(platform, application(prove(platform), who=who)).json()
    assert (made["state"], made["person_id"]) == ("reviewing", None)
    assert made["receipt"]["due_at"] == "2022-09-06T09:00:00+08:00"
    number = made["receipt"]["number"]
    again = apply(platform, application(prove(platform, conversation="c-2"), who=who))
    assert again.json()["reason"] == "reviewing"
    move = {"action": "answer", "agent": "A001", "version": 1, "reply": "已核实，健康码已生成。"}
    path = f"/v1/service-requests/{number}/steps"
    assert platform.post(path, move, client="desk").status_code == 422
    assert platform.post(path, move | {"decision": "approve"}, client="desk").status_code == 200
    assert (
        platform.post(
            path, {"action": "close", "agent": "A001", "version": 2, "reason": "已知晓"}, client="desk"
        ).status_code
        == 200
    )
    now_there = apply(platform, application(prove(platform, conversation="c-3"), who=who)).json()
    assert (now_there["state"], now_there["colour"]) == ("exists", "green")


def test_a_rejected_application_can_be_made_again(platform):
    who = ANNA | {"document_number": "C9990003"}
    number = apply(platform, application(prove(platform), who=who)).json()["receipt"]["number"]
    move = {
        "action": "answer",
        "agent": "A001",
        "version": 1,
        "reply": "护照照片不清楚。",
        "decision": "reject",
    }
    platform.post(f"/v1/service-requests/{number}/steps", move, client="desk")
    platform.clock.advance(minutes=2)
    assert apply(platform, application(prove(platform), who=who)).json()["state"] == "reviewing"


def test_a_withdrawn_application_can_be_made_again(platform):
    who = ANNA | {"document_number": "C9990003"}
    receipt = apply(platform, application(prove(platform), who=who)).json()["receipt"]
    wish = {"wish": "withdraw", "fetch_code": receipt["fetch_code"]}
    assert platform.post(f"/v1/service-requests/{receipt['number']}/wishes", wish).status_code == 200
    platform.clock.advance(minutes=2)
    assert apply(platform, application(prove(platform), who=who)).json()["state"] == "reviewing"


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_who_asks_with_the_fetch_code_is_told_what_was_reviewed_and_how_it_ended(platform, decision):
    """An answer to a refused application read like any other reply: whether there was a code now, nobody could tell."""
    who = ANNA | {"document_number": "C9990003"}
    receipt = apply(platform, application(prove(platform), who=who)).json()["receipt"]
    path, code = f"/v1/service-requests/{receipt['number']}", receipt["fetch_code"]
    before = platform.get(path, fetch_code=code).json()
    assert (before["reviews"], before["decision"]) == ("application", None)
    move = {"action": "answer", "agent": "A001", "version": 1, "reply": "已核对。", "decision": decision}
    platform.post(f"{path}/steps", move, client="desk")
    after = platform.get(path, fetch_code=code).json()
    assert (after["reviews"], after["decision"], after["reply"]) == ("application", decision, "已核对。")


@pytest.mark.parametrize(("decision", "kept"), [("approve", "P99900002"), ("reject", "P99900001")])
def test_a_document_is_corrected_when_the_desk_approves_and_not_otherwise(
    platform, register, verify, decision, kept
):
    citizen = register(name="MARTIN PAUL", document_type="passport", number="P99900001")
    token = verify(citizen)
    body = {
        "what": "document",
        "document_type": "passport",
        "document_number": "P99900002",
        "valid_until": "2031-01-01",
        **TALK,
    }
    receipt = platform.post("/v1/people/me/corrections", body, session=token).json()
    assert receipt["after"] != receipt["before"]
    path = f"/v1/service-requests/{receipt['number']}"
    assert platform.get(path, session=token).json()["reviews"] == "document"
    move = {"action": "answer", "agent": "A001", "version": 1, "reply": "已核对。", "decision": decision}
    assert platform.post(f"{path}/steps", move, client="desk").status_code == 200
    assert platform.get(path, session=token).json()["decision"] == decision
    with platform.database.read() as session:
        assert session.execute(select(Document.number)).scalars().all() == [kept]


def test_a_decision_belongs_to_a_review_alone(platform):
    body = {"kind": "help", "category": "x", "title": "x", "content": "x", **TALK}
    number = platform.post("/v1/service-requests", body).json()["number"]
    move = {"action": "answer", "agent": "A001", "version": 1, "reply": "好", "decision": "approve"}
    assert platform.post(f"/v1/service-requests/{number}/steps", move, client="desk").status_code == 422


@pytest.mark.parametrize("name", ["DE LA CRUZ MARIA JOSE ONEILL", "maria-jose o'neill de la cruz"])
def test_a_latin_name_is_known_in_any_order_and_as_the_machine_zone_writes_it(platform, name):
    assert (
        apply(platform, application(prove(platform), who=ANNA | {"name": name})).json()["state"] == "approved"
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"document_number": "510106199201019980"}, "document_number"),
        ({"document_number": card("51990019920101998")}, "document_number"),
        ({"name": "秦1"}, "name"),
    ],
)
def test_fields_that_cannot_be_right_are_named(platform, change, field):
    answer = apply(platform, application(prove(platform), who=ME | change))
    assert answer.status_code == 422
    assert field in {error["field"] for error in answer.json()["errors"]}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"valid_until": "2022-09-04"}, "valid_until"),
        ({"valid_until": None}, "valid_until"),
        ({"birth_date": None}, "birth_date"),
        ({"birth_date": "2032-01-01"}, "birth_date"),
        ({"name": "玛丽"}, "name"),
        ({"document_number": "12"}, "document_number"),
    ],
)
def test_a_passport_says_until_when_and_is_read_by_its_latin_name(platform, change, field):
    answer = apply(platform, application(prove(platform), who=ANNA | change))
    assert {error["field"] for error in answer.json()["errors"]} == {field}


def test_a_child_cannot_apply_alone(platform):
    who = {"name": "江小川", "document_type": "id_card", "document_number": CHILD}
    answer = apply(platform, application(prove(platform), who=who))
    assert (answer.status_code, answer.json()["reason"]) == (409, "guarded")


def test_a_phone_that_is_not_proved_applies_for_nothing(platform):
    proof = prove(platform)
    for body in (
        application("made-up"),
        application(proof, phone="13900000109"),
    ):
        answer = apply(platform, body)
        assert {error["field"] for error in answer.json()["errors"]} == {"phone_proof"}
    platform.clock.advance(minutes=31)
    assert apply(platform, application(proof)).status_code == 422


def test_five_wrong_passwords_lock_phone_and_document(platform, register, verify):
    body = {"phone": PHONE, "document_number": "P1234567", **TALK}
    check = platform.post("/v1/phone-checks", body).json()["check_id"]
    right = password(platform, PHONE)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    codes = [
        platform.post(f"/v1/phone-checks/{check}/confirm", {"code": wrong}).json()["code"] for _ in range(5)
    ]
    assert codes == ["wrong_code"] * 4 + ["locked"]
    assert platform.post(f"/v1/phone-checks/{check}/confirm", {"code": right}).status_code == 423
    assert platform.post("/v1/phone-checks", body | {"phone": "13900000188"}).status_code == 423
    citizen = register(phone=PHONE)
    assert platform.post("/v1/verifications", citizen.identity()).status_code == 423


def test_a_mother_without_a_code_gets_person_code_and_link_together(platform, register, verify):
    token = verify(register())
    body = {
        "relation": "母亲",
        "name": "沈玉梅",
        "document_type": "id_card",
        "document_number": MOTHER,
        "statement": {"by": "member", "how": "in_person"},
        "address": HOME,
        "declaration": WELL,
        **TALK,
    }
    made = platform.post("/v1/people/me/family/applications", body, session=token).json()
    assert (made["state"], made["member"]["relation"], made["member"]["colour"]) == (
        "approved",
        "母亲",
        "green",
    )
    assert platform.get(f"/v1/people/{made['person_id']}/code", session=token).json()["colour"] == "green"
    with platform.database.read() as session:
        link = session.execute(select(FamilyLink)).scalar_one()
    assert (link.consent, link.statement) == ("no_own_phone", "member:in_person")


def test_nobody_says_who_consents_and_nothing_is_made(platform, register, verify):
    token = verify(register())
    body = {
        "relation": "母亲",
        "name": "沈玉梅",
        "document_type": "id_card",
        "document_number": MOTHER,
        "address": HOME,
        "declaration": WELL,
        **TALK,
    }
    answer = platform.post("/v1/people/me/family/applications", body, session=token)
    assert {error["field"] for error in answer.json()["errors"]} == {"statement"}
    with platform.database.read() as session:
        assert session.execute(select(func.count()).select_from(Person)).scalar_one() == 1


def test_where_a_relative_stands_is_told_before_anything_is_filled_in(platform, register, verify):
    owner = register()
    token = verify(owner)
    wife = register(name="苏晚晴", number=card("51050219870808998"), phone="13900000007")
    child = register(name="王小宝", number=CHILD, phone=None, birth_date=date(2015, 5, 5))

    def check(name, number):
        body = {"name": name, "document_type": "id_card", "document_number": number}
        return platform.post("/v1/people/me/family/check", body, session=token).json()

    assert check("沈玉梅", MOTHER) == {"real_name": "match", "standing": "new", "consent": "no_own_phone"}
    assert check(wife.name, wife.number)["consent"] == "session"
    assert check(child.name, child.number)["consent"] == "guardian"
    assert check("沈玉梅梅", MOTHER)["code"] == "identity_mismatch"


def test_a_phone_changes_when_both_are_proved_and_the_old_one_is_told(platform, register, verify):
    citizen = register(phone="13900000001")
    token = verify(citizen)
    body = {"phone": "13900000055", "phone_proof": prove(platform, "13900000055")}
    assert platform.post("/v1/people/me/phone", body, session=token).json()["phone_masked"] == "139****0055"
    told = requests.get(f"{platform.url}/dev/outbox", params={"phone": "13900000001"}, timeout=10).json()
    assert "改绑139****0055" in told["items"][0]["text"]
    assert platform.post("/v1/verifications", citizen.identity("c-9")).json()["code"] == "identity_mismatch"


def test_a_misspelt_name_is_corrected_by_the_desk_and_shown_masked(platform, register, verify):
    number = card("51180219940808998")
    with platform.database.write() as session:
        session.add(RealName(document_type="id_card", document_number=number, name_key=fold_name("岳明辉")))
    token = verify(register(name="岳明晖", number=number))
    receipt = platform.post(
        "/v1/people/me/corrections", {"what": "name", "name": "岳明辉", **TALK}, session=token
    ).json()
    assert (receipt["before"], receipt["after"]) == ("岳**", "岳**")
    held = platform.get(f"/v1/service-requests/{receipt['number']}", client="desk").json()
    assert "岳明" not in held["content"]
    assert "实名比对：一致" in held["content"]
    move = {"action": "answer", "agent": "A001", "version": 1, "reply": "已更正。", "decision": "approve"}
    platform.post(f"/v1/service-requests/{receipt['number']}/steps", move, client="desk")
    with platform.database.read() as session:
        assert session.execute(select(Person.name)).scalar_one() == "岳明辉"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"what": "name", "name": "岳明晖"}, ("conflict", "unchanged")),
        ({"what": "name"}, ("invalid_input", None)),
        ({"what": "document", "document_type": "id_card", "document_number": "1"}, ("invalid_input", None)),
    ],
)
def test_a_correction_that_cannot_be_is_refused(platform, register, verify, body, problem):
    token = verify(register(name="岳明晖"))
    answer = platform.post("/v1/people/me/corrections", {**body, **TALK}, session=token).json()
    assert (answer["code"], answer.get("reason")) == problem


def test_a_phone_that_is_gone_is_reviewed_and_changed_by_the_desk(platform, register):
    citizen = register(phone="13900000001")
    body = {
        "kind": "phone_lost",
        "name": citizen.name,
        "document_type": "id_card",
        "document_number": citizen.number,
        "phone": "13900000066",
        "phone_proof": prove(platform, "13900000066"),
        "evidence": "原号码去年就注销了",
        **TALK,
    }
    receipt = platform.post("/v1/account-reviews", body).json()
    assert receipt["after"] == "139****0066"
    assert receipt["before"] == "139****0001"
    move = {"action": "answer", "agent": "A001", "version": 1, "reply": "已换绑。", "decision": "approve"}
    path = f"/v1/service-requests/{receipt['number']}/steps"
    assert platform.post(path, move, client="desk").status_code == 200
    with platform.database.read() as session:
        assert session.execute(select(Person.phone)).scalar_one() == "13900000066"
        assert session.execute(select(ServiceRequest.state)).scalar_one() == "answered"


def everything(platform):
    """How many of each thing an application makes; one number goes up by one when all of it is there."""
    tables = (Person, HealthCode, Application, HealthDeclaration)
    with platform.database.read() as session:
        counts = {session.execute(select(func.count()).select_from(t)).scalar_one() for t in tables}
    assert len(counts) == 1, counts
    return counts.pop()


def test_an_application_survives_a_cut_at_every_write(platform):
    body = application(prove(platform))
    cuts = survives_every_cut(lambda key: apply(platform, body, key=key), lambda: everything(platform))
    assert cuts >= 6


def test_an_application_for_a_relative_survives_a_cut_at_every_write(platform, register, verify):
    token = verify(register())
    body = {
        "relation": "母亲",
        "name": "沈玉梅",
        "document_type": "id_card",
        "document_number": MOTHER,
        "statement": {"by": "member", "how": "in_person"},
        "address": HOME,
        "declaration": WELL,
        **TALK,
    }

    def held():
        with platform.database.read() as session:
            links = session.execute(select(func.count()).select_from(FamilyLink)).scalar_one()
            codes = session.execute(select(func.count()).select_from(HealthCode)).scalar_one()
            kept = session.execute(select(func.count()).select_from(Application)).scalar_one()
        assert links == codes == kept
        return links

    path = "/v1/people/me/family/applications"
    cuts = survives_every_cut(lambda key: platform.post(path, body, session=token, key=key), held)
    assert cuts >= 7
