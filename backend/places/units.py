"""Lists of buildings, units, groups and house numbers as risk lists write them: `1-13栋`, `A3-A12栋`, `3、4单元`."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_RANGE = 3000
"""A range longer than this is a misprint; only its two ends are taken."""

_ITEM = r"(?:[A-Z]{0,2}\d+(?:附\d+)?|[A-Z](?![A-Z\d])|[甲乙丙丁戊](?=[、栋]))"
_UNIT = r"(?:栋|单元|组|号)"
_TO = rf"(?:-{_ITEM}|{_UNIT}-{_ITEM}(?={_UNIT}))?"
LIST = re.compile(rf"{_ITEM}{_TO}(?:[、,和及]{_ITEM}{_TO})*(?:栋|单元|组(?!团)|号(?!还房|线|院))")
"""One list with its unit: several numbers, ranges or letters before 栋, 单元, 组 or 号."""

KIND = {"栋": "building", "元": "unit", "组": "group", "号": "house"}


@dataclass(frozen=True)
class Numbers:
    """Numbers of one kind; `ranged` holds those that came from a range, `kind` is building, unit, group or house."""

    kind: str
    values: frozenset[str]
    ranged: frozenset[str] = frozenset()

    def __contains__(self, value: str) -> bool:
        return value in self.values


def parse_numbers(text: str) -> Numbers:
    """The numbers of one folded list such as `1、6-7栋`. `text` must match `LIST` as a whole.

    Raises:
        ValueError: when it does not.
    """
    if LIST.fullmatch(text) is None:
        raise ValueError(f"not a list of numbers: {text[:40]!r}")
    values: set[str] = set()
    ranged: set[str] = set()
    for part in re.split(r"[、,和及]", re.sub(_UNIT, "", text)):
        first, dash, last = part.partition("-")
        if not dash:
            values.add(_plain(first))
            continue
        members = _range(first, last)
        values |= members
        ranged |= members
    return Numbers(KIND[text[-1]], frozenset(values), frozenset(ranged))


def _plain(item: str) -> str:
    if "附" in item:
        return item
    letters = item.rstrip("0123456789")
    digits = item[len(letters) :]
    return letters + (digits.lstrip("0") or "0" if digits else "")


def _range(first: str, last: str) -> set[str]:
    """Every number from `first` to `last`, with the letters in front that the first one has."""
    first, last = _plain(first), _plain(last)
    letters, start = re.sub(r"\d", "", first), re.sub(r"\D", "", first)
    end = re.sub(r"\D", "", last)
    if not start or not end:
        return _letters(first, last)
    low, high = int(start), int(end)
    if high < low:
        return {f"{first}-{last}"}
    if high - low > LONGEST_RANGE or re.sub(r"\d", "", last) not in ("", letters):
        return {first, last}
    return {f"{letters}{number}" for number in range(low, high + 1)}


def _letters(first: str, last: str) -> set[str]:
    """From A to D; two items that make no range stay two."""
    if len(first) == len(last) == 1 and first.isascii() and last.isascii() and first <= last:
        return {chr(code) for code in range(ord(first), ord(last) + 1)}
    return {first, last}
