"""Days and periods as the business counts them: China's calendar, whatever zone the machine is in. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ..errors import BadRequest
from ..words import CHINA, spoken_date

#: Days of one report at most.
LONGEST: Final = 366
_WEEK: Final = 7
_QUARTER: Final = 3
NAMES: Final = {"today": "今天", "week": "近7天", "month": "本月", "quarter": "本季度", "free": "自选"}


def day_of(unix: float) -> dt.date:
    """Return the day a moment (unix seconds) belongs to."""
    return dt.datetime.fromtimestamp(unix, CHINA).date()


def bounds(day: dt.date) -> tuple[float, float]:
    """Return when a day begins and when the next one does, unix seconds."""
    begin = dt.datetime.combine(day, dt.time(), CHINA)
    return begin.timestamp(), (begin + dt.timedelta(days=1)).timestamp()


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both counted; `name` is one of `NAMES`."""

    name: str
    first: dt.date
    last: dt.date

    @property
    def length(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def days(self) -> Iterator[dt.date]:
        """Yield its days in order."""
        return (self.first + dt.timedelta(days=number) for number in range(self.length))

    def before(self) -> Period:
        """Return the same number of days right before."""
        last = self.first - dt.timedelta(days=1)
        return Period(self.name, last - dt.timedelta(days=self.length - 1), last)

    @property
    def words(self) -> str:
        """It, as people write it: 2022年9月1日至9月5日."""
        if self.first == self.last:
            return spoken_date(self.first, year=True)
        last = spoken_date(self.last, year=self.first.year != self.last.year)
        return f"{spoken_date(self.first, year=True)}至{last}"


def moments(period: Period) -> tuple[dt.datetime, dt.datetime]:
    """Return when a period begins and when the day after it does."""
    begin, end = (dt.datetime.combine(day, dt.time(), CHINA) for day in (period.first, period.last))
    return begin, end + dt.timedelta(days=1)


def period_of(name: str, today: dt.date, first: str = "", last: str = "") -> Period:
    """Return the period somebody asks for; `free` from `first` to `last` (ISO dates), the others up to `today`.

    Raises:
        BadRequest: no such period, no dates, dates the wrong way round, still to come, or more than a year.
    """
    if name == "free":
        return _free(today, first, last)
    begins = {
        "today": today,
        "week": today - dt.timedelta(days=_WEEK - 1),
        "month": today.replace(day=1),
        "quarter": today.replace(month=today.month - (today.month - 1) % _QUARTER, day=1),
    }
    if name not in begins:
        raise BadRequest("period", f"one of {', '.join(NAMES)}")
    return Period(name, begins[name], today)


def _free(today: dt.date, first: str, last: str) -> Period:
    try:
        wanted = Period("free", dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    except ValueError as error:
        raise BadRequest("from, to", "two dates, 2022-09-05") from error
    if not wanted.first <= wanted.last <= today or wanted.length > LONGEST:
        raise BadRequest("from, to", f"in order, not after today, at most {LONGEST} days")
    return wanted
