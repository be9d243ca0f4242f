"""Killed at every write: an event recorded, a code issued, a sweep, changed rules. Nothing lost, nothing twice."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from backend.clock import DEMO_START as NOW
from backend.codes import issue_code, record_event, rule_book
from backend.codes.due import adopt_rules
from backend.codes.sweep import catch_up
from backend.colour import load_rules
from backend.colour.events import EntryScan, Overlap
from backend.colour.reading import RULES
from backend.database import Database
from backend.models import CodeChange, ColourEvent, ColourRuleSeen, HealthCode, OutgoingEvent, Person
from tests.support.faults import every_write

HOUR = timedelta(hours=1)
PEOPLE = [f"per_{number}" for number in range(5)]


def begin_anew(store):
    """Five green people, two of whom entered the province; the rules are known."""
    with store.write() as session:
        for table in (OutgoingEvent, CodeChange, ColourEvent, ColourRuleSeen, HealthCode, Person):
            session.execute(delete(table))
        for name in PEOPLE:
            session.add(Person(person_id=name, name="甲", name_key="甲", created_at=NOW))
        session.flush()
        for name in PEOPLE[:4]:
            issue_code(session, name, NOW - 20 * HOUR, NOW + 300 * HOUR)
        for name in PEOPLE[:2]:
            scan = EntryScan(id="evt_1", at=NOW, known_at=NOW, origin="outbreak")
            record_event(session, name, scan, NOW)
        adopt_rules(session, rule_book(), NOW)


def held(store):
    """Colours, changes without their ids, and how many events were told."""
    with store.read() as session:
        codes = dict(session.execute(select(HealthCode.person_id, HealthCode.colour)).all())
        wanted = select(
            CodeChange.person_id, CodeChange.previous_colour, CodeChange.colour, CodeChange.since
        ).order_by(CodeChange.person_id, CodeChange.since)
        changes = [tuple(row) for row in session.execute(wanted)]
        events = session.execute(select(func.count()).select_from(ColourEvent)).scalar_one()
        told = session.execute(select(func.count()).where(OutgoingEvent.kind == "code.changed")).scalar_one()
    assert told == len(changes), "an outgoing event for every change"
    return codes, changes, events


def record(store):
    with store.write() as session:
        record_event(session, "per_3", Overlap(id="evt_1", at=NOW, known_at=NOW, region="510100"), NOW)


def issue(store):
    with store.write() as session:
        issue_code(session, "per_4", NOW, NOW + 300 * HOUR)


def sweep(store):
    catch_up(store, NOW + 48 * HOUR, batch=1)


@pytest.mark.parametrize("work", [record, issue, sweep])
def test_killed_at_every_write_and_done_again(store, work):
    begin_anew(store)
    before = held(store)
    work(store)
    wanted = held(store)
    assert wanted != before
    rounds = 0
    for fault in every_write(store):
        begin_anew(store)
        with fault:
            work(store)
        rounds += 1
        if work is not sweep:
            assert held(store) in (before, wanted), f"half done, {fault}"
        held(store)  # at every moment, each change has its event
        work(store)
        assert held(store) == wanted, f"not once, {fault}"
    assert rounds > 4


def test_killed_while_rules_change(store, tmp_path):
    folder = Path(shutil.copytree(RULES, tmp_path / "rules"))
    file = folder / "2022-04-21.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("colour: yellow", "colour: red"), encoding="utf-8")
    book = load_rules(folder)

    def change_rules():
        with store.write() as session:
            adopt_rules(session, book, NOW + 48 * HOUR)
        catch_up(store, NOW + 48 * HOUR, book=book, batch=1)

    begin_anew(store)
    sweep(store)
    change_rules()
    wanted = held(store)
    assert list(wanted[0].values()).count("red") == 2
    for fault in every_write(store):
        begin_anew(store)
        sweep(store)
        with fault:
            change_rules()
        change_rules()
        assert held(store) == wanted, f"not once, {fault}"


def test_a_sweeping_process_that_is_killed_is_gone_on_with(settings, tmp_path):
    """A real process, a real SIGKILL at some moment of its sweep, and another one after it."""
    store = Database(settings.database_url)
    begin_anew(store)
    with store.write() as session:
        for number in range(400):
            name = f"per_x{number:03}"
            session.add(Person(person_id=name, name="甲", name_key="甲", created_at=NOW))
            session.flush()
            issue_code(session, name, NOW - HOUR, NOW + 300 * HOUR)
            scan = EntryScan(id="evt_1", at=NOW, known_at=NOW, origin="outbreak")
            record_event(session, name, scan, NOW)
    script = (
        "import sys; from datetime import timedelta; from backend.clock import DEMO_START;"
        "from backend.codes.sweep import catch_up; from backend.database import Database;"
        "catch_up(Database(sys.argv[1]), DEMO_START + timedelta(hours=48), batch=5)"
    )
    command = [sys.executable, "-c", script, settings.database_url]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[2])
    end = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < end:
        if list(held(store)[0].values()).count("yellow") >= 20:
            os.kill(process.pid, signal.SIGKILL)
            break
    process.wait(60)
    catch_up(store, NOW + 48 * HOUR)
    codes, changes, _ = held(store)
    assert list(codes.values()).count("yellow") == 402
    assert len([change for change in changes if change[2] == "yellow"]) == 402
    store.dispose()
