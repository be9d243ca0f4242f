"""Codes to be shown: who may have one, how long it counts, what ends it."""

from __future__ import annotations

import base64
from datetime import date

import pytest
from sqlalchemy import func, select

from backend.contract import load_contract
from backend.models import IssuedPass, OutgoingEvent, Person
from backend.registry.passes import revoke_worsened
from backend.retention import stores
from passes.keys import read_keys
from passes.payload import verify
from passes.revocations import read_list
from privacy.retention import run

from .showing_support import give_code, survives_every_cut


@pytest.fixture
def me(platform, register):
    citizen = register()
    give_code(platform, citizen.person_id)
    return citizen


@pytest.fixture
def token(me, verify):
    return verify(me)


def path(citizen):
    return f"/v1/people/{citizen.person_id}/passes"


def end(platform, citizen, serial, session):
    return platform.post(f"/v1/people/{citizen.person_id}/pass-ends", {"serial": serial}, session=session)


def make(platform, token, citizen, kind="offline", **more):
    return platform.post(path(citizen), {"kind": kind, **more}, session=token)


def keys(platform):
    answer = platform.http.get(f"{platform.url}/pass-keys", timeout=10)
    load_answer = load_contract().document["paths"]["/pass-keys"]
    assert load_answer
    return read_keys(answer.text)


def revoked(platform):
    answer = platform.http.get(f"{platform.url}/pass-revocations", timeout=10).json()
    return read_list(base64.b64decode(answer["list"]), keys(platform))


def test_an_offline_code_counts_for_seven_days_and_says_nothing_in_full(platform, me, token):
    made = make(platform, token, me)
    assert made.status_code == 201, made.text
    load_contract().validator("Pass").validate(made.json())
    body = made.json()
    assert (body["issued_at"], body["expires_at"]) == (
        "2022-09-05T09:00:00+08:00",
        "2022-09-12T09:00:00+08:00",
    )
    assert (body["name_masked"], body["document_masked"], body["colour"]) == ("王**", "51**3X", "green")
    facts = verify(body["payload"], keys(platform))
    assert (facts.kind, facts.colour, facts.name, facts.document) == ("offline", "green", "王**", "51**3X")
    assert me.name not in body["payload"] and me.number not in made.text
    platform.clock.advance(days=7)
    items = platform.get(path(me), session=token)
    assert items.status_code == 401  # 30 minutes are over, days later


def test_after_seven_days_it_is_expired_and_a_new_one_can_be_had(platform, me, token, verify):
    first = make(platform, token, me).json()
    give_code(platform, me.person_id, days=20)
    platform.clock.advance(days=7)
    again = verify(me, "later")
    items = platform.get(path(me), session=again).json()["items"]
    assert [(i["serial"], i["state"], i["payload"]) for i in items] == [(first["serial"], "expired", None)]
    assert make(platform, again, me).status_code == 201


def test_one_person_has_one_offline_code_until_it_is_renewed(platform, me, token):
    first = make(platform, token, me).json()
    assert make(platform, token, me).status_code == 409
    assert make(platform, token, me, replaces="AAAAA-AAAAA").status_code == 409
    second = make(platform, token, me, replaces=first["serial"])
    assert second.status_code == 201
    states = {i["serial"]: i["state"] for i in platform.get(path(me), session=token).json()["items"]}
    assert states == {first["serial"]: "revoked", second.json()["serial"]: "valid"}
    assert len(revoked(platform)) == 1


def test_the_same_code_is_shown_again_with_the_same_text(platform, me, token):
    made = make(platform, token, me).json()
    platform.clock.advance(minutes=5)
    shown = platform.get(path(me), session=token).json()["items"][0]
    assert shown["payload"] == made["payload"]


def test_a_lost_code_is_ended_once_and_for_verifiers_too(platform, me, token):
    made = make(platform, token, me).json()
    for _ in range(2):
        ended = end(platform, me, made["serial"], token)
        assert (ended.status_code, ended.json()["state"], ended.json()["payload"]) == (200, "revoked", None)
    assert verify(made["payload"], keys(platform)).serial in revoked(platform)
    with platform.database.read() as session:
        kinds = session.execute(select(OutgoingEvent.kind)).scalars().all()
    assert kinds.count("offline_code.revoked") == 1
    assert end(platform, me, "AAAAA-AAAAA", token).status_code == 404


@pytest.mark.parametrize(("before", "after", "counts"), [
    ("green", "yellow", False), ("green", "red", False), ("yellow", "red", False), ("yellow", "green", True),
])  # fmt: skip
def test_a_code_ends_when_the_colour_worsens_and_stays_ended(platform, me, token, before, after, counts):
    give_code(platform, me.person_id, before)
    serial = verify(make(platform, token, me).json()["payload"], keys(platform)).serial
    give_code(platform, me.person_id, after)
    assert (serial in revoked(platform)) is not counts  # before anybody has called the hook
    with platform.database.write() as session:
        colours = {me.person_id: after}
        assert revoke_worsened(session, platform.clock.now(), colours) == (0 if counts else 1)
        assert revoke_worsened(session, platform.clock.now(), colours) == 0
    give_code(platform, me.person_id, "green")
    assert (serial in revoked(platform)) is not counts
    state = platform.get(path(me), session=token).json()["items"][0]["state"]
    assert state == ("valid" if counts else "revoked")


def test_worsening_on_both_stores_ends_the_right_codes(any_platform, new_citizen, verified):
    people = []
    for n in range(3):
        number, phone = f"51010719900307{n:03d}X", f"1390000001{n}"
        people.append(new_citizen(any_platform, name=f"甲{n}", number=number, phone=phone))
    for citizen in people:
        give_code(any_platform, citizen.person_id)
        assert make(any_platform, verified(any_platform, citizen), citizen).status_code == 201
    give_code(any_platform, people[0].person_id, "yellow")
    give_code(any_platform, people[1].person_id, "red")
    with any_platform.database.write() as session:
        worse = {people[1].person_id: "red", people[2].person_id: "green"}
        assert revoke_worsened(session, any_platform.clock.now(), worse) == 1
        assert revoke_worsened(session, any_platform.clock.now(), worse) == 0
    assert len(revoked(any_platform)) == 2  # the yellow one too, which nobody has ended yet


@pytest.mark.parametrize("kind", ["live", "offline"])
def test_without_a_code_or_with_a_check_in_run_out_nothing_is_given_out(platform, register, verify, kind):
    citizen = register(name="李四", number="510107198001011234", phone="13900000009")
    session = verify(citizen)
    assert make(platform, session, citizen, kind).status_code == 409
    give_code(platform, citizen.person_id, days=-1)
    assert make(platform, session, citizen, kind).status_code == 409


def test_a_red_code_is_shown_live_and_not_carried(platform, me, token):
    give_code(platform, me.person_id, "red")
    assert make(platform, token, me).status_code == 409
    live = make(platform, token, me, "live").json()
    assert (live["colour"], live["expires_at"]) == ("red", "2022-09-05T09:05:00+08:00")


def test_somebody_elses_code_is_given_out_to_nobody_but_the_linked(platform, register, me, token, verify):
    grandmother = register(
        name="陈桂兰", number="510107194003071228", phone=None, birth_date=date(1940, 3, 7)
    )
    give_code(platform, grandmother.person_id)
    for kind in ("live", "offline"):
        assert make(platform, token, grandmother, kind).status_code == 403
    assert platform.get(path(grandmother), session=token).status_code == 403
    member = {
        "relation": "奶奶",
        "name": "陈桂兰",
        "document_type": "id_card",
        "document_number": grandmother.number,
        "statement": {"by": "member", "how": "in_person"},
    }
    assert platform.post("/v1/people/me/family", member, session=token).status_code == 201
    made = make(platform, token, grandmother).json()
    assert made["name_masked"] == "陈**"
    stranger = verify(register(name="李四", number="510107198001011234", phone="13900000009"), "other")
    assert end(platform, grandmother, made["serial"], stranger).status_code == 403
    assert platform.get(path(grandmother)).status_code == 401


def test_a_deleted_persons_code_is_on_the_list(platform, me, token):
    serial = verify(make(platform, token, me).json()["payload"], keys(platform)).serial
    with platform.database.write() as session:
        session.delete(session.get(Person, me.person_id))
    assert serial in revoked(platform)
    assert run(stores(platform.database, platform.clock))["passes"] == 0


def test_a_code_is_forgotten_a_fortnight_after_it_ended(platform, me, token):
    assert make(platform, token, me).status_code == 201
    platform.clock.advance(days=7 + 13)
    assert run(stores(platform.database, platform.clock))["passes"] == 0
    platform.clock.advance(days=2)
    assert run(stores(platform.database, platform.clock))["passes"] == 1


def test_issuing_survives_a_cut_at_every_write(platform, me, token):
    def held():
        with platform.database.read() as session:
            return session.execute(select(func.count()).select_from(IssuedPass)).scalar_one()

    cuts = survives_every_cut(
        lambda key: platform.post(path(me), {"kind": "offline"}, session=token, key=key), held
    )
    assert cuts >= 3
