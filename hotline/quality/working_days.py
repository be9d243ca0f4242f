"""Working days with China's public holidays and the weekend days that are worked instead (`chinesecalendar`)."""

from __future__ import annotations

import datetime as dt

import chinese_calendar  # type: ignore[import-untyped]

from ..words import CHINA

_SATURDAY = 5


def is_working_day(day: dt.date) -> bool:
    """Tell whether offices are open; a year without a notice of the State Council has plain weeks."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < _SATURDAY


def end_of(moment: dt.datetime, working_days: int) -> dt.datetime:
    """Return the end of the day that many working days after `moment`, which itself does not count."""
    day = moment.astimezone(CHINA).date()
    while working_days > 0:
        day += dt.timedelta(days=1)
        working_days -= is_working_day(day)
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), CHINA)
