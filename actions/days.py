"""Days a person named, moved to the platform's calendar.

The understanding counts “昨天” from its own machine's clock and says how the day moves with today
(``bot/nlu/dates.py``). The demonstration lives in September 2022: what was meant is found here, from the
platform's time.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable
from datetime import date, timedelta

_WEEK = 7


def moved(day: date, as_of: date, moves: str, today: date) -> date:
    """The day meant, when today is ``today`` and not ``as_of``.

    Args:
        day: as it was understood.
        as_of: the day that was taken for today.
        moves: how the day depends on today: ``day``, ``week``, ``past_weekday``, ``month``, ``nearest_month``,
            ``nearest_year``; anything else does not move.
        today: the day it is.
    """
    move = _MOVES.get(moves)
    return day if move is None or as_of == today else move(day, as_of, today)


def _by_days(day: date, as_of: date, today: date) -> date:
    return today + (day - as_of)


def _by_weeks(day: date, as_of: date, today: date) -> date:
    monday = as_of - timedelta(days=as_of.weekday())
    return today - timedelta(days=today.weekday()) + (day - monday)


def _past_weekday(day: date, as_of: date, today: date) -> date:
    return today - timedelta(days=(today.weekday() - day.weekday()) % _WEEK)


def _by_months(day: date, as_of: date, today: date) -> date:
    months = (day.year - as_of.year) * 12 + day.month - as_of.month
    return _in_month(today.year * 12 + today.month - 1 + months, day.day)


def _nearest_month(day: date, as_of: date, today: date) -> date:
    now = today.year * 12 + today.month - 1
    return _nearest((_in_month(now + step, day.day) for step in (-1, 0, 1)), today)


def _nearest_year(day: date, as_of: date, today: date) -> date:
    months = ((today.year + step) * 12 + day.month - 1 for step in (-1, 0, 1))
    return _nearest((_in_month(month, day.day) for month in months), today)


def _in_month(month: int, day: int) -> date:
    """The day of a month counted from year 0; the month's last when it is shorter."""
    year, number = divmod(month, 12)
    return date(year, number + 1, min(day, calendar.monthrange(year, number + 1)[1]))


def _nearest(days: Iterable[date], today: date) -> date:
    return min(days, key=lambda day: abs((day - today).days))


_MOVES: dict[str, Callable[[date, date, date], date]] = {
    "day": _by_days,
    "week": _by_weeks,
    "past_weekday": _past_weekday,
    "month": _by_months,
    "nearest_month": _nearest_month,
    "nearest_year": _nearest_year,
}
