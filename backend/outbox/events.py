"""Writing events, for one person or for many."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from backend.database import WROTE_EVENTS
from backend.models import OutgoingEvent, new_row_id
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
    row = _row(kind, person_id, data, now)
    session.execute(insert(OutgoingEvent).values(row))
    session.info[WROTE_EVENTS] = True
    return str(row["event_id"])


def emit_all(session: Session, kind: str, people: Sequence[str], now: datetime) -> None:
    """Write one event without data for each of `people`, in their order; somebody named twice gets two.

    Args:
        session: the transaction in which the thing itself happens.
        kind: one of `KINDS` that carries nothing.
        people: the persons' ids.
        now: the platform's time at which it happened.

    Raises:
        ValueError: an unknown kind, or one that carries data.
    """
    _check(kind, {})
    if people:
        session.execute(insert(OutgoingEvent.__table__), [_row(kind, one, {}, now) for one in people])
        session.info[WROTE_EVENTS] = True


def _row(kind: str, person_id: str | None, data: Mapping[str, str], now: datetime) -> dict[str, Any]:
    event_id = new_row_id("evt")
    return {
        "event_id": event_id,
        "kind": kind,
        "person_id": person_id,
        "stream": person_id or data.get("conversation_id") or event_id,
        "data": json.dumps(dict(data), ensure_ascii=False),
        "occurred_at": now,
        "planned": False,
    }


def _check(kind: str, data: Mapping[str, str]) -> None:
    if kind not in KINDS:
        raise ValueError(f"no such kind of event: {kind}")
    if set(data) != KINDS[kind]:
        raise ValueError(f"{kind} carries {sorted(KINDS[kind])}, not {sorted(data)}")
    if not all(isinstance(value, str) for value in data.values()):
        raise ValueError(f"{kind}: data is text")
