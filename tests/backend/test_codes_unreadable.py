"""A story the engine refuses: that person waits and is tried again, everybody else goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from backend.clock import DEMO_START as NOW
from backend.codes import issue_code, record_event
from backend.codes.setting_aside import TRIED_AGAIN
from backend.codes.sweep import Workers, catch_up
from backend.colour.events import EntryScan
from backend.contract import load_contract
from backend.models import CodeChange, ColourEvent, HealthCode, HealthDeclaration, Person

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PEOPLE = [f"per_{number}" for number in range(9)]
BAD = "per_4"


@pytest.fixture
def store(store):
    """Nine people whose codes turn yellow tomorrow; the story of one of them cannot be read any more."""
    with store.write() as session:
        for name in PEOPLE:
            session.add(Person(person_id=name, name="甲", name_key="甲", created_at=NOW))
            session.flush()
            issue_code(session, name, NOW - HOUR, NOW + 14 * DAY)
            scan = EntryScan(id="evt_1", at=NOW, known_at=NOW, origin="outbreak")
            record_event(session, name, scan, NOW)
    spoil(store, {"origin": "nowhere"})
    return store


def spoil(store, payload, **more):
    with store.write() as session:
        held = ColourEvent.__table__
        session.execute(update(held).where(held.c.person_id == BAD).values(payload=payload, **more))


def codes(store):
    with store.read() as session:
        wanted = select(HealthCode).order_by(HealthCode.person_id)
        return {code.person_id: code for code in session.execute(wanted).scalars()}


def yellow(store):
    return {name for name, code in codes(store).items() if code.colour == "yellow"}


@pytest.mark.parametrize("batch", [1, 4, 2_000])
def test_everybody_else_goes_on(store, batch):
    with capture_logs() as logs:
        assert catch_up(store, NOW + 2 * DAY, batch=batch) == len(PEOPLE) - 1
    assert yellow(store) == set(PEOPLE) - {BAD}
    (line,) = [line for line in logs if line["event"] == "codes.story_unreadable"]
    assert line["unread"] == codes(store)[BAD].unread
    assert line["kind"] == "InvalidEvent"
    assert not {BAD, "nowhere", "evt_1"} & set(" ".join(map(str, line.values())).replace(":", " ").split())


@pytest.mark.parametrize(
    ("payload", "more"),
    [([], {}), ({"origin": "outbreak", "extra": 1}, {}), ({"origin": "outbreak"}, {"kind": "x"})],
)
def test_whatever_is_wrong_with_the_row(store, payload, more):
    spoil(store, payload, **more)
    assert catch_up(store, NOW + 2 * DAY) == len(PEOPLE) - 1
    assert codes(store)[BAD].unread


def test_it_is_tried_again_after_an_hour_and_not_before(store):
    late = NOW + 2 * DAY
    catch_up(store, late)
    first = codes(store)[BAD]
    assert (first.colour, first.changes_at, first.updated_at) == ("green", late + TRIED_AGAIN, NOW)
    catch_up(store, late + TRIED_AGAIN - timedelta(seconds=1))
    assert codes(store)[BAD].unread == first.unread
    catch_up(store, late + TRIED_AGAIN)
    again = codes(store)[BAD]
    assert again.unread not in (None, first.unread)
    assert again.changes_at == late + 2 * TRIED_AGAIN


def test_a_mended_story_has_its_own_moments(store):
    catch_up(store, NOW + 2 * DAY)
    spoil(store, {"origin": "outbreak"})
    assert catch_up(store, NOW + 3 * DAY) == 1
    assert yellow(store) == set(PEOPLE)
    assert codes(store)[BAD].unread is None
    with store.read() as session:
        wanted = select(CodeChange.since).where(CodeChange.person_id == BAD, CodeChange.colour == "yellow")
        assert session.execute(wanted).scalars().all() == [NOW + DAY]


def test_worker_processes_go_on_too(store):
    with Workers(store.url, 2) as workers:
        assert catch_up(store, NOW + 2 * DAY, workers=workers, batch=3) == len(PEOPLE) - 1
    assert codes(store)[BAD].unread


@pytest.fixture
def unreadable(platform, register, verify):
    """A verified citizen with a code whose story cannot be read; their id and session."""
    citizen = register()
    with platform.database.write() as session:
        issue_code(session, citizen.person_id, NOW - HOUR, NOW + 14 * DAY)
        scan = EntryScan(id="evt_1", at=NOW, known_at=NOW, origin="outbreak")
        record_event(session, citizen.person_id, scan, NOW)
        held = ColourEvent.__table__
        session.execute(update(held).values(payload={"origin": "nowhere"}))
    return citizen.person_id, verify(citizen)


def asked(platform, unreadable, what):
    person_id, session = unreadable
    if what == "code":
        return platform.get(f"/v1/people/{person_id}/code", session=session)
    declared = {"symptoms": [], "risk_stay": False, "contact": False}
    return platform.post(f"/v1/people/{person_id}/declarations", declared, session=session)


@pytest.mark.parametrize("what", ["code", "declaration"])
def test_who_asks_is_told_so_with_the_request_the_log_knows(platform, unreadable, what):
    with capture_logs() as logs:
        answer = asked(platform, unreadable, what)
    problem = answer.json()
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    load_contract().validator("Problem").validate(problem)
    assert problem["code"] == "story_unreadable"
    request_id = answer.headers["X-Request-Id"]
    assert problem["instance"] == f"urn:jkt:request:{request_id}"
    (line,) = [line for line in logs if line["event"] == "failure"]
    assert line["request_id"] == request_id
    assert (line["kind"], line["cause"]) == ("StoryUnreadable", "InvalidEvent")
    assert unreadable[0] not in str(line) + answer.text
    assert "nowhere" not in str(line) + answer.text


def test_what_was_declared_is_not_half_kept(platform, unreadable):
    asked(platform, unreadable, "declaration")
    with platform.database.read() as session:
        assert session.execute(select(HealthDeclaration)).first() is None
        assert len(session.execute(select(ColourEvent)).all()) == 1
