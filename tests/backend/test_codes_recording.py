"""Events in, codes out, one person at a time: what is written, when, and that it is written once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backend.clock import DEMO_START as NOW
from backend.codes import events_of, issue_code, recolour, record_event, record_test
from backend.colour.events import CloseContact, Declaration, EntryScan, Overlap, RiskStay, Withdrawal
from backend.models import CodeChange, ColourEvent, HealthCode, Person, TestResult

HOUR = timedelta(hours=1)


@pytest.fixture
def person(store):
    with store.write() as session:
        session.add(Person(person_id="per_1", name="甲", name_key="甲", created_at=NOW))
        session.flush()
        issue_code(session, "per_1", NOW - timedelta(days=5), NOW + timedelta(days=9))
    return "per_1"


def overlap(at=NOW, **more):
    facts = {"id": "evt_1", "at": at, "known_at": at, "region": "510100", "place": "春熙路附近"}
    return Overlap(**(facts | more))


def sample(hours, result="negative", reported=8, test_id=None):
    at = NOW + timedelta(hours=hours)
    return TestResult(
        test_id=test_id or f"tes_{hours}",
        kind="nucleic",
        result=result,
        sampled_at=at,
        reported_at=at + timedelta(hours=reported) if reported is not None else None,
        institution="四川大学华西医院",
    )


def state(store, person_id="per_1"):
    with store.read() as session:
        code = session.get(HealthCode, person_id)
        changes = session.execute(select(CodeChange).order_by(CodeChange.since, CodeChange.colour)).scalars()
        return code, [(change.previous_colour, change.colour, change.since) for change in changes]


def test_a_new_code_is_green_and_its_coming_is_told(store, person):
    code, changes = state(store)
    assert (code.colour, code.since) == ("green", NOW - timedelta(days=5))
    assert changes == [("none", "green", NOW - timedelta(days=5))]


def test_an_event_colours_and_two_tests_turn_green(store, person):
    with store.write() as session:
        derivation = record_event(session, person, overlap(), NOW)
        assert (derivation.colour, derivation.requirements[0].needed) == ("yellow", 2)
    for hours in (3, 27):
        with store.write() as session:
            record_test(session, person, sample(hours), NOW + (hours + 8) * HOUR)
    code, changes = state(store)
    assert (code.colour, code.since, code.changes_at) == ("green", NOW + 35 * HOUR, None)
    assert [change[:2] for change in changes] == [("none", "green"), ("green", "yellow"), ("yellow", "green")]


def test_the_same_event_twice_is_stored_once_and_a_correction_is_a_version(store, person):
    for _ in range(2):
        with store.write() as session:
            record_event(session, person, overlap(), NOW)
    with store.write() as session:
        record_event(session, person, overlap(), NOW + HOUR)  # the same, told an hour later
        assert session.execute(select(func.count()).select_from(ColourEvent)).scalar_one() == 1
        record_event(session, person, overlap(place="天府三街", known_at=NOW + HOUR), NOW + HOUR)
        assert session.execute(select(func.count()).select_from(ColourEvent)).scalar_one() == 2
    assert len(state(store)[1]) == 2


def test_every_kind_comes_back_as_it_was_told(store, person):
    told = [
        overlap(hours_apart=1.5),
        CloseContact(id="evt_2", at=NOW, known_at=NOW),
        RiskStay(
            id="evt_3",
            at=NOW,
            known_at=NOW,
            area_id="510104:abc",
            location="outside",
            left_at=NOW + HOUR,
            arrived_at=NOW + 2 * HOUR,
        ),
        EntryScan(id="evt_4", at=NOW, known_at=NOW, origin="outbreak"),
        Withdrawal(id="evt_5", at=NOW, known_at=NOW, event_id="evt_2"),
    ]
    with store.write() as session:
        for event in told:
            record_event(session, person, event, NOW)
        assert sorted(events_of(session, [person])[person], key=lambda event: event.id) == told


def test_a_withdrawal_takes_the_colour_away(store, person):
    with store.write() as session:
        record_event(session, person, overlap(), NOW)
    with store.write() as session:
        later = NOW + HOUR
        record_event(
            session, person, Withdrawal(id="evt_2", at=later, known_at=later, event_id="evt_1"), later
        )
    assert state(store)[0].colour == "green"


def test_a_declaration_corrected_turns_green(store, person):
    for hour, health in enumerate(("abnormal", "normal")):
        at = NOW + hour * HOUR
        with store.write() as session:
            record_event(
                session, person, Declaration(id=f"evt_{hour}", at=at, known_at=at, health=health), at
            )
    assert [change[1] for change in state(store)[1]] == ["green", "yellow", "green"]


def test_time_that_passed_unseen_is_written_with_its_own_moments(store, person):
    """入川 on day 0 without a test: yellow after 24 hours, found out a week later."""
    with store.write() as session:
        record_event(session, person, EntryScan(id="evt_1", at=NOW, known_at=NOW, origin="outbreak"), NOW)
    assert state(store)[0].changes_at is not None
    with store.write() as session:
        recolour(session, person, NOW + timedelta(days=7))
    code, changes = state(store)
    assert (code.colour, code.since) == ("yellow", NOW + 24 * HOUR)
    assert changes[-1] == ("green", "yellow", NOW + 24 * HOUR)


def test_people_without_a_code_get_none_but_their_events_wait_for_it(store):
    with store.write() as session:
        session.add(Person(person_id="per_1", name="甲", name_key="甲", created_at=NOW))
        session.flush()
        assert record_event(session, "per_1", overlap(), NOW).colour == "yellow"
    assert state(store) == (None, [])
    with store.write() as session:
        issue_code(session, "per_1", NOW + HOUR, NOW + timedelta(days=14))
    _, changes = state(store)
    assert changes == [("none", "yellow", NOW + HOUR)]


def test_a_result_that_arrives_replaces_the_pending_sample(store, person):
    with store.write() as session:
        record_event(session, person, overlap(), NOW)
        record_test(session, person, sample(1, "pending", None, "tes_1"), NOW + HOUR)
    with store.write() as session:
        arrived = sample(1, "negative", 5, "tes_1")
        assert record_test(session, person, arrived, NOW + 6 * HOUR).requirements[0].done == 1
        assert session.execute(select(func.count()).select_from(TestResult)).scalar_one() == 1


def test_an_event_that_fails_leaves_nothing(store, person):
    with pytest.raises(RuntimeError), store.write() as session:
        record_event(session, person, overlap(), NOW)
        raise RuntimeError
    assert [change[1] for change in state(store)[1]] == ["green"]
    assert replace(overlap()) == overlap()
