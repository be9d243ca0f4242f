"""Check-in: 14 days from the declaration, an abnormal one turns yellow, a correction turns green again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.clock import DEMO_START as NOW
from backend.codes import issue_code
from backend.contract import load_contract
from backend.rules.declarations import health_of

WELL = {"temperature": 36.5, "symptoms": [], "risk_stay": False, "contact": False}
DAY = timedelta(days=1)


def held(schema, body):
    load_contract().validator(schema).validate(body)
    return body


@pytest.fixture
def citizen(platform, register):
    one = register()
    with platform.database.write() as session:
        issue_code(session, one.person_id, NOW - 20 * DAY, NOW - 6 * DAY)
    return one


@pytest.fixture
def token(verify, citizen):
    return verify(citizen)


def declare(platform, citizen, token, **more):
    return platform.post(f"/v1/people/{citizen.person_id}/declarations", WELL | more, session=token)


def code(platform, citizen, token):
    return platform.get(f"/v1/people/{citizen.person_id}/code", session=token).json()


def test_a_declaration_renews_the_code_for_fourteen_days(platform, citizen, token):
    assert code(platform, citizen, token)["checkin_expired"]
    declared = held("Declaration", declare(platform, citizen, token).json())
    assert (declared["health"], declared["colour"]) == ("normal", "green")
    assert declared["valid_until"].startswith("2022-09-19T09:00")
    assert code(platform, citizen, token)["valid_until"] == declared["valid_until"]


@pytest.mark.parametrize("more", [{"temperature": 37.3}, {"symptoms": ["cough"]}])
def test_an_abnormal_declaration_turns_yellow_and_its_correction_green(platform, citizen, token, more):
    wrong = declare(platform, citizen, token, **more).json()
    assert (wrong["health"], wrong["colour"]) == ("abnormal", "yellow")
    assert code(platform, citizen, token)["colour"] == "yellow"
    platform.clock.advance(minutes=10)
    right = declare(platform, citizen, token, corrects=wrong["declaration_id"]).json()
    assert right["colour"] == "green"
    assert code(platform, citizen, token)["colour"] == "green"
    listed = platform.get(f"/v1/people/{citizen.person_id}/declarations", session=token).json()
    assert [d["health"] for d in held("DeclarationPage", listed)["items"]] == ["normal", "abnormal"]


def test_strangers_cannot_declare_or_read(platform, citizen, register, verify):
    stranger = verify(register(name="李四", number="510107198001011234", phone="13900000009"))
    assert declare(platform, citizen, stranger).status_code == 403
    path = f"/v1/people/{citizen.person_id}/declarations"
    assert platform.get(path, session=stranger).status_code == 403


def test_without_a_code_there_is_nothing_to_check_in_for(platform, register, verify):
    nobody = register(name="李四", number="510107198001011234", phone="13900000009")
    assert declare(platform, nobody, verify(nobody)).json()["code"] == "conflict"


def test_a_correction_of_nothing_is_refused(platform, citizen, token):
    assert declare(platform, citizen, token, corrects="dec_nothing").status_code == 422


@pytest.mark.parametrize(
    ("temperature", "symptoms", "health"),
    [
        (37.2, (), "normal"),
        (37.3, (), "abnormal"),
        (None, (), "normal"),
        (36.5, ("fatigue",), "abnormal"),
        (None, ("cough",), "abnormal"),
    ],
)
def test_the_limit_of_a_fever(temperature, symptoms, health):
    assert health_of(temperature, symptoms) == health
