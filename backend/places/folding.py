"""One spelling for what people and lists write in many ways.

`fold` makes two texts comparable: half-width, no blanks, one dash, Arabic numbers before units, and one word for a
building. The rule for buildings: 栋 = 幢 = 座 = 号楼 = #楼. Both sides of a comparison are folded by the same function,
so that a conversion which is odd by itself (五一路 → 51路) does no harm.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from opencc_pyo3 import OpenCC

_DIGITS = {
    "零": 0,
    "〇": 0,
    "○": 0,
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "两": 2,
}
_DIGITS |= {"壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9, "幺": 1}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100}
_NUMERAL = "".join([*_DIGITS, *_TENS])
_UNITS = r"栋|幢|座|楼|单元|期|组|号|段|区|院|环|路|街|巷|村|社|苑|队|居民小|村民小|小组|[、至到\-]"

_SPELLED = re.compile(rf"[{_NUMERAL}]+(?={_UNITS})")
_LOOKALIKE = re.compile(r"(?<![A-Za-z])(?=[OoIlQ]*\d)[\dOoIlQ]+(?=[栋幢座号单组期])")
_LOOKALIKE_DIGITS = str.maketrans({"O": "0", "o": "0", "Q": "0", "I": "1", "l": "1"})
_DASHES = re.compile(r"[—–－~～―‐‑−﹣]+")
_DROPPED = re.compile(r"[\s·•・.\u200b-\u200f\ufeff“”\"'‘’《》<>【】]+")
_STOPS = re.compile(r"[。!?;:…]+")
_RANGE_WORD = re.compile(r"(?<=[\dA-Z])(?:号|栋|单元)?[至到](?=[A-Z]?\d)")
_BUILDING = re.compile(r"(?<=[\dA-Z甲乙丙丁戊])(?:号楼(?!栋)|#楼|#|号幢|号栋|幢|座)")
_SUBNUMBER = re.compile(r"(\d+)号?附(\d+)号?")


def arabic(numeral: str) -> str:
    """A Chinese numeral below 1000 in Arabic digits: 十四 → 14, 二十 → 20, 一〇三 → 103."""
    if not any(sign in _TENS for sign in numeral):
        return "".join(str(_DIGITS[sign]) for sign in numeral)
    total, digit = 0, None
    for sign in numeral:
        if sign in _TENS:
            total += (1 if digit is None else digit) * _TENS[sign]
            digit = None
        else:
            digit = _DIGITS[sign] if digit is None else digit * 10 + _DIGITS[sign]
    return str(total + (digit or 0))


def fold(text: str) -> str:
    """The comparable spelling of an address or of a list's area, in simplified characters; `fold(fold(x)) == fold(x)`.

    Args:
        text: any text; lone surrogates and control characters are dropped.
    """
    previous = None
    current = "".join(sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cs", "Cf"))
    current = _simplifier().convert(current)
    for _ in range(4):
        if current == previous:
            break
        previous, current = current, _fold_once(current)
    return current


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    """Traditional characters to simplified ones; built at the first use."""
    return OpenCC("t2s")


def _fold_once(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    plain = _STOPS.sub(",", _DROPPED.sub("", _DASHES.sub("-", plain)))
    plain = _LOOKALIKE.sub(lambda found: found[0].translate(_LOOKALIKE_DIGITS), plain).upper()
    plain = _SPELLED.sub(lambda found: arabic(found[0]), plain)
    plain = re.sub(r"第(?=\d)", "", plain)
    plain = re.sub(r"(?<=\d)(?:居民|村民)?小组", "组", plain)
    plain = _RANGE_WORD.sub("-", plain)
    plain = _SUBNUMBER.sub(r"\1附\2号", plain)
    plain = _BUILDING.sub("栋", plain)
    plain = re.sub(r"(?<=\d)整栋", "号", plain)
    return re.sub(r"(?<=\d号)(?:大院|院|小区|楼栋)", "", plain)
