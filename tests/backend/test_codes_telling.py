"""What is told when its time comes, once: results at their hour, check-ins a day before their end."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from backend.clock import DEMO_START as NOW
from backend.codes import issue_code, record_test, renew
from backend.codes.telling import tell_due
from backend.database import Database
from backend.models import HealthCode, OutgoingEvent, Person, TestResult
from tests.support.faults import every_write

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
END = NOW + 14 * DAY


def person(store, name="per_1", valid_until=END):
    with store.write() as session:
        session.add(Person(person_id=name, name="甲", name_key="甲", created_at=NOW))
        session.flush()
        issue_code(session, name, NOW, valid_until)


def test_of(reported_at, result="negative"):
    return TestResult(
        test_id="tes_1",
        kind="nucleic",
        result=result,
        sampled_at=NOW - HOUR,
        reported_at=reported_at,
        institution="绵阳市中心医院",
    )


test_of.__test__ = False  # not a test case, whatever pytest thinks of the name


def record(store, test, now=NOW):
    with store.write() as session:
        record_test(session, "per_1", test, now)


def told(store, kind):
    with store.read() as session:
        wanted = select(OutgoingEvent).where(OutgoingEvent.kind == kind).order_by(OutgoingEvent.seq)
        return [(e.person_id, e.occurred_at, json.loads(e.data)) for e in session.execute(wanted).scalars()]


def reminders(store):
    return told(store, "checkin.expiring")


def reports(store):
    return [(who, at) for who, at, _ in told(store, "test.reported")]


def test_a_check_in_is_told_of_a_day_before_its_end_and_once(store):
    person(store)
    assert tell_due(store, END - DAY - timedelta(seconds=1)) == 0
    assert tell_due(store, END - DAY) == 1
    assert tell_due(store, END - HOUR) == 0
    assert reminders(store) == [("per_1", END - DAY, {"valid_until": END.isoformat()})]


def test_each_validity_is_told_of(store):
    person(store)
    tell_due(store, END - HOUR)
    with store.write() as session:
        code = session.get(HealthCode, "per_1")
        renew(code, END)  # the same validity again
        session.flush()
    assert tell_due(store, END - HOUR) == 0
    with store.write() as session:
        renew(session.get(HealthCode, "per_1"), END + 14 * DAY)
    assert tell_due(store, END) == 0
    assert tell_due(store, END + 13 * DAY) == 1
    assert [data["valid_until"] for _, _, data in reminders(store)] == [
        END.isoformat(),
        (END + 14 * DAY).isoformat(),
    ]


@pytest.mark.parametrize(("late", "events"), [(23 * HOUR, 1), (25 * HOUR, 0)])
def test_after_a_downtime_only_what_ended_lately_is_told_of(store, late, events):
    person(store)
    assert tell_due(store, END + late) == events


def test_a_declaration_begins_a_new_validity(platform, register, verify):
    citizen = register()
    with platform.database.write() as session:
        issue_code(session, citizen.person_id, NOW - 13 * DAY, NOW + DAY)
    wait_for(lambda: len(reminders(platform.database)) == 1)
    declared = {"symptoms": [], "risk_stay": False, "contact": False}
    path = f"/v1/people/{citizen.person_id}/declarations"
    assert platform.post(path, declared, session=verify(citizen)).status_code == 201
    platform.clock.advance(days=13)
    wait_for(lambda: len(reminders(platform.database)) == 2)


def test_a_reported_result_is_told_of_at_once_and_once(store):
    person(store)
    record(store, test_of(None, "pending"))
    assert reports(store) == []
    record(store, test_of(NOW + HOUR), NOW + 2 * HOUR)
    assert reports(store) == [("per_1", NOW + 2 * HOUR)]
    record(store, test_of(NOW + HOUR), NOW + 3 * HOUR)  # reported again, word for word
    assert tell_due(store, NOW + 3 * HOUR) == 0
    assert len(reports(store)) == 1


def test_a_result_that_will_be_reported_waits_for_its_hour(store):
    person(store)
    record(store, test_of(NOW + 5 * HOUR))
    assert tell_due(store, NOW + 5 * HOUR - timedelta(seconds=1)) == 0
    assert tell_due(store, NOW + 5 * HOUR) == 1
    record(store, test_of(NOW + 5 * HOUR), NOW + 6 * HOUR)
    assert tell_due(store, NOW + 6 * HOUR) == 0
    assert reports(store) == [("per_1", NOW + 5 * HOUR)]


@pytest.mark.parametrize(("late", "events"), [(71 * HOUR, 1), (73 * HOUR, 0)])
def test_a_result_is_told_of_late_while_that_is_worth_it(store, late, events):
    person(store)
    record(store, test_of(NOW + HOUR))
    assert tell_due(store, NOW + HOUR + late) == events


def test_the_running_platform_tells_after_a_downtime(settings, clock, start_platform):
    store = Database(settings.database_url)
    person(store)
    record(store, test_of(NOW + 13 * DAY))
    clock.advance(days=13, hours=2)
    platform = start_platform(settings)
    wait_for(lambda: reminders(platform.database) and reports(platform.database))
    store.dispose()


def test_two_at_once_tell_everything_once(store):
    for number in range(40):
        person(store, f"per_{number}")
    other = Database(store.url)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda each: tell_due(each, END - HOUR, batch=3), (store, other)))
    tell_due(store, END - HOUR)  # whoever was in the other's hands when both had looked
    other.dispose()
    assert sorted(who for who, _, _ in reminders(store)) == sorted(f"per_{n}" for n in range(40))


def test_killed_at_every_write_it_is_told_once(store):
    rounds = 0
    for rounds, fault in enumerate(every_write(store), 1):
        name, test_id = f"per_r{rounds}", f"tes_r{rounds}"
        person(store, name)
        test = test_of(END - 2 * HOUR)
        test.test_id = test_id
        with store.write() as session:
            record_test(session, name, test, NOW)
        with fault:
            tell_due(store, END - HOUR, batch=1)
        tell_due(store, END - HOUR, batch=1)
        assert [who for who, _, _ in reminders(store)].count(name) == 1, fault
        assert [who for who, _ in reports(store)].count(name) == 1, fault
    assert rounds > 6


def wait_for(seen):
    """Wait until the platform's clockwork has done its work."""
    end = time.monotonic() + 30
    while not seen():
        assert time.monotonic() < end, "nothing was told"
