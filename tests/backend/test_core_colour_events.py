"""A province's systems report what happened: signed, checked, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backend.clock import DEMO_START as NOW
from backend.codes import issue_code
from backend.contract import load_contract
from backend.models import ColourEvent, OutgoingEvent, TestResult


@pytest.fixture
def citizen(platform, register):
    someone = register()
    with platform.database.write() as session:
        issue_code(session, someone.person_id, NOW - timedelta(days=3), NOW + timedelta(days=9))
    return someone


def report(platform, citizen, event, **how):
    told = {"id": "cdc-1", "at": "2022-09-05T08:00:00+08:00"} | event
    body = {"document_type": "id_card", "document_number": citizen.number, "event": told}
    return platform.post("/v1/colour-events", body, **({"client": "province"} | how))


def count(platform, table):
    with platform.database.read() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


@pytest.mark.parametrize(
    ("event", "colour"),
    [
        ({"kind": "overlap", "region": "510100", "place": "春熙路附近"}, "yellow"),
        ({"kind": "close_contact"}, "red"),
        ({"kind": "case_finding", "status": "confirmed"}, "red"),
        (
            {"kind": "shared_transport", "vehicle": "flight"},
            "green",
        ),  # no source names its colour since 2022-06-29
        ({"kind": "emergency", "measure": "yellow", "region": "510100"}, "yellow"),
        ({"kind": "test", "result": "positive", "reported_at": "2022-09-05T08:30:00+08:00"}, "red"),
        ({"kind": "test", "result": "pending"}, "green"),
        ({"kind": "entry_scan", "origin": "outbreak"}, "green"),
        ({"kind": "risk_stay", "area": {"division_code": "510104", "text": "某小区"}}, "green"),
        ({"kind": "declaration", "health": "abnormal"}, "yellow"),
    ],
)
def test_every_report_gives_the_colour_that_follows(platform, citizen, verify, event, colour):
    answer = report(platform, citizen, event)
    assert answer.status_code == 201, answer.text
    load_contract().validator("ColourEventRecorded").validate(answer.json())
    assert answer.json()["colour"] == colour
    shown = platform.get(f"/v1/people/{citizen.person_id}/code", session=verify(citizen)).json()
    assert shown["colour"] == colour


def test_a_repeated_report_is_one_event_and_one_change(platform, citizen):
    before = count(platform, OutgoingEvent)
    event = {"kind": "overlap", "region": "510100"}
    first = report(platform, citizen, event, key="province-1")
    assert report(platform, citizen, event, key="province-1").json() == first.json()
    assert report(platform, citizen, event, key="province-2").json()["colour"] == "yellow"
    assert (count(platform, ColourEvent), count(platform, OutgoingEvent) - before) == (1, 1)


def test_a_result_that_comes_later_is_the_same_test(platform, citizen):
    report(platform, citizen, {"kind": "test", "result": "pending"})
    report(
        platform,
        citizen,
        {"kind": "test", "result": "negative", "reported_at": "2022-09-05T08:50:00+08:00"},
    )
    assert count(platform, TestResult) == 1


def test_an_upheld_correction_takes_the_event_back(platform, citizen):
    report(platform, citizen, {"kind": "close_contact"})
    answer = report(platform, citizen, {"id": "cdc-2", "kind": "withdrawal", "event_id": "cdc-1"})
    assert answer.json()["colour"] == "green"


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({"kind": "close_contact", "vehicle": "flight"}, "invalid_input"),
        ({"kind": "shared_transport"}, "invalid_input"),
        ({"kind": "withdrawal"}, "invalid_input"),
        ({"kind": "test", "result": "negative"}, "invalid_input"),
        ({"kind": "test", "health": "normal"}, "invalid_input"),
        ({"kind": "unheard_of"}, "invalid_input"),
    ],
)
def test_what_a_kind_does_not_have_or_lacks_is_refused(platform, citizen, event, code):
    assert report(platform, citizen, event).json()["code"] == code
    assert count(platform, ColourEvent) == 0


def test_only_the_province_reports_and_only_of_people_on_record(platform, citizen):
    for client in ("assistant", "desk"):
        refused = report(platform, citizen, {"kind": "close_contact"}, client=client)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden_person")
    body = {
        "document_type": "passport",
        "document_number": "P1",
        "event": {"id": "x", "kind": "close_contact"},
    }
    body["event"]["at"] = "2022-09-05T08:00:00+08:00"
    assert platform.post("/v1/colour-events", body, client="province").status_code == 404
