"""Texts folded for recognition: one character out for each one in, so that positions stay right."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

CHINESE_DIGITS: Final = {
    **dict(zip("零一二三四五六七八九", "0123456789", strict=True)),
    **dict(zip("〇壹贰叁肆伍陆柒捌玖", "0123456789", strict=True)),
    **dict(zip("○壱貳參肆伍陸柒捌玖", "0123456789", strict=True)),
    "幺": "1",
    "叄": "3",
    "弌": "1",
}
"""Digits as they are written or said in Chinese; 幺 is how a one is said in a number."""

SEPARATORS: Final = (
    " \t\r\n\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\ufe0f\u20e3"
    "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\ufe63\ufe58~～_＿"
    ".\u00b7\u2022\u30fb\uff0e\u3002\u2027\u2024\u2219\u22c5\uff65·…*＊|｜"
)
"""What people and their keyboards put between the digits of one number."""

LIST_SEPARATORS: Final = ",，、/／;；\\＼()（）+＋"
"""What stands between the numbers of a list as well; joins digits only in a shape no list has."""


@lru_cache(maxsize=1)
def _width_table() -> dict[int, str]:
    table: dict[int, str] = {}
    for code in range(0x80, 0x1FBFA):
        character = chr(code)
        digit = unicodedata.digit(character, None)
        if digit is not None:
            table[code] = str(digit)
        elif 0xFF01 <= code <= 0xFF5E:  # noqa: PLR2004 - the full-width forms of ASCII
            table[code] = chr(code - 0xFEE0)
    table.update({0x425: "X", 0x445: "x", 0x3A7: "X", 0x3C7: "x", 0xD7: "x", 0x2715: "x"})  # look like an X
    return table


def fold_width(text: str) -> str:
    """Return ``text`` with full-width letters and every script's digits as ASCII; the same length."""
    return text if text.isascii() else text.translate(_width_table())


@lru_cache(maxsize=1)
def _number_table() -> dict[int, str]:
    table: dict[int, str] = {}
    table.update({ord(character): digit for character, digit in CHINESE_DIGITS.items()})
    table.update({ord(character): " " for character in SEPARATORS})
    table.update({ord(character): "," for character in LIST_SEPARATORS})
    return table


def fold_numbers(flat: str) -> str:
    """Return a width-folded text: Chinese digits as digits, separators as blanks, list marks as commas."""
    return flat.translate(_number_table())
