"""Days as people name them, relative to a reference time: 昨天, 上周五, 9月3号, 3天前, 前几天, last friday, Sep 3rd.

A date without a year is the one nearest to the reference: in this conversation people speak of a test last week or a
journey next week, not of other years.

Each day says how it `moves` when “today” is another day than the reference (the platform's clock need not be this
machine's): `day` by days, `week` by weeks, `past_weekday` to the last such weekday, `month` by months, `nearest_month`
and `nearest_year` to the nearest such day, `never` when it was written with its year.
"""

import datetime as dt
import re
from typing import Callable, Dict, Iterator, List, NamedTuple, Optional, Tuple

from bot.nlu.numerals import NUMBER, number
from bot.nlu.vocabulary import Found


class Day(NamedTuple):
    """A day that was named: its `grain`, how it `moves` with today, and the last day of a stretch of days."""

    day: dt.date
    grain: str
    moves: str
    until: Optional[dt.date] = None


_RELATIVE: Dict[str, int] = {
    "大前天": -3, "前天": -2, "前晚": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "昨夜": -1, "昨早": -1,
    "今天": 0, "今日": 0, "今早": 0, "今晚": 0, "今晨": 0, "当天": 0,
    "明天": 1, "明日": 1, "明早": 1, "明晚": 1, "后天": 2, "大后天": 3,
    "the day before yesterday": -2, "yesterday": -1, "last night": -1, "today": 0, "this morning": 0,
    "tonight": 0, "tomorrow": 1, "the day after tomorrow": 2,
    "刚才": 0, "刚刚": 0, "just now": 0,
}  # fmt: skip
# Some days, counted from today: first and last. People who say 前几天 seldom know better than five days.
_STRETCHES: Dict[str, Tuple[int, int]] = {
    "前几天": (-5, -2), "前些天": (-7, -2), "前些日子": (-14, -2), "前两天": (-2, -1), "前两日": (-2, -1),
    "这两天": (-1, 0), "这几天": (-3, 0), "这几日": (-3, 0), "最近几天": (-3, 0), "过几天": (2, 5),
    "过两天": (2, 3), "过两日": (2, 3),
    "a few days ago": (-5, -2), "the other day": (-5, -2), "these days": (-3, 0), "in a few days": (2, 5),
}  # fmt: skip
_WEEKDAYS = {char: day for day, char in enumerate("一二三四五六日")}
_WEEKDAYS.update({"天": 6, "7": 6, **{str(day + 1): day for day in range(6)}})
_ENGLISH_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_PARTS = "早上|上午|中午|下午|傍晚|晚上|凌晨|早晨|半夜"
_CLOCK = re.compile(
    rf"的?(?P<part>{_PARTS})?的?"
    r"(?:(?P<hour>\d{1,2}|[一二两三四五六七八九十]{1,2})(?:点钟?|时(?!间|候|段)|:(?=\d))(?P<minute>\d{1,2}|半)?分?)?"
)
# What follows a day that lies behind: “周五做的核酸”, but “周五去”.
_PAST = re.compile(r"[^,.?!，。]{0,5}?[做测打采查去回到来接检](?:的|了|过)|.{0,4}(?:核酸)?还没出")
_AFTERNOON = frozenset({"下午", "傍晚", "晚上", "半夜"})
_NOON, _DAY_HOURS = 12, 24

_MONTH_DAY = r"3[01]|[12]\d|[1-9]|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九]"
# “3号线”, “2号楼”, “16号公告” are no days.
_NO_DAY = "楼|院|线|码|栋|公告|病例|采样|窗|店|文|门|房|口|厅|机|桌|[a-z]"

Maker = Callable[["re.Match[str]", dt.date], Optional[Day]]


def _relative(match: "re.Match[str]", today: dt.date) -> Optional[Day]:
    return Day(today + dt.timedelta(days=_RELATIVE[match.group()]), "day", "day")


def _stretch(match: "re.Match[str]", today: dt.date) -> Optional[Day]:
    first, last = _STRETCHES[match.group()]
    return Day(today + dt.timedelta(days=first), "days", "day", today + dt.timedelta(days=last))


def _days_away(match: "re.Match[str]", today: dt.date) -> Optional[Day]:
    written, unit, side = match["n"], match["unit"], match["side"]
    count = 1 if written == "半" else number(written)
    if count is None:
        return None
    days = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30, "小时": 0}[unit] * count
    if unit == "小时":
        days = count // _DAY_HOURS
    sign = -1 if "前" in side else 1
    grain = "day" if unit in ("天", "日", "小时") else "week"
    return Day(today + dt.timedelta(days=sign * days), grain, "day")


def _english_away(match: "re.Match[str]", today: dt.date) -> Optional[Day]:
    words = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
    written = match["n"]
    count = int(written) if written.isdigit() else words[written]
    days = {"day": 1, "week": 7, "month": 30}[match["unit"]] * count
    sign = -1 if match["side"] == "ago" else 1
    grain = "day" if match["unit"] == "day" else "week"
    return Day(today + dt.timedelta(days=sign * days), grain, "day")


def _weekday(match: "re.Match[str]", today: dt.date) -> Optional[Day]:
    weeks = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1, "下下": 2}.get(match["which"] or "", 0)
    day = _WEEKDAYS[match["day"]]
    found = today + dt.timedelta(days=day - today.weekday() + 7 * weeks)
    if not match["which"] and _PAST.match(match.string, match.end()):
        return Day(found - dt.timedelta(weeks=1) if found > today else found, "day", "past_weekday")
    return Day(found, "day", "week")


def _english_weekday(match: "re.Match[str]", today: dt.date) -> Optional[Day]:
    day = _ENGLISH_WEEKDAYS.index(match["day"])
    weeks = {"last": -1, "next": 1}.get((match["which"] or "").strip(), 0)
    return Day(today + dt.timedelta(days=day - today.weekday() + 7 * weeks), "day", "week")


def _week(match: "re.Match[str]", today: dt.date) -> Optional[Day]:
    weeks = {"上上": -2, "上": -1, "last ": -1, "": 0, "这": 0, "本": 0, "this ": 0, "下": 1, "next ": 1}[
        match["which"]
    ]
    monday = today - dt.timedelta(days=today.weekday()) + dt.timedelta(weeks=weeks)
    if match["end"]:
        return Day(monday + dt.timedelta(days=5), "weekend", "week", monday + dt.timedelta(days=6))
    return Day(monday, "week", "week", monday + dt.timedelta(days=6))


def _month_day(match: "re.Match[str]", today: dt.date) -> Optional[Day]:
    month, day = number(match["month"]), number(match["day"])
    if month is None or day is None:
        return None
    groups = match.groupdict()
    year = number(groups["year"]) if groups.get("year") else None
    return _nearest(month, day, year, today)


def _english_month_day(match: "re.Match[str]", today: dt.date) -> Optional[Day]:
    name, day = match["m1"] or match["m2"], match["d1"] or match["d2"]
    year = int(match["year"]) if match["year"] else None
    return _nearest(_MONTHS.index(name[:3]) + 1, int(day), year, today)


def _day_of_month(match: "re.Match[str]", today: dt.date) -> Optional[Day]:
    day = number(match["day"])
    if day is None:
        return None
    month = today.year * 12 + today.month - 1
    if match["which"]:
        month += {"上": -1, "这": 0, "本": 0, "下": 1}[match["which"]]
        return _valid(month // 12, month % 12 + 1, day, "month")
    found = [_valid(at // 12, at % 12 + 1, day, "nearest_month") for at in (month - 1, month, month + 1)]
    return min((date for date in found if date), key=lambda date: abs((date.day - today).days), default=None)


def _part_of_month(match: "re.Match[str]", today: dt.date) -> Optional[Day]:
    """“9月初”, “上个月底”, “8月中旬”: ten days each."""
    first, last = {"初": (1, 10), "上旬": (1, 10), "中": (11, 20), "中旬": (11, 20)}.get(
        match["part"], (21, 31)
    )
    if match["month"] is None:
        at = today.year * 12 + today.month - 1 + {"上": -1, "这": 0, "本": 0, "下": 1}[match["which"] or "这"]
        begins = _valid(at // 12, at % 12 + 1, first, "month")
    else:
        month = number(match["month"])
        begins = _nearest(month, first, None, today) if month is not None else None
    if begins is None:
        return None
    return begins._replace(grain="days", until=_last_of_month(begins.day, last))


def _last_of_month(begins: dt.date, last: int) -> dt.date:
    following = (begins.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return min(following - dt.timedelta(days=1), begins + dt.timedelta(days=last - begins.day))


def _nearest(month: int, day: int, year: Optional[int], today: dt.date) -> Optional[Day]:
    if year is not None:
        return _valid(year + 2000 if year < 100 else year, month, day, "never")  # noqa: PLR2004 - 22 means 2022
    years = (today.year - 1, today.year, today.year + 1)
    found = [_valid(candidate, month, day, "nearest_year") for candidate in years]
    dates = [date for date in found if date is not None]
    return min(dates, key=lambda date: abs((date.day - today).days), default=None)


def _valid(year: int, month: int, day: int, moves: str) -> Optional[Day]:
    try:
        return Day(dt.date(year, month, day), "day", moves)
    except ValueError:
        return None


_NAMED_MONTH = f"(?:{'|'.join(_MONTHS)})[a-z]{{0,6}}"
_TAKEN_UP = "做|的|去|到|打|测|早|上午|下午|晚|回|出|从|离|开始|那天|我|采|接种|,|$"
_COUNTED_DAYS = "小时|天|日|周|星期|礼拜|月"
_PLAN = "可|才|再|转|能|就|变|解|出"  # “三天后能转绿吗” names a length, not a day

_GRAMMAR: List[Tuple["re.Pattern[str]", Maker]] = [
    (re.compile("|".join(sorted(map(re.escape, _STRETCHES), key=len, reverse=True))), _stretch),
    (
        re.compile(
            r"(?:(?P<which>上|这|本|下)个?|(?<![\d.])(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2}))月份?"
            r"(?P<part>[初中底末]|[上中下]旬)(?!风险|国|学|心|高)"
        ),
        _part_of_month,
    ),
    (
        re.compile(r"(?<!\d)(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})(?!\d)[日号]?"),
        _month_day,
    ),
    (
        re.compile(
            r"(?:(?P<year>\d{2,4})年)?(?<![\d.])(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})月份?"
            rf"(?P<day>{NUMBER})[日号]?"
        ),
        _month_day,
    ),
    (
        re.compile(
            r"(?<![\d./:-])(?P<month>1[0-2]|0?[1-9])[./-](?P<day>3[01]|[12]\d|0?[1-9])(?![\d./:%-])[日号]?"
            rf"(?=\s*(?:{_TAKEN_UP}|[?？!。吧嘛吗呢了]))"
        ),
        _month_day,
    ),
    (re.compile("|".join(sorted(map(re.escape, _RELATIVE), key=len, reverse=True))), _relative),
    (
        re.compile(
            rf"(?<![第\d])(?P<n>{NUMBER}|半)个?(?P<unit>{_COUNTED_DAYS})"
            rf"(?P<side>以前|之前|前|以后|之后|后)(?!{_PLAN})"
        ),
        _days_away,
    ),
    (
        re.compile(
            r"\b(?P<n>\d{1,3}|a|one|two|three|four|five|six|seven) (?P<unit>day|week|month)s? (?P<side>ago|later)\b"
        ),
        _english_away,
    ),
    (
        re.compile(
            r"(?P<which>上上|下下|上|这|本|下)?个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天1-7])(?!天|个|到周|到星期|至)"
        ),
        _weekday,
    ),
    (
        re.compile(rf"(?P<which>last |this |next |on )?\b(?P<day>{'|'.join(_ENGLISH_WEEKDAYS)})\b"),
        _english_weekday,
    ),
    (
        re.compile(r"(?P<which>上上|上|这|本|下)个?(?:周|星期|礼拜)(?P<end>末)?(?![一二三四五六日天1-7])"),
        _week,
    ),
    (re.compile(r"(?P<which>last |this |next )(?:week(?P<end>end)?)\b"), _week),
    (re.compile(r"(?P<which>)周(?P<end>末)"), _week),
    (
        re.compile(
            rf"(?P<m1>{_NAMED_MONTH})\.? (?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<year>20\d\d))?"
            rf"|\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<m2>{_NAMED_MONTH})\b"
        ),
        _english_month_day,
    ),
    (
        re.compile(
            r"(?:(?P<which>上|这|本|下)个?月|(?<![\d一二三四五六七八九十月栋楼第路街院]))"
            rf"(?P<day>{_MONTH_DAY})号(?!{_NO_DAY})"
        ),
        _day_of_month,
    ),
]


def find_dates(text: str, reference: dt.datetime) -> Iterator[Found]:
    """Yield dates of the normalised `text`: ISO value, `grain` (day, days, week, weekend) and `time` (HH:MM) or `part`.

    `until` is the last day of a stretch, `as_of` the day taken for today, `moves` what another today changes.

    Args:
        text: the normalised text.
        reference: the time at which the person speaks; its own time zone decides what “today” is.
    """
    today = reference.date()
    taken: List[Tuple[int, int]] = []
    for pattern, make in _GRAMMAR:
        for match in pattern.finditer(text):
            if match.start() == match.end() or any(a < match.end() and match.start() < b for a, b in taken):
                continue
            made = make(match, today)
            if made is None:
                continue
            end, extra = _time_of_day(text, match.end(), match.group())
            taken.append((match.start(), end))
            extra.update({"grain": made.grain, "moves": made.moves, "as_of": today.isoformat()})
            if made.until is not None:
                extra["until"] = made.until.isoformat()
            yield Found(match.start(), end, made.day.isoformat(), extra=extra)


def _time_of_day(text: str, end: int, day_word: str) -> Tuple[int, Dict[str, str]]:
    match = _CLOCK.match(text, end)
    if match is None or not (match["part"] or match["hour"]):
        return end, {}
    part = match["part"] or {"晚": "晚上", "早": "早上", "晨": "早上", "夜": "晚上"}.get(day_word[-1], "")
    extra = {"part": part} if part else {}
    hour = number(match["hour"]) if match["hour"] else None
    if hour is None or hour > _DAY_HOURS:
        return (match.end() if match["part"] and not match["hour"] else end), extra
    if part in _AFTERNOON and hour < _NOON:
        hour += _NOON
    minute = 30 if match["minute"] == "半" else int(match["minute"] or 0)
    return match.end(), {**extra, "time": f"{hour % _DAY_HOURS:02d}:{minute % 60:02d}"}
