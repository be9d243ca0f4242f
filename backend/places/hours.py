"""Opening hours as they are written on notices, and whether a place is open at a moment.

Understood: `8:00-12:00,14:00-17:30`, `08:30-11:30; 15:00-18:00`, `24小时`, `全天`, `周一至周五 8:00-18:00`,
`20:00-次日2:00`.
Anything else is unknown (`None`), never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

_HOUR = 60
MINUTES_OF_DAY = 24 * _HOUR
EVERY_DAY = frozenset(range(7))

_ALWAYS = re.compile(
    r"^(?:全天(?:候)?(?:开放|服务)?|24小时(?:开放|服务|营业)?|24h|7[x×*]24(?:小时)?|0?0:00-24:00)$",
    re.IGNORECASE,
)
_DAY = "一二三四五六日天"
_DAYS = re.compile(rf"^(?:周|星期)([{_DAY}])(?:[至到\-](?:周|星期)?([{_DAY}]))?:?")
_EVERY = re.compile(r"^(?:每天|每日|周一至周日|周一到周日)?:?")
_SPAN = re.compile(
    r"^(上午|下午|晚上|早上)?(\d{1,2})(?::(\d{2})|点(半)?)-(次日|下午|晚上)?(\d{1,2})(?::(\d{2})|点(半)?)$"
)


@dataclass(frozen=True)
class Span:
    """Open from `start` to `end`, minutes after midnight, on `days` (0 = Monday).

    An `end` over 1440 runs into the next day.
    """

    start: int
    end: int
    days: frozenset[int] = EVERY_DAY


@dataclass(frozen=True)
class OpeningHours:
    """When a place is open. `always` means day and night."""

    spans: tuple[Span, ...]
    always: bool = False

    def open_at(self, moment: datetime) -> bool:
        """Whether the place is open at `moment`, read on the wall clock of its own time zone."""
        if self.always:
            return True
        minute = moment.hour * 60 + moment.minute
        today, yesterday = moment.weekday(), (moment - timedelta(days=1)).weekday()
        return any(
            (today in span.days and span.start <= minute < span.end)
            or (yesterday in span.days and minute + MINUTES_OF_DAY < span.end)
            for span in self.spans
        )

    def changes_after(self, moment: datetime) -> datetime | None:
        """When it next opens (if closed at `moment`) or closes (if open); None when that never comes.

        Spans that touch or overlap are one opening.
        """
        if self.always or not self.spans:
            return None
        openings = self._openings(moment)
        covering = [end for start, end in openings if start <= moment < end]
        if not covering:
            return min((start for start, _ in openings if start > moment), default=None)
        closing = max(covering)
        while longer := [end for start, end in openings if start <= closing < end]:
            closing = max(longer)
        return closing

    def _openings(self, moment: datetime) -> list[tuple[datetime, datetime]]:
        """Every opening from the day before `moment` to a week after it."""
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        days = [midnight + timedelta(days=step) for step in range(-1, len(EVERY_DAY) + 2)]
        return [
            (day + timedelta(minutes=span.start), day + timedelta(minutes=span.end))
            for day in days
            for span in self.spans
            if day.weekday() in span.days
        ]


def parse_hours(text: str | None) -> OpeningHours | None:
    """Opening hours of a notice, or `None` when the text is empty or not fully understood."""
    plain = _plain(text or "")
    if not plain:
        return None
    if _ALWAYS.match(plain):
        return OpeningHours((), always=True)
    days = EVERY_DAY
    spans: list[Span] = []
    for part in re.split(r"[,;、/]|和|及", plain):
        rest, days = _days(part, days)
        if not rest and part:
            continue
        span = _span(rest, days)
        if span is None:
            return None
        spans.append(span)
    return OpeningHours(tuple(spans)) if spans else None


def _plain(text: str) -> str:
    """Half-width, without blanks, one sign for every dash."""
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    folded = re.sub(r"[—–－~～―‐‑−]+", "-", folded)
    return re.sub(r"(?<=[\d点半])[至到](?=[\d次下晚])", "-", folded).strip(".。,;")


def _days(part: str, current: frozenset[int]) -> tuple[str, frozenset[int]]:
    """What is left after the weekdays in front, and those weekdays (the ones before when none are named)."""
    match = _DAYS.match(part)
    if match is None:
        every = _EVERY.match(part)
        rest = part[every.end() :] if every else part
        return rest, EVERY_DAY if rest != part else current
    first = min(_DAY.index(match[1]), 6)
    last = min(_DAY.index(match[2]), 6) if match[2] else first
    count = (last - first) % 7 + 1
    return part[match.end() :], frozenset((first + step) % 7 for step in range(count))


def _span(text: str, days: frozenset[int]) -> Span | None:
    match = _SPAN.match(text)
    if match is None:
        return None
    start = _minutes(match[2], match[3], match[4])
    end = _minutes(match[6], match[7], match[8])
    if start is None or end is None:
        return None
    if match[1] in ("下午", "晚上") and start < MINUTES_OF_DAY // 2:
        start += MINUTES_OF_DAY // 2
    afternoon = match[5] in ("下午", "晚上") or (match[5] is None and match[1] in ("下午", "晚上"))
    if afternoon and end < MINUTES_OF_DAY // 2:
        end += MINUTES_OF_DAY // 2
    if end <= start or match[5] == "次日":
        if match[5] != "次日" and end != 0:
            return None
        end += MINUTES_OF_DAY
    if start >= MINUTES_OF_DAY or end > 2 * MINUTES_OF_DAY:
        return None
    return Span(start, end, days)


def _minutes(hour: str, minute: str | None, half: str | None) -> int | None:
    hours, minutes = int(hour), int(minute or 0) + (30 if half else 0)
    total = hours * 60 + minutes
    return total if minutes < _HOUR and total <= MINUTES_OF_DAY else None
