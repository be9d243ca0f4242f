"""One person at a time: append what happened, derive the code, write what changed, in the caller's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from backend.codes.announcing import announce
from backend.codes.rules import rule_book
from backend.codes.steps import Outcome, Written, outcome
from backend.codes.stored import events_of, row_of
from backend.codes.telling import renew, tell_result
from backend.colour import Derivation, RuleBook, derive
from backend.colour.events import Event
from backend.models import CodeChange, ColourEvent, HealthCode, Person, TestResult, new_id

_VERSIONED = ("kind", "at", "region", "place", "area_key", "payload")


def record_event(session: Session, person_id: str, event: Event, now: datetime) -> Derivation:
    """Append an event of a person and derive the code anew.

    An event that is stored already, word for word, is not stored twice; one with a known id and other content is a
    new version of it.

    Args:
        session: the caller's writing transaction.
        person_id: somebody on the platform's books, with or without a code.
        event: any event but a test (`record_test`) and a level of an area (the risk list).
        now: the platform's time; `event.known_at` is usually the same moment.
    """
    row = row_of(person_id, event)
    held = ColourEvent.__table__
    newest = session.execute(
        select(held)
        .where(held.c.person_id == person_id, held.c.event_id == event.id)
        .order_by(held.c.known_at.desc())
        .limit(1)
    ).first()
    if newest is None or any(getattr(newest, name) != row[name] for name in _VERSIONED):
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        session.execute(dialect.insert(held).values(row).on_conflict_do_nothing())
    return recolour(session, person_id, now)


def record_test(session: Session, person_id: str, test: TestResult, now: datetime) -> Derivation:
    """Store a test, or a later state of it (the result), derive the code anew, and tell of a reported result."""
    test.person_id = person_id
    test.known_at = test.known_at or now
    session.merge(test)
    session.flush()
    derivation = recolour(session, person_id, now)
    tell_result(session, test.test_id, now)
    return derivation


def recolour(session: Session, person_id: str, now: datetime, *, book: RuleBook | None = None) -> Derivation:
    """Derive a person's code and write what changed: the code, each change of colour, an outgoing event for each.

    People without a code get none by this (`issue_code`); their derivation is returned all the same.
    """
    rules = book or rule_book()
    session.execute(select(Person.person_id).where(Person.person_id == person_id).with_for_update())
    code = session.get(HealthCode, person_id, populate_existing=True)
    events = events_of(session, [person_id])[person_id]
    if code is None:
        return derive(events, rules, now)
    last = Written(code.colour, code.since, code.updated_at, code.version)
    return _write(session, code, outcome(events, rules, last, now), now)


def issue_code(session: Session, person_id: str, now: datetime, valid_until: datetime) -> Derivation:
    """Give a person a code: the colour that follows from what is known of them, green when nothing is.

    A code that is there already is derived anew and only its validity moved.

    Args:
        session: the caller's writing transaction.
        person_id: somebody on the platform's books.
        now: the platform's time.
        valid_until: the end of the check-in that comes with applying.
    """
    code = session.get(HealthCode, person_id, populate_existing=True)
    if code is not None:
        renew(code, valid_until)
        return recolour(session, person_id, now)
    events = events_of(session, [person_id])[person_id]
    found = outcome(events, rule_book(), None, now)
    code = HealthCode(person_id=person_id, valid_until=valid_until, version=0)
    session.add(code)
    return _write(session, code, found, now)


def _write(session: Session, code: Any, found: Outcome, now: datetime) -> Derivation:
    code.colour = found.derivation.colour
    code.changes_at = found.derivation.changes_at
    code.updated_at = now
    code.unread = None
    code.version += 1
    if found.steps:
        code.since = found.steps[-1].at
    session.flush()
    for step in found.steps:
        change = CodeChange(
            change_id=new_id("cha"),
            person_id=code.person_id,
            previous_colour=step.previous,
            colour=step.colour,
            since=step.at,
            reasons=step.reasons,
        )
        session.add(change)
        announce(session, code.person_id, now)
    session.flush()
    return found.derivation
