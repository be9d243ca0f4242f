"""Time passing inside the running platform, a downtime, and a demonstration's clock that goes on."""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy import select

from backend.clock import DEMO_START as NOW
from backend.codes import issue_code, record_event
from backend.codes.commands import main, resumed_clock
from backend.colour.events import EntryScan
from backend.database import Database
from backend.models import CodeChange, HealthCode, Person

HOUR = timedelta(hours=1)


def enter_the_province(database):
    with database.write() as session:
        session.add(Person(person_id="per_1", name="甲", name_key="甲", created_at=NOW))
        session.flush()
        issue_code(session, "per_1", NOW - HOUR, NOW + 300 * HOUR)
        scan = EntryScan(id="evt_1", at=NOW, known_at=NOW, origin="outbreak")
        record_event(session, "per_1", scan, NOW)


def turned_yellow(database):
    """Wait until the platform has written the change, and return the changes after the first."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with database.read() as session:
            if session.get(HealthCode, "per_1").colour == "yellow":
                wanted = select(CodeChange.colour, CodeChange.since).where(
                    CodeChange.previous_colour != "none"
                )
                return [tuple(row) for row in session.execute(wanted)]
    raise AssertionError("nothing was written")


def test_the_running_platform_writes_what_time_brings(any_platform):
    enter_the_province(any_platform.database)
    any_platform.clock.advance(hours=25)
    assert turned_yellow(any_platform.database) == [("yellow", NOW + 24 * HOUR)]


def test_after_a_week_down_the_change_has_its_own_day(settings, clock, start_platform):
    store = Database(settings.database_url)
    enter_the_province(store)
    clock.advance(days=7)
    platform = start_platform(settings)
    assert turned_yellow(platform.database) == [("yellow", NOW + 24 * HOUR)]
    store.dispose()


def test_the_demonstrations_clock_goes_on_from_what_has_happened(settings):
    settings = type(settings)(**{**vars(settings), "clock": "demo"})
    assert resumed_clock(settings).now() - NOW < timedelta(minutes=1)
    store = Database(settings.database_url)
    enter_the_province(store)
    with store.write() as session:
        later = NOW + 3 * HOUR
        scan = EntryScan(id="evt_2", at=later, known_at=later, origin="outbreak")
        record_event(session, "per_1", scan, later)
    assert resumed_clock(settings).now() >= NOW + 3 * HOUR
    assert main(["--workers", "1"], settings) == 0
    store.dispose()
