"""Chinese names of divisions for people who read English: “Jinniu District (金牛区)”.

The Chinese name stays with it: it is what signs, drivers and maps show. Spelling is Hanyu Pinyin without tones (ISO
7098), the kind of division in English; a county whose name is one syllable keeps the Chinese kind as well, as the rules
for Chinese place names on signs have it (GB 17733): “Rongxian County”.
"""

from __future__ import annotations

import re
from typing import Final

from pypinyin import lazy_pinyin

_KINDS: Final = (
    ("自治州", "Prefecture"),
    ("自治县", "County"),
    ("街道", "Subdistrict"),
    ("高新区", "High-tech Zone"),
    ("新区", "New Area"),
    ("区", "District"),
    ("县", "County"),
    ("镇", "Town"),
    ("乡", "Township"),
)
_PEOPLES: Final = re.compile(r"(?:[藏羌彝回苗傈僳白蒙古土家满壮傣布依纳西]{1,3}族)+")
#: Names that are read differently from their characters' usual reading.
_READINGS: Final = {
    "什邡": "shifang",
    "新都": "xindu",
    "筠连": "junlian",
    "荥经": "yingjing",
    "郫都": "pidu",
    "长宁": "changning",
}
_DIVISION: Final = re.compile(r"([㐀-鿿]+)(?:市|州|省|区|县|镇|乡|街道)")
_PATH: Final = re.compile(r"([㐀-鿿]+?(?:市|州|县|区))([㐀-鿿]+)")
_COUNTY_CITY: Final = re.compile(r"\d{4}(?!00)\d{2}")


def english(name: str, code: str = "") -> str:
    """A division's name as an English reader needs it; what is no division is given back as it is.

    Args:
        name: in Chinese; a path of a prefecture and one below it is turned round: “Shizhong District, Leshan (…)”.
        code: its code, which tells 广汉市, a county, from 德阳市, a prefecture.
    """
    spelt = _spelt_path(name, code)
    return f"{spelt} ({name})" if spelt is not None else name


def _spelt_path(name: str, code: str) -> str | None:
    """A name with those above it behind; None for what is no division."""
    if not _DIVISION.fullmatch(name):
        return None
    path = _PATH.fullmatch(name)
    below = path and _spelt_path(path[2], code)
    return f"{below}, {_spelt(path[1])}" if path and below else _spelt(name, code)


def _spelt(name: str, code: str = "") -> str:
    if name.endswith(("市", "省")):
        word = _pinyin(name[:-1])
        return f"{word} City" if name.endswith("市") and _COUNTY_CITY.fullmatch(code) else word
    chinese, kind = next((one for one in _KINDS if name.endswith(one[0])), ("", ""))
    stem = name.removesuffix(chinese)
    stem = _PEOPLES.sub("", stem) or stem
    if not stem:
        return kind
    return f"{_pinyin(name if len(stem) == 1 else stem)} {kind}".rstrip()


def _pinyin(stem: str) -> str:
    return (_READINGS.get(stem) or "".join(lazy_pinyin(stem))).capitalize()
