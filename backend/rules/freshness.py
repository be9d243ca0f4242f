"""How old a test result is. The clock starts at sampling (checkpoint practice of spring 2022, and the colours of the
results page published by 健康成都官微 on 2022-09-16: 0–24 h, 24–48 h, 48–72 h, over 72 h).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

Band = Literal["24", "48", "72", "over"]
_BANDS: tuple[tuple[int, Band], ...] = ((24, "24"), (48, "48"), (72, "72"))


def is_reported(reported_at: datetime | None, now: datetime) -> bool:
    """Tell whether a result is known yet at `now`."""
    return reported_at is not None and reported_at <= now


def hours_since_sampling(sampled_at: datetime, now: datetime) -> float:
    """Return the hours since sampling, never negative, cut to one decimal so that 23.99 does not read as 24."""
    tenths = max(timedelta(0), now - sampled_at) // timedelta(minutes=6)
    return tenths / 10


def band(sampled_at: datetime, now: datetime) -> Band:
    """Return the smallest band a result still falls in; exactly 24 hours are still the first."""
    age = now - sampled_at
    for hours, name in _BANDS:
        if age <= timedelta(hours=hours):
            return name
    return "over"
