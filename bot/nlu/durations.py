"""Lengths of time: “48小时”, “三天”, “一个半月”, “72h”, “two weeks” → hours."""

import re
from typing import Iterator, Optional

from bot.nlu.numerals import NUMBER, number
from bot.nlu.vocabulary import Found

_HOURS = {
    "小时": 1,
    "钟头": 1,
    "天": 24,
    "日": 24,
    "周": 168,
    "星期": 168,
    "礼拜": 168,
    "月": 720,
    "年": 8760,
}
_ENGLISH_HOURS = {"h": 1, "hr": 1, "hour": 1, "day": 24, "week": 168, "month": 720, "year": 8760}
_ENGLISH_NUMBERS = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ]
    )
} | {"a": 1, "an": 1, "fourteen": 14}
_CHINESE = re.compile(
    rf"(?<![第\d年月.:])(?P<number>{NUMBER}|半|几)(?P<counter>个)?(?P<half>半)?多?"
    r"(?P<unit>小时|钟头|天|日(?!前|起|下午|上午|早|晚)|周(?![一二三四五六日天末])|星期(?![一二三四五六日天])|礼拜(?![一二三四五六日天])|月(?!\d|[一二三四五六七八九十]|初|底|中)|年(?!\d))"
    r"(?P<tail>半)?(?!\s*(?:以?前|之前|后(?:天|再)))"
)
_DIGIT_UNIT = re.compile(
    r"(?<![a-z\d.])(?P<number>\d{1,4})\s?-?(?P<unit>h|hr|hour|day|week|month|year)s?(?![a-z])(?!\s+ago)"
)
_WORD_UNIT = re.compile(
    rf"\b(?P<number>{'|'.join(_ENGLISH_NUMBERS)})[\s-](?P<unit>hour|day|week|month|year)s?\b(?!\s+ago)"
)
_MONTHS_NEED_COUNTER = "月"


def find_durations(text: str) -> Iterator[Found]:
    """Yield durations of the normalised `text` with `hours` (int) as extra; “几天” has no hours and is left out."""
    for match in _CHINESE.finditer(text):
        hours = _chinese_hours(match)
        if hours:
            yield _found(match, hours)
    for pattern in (_DIGIT_UNIT, _WORD_UNIT):
        for match in pattern.finditer(text):
            written = match["number"]
            count = int(written) if written.isdigit() else _ENGLISH_NUMBERS[written]
            if count:
                yield _found(match, count * _ENGLISH_HOURS[match["unit"]])


def _chinese_hours(match: "re.Match[str]") -> Optional[int]:
    unit = match["unit"]
    if unit == _MONTHS_NEED_COUNTER and not match["counter"]:
        return None
    if unit == "日" and not match["number"].isdigit():
        return None
    scale = _HOURS[unit]
    if match["number"] == "半":
        return scale // 2
    count = number(match["number"])
    if count is None:
        return None
    extra = scale // 2 if match["half"] or match["tail"] else 0
    return count * scale + extra


def _found(match: "re.Match[str]", hours: int) -> Found:
    days, rest = divmod(hours, 24)
    value = f"{days}天" if not rest and days > 3 else f"{hours}小时"  # noqa: PLR2004 - people say 72小时, but 7天
    return Found(match.start(), match.end(), value, extra={"hours": hours})
