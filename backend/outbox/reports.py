"""What operators see of the outbox: figures, lists, one event."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.models import EventDelivery, OutgoingEvent
from backend.outbox.queue import show_event

_HOUR_S = 3_600.0


def metrics(session: Session, now: float) -> dict[str, Any]:
    """Return the figures of all subscribers: waiting, the oldest wait in seconds, failed tries, dead, settled."""
    counted = session.execute(
        select(EventDelivery.subscriber, EventDelivery.state, func.count())
        .group_by(EventDelivery.subscriber, EventDelivery.state)
        .order_by(EventDelivery.subscriber)
    ).all()
    subscribers: dict[str, dict[str, Any]] = {}
    for name, state, count in counted:
        subscribers.setdefault(name, {"waiting": 0, "dead": 0, "delivered": 0})[state] = count
    for name, figures in subscribers.items():
        figures.update(_waits(session, name, now))
    unplanned = session.execute(select(func.count()).where(OutgoingEvent.planned.is_(False))).scalar_one()
    return {"unplanned": unplanned, "subscribers": subscribers}


def _waits(session: Session, subscriber: str, now: float) -> dict[str, Any]:
    mine = EventDelivery.subscriber == subscriber
    waiting = mine & (EventDelivery.state == "waiting")
    oldest = session.execute(
        select(OutgoingEvent.occurred_at, EventDelivery.attempts, EventDelivery.next_at)
        .join(EventDelivery, EventDelivery.seq == OutgoingEvent.seq)
        .where(waiting)
        .order_by(EventDelivery.seq)
        .limit(1)
    ).first()
    last_hour = session.execute(
        select(func.count()).where(
            mine, EventDelivery.state == "delivered", EventDelivery.settled_at > now - _HOUR_S
        )
    ).scalar_one()
    retried = session.execute(select(func.count()).where(waiting, EventDelivery.attempts > 0)).scalar_one()
    return {
        "retrying": retried,
        "delivered_last_hour": last_hour,
        "oldest_waiting": oldest.occurred_at.isoformat() if oldest else None,
    }


def deliveries(session: Session, state: str | None, limit: int) -> list[dict[str, Any]]:
    """Return deliveries, the newest first; of one state when it is named."""
    query = (
        select(OutgoingEvent, EventDelivery)
        .join(EventDelivery, EventDelivery.seq == OutgoingEvent.seq)
        .order_by(EventDelivery.seq.desc(), EventDelivery.subscriber)
        .limit(limit)
    )
    if state is not None:
        query = query.where(EventDelivery.state == state)
    return [_row(event, delivery) for event, delivery in session.execute(query)]


def one(session: Session, event_id: str) -> dict[str, Any] | None:
    """Return an event as it would be sent now, with all its deliveries; None when there is no such event."""
    event = session.execute(
        select(OutgoingEvent).where(OutgoingEvent.event_id == event_id)
    ).scalar_one_or_none()
    if event is None:
        return None
    rows = session.execute(
        select(EventDelivery).where(EventDelivery.seq == event.seq).order_by(EventDelivery.subscriber)
    ).scalars()
    return {"event": show_event(session, event), "deliveries": [_row(event, row) for row in rows]}


def _row(event: Any, delivery: Any) -> dict[str, Any]:
    return {
        "event_id": event.event_id,
        "kind": event.kind,
        "occurred_at": event.occurred_at.isoformat(),
        "subscriber": delivery.subscriber,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "last_error": delivery.last_error,
    }
