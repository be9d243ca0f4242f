"""By when a request must be answered: working days by kind, on the calendar of the State Council's notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_DATA = Path(__file__).with_name("data")
_SATURDAY = 5


class UnknownKind(LookupError):  # noqa: N818 - it names what is unknown
    """A kind of request without a time limit."""


@dataclass(frozen=True)
class Calendar:
    """Working days: Monday to Friday without `holidays`, and the weekend days worked instead (`make_up`)."""

    holidays: frozenset[date]
    make_up: frozenset[date]

    def is_working_day(self, day: date) -> bool:
        """Tell whether offices are open on `day`; years without a notice have plain weeks."""
        return day in self.make_up or (day.weekday() < _SATURDAY and day not in self.holidays)

    def after(self, day: date, working_days: int) -> date:
        """Return the day that many working days after `day`, which itself does not count."""
        while working_days > 0:
            day += timedelta(days=1)
            working_days -= self.is_working_day(day)
        return day


@dataclass(frozen=True)
class TimeLimits:
    """Working days by kind, on one calendar, and the hours within which a foreigner's application is looked at."""

    working_days: Mapping[str, int]
    calendar: Calendar
    review_hours: int

    def due_at(self, kind: str, created_at: datetime) -> datetime:
        """Return the last second of the last day for a request made at `created_at` (China time).

        Raises:
            UnknownKind: when no limit is set for the kind.
        """
        if kind not in self.working_days:
            raise UnknownKind(kind)
        day = self.calendar.after(created_at.date(), self.working_days[kind])
        return datetime.combine(day, time(23, 59, 59), created_at.tzinfo)

    def review_due_at(self, created_at: datetime) -> datetime:
        """Return by when a foreigner's application is decided; nights and holidays count."""
        return created_at + timedelta(hours=self.review_hours)


@lru_cache(maxsize=1)
def load_time_limits() -> TimeLimits:
    """Return the limits of `data/time_limits.yml` on the calendar of `data/working_days.yml`."""
    limits = _read("time_limits.yml")
    years = _read("working_days.yml")["years"]
    calendar = Calendar(
        frozenset(day for year in years for span in year["holidays"] for day in _days(span)),
        frozenset(day for year in years for day in year["make_up"]),
    )
    days = {kind: entry["working_days"] for kind, entry in limits["kinds"].items()}
    return TimeLimits(days, calendar, limits["review"]["hours"])


def _days(span: list[date]) -> list[date]:
    first, last = span[0], span[-1]
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def _read(name: str) -> Any:
    return yaml.safe_load((_DATA / name).read_text(encoding="utf-8"))
