"""Days, times and colours in the form people say them."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

#: China has one time zone (UTC+8) and no summer time.
CHINA = timezone(timedelta(hours=8))

COLOURS = {
    "zh": {"green": "绿码", "yellow": "黄码", "red": "红码", "none": "没有健康码"},
    "en": {"green": "green", "yellow": "yellow", "red": "red", "none": "no code"},
}
_EN_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_NOON, _EVENING, _DAWN = 12, 18, 6


def colour(name: str, language: str = "zh") -> str:
    """The colour as a word, never as colour alone."""
    return COLOURS[language][name]


def day(moment: datetime | date, language: str = "zh") -> str:
    """“9月5日” or “5 September”."""
    local = moment.astimezone(CHINA) if isinstance(moment, datetime) else moment
    if language == "en":
        return f"{local.day} {_EN_MONTHS[local.month - 1]}"
    return f"{local.month}月{local.day}日"


def full_day(value: date, language: str = "zh") -> str:
    """“1990年5月17日” or “17 May 1990”."""
    return f"{day(value, language)} {value.year}" if language == "en" else f"{value.year}年{day(value)}"


def clock(moment: datetime, language: str = "zh") -> str:
    """“下午4点20分” or “4:20 pm”."""
    local = moment.astimezone(CHINA)
    hour12 = local.hour % _NOON or _NOON
    if language == "en":
        return f"{hour12}:{local.minute:02d} {'am' if local.hour < _NOON else 'pm'}"
    part = _part_of_day(local.hour)
    hour = local.hour if local.hour <= _NOON else local.hour - _NOON
    return f"{part}{hour}点" + (f"{local.minute}分" if local.minute else "")


def _part_of_day(hour: int) -> str:
    if hour < _DAWN:
        return "凌晨"
    if hour < _NOON:
        return "上午"
    if hour == _NOON:
        return "中午"
    return "下午" if hour < _EVENING else "晚上"


def moment(when: datetime, language: str = "zh") -> str:
    """“9月5日下午4点20分” or “4:20 pm on 5 September”."""
    if language == "en":
        return f"{clock(when, language)} on {day(when, language)}"
    return day(when) + clock(when)
