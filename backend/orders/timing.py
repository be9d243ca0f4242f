"""The clock of a work order: how pressing it is, when it stands still, when it is due afterwards. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from backend.orders.limits import TimeLimits, load_time_limits, working_days_between
from backend.orders.states import RUNNING

Light = Literal["normal", "yellow", "red", "overdue", "stopped", "done"]
#: From calm to late; an order that has become later is escalated.
PRESSING: tuple[Light, ...] = ("normal", "yellow", "red", "overdue")
_SENT = frozenset({"dispatch", "redispatch"})


@dataclass(frozen=True)
class Stopped:
    """What was left when the clock was stopped: working days, or seconds when the limit counts hours."""

    working_days: int | None
    seconds: int | None


def light(order: Any, now: datetime, limits: TimeLimits | None = None) -> Light:
    """Return how pressing an order is; time in which it was suspended does not count."""
    limits = limits or load_time_limits()
    if order.state == "suspended":
        return "stopped"
    if order.state not in RUNNING:
        return "done"
    if now >= order.due_at:
        return "overdue"
    still = timedelta(seconds=order.suspended_s)
    whole = (order.due_at - order.created_at - still).total_seconds()
    used = (now - order.created_at - still).total_seconds()
    return _colour(used, whole, limits)


def sign_light(order: Any, now: datetime, limits: TimeLimits | None = None) -> Light:
    """Return how pressing it is that the department signs for what it was sent; `done` when that is not waited for."""
    if order.state != "dispatched" or order.sign_by is None:
        return "done"
    if now >= order.sign_by:
        return "overdue"
    sent_at = max(event.at for event in order.events if event.action in _SENT)
    whole, used = order.sign_by - sent_at, now - sent_at
    return _colour(used.total_seconds(), whole.total_seconds(), limits or load_time_limits())


def _colour(used: float, whole: float, limits: TimeLimits) -> Light:
    part = used / whole if whole > 0 else 1.0
    if part >= limits.red:
        return "red"
    return "yellow" if part >= limits.yellow else "normal"


def next_look(order: Any, now: datetime, limits: TimeLimits | None = None) -> datetime | None:
    """Return when an order becomes later than it is at `now`; None when it cannot."""
    limits = limits or load_time_limits()
    if order.state not in RUNNING:
        return None
    begun = order.created_at + timedelta(seconds=order.suspended_s)
    whole = order.due_at - begun
    moments = [begun + whole * limits.yellow, begun + whole * limits.red, order.due_at]
    if order.state == "dispatched" and order.sign_by is not None and not order.sign_late:
        moments.append(order.sign_by)
    later = [moment for moment in moments if moment > now]
    return min(later) if later else None


def counts_hours(order: Any) -> bool:
    """Tell whether an order's limit counts hours and not working days: it ends at some time within a day."""
    return (order.due_at.hour, order.due_at.minute, order.due_at.second) != (23, 59, 59)


def stop(order: Any, now: datetime) -> Stopped:
    """Return what is left of an order's time at `now`; of an order that is late, nothing."""
    if counts_hours(order):
        return Stopped(None, max(0, int((order.due_at - now).total_seconds())))
    return Stopped(working_days_between(now.date(), order.due_at.date()), None)


def due_after(left: Stopped, resumed_at: datetime) -> datetime:
    """Return when an order is due whose clock goes on at `resumed_at` with what was left."""
    if left.seconds is not None:
        return resumed_at + timedelta(seconds=left.seconds)
    return TimeLimits.end_of(resumed_at, left.working_days or 0)


def latest_extension(order: Any, limits: TimeLimits | None = None) -> datetime:
    """Return until when an order may be extended at most: by the part of its own limit that the rules allow."""
    limits = limits or load_time_limits()
    if counts_hours(order):
        whole = order.due_at - order.created_at - timedelta(seconds=order.suspended_s)
        latest: datetime = order.due_at + whole * limits.extension_part
        return latest
    days = int(limits.working_days[order.kind] * limits.extension_part)
    return TimeLimits.end_of(order.due_at, days)
