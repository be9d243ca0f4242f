"""One person at a time: append what happened, derive the code, write what changed, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from backend.codes.announcing import keep_changes
from backend.codes.rules import rule_book
from backend.codes.single import one_story
from backend.codes.steps import Outcome, Written, outcome
from backend.codes.stored import events_of, happened, row_of
from backend.codes.telling import renew, tell_result
from backend.colour import Derivation, RuleBook, derive
from backend.colour.events import Event
from backend.models import ColourEvent, HealthCode, Person, TestResult

_PEOPLE = Person.__table__
_PERSON = select(_PEOPLE.c.person_id).where(_PEOPLE.c.person_id == bindparam("person_id")).with_for_update()
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

    Raises:
        StoryUnreadable: what is recorded about the person cannot be read; so it is with all functions here.
    """
    row = row_of(person_id, event)
    code = _hold(session, person_id)
    rows = [*happened(session, [person_id])]
    versions = [held for held in rows if held.event_id == event.id]
    newest = max(versions, key=lambda held: held.known_at, default=None)
    if newest is None or any(getattr(newest, name) != row[name] for name in _VERSIONED):
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        added = session.execute(dialect.insert(ColourEvent.__table__).values(row).on_conflict_do_nothing())
        rows += [SimpleNamespace(**row)] * added.rowcount
    with one_story():
        events = events_of(session, [person_id], rows)[person_id]
    return _derive(session, code, events, now)


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
    code = _hold(session, person_id)
    with one_story():
        events = events_of(session, [person_id])[person_id]
    return _derive(session, code, events, now, book)


def issue_code(session: Session, person_id: str, now: datetime, valid_until: datetime) -> Derivation:
    """Give a person a code: the colour that follows from what is known of them, green when nothing is.

    A code that is there already is derived anew and only its validity moved.

    Args:
        session: the caller's writing transaction.
        person_id: somebody on the platform's books.
        now: the platform's time.
        valid_until: the end of the check-in that comes with applying.
    """
    code = _hold(session, person_id)
    if code is not None:
        renew(code, valid_until)
        return recolour(session, person_id, now)
    with one_story():
        found = outcome(events_of(session, [person_id])[person_id], rule_book(), None, now)
    code = HealthCode(person_id=person_id, valid_until=valid_until, version=0)
    session.add(code)
    return _write(session, code, found, now)


def _hold(session: Session, person_id: str) -> Any:
    """Keep everybody else from writing about a person; return the code as it is then, None without one."""
    session.execute(_PERSON, {"person_id": person_id})
    return session.get(HealthCode, person_id, populate_existing=True)


def _derive(
    session: Session,
    code: Any,
    events: Sequence[Event],
    now: datetime,
    book: RuleBook | None = None,
) -> Derivation:
    rules = book or rule_book()
    with one_story():
        if code is None:
            return derive(events, rules, now)
        found = outcome(events, rules, Written(code.colour, code.since, code.updated_at, code.version), now)
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
    if found.steps:
        keep_changes(session, [(code.person_id, step) for step in found.steps], now)
    return found.derivation
