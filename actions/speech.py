"""Dates, distances and names in the form people say them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone

from actions import romanised

#: China has one time zone (UTC+8) and no summer time.
CHINA = timezone(timedelta(hours=8))

COLOURS = {
    "zh": {"green": "绿码", "yellow": "黄码", "red": "红码", "none": "没有健康码"},
    "en": {"green": "green", "yellow": "yellow", "red": "red", "none": "no code"},
}
LEVELS = {
    "zh": {"high": "高风险", "medium": "中风险", "low": "低风险"},
    "en": {"high": "high-risk", "medium": "medium-risk", "low": "low-risk"},
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


def level(name: str, language: str = "zh") -> str:
    """The risk level as a word."""
    return LEVELS[language][name]


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


def span(hours: float, language: str = "zh") -> str:
    """A length of time in whole hours, or whole days from three days on."""
    whole = max(0, round(hours))
    long = whole >= 72  # noqa: PLR2004 - people say hours up to the last test band
    if language == "en":
        return f"{whole // 24} days" if long else f"{whole} hours"
    return f"{whole // 24}天" if long else f"{whole}小时"


def minutes(seconds: float, language: str = "zh") -> str:
    """A waiting time rounded up to minutes."""
    whole = max(1, -(-int(seconds) // 60))
    if language == "en":
        return f"{whole} minute" + ("s" if whole > 1 else "")
    return f"{whole}分钟"


def distance(metres: float, precision: str | None, language: str = "zh") -> str:
    """A distance; “约” unless the coordinates are those of the place itself."""
    near = f"{round(metres / 10) * 10}米" if metres < 1000 else f"{metres / 1000:.1f}公里"  # noqa: PLR2004
    if language == "en":
        near = f"{round(metres / 10) * 10} m" if metres < 1000 else f"{metres / 1000:.1f} km"  # noqa: PLR2004
        return near if precision == "site" else f"about {near}"
    return near if precision == "site" else f"约{near}"


def place(name: str, language: str = "zh", code: str = "") -> str:
    """A division's name; in English spelt out beside the Chinese. ``code`` tells a county-level city."""
    return romanised.english(name, code) if language == "en" else name


def join(items: Iterable[str], language: str = "zh") -> str:
    """A list in one clause."""
    return (", " if language == "en" else "、").join(items)


_KIN_EN = {
    "母亲": "mother",
    "父亲": "father",
    "奶奶": "grandmother",
    "爷爷": "grandfather",
    "外婆": "grandmother",
    "外公": "grandfather",
    "岳母": "mother-in-law",
    "岳父": "father-in-law",
    "婆婆": "mother-in-law",
    "公公": "father-in-law",
    "妻子": "wife",
    "丈夫": "husband",
    "儿子": "son",
    "女儿": "daughter",
    "孩子": "child",
}


def kin(relation: str, language: str = "zh") -> str:
    """“母亲” or “mother”."""
    return _KIN_EN.get(relation, "family member") if language == "en" else relation


def whose(relation: str | None, language: str = "zh") -> str:
    """“您” or “您母亲”; “your” or “your mother's”."""
    if language == "en":
        return f"your {_KIN_EN.get(relation, 'family member')}'s" if relation else "your"
    return f"您{relation}" if relation else "您"
