"""Small numbers as people write them: 3, 三, 两, 十四, 二十一, a hundred at most."""

import re
from typing import Optional

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
_DIGITS.update({"〇": 0, "两": 2, "俩": 2, "幺": 1})
NUMBER = r"(?:\d{1,4}|[零〇一二两俩三四五六七八九十百廿]{1,5})"
_TENS = re.compile(
    r"(?:([一二两三四五六七八九])百)?零?(?:([一二两三四五六七八九])?(十)|(廿))?([零〇一二两俩三四五六七八九幺])?"
)


def number(written: str) -> Optional[int]:
    """Return the value of `written`, or None when it is no number below 1,000 in characters or 10,000 in digits."""
    if written.isascii() and written.isdigit():
        return int(written)
    match = _TENS.fullmatch(written)
    if not match or not written:
        return None
    hundreds, tens, ten, twenty, units = match.groups()
    value = 100 * _DIGITS.get(hundreds or "零", 0)
    if ten:
        value += 10 * (_DIGITS[tens] if tens else 1)
    elif twenty:
        value += 20
    return value + (_DIGITS[units] if units else 0)
