"""Deliveries in the store: planned for every subscriber, claimed by one process at a time, settled.

Several processes may work at once. On PostgreSQL claimed rows are locked with SKIP LOCKED, on SQLite every writing
transaction is alone; the claim itself is a lease, so that the work of a process that died is taken over.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, delete, exists, false, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from backend.models import EventDelivery, FamilyLink, OutgoingEvent

#: Seconds after which a claimed delivery counts as abandoned.
LEASE_S = 60.0
#: Days for which settled events are kept.
KEPT_DAYS = 30
_PLANNED_AT_ONCE = 500
_PLANNER_LOCK = 0x6A6B74  # one planner at a time keeps the events of a person in their order


@dataclass(frozen=True)
class Claimed:
    """A delivery this process may make now."""

    subscriber: str
    seq: int
    claim: str
    attempts: int
    event: dict[str, Any]


def plan(session: Session, subscribers: Sequence[str], now: float) -> int:
    """Make the deliveries of events that have none yet; return how many events that were."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_PLANNER_LOCK)))
    fresh = session.execute(
        select(OutgoingEvent.seq, OutgoingEvent.stream)
        .where(OutgoingEvent.planned == false())
        .order_by(OutgoingEvent.seq)
        .limit(_PLANNED_AT_ONCE)
    ).all()
    if not fresh:
        return 0
    rows = [
        {
            "subscriber": name,
            "seq": event.seq,
            "stream": event.stream,
            "state": "waiting",
            "attempts": 0,
            "next_at": now,
            "claimed_until": 0.0,
        }
        for event in fresh
        for name in subscribers
    ]
    if rows:
        session.execute(insert(EventDelivery), rows)
    session.execute(
        update(OutgoingEvent)
        .where(OutgoingEvent.seq.in_([event.seq for event in fresh]))
        .values(planned=True)
        .execution_options(synchronize_session=False)
    )
    return len(fresh)


def has_unplanned(session: Session) -> bool:
    """Tell whether there is something to plan, without taking the write lock."""
    return bool(session.execute(select(exists().where(OutgoingEvent.planned == false()))).scalar())


def has_due(session: Session, subscriber: str, now: float) -> bool:
    """Tell whether something may be due, without taking the write lock."""
    due = exists().where(
        EventDelivery.subscriber == subscriber,
        EventDelivery.state == "waiting",
        EventDelivery.next_at <= now,
        EventDelivery.claimed_until <= now,
    )
    return bool(session.execute(select(due)).scalar())


def claim(session: Session, subscriber: str, limit: int, now: float) -> list[Claimed]:
    """Take up to `limit` due deliveries, at most one of each person, the oldest first."""
    earlier = aliased(EventDelivery)
    due = (
        select(EventDelivery.seq)
        .where(
            EventDelivery.subscriber == subscriber,
            EventDelivery.state == "waiting",
            EventDelivery.next_at <= now,
            EventDelivery.claimed_until <= now,
            ~exists().where(
                earlier.subscriber == subscriber,
                earlier.stream == EventDelivery.stream,
                earlier.seq < EventDelivery.seq,
                earlier.state == "waiting",
            ),
        )
        .order_by(EventDelivery.seq)
        .limit(limit)
        .with_for_update(of=EventDelivery, skip_locked=True)
    )
    taken = list(session.execute(due).scalars())
    if not taken:
        return []
    mark = uuid.uuid4().hex
    session.execute(
        update(EventDelivery)
        .where(
            EventDelivery.subscriber == subscriber,
            EventDelivery.seq.in_(taken),
            EventDelivery.claimed_until <= now,
        )
        .values(claim=mark, claimed_until=now + LEASE_S)
        .execution_options(synchronize_session=False)
    )
    rows = session.execute(
        select(OutgoingEvent, EventDelivery.attempts)
        .join(EventDelivery, EventDelivery.seq == OutgoingEvent.seq)
        .where(EventDelivery.subscriber == subscriber, EventDelivery.claim == mark)
        .order_by(OutgoingEvent.seq)
    ).all()
    return [Claimed(subscriber, e.seq, mark, attempts, show_event(session, e)) for e, attempts in rows]


def show_event(session: Session, event: OutgoingEvent) -> dict[str, Any]:
    """Return the OutgoingEvent object of the contract, with who may hear of it now."""
    audience: list[str] = []
    if event.person_id is not None:
        owners = session.execute(
            select(FamilyLink.owner_id)
            .where(FamilyLink.member_id == event.person_id, FamilyLink.ended_at.is_(None))
            .order_by(FamilyLink.owner_id)
        ).scalars()
        audience = [event.person_id, *owners]
    return {
        "event_id": event.event_id,
        "kind": event.kind,
        "person_id": event.person_id,
        "audience": audience,
        "occurred_at": event.occurred_at.isoformat(),
        "data": json.loads(event.data),
    }


def settle(session: Session, delivery: Claimed, state: str, error: str | None, now: float) -> bool:
    """End a delivery as `delivered` or `dead`; False when another process has taken it over meanwhile."""
    values = {"state": state, "settled_at": now, "attempts": delivery.attempts + 1, "last_error": error}
    return _change(session, delivery, values)


def postpone(session: Session, delivery: Claimed, error: str | None, next_at: float) -> bool:
    """Count a failed attempt and try again at `next_at`; False when another process has taken it over."""
    values = {"next_at": next_at, "attempts": delivery.attempts + 1, "last_error": error}
    return _change(session, delivery, values)


def release(session: Session, delivery: Claimed) -> bool:
    """Give a delivery back that was not attempted."""
    return _change(session, delivery, {})


def _change(session: Session, delivery: Claimed, values: dict[str, Any]) -> bool:
    changed = session.execute(
        update(EventDelivery)
        .where(
            EventDelivery.subscriber == delivery.subscriber,
            EventDelivery.seq == delivery.seq,
            EventDelivery.claim == delivery.claim,
            EventDelivery.state == "waiting",
        )
        .values(**values, claim=None, claimed_until=0.0)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount)


def replay(session: Session, now: float, event_id: str | None = None) -> int:
    """Send dead letters again, one event's or all; return how many."""
    dead = EventDelivery.state == "dead"
    if event_id is not None:
        seq = select(OutgoingEvent.seq).where(OutgoingEvent.event_id == event_id).scalar_subquery()
        dead = and_(dead, EventDelivery.seq == seq)
    changed = session.execute(
        update(EventDelivery)
        .where(dead)
        .values(state="waiting", attempts=0, next_at=now, claimed_until=0.0, claim=None, settled_at=None)
        .execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)


def purge(session: Session, now: float) -> int:
    """Delete events all of whose deliveries succeeded long ago; dead letters stay until they are replayed."""
    old = now - KEPT_DAYS * 86_400
    open_or_recent = exists().where(
        EventDelivery.seq == OutgoingEvent.seq,
        (EventDelivery.state != "delivered") | (EventDelivery.settled_at > old),
    )
    settled = exists().where(EventDelivery.seq == OutgoingEvent.seq)
    gone = session.execute(
        delete(OutgoingEvent)
        .where(OutgoingEvent.planned.is_(True), settled, ~open_or_recent)
        .execution_options(synchronize_session=False)
    )
    return int(gone.rowcount)
