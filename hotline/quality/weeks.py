"""Periods that are drawn: calendar weeks from Monday to Sunday, China's time. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ..words import CHINA

_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both of them within."""

    first: dt.date
    last: dt.date

    @property
    def starts(self) -> float:
        """Unix seconds of its first moment."""
        return _midnight(self.first)

    @property
    def ends(self) -> float:
        """Unix seconds of the first moment after it."""
        return _midnight(self.last + dt.timedelta(days=1))


def week_of(day: dt.date) -> Period:
    """Return the week in which a day lies."""
    monday = day - dt.timedelta(days=day.weekday())
    return Period(monday, monday + dt.timedelta(days=6))


def due_weeks(
    now: dt.datetime, last_drawn: dt.date | None, *, wait_hours: int, weeks_back: int
) -> list[Period]:
    """Return the weeks that are to be drawn at `now`, the oldest first.

    Args:
        now: aware time of the clock the cases are dated by.
        last_drawn: Monday of the newest week that was drawn; `None` when none ever was: then only the last one is due.
        wait_hours: a week is drawn so long after its end.
        weeks_back: weeks that are drawn afterwards at most.
    """
    ripe = (now - dt.timedelta(hours=wait_hours)).astimezone(CHINA).date()
    newest = week_of(ripe).first - _WEEK
    oldest = newest - _WEEK * max(0, weeks_back - 1)
    monday = newest if last_drawn is None else max(last_drawn + _WEEK, oldest)
    weeks = []
    while monday <= newest:
        weeks.append(week_of(monday))
        monday += _WEEK
    return weeks


def _midnight(day: dt.date) -> float:
    return dt.datetime.combine(day, dt.time(), CHINA).timestamp()
