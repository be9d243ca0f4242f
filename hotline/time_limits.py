"""How pressing a work order is: a pure function of its two moments, now, and the thresholds.

Yellow from 70 % of the time limit, red from 90 %, overdue at 100 % (12345 practice, see GB/T 33358-2016 and the
usual 红黄灯 rules of city hotlines); both are settings.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Light = Literal["normal", "yellow", "red", "overdue", "done"]

_DONE = frozenset({"answered", "closed", "withdrawn"})


@dataclass(frozen=True)
class Thresholds:
    """Parts of the time limit, 0 < `yellow` ≤ `red` ≤ 1."""

    yellow: float = 0.7
    red: float = 0.9


def light(
    state: str, created_at: dt.datetime, due_at: dt.datetime, now: dt.datetime, thresholds: Thresholds
) -> Light:
    """Return how pressing an order is; one that is answered, closed or withdrawn presses nobody."""
    if state in _DONE:
        return "done"
    if now >= due_at:
        return "overdue"
    whole = (due_at - created_at).total_seconds()
    used = (now - created_at).total_seconds() / whole if whole > 0 else 1.0
    if used >= thresholds.red:
        return "red"
    return "yellow" if used >= thresholds.yellow else "normal"


def remaining(due_at: dt.datetime, now: dt.datetime) -> str:
    """Return the time left, or past, as people say it: 还剩2天3小时, 40分钟前到期."""
    seconds = (due_at - now).total_seconds()
    minutes = int(abs(seconds) // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        span = f"{days}天{hours}小时" if hours else f"{days}天"
    elif hours:
        span = f"{hours}小时{minutes}分钟" if minutes else f"{hours}小时"
    else:
        span = f"{minutes}分钟"
    return f"还剩{span}" if seconds > 0 else f"{span}前到期"
