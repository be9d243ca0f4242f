"""Orders that become late are noted, each step of it once, also after a downtime."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select

from backend.database import Database
from backend.models import ServiceRequest, ServiceRequestEvent
from backend.orders import timing

BATCH: Final = 200
_CLOCK: Final = "clock"
_WORDS: Final = {"yellow": "时限已过七成", "red": "时限已过九成", "overdue": "已超期，升级督办"}
_UNSIGNED: Final = "承办单位超时未签收"


def escalate_due(database: Database, now: datetime, *, batch: int = BATCH) -> int:
    """Note everything that has become late by `now`; return how many orders that concerned.

    Several processes may do this at once: an order is held while it is looked at, and then not due any more.
    """
    due = (
        select(ServiceRequest)
        .where(ServiceRequest.look_at <= now)
        .order_by(ServiceRequest.look_at, ServiceRequest.number)
        .limit(batch)
    )
    done = 0
    while _any(database, now):
        with database.write() as session:
            found = session.execute(due.with_for_update(skip_locked=True)).scalars().all()
            for order in found:
                look(order, now)
        done += len(found)
        if len(found) < batch:
            break
    return done


def _any(database: Database, now: datetime) -> bool:
    """Tell whether something is due, without keeping writers waiting."""
    with database.read() as session:
        first = select(ServiceRequest.number).where(ServiceRequest.look_at <= now).limit(1)
        return session.execute(first).first() is not None


def look(order: ServiceRequest, now: datetime) -> None:
    """Note how late an order has become, and when it is looked at next."""
    light = timing.light(order, now)
    if light in _WORDS and timing.PRESSING.index(light) > timing.PRESSING.index(order.light_told):
        order.light_told = light
        _note(order, now, _WORDS[light], light)
    if order.state == "dispatched" and order.sign_by is not None and now >= order.sign_by:
        if not order.sign_late:
            _note(order, now, _UNSIGNED, "unsigned")
        order.sign_late = True
    order.look_at = timing.next_look(order, now)


def _note(order: ServiceRequest, now: datetime, text: str, action: str) -> None:
    order.version += 1
    order.events.append(
        ServiceRequestEvent(at=now, state=order.state, text=text, action=action, by=_CLOCK, public=False)
    )
