"""Writing events, for one person or for everybody a query finds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, false, func, insert, literal, select
from sqlalchemy.orm import Session

from backend.database import WROTE_EVENTS
from backend.models import Moment, OutgoingEvent, new_id
from backend.outbox.kinds import KINDS


def emit(session: Session, kind: str, person_id: str | None, data: Mapping[str, str], now: datetime) -> str:
    """Write one event in the caller's transaction and return its id.

    Events of one person are delivered in the order in which they are written; hold the person's row (`FOR UPDATE`)
    when two transactions could write at once.

    Args:
        session: the transaction in which the thing itself happens.
        kind: one of `KINDS`.
        person_id: whom it is about; None when the platform does not know (a work order of a stranger).
        data: exactly what `KINDS` names for this kind, as text.
        now: the platform's time at which it happened.

    Raises:
        ValueError: an unknown kind, or other data than the kind carries.
    """
    _check(kind, data)
    event_id = new_id("evt")
    session.execute(
        insert(OutgoingEvent).values(
            event_id=event_id,
            kind=kind,
            person_id=person_id,
            stream=person_id or data.get("conversation_id") or event_id,
            data=json.dumps(dict(data), ensure_ascii=False),
            occurred_at=now,
            planned=False,
        )
    )
    session.info[WROTE_EVENTS] = True
    return event_id


def emit_for_each(session: Session, kind: str, people: Any, now: datetime) -> int:
    """Write one event without data for each person a query finds, set-based; return how many that were.

    Args:
        session: the transaction in which the thing itself happens.
        kind: one of `KINDS` that carries nothing.
        people: a `select(…)` of one column, the person's id.
        now: the platform's time at which it happened.

    Raises:
        ValueError: an unknown kind, or one that carries data.
    """
    _check(kind, {})
    found = people.subquery()
    person_id = next(iter(found.c))
    rows = select(
        literal("evt_").op("||")(_random(session)),
        literal(kind, String),
        person_id,
        person_id,
        literal("{}", String),
        literal(now, Moment),
        false(),
    )
    columns = ["event_id", "kind", "person_id", "stream", "data", "occurred_at", "planned"]
    written: int = session.execute(insert(OutgoingEvent).from_select(columns, rows)).rowcount
    session.info[WROTE_EVENTS] = True
    return written


def _random(session: Session) -> Any:
    """Return 128 random bits in hexadecimal, made by the database for each row."""
    if session.get_bind().dialect.name == "postgresql":
        return func.replace(cast(func.gen_random_uuid(), String), "-", "")
    return func.lower(func.hex(func.randomblob(16)))


def _check(kind: str, data: Mapping[str, str]) -> None:
    if kind not in KINDS:
        raise ValueError(f"no such kind of event: {kind}")
    if set(data) != KINDS[kind]:
        raise ValueError(f"{kind} carries {sorted(KINDS[kind])}, not {sorted(data)}")
    if not all(isinstance(value, str) for value in data.values()):
        raise ValueError(f"{kind}: data is text")
