"""When something happened, as callers say it: a day, perhaps an hour, always in the past or today. Pure.

Only what was said counts: “昨天下午” names a day and no hour, so it gives no moment for an order.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

_DAYS: Final = {
    **dict.fromkeys(("大前天",), 3),
    **dict.fromkeys(("前天", "前晚"), 2),
    **dict.fromkeys(("昨天", "昨日", "昨晚", "昨夜", "昨早", "昨儿"), 1),
    **dict.fromkeys(("今天", "今日", "今早", "今晨", "今晚", "今儿", "刚才", "刚刚"), 0),
}
_EVENING: Final = frozenset({"下午", "傍晚", "晚上", "晚", "夜"})
_DIGITS: Final = {character: number for number, character in enumerate("零一二三四五六七八九")} | {"两": 2}
_NUMBER: Final = r"(?:\d{1,2}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])"
_PATTERN: Final = re.compile(
    rf"(?P<word>{'|'.join(sorted(_DAYS, key=len, reverse=True))})"
    rf"|(?P<month>{_NUMBER})月(?P<day>{_NUMBER})[日号]?"
    rf"|(?<![\d.])(?P<dom>{_NUMBER})[日号](?!楼|线|院|店|门|栋|窗|厅|桌|公告|房)"
    rf"|(?P<which>上)?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
)
_CLOCK: Final = re.compile(
    rf"的?(?P<part>凌晨|早上|上午|中午|下午|傍晚|晚上|半夜)?(?:(?P<hour>{_NUMBER})(?:点钟?|时(?!间|候)|[:：](?=\d))(?P<minute>半|{_NUMBER})?分?)?"
)
_NOON: Final = 12
_HOURS: Final = 24
_MINUTES: Final = 60


@dataclass(frozen=True)
class Moment:
    """Words of the notes that name a time; `at` only when a day and an hour were said."""

    start: int
    end: int
    day: dt.date
    at: dt.datetime | None


def find_moments(notes: str, now: dt.datetime) -> list[Moment]:
    """Return the times that notes name, in their order; `now` has the caller's time zone."""
    found = []
    for match in _PATTERN.finditer(notes):
        day = _day(match, now.date())
        if day is None:
            continue
        clock = _CLOCK.match(notes, match.end())
        end = clock.end() if clock is not None else match.end()
        found.append(Moment(match.start(), end, day, _at(match[0], clock, day, now)))
    return found


def _day(match: re.Match[str], today: dt.date) -> dt.date | None:
    if match["word"]:
        return today - dt.timedelta(days=_DAYS[match["word"]])
    if match["weekday"]:
        back = (today.weekday() - "一二三四五六日".index(match["weekday"].replace("天", "日"))) % 7
        monday = today - dt.timedelta(days=today.weekday())
        is_last = bool(match["which"]) and today - dt.timedelta(days=back) >= monday
        return today - dt.timedelta(days=back + (7 if is_last else 0))
    try:
        if match["month"]:
            said = dt.date(today.year, _number(match["month"]), _number(match["day"]))
            return said if said <= today else said.replace(year=today.year - 1)
        said = today.replace(day=_number(match["dom"]))
    except ValueError:
        return None
    return said if said <= today else None


def _at(said: str, clock: re.Match[str] | None, day: dt.date, now: dt.datetime) -> dt.datetime | None:
    if clock is None or not clock["hour"]:
        return None
    hour = _number(clock["hour"])
    minute = 30 if clock["minute"] == "半" else _number(clock["minute"] or "0")
    part = clock["part"] or said[-1]
    if part in _EVENING and hour < _NOON:
        hour += _NOON
    if hour >= _HOURS or minute >= _MINUTES:
        return None
    at = dt.datetime.combine(day, dt.time(hour, minute), tzinfo=now.tzinfo)
    return at if at <= now else None


def _number(said: str) -> int:
    if said.isdecimal():
        return int(said)
    tens, ten, ones = said.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)
