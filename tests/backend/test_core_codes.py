"""What a verified person reads of their own code, tests, doses, notices."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from backend.clock import DEMO_START as NOW
from backend.codes import issue_code, record_event
from backend.colour.events import DepartmentNotice, EntryScan, Overlap
from backend.contract import load_contract
from backend.models import (
    CodeChange,
    Notice,
    TestResult,
    Vaccination,
    new_id,
)

YELLOW_SINCE = NOW - timedelta(hours=37)


def give_code(platform, person_id, *events, valid_until=NOW + timedelta(days=11)):
    """A code since long ago, and what happened since."""
    with platform.database.write() as session:
        issue_code(session, person_id, NOW - timedelta(days=60), valid_until)
        for event in sorted(events, key=lambda one: one.known_at):
            record_event(session, person_id, event, event.known_at)


def give_yellow_code(platform, person_id):
    give_code(
        platform,
        person_id,
        Overlap(
            id="evt_1",
            at=NOW - timedelta(days=2),
            known_at=YELLOW_SINCE,
            region="510100",
            place="武侯区一家商场",
        ),
    )


def give_test(platform, person_id, hours_ago, *, result="negative", reported_after=8.0, kind="nucleic"):
    sampled = NOW - timedelta(hours=hours_ago)
    with platform.database.write() as session:
        session.add(
            TestResult(
                test_id=new_id("tes"),
                person_id=person_id,
                kind=kind,
                result=result,
                sampled_at=sampled,
                reported_at=None if reported_after is None else sampled + timedelta(hours=reported_after),
                institution="四川大学华西医院",
            )
        )


def held_against_the_contract(schema, body):
    load_contract().validator(schema).validate(body)
    return body


@pytest.fixture
def citizen(register):
    return register()


@pytest.fixture
def token(citizen, verify):
    return verify(citizen)


def test_a_yellow_code_says_why_and_what_is_left(platform, citizen, token):
    give_yellow_code(platform, citizen.person_id)
    give_test(platform, citizen.person_id, hours_ago=20)
    answer = platform.get(f"/v1/people/{citizen.person_id}/code", session=token)
    code = held_against_the_contract("Code", answer.json())
    assert (code["colour"], code["since"]) == ("yellow", "2022-09-03T20:00:00+08:00")
    assert code["reasons"][0]["category"] == "time_space_overlap"
    assert code["requirements"] == [
        {
            "kind": "nucleic_test",
            "needed": 2,
            "done": 1,
            "interval_hours": 24,
            "earliest_at": "2022-09-05T13:00:00+08:00",
            "deadline": "2022-09-06T20:00:00+08:00",
            "done_at": ["2022-09-04T13:00:00+08:00"],
            "pending_at": [],
            "awaits": None,
        }
    ]


def test_progress_moves_when_a_result_is_reported(platform, citizen, token):
    give_yellow_code(platform, citizen.person_id)
    give_test(platform, citizen.person_id, hours_ago=7.5, reported_after=8)
    path = f"/v1/people/{citizen.person_id}/code"
    platform.clock.advance(minutes=29, seconds=59)
    assert platform.get(path, session=token).json()["requirements"][0]["done"] == 0
    give_test(platform, citizen.person_id, hours_ago=33, reported_after=33.49)
    assert platform.get(path, session=token).json()["requirements"][0]["done"] == 1


def test_nobody_on_record_has_a_code_of_no_colour(platform, citizen, token):
    code = platform.get(f"/v1/people/{citizen.person_id}/code", session=token).json()
    assert held_against_the_contract("Code", code)["colour"] == "none"


def test_an_old_check_in_is_told_without_changing_the_colour(platform, citizen, token):
    give_code(platform, citizen.person_id, valid_until=NOW)
    code = platform.get(f"/v1/people/{citizen.person_id}/code", session=token).json()
    assert (code["colour"], code["checkin_expired"]) == ("green", True)


def test_the_entry_pop_up_is_there_until_its_test_is_overdue(platform, citizen, token):
    scanned = NOW - timedelta(hours=23, minutes=50)
    give_code(
        platform, citizen.person_id, EntryScan(id="evt_1", at=scanned, known_at=scanned, origin="outbreak")
    )
    path = f"/v1/people/{citizen.person_id}/code"
    shown = held_against_the_contract("Code", platform.get(path, session=token).json())
    assert (shown["popup"]["kind"], shown["requirements"][0]["kind"]) == ("entry_code", "entry_test")
    assert [coming["colour"] for coming in shown["next_colours"]] == ["yellow"]
    platform.clock.advance(minutes=10)
    shown = held_against_the_contract("Code", platform.get(path, session=token).json())
    assert (shown["popup"], shown["colour"], shown["since"]) == (None, "yellow", "2022-09-05T09:10:00+08:00")


def test_a_rule_without_a_known_colour_is_told_as_unknown(platform, citizen, token):
    give_code(
        platform,
        citizen.person_id,
        DepartmentNotice(id="evt_1", at=NOW, known_at=NOW),
        Overlap(id="evt_2", at=NOW, known_at=NOW, region="510700", basis="grid"),
    )
    shown = platform.get(f"/v1/people/{citizen.person_id}/code", session=token).json()
    held_against_the_contract("Code", shown)
    assert shown["deciding"] in {reason["rule_id"] for reason in shown["reasons"]}


def test_the_history_of_a_code_is_newest_first(platform, citizen, token):
    with platform.database.write() as session:
        for days, previous, colour in [(3, "green", "yellow"), (30, "none", "green")]:
            session.add(
                CodeChange(
                    change_id=new_id("chg"),
                    person_id=citizen.person_id,
                    previous_colour=previous,
                    colour=colour,
                    since=NOW - timedelta(days=days),
                    reasons=[],
                )
            )
    answer = platform.get(f"/v1/people/{citizen.person_id}/code/history", session=token).json()
    held_against_the_contract("CodeChangePage", answer)
    assert [change["colour"] for change in answer["items"]] == ["yellow", "green"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((23.5, "negative", 8), ("negative", "24")),
        ((30, "negative", 8), ("negative", "48")),
        ((71, "negative", 8), ("negative", "72")),
        ((100, "negative", 8), ("negative", "over")),
        ((20, "positive", 8), ("positive", None)),
        ((20, "invalid", 8), ("invalid", None)),
        ((5, "negative", 8), ("pending", None)),
        ((5, "pending", None), ("pending", None)),
    ],
)
def test_a_result_shows_its_age_from_sampling(platform, citizen, token, given, expected):
    hours_ago, result, reported_after = given
    give_test(platform, citizen.person_id, hours_ago, result=result, reported_after=reported_after)
    page = platform.get(f"/v1/people/{citizen.person_id}/tests", session=token).json()
    held_against_the_contract("TestPage", page)
    test = page["items"][0]
    assert (test["result"], test["band"], test["hours_since_sampling"]) == (*expected, hours_ago)
    assert (test["reported_at"] is None) == (expected[0] == "pending")


def test_results_are_paged_newest_first_without_gaps_or_doubles(platform, citizen, token):
    for hour in range(1, 8):
        give_test(platform, citizen.person_id, hour)
        give_test(platform, citizen.person_id, hour)
    path, seen, cursor = f"/v1/people/{citizen.person_id}/tests", [], None
    while True:
        query = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = platform.get(path, session=token, **query).json()
        seen += page["items"]
        give_test(platform, citizen.person_id, 0.5)  # a newer result must not move the pages
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len({test["test_id"] for test in seen}) == 14
    assert [t["sampled_at"] for t in seen] == sorted((t["sampled_at"] for t in seen), reverse=True)


def test_results_can_be_asked_for_by_kind(platform, citizen, token):
    give_test(platform, citizen.person_id, 3, kind="antibody")
    give_test(platform, citizen.person_id, 3)
    path = f"/v1/people/{citizen.person_id}/tests"
    found = platform.get(path, session=token, kind="antibody").json()["items"]
    assert [(test["kind"], test["band"]) for test in found] == [("antibody", None)]


def test_a_cursor_of_another_list_is_refused(platform, citizen, token):
    path = f"/v1/people/{citizen.person_id}/tests"
    for cursor in ["WyJ4Il0", "bm90IGpzb24", "%%%", "W251bGwsbnVsbF0", "WyIyMDIyIiwieCJd"]:
        answer = platform.get(path, session=token, cursor=cursor)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


def test_the_vaccination_record_names_the_next_dose(platform, citizen, token):
    with platform.database.write() as session:
        for dose, day in [(1, date(2021, 5, 1)), (2, date(2021, 6, 1))]:
            session.add(
                Vaccination(
                    vaccination_id=new_id("vac"),
                    person_id=citizen.person_id,
                    dose=dose,
                    technology="inactivated",
                    vaccine="新型冠状病毒灭活疫苗（Vero细胞）",
                    manufacturer="北京科兴中维",
                    date=day,
                    site="武侯区第三人民医院",
                )
            )
    record = platform.get(f"/v1/people/{citizen.person_id}/vaccinations", session=token).json()
    held_against_the_contract("VaccinationRecord", record)
    assert record["state"] == "basic"
    assert (record["next_dose"]["dose"], record["next_dose"]["earliest"]) == (3, "2021-12-01")


def test_notices_of_the_future_are_not_shown_yet(platform, citizen, token):
    with platform.database.write() as session:
        for hours in (-1, 1):
            session.add(
                Notice(
                    notice_id=new_id("not"),
                    person_id=citizen.person_id,
                    kind="reminder",
                    title="提醒",
                    text="请及时完成健康打卡",
                    created_at=NOW + timedelta(hours=hours),
                )
            )
    page = platform.get("/v1/people/me/notices", session=token).json()
    assert len(held_against_the_contract("NoticePage", page)["items"]) == 1


def test_another_persons_data_is_closed_and_so_is_whether_they_exist(platform, citizen, token, register):
    other = register(name="李四", number="510107198001011234", phone="13900000009")
    for path in ("code", "code/history", "tests", "vaccinations"):
        known = platform.get(f"/v1/people/{other.person_id}/{path}", session=token)
        unknown = platform.get(f"/v1/people/per_nobody/{path}", session=token)
        assert known.status_code == 403
        assert known.json() | {"instance": None} == unknown.json() | {"instance": None}
