"""Time limits of work orders: working days by kind, hours by urgency, on the calendar of public holidays.

Holidays and the weekend days worked instead are those of the State Council's notices as `chinesecalendar` knows them;
a year without a notice has plain weeks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

import chinese_calendar  # type: ignore[import-untyped]
import yaml

_FILE: Final = Path(__file__).with_name("data") / "time_limits.yml"
_SATURDAY: Final = 5
_DAY_END: Final = time(23, 59, 59)

Urgency = Literal["normal", "urgent", "critical"]


class UnknownKind(LookupError):  # noqa: N818 - it names what is unknown
    """A kind of request without a time limit."""


def is_working_day(day: date) -> bool:
    """Tell whether offices are open on `day`."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:  # no notice for this year yet
        return day.weekday() < _SATURDAY


def after(day: date, working_days: int) -> date:
    """Return the day that many working days after `day`, which itself does not count."""
    while working_days > 0:
        day += timedelta(days=1)
        working_days -= is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """Return how many working days lie after `first`, up to and including `last`."""
    return sum(is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


@dataclass(frozen=True)
class Pressing:
    """What an urgency asks for: hours to answer and to sign, or working days to sign."""

    answer_hours: float | None
    sign_hours: float | None
    sign_working_days: int


@dataclass(frozen=True)
class TimeLimits:
    """The limits of `data/time_limits.yml`.

    Attributes:
        working_days: to answer, by kind.
        pressing: by urgency.
        review_hours: within which a foreigner's application is looked at.
        extensions, extension_part: how often a limit may be extended, and by which part of itself at most.
        yellow, red: parts of the limit, 0 < `yellow` ≤ `red` ≤ 1.
        call_back_days, call_back_tries: working days to call back, and tries before an order is closed unreached.
        urge_hours: between two urgings of a citizen.
        reopen_days, reopenings: how long, and how often, a closed order can be taken up again.
    """

    working_days: Mapping[str, int]
    pressing: Mapping[str, Pressing]
    review_hours: int
    extensions: int
    extension_part: float
    yellow: float
    red: float
    call_back_days: int
    call_back_tries: int
    urge_hours: int
    reopen_days: int
    reopenings: int

    def due_at(self, kind: str, created_at: datetime, urgency: Urgency = "normal") -> datetime:
        """Return by when a request is answered that was made at `created_at` (China time).

        Raises:
            UnknownKind: when no limit is set for the kind.
        """
        if kind not in self.working_days:
            raise UnknownKind(kind)
        by_kind = self.end_of(created_at, self.working_days[kind])
        hours = self.pressing[urgency].answer_hours
        return by_kind if hours is None else min(by_kind, created_at + timedelta(hours=hours))

    def sign_by(self, dispatched_at: datetime, urgency: Urgency) -> datetime:
        """Return by when a department signs for what it was sent at `dispatched_at`."""
        pressing = self.pressing[urgency]
        if pressing.sign_hours is not None:
            return dispatched_at + timedelta(hours=pressing.sign_hours)
        return self.end_of(dispatched_at, pressing.sign_working_days)

    def review_due_at(self, created_at: datetime) -> datetime:
        """Return by when a foreigner's application is decided; nights and holidays count."""
        return created_at + timedelta(hours=self.review_hours)

    def call_back_by(self, answered_at: datetime) -> datetime:
        """Return by when a citizen is asked whether the answer helped."""
        return self.end_of(answered_at, self.call_back_days)

    @staticmethod
    def end_of(moment: datetime, working_days: int) -> datetime:
        """Return the last second of the day that many working days after `moment`."""
        return datetime.combine(after(moment.date(), working_days), _DAY_END, moment.tzinfo)


@lru_cache(maxsize=1)
def load_time_limits() -> TimeLimits:
    """Return the limits of this installation."""
    raw: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return TimeLimits(
        working_days={kind: entry["working_days"] for kind, entry in raw["kinds"].items()},
        pressing={
            name: Pressing(
                entry.get("answer_hours"), entry.get("sign_hours"), entry.get("sign_working_days", 0)
            )
            for name, entry in raw["urgency"].items()
        },
        review_hours=raw["review"]["hours"],
        extensions=raw["extension"]["times"],
        extension_part=raw["extension"]["of_limit"],
        yellow=raw["lights"]["yellow"],
        red=raw["lights"]["red"],
        call_back_days=raw["call_back"]["working_days"],
        call_back_tries=raw["call_back"]["tries"],
        urge_hours=raw["urge"]["hours"],
        reopen_days=raw["reopen"]["days"],
        reopenings=raw["reopen"]["times"],
    )
