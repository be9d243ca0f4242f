"""Which city or county of the province notes name, and which place in it. Pure; the gazetteer is read once.

Only the desk's own wish is served: one division for the order, with the words that show it. Names that are ordinary
words, too, count after a word of place alone (`data/lexicon/place_guards.yml`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

_ETHNIC: Final = re.compile(r"(?:藏族羌族|藏族|彝族|羌族)?自治(?:州|县)$")
#: What follows a doubtful name that is the whole of a clause.
_ALONE: Final = r"[，,。；;\s]|$|人|那边|这边|附近"
_ORIGIN: Final = re.compile(r"(?:从|由|自|离开)$")
_JOIN: Final = re.compile(r"(?:市|的|那边的?|这边的?|[ ,，])?")
_SHORTEST_STEM: Final = 2
_SUFFIXES: Final = (
    "卫生服务中心|卫生服务站|卫生院|人民医院|医院|诊所|采样点|检测点|核酸点|采样站|火车站|高铁站|汽车站|地铁站|收费站|服务区|车站|机场|"
    "幼儿园|小学|中学|大学|学校|学院|菜市场|农贸市场|市场|超市|商场|广场|公园|体育馆|体育场|酒店|宾馆|饭店|餐馆|面馆|药店|药房|"
    "养老院|敬老院|小区|社区|花园|家园|公寓|大厦|写字楼|工地|工厂|银行|大道|步行街|路|街|巷"
)
_PLACE: Final = re.compile(
    rf"[一-鿿A-Za-z0-9]{{2,14}}?(?:{_SUFFIXES})(?:(?:(?![的了在和到去跟说])[一-鿿]){{0,4}}?(?:{_SUFFIXES})){{0,2}}(?:[一二三四五六七八九十\d]{{1,5}}(?:号|栋|幢|单元|楼|期|号线)){{0,3}}"
    rf"(?:(?:东|西|南|北|正)门)?"
)
#: What stands before a place and is no part of it.
_BEFORE: Final = re.compile(
    r"^.*(?:在|到|去|从|的|了|我|他|她|说|把|被|让|就|要|想|不|没|问|住|进|过|往|回|来|给|跟|和|与|做|过来|那个|这个|是|喊|叫|开了个|一个|因为|天|晚|午|早上|点)(?=.)"
)
_VAGUE: Final = frozenset(
    {
        "这个",
        "那个",
        "哪个",
        "附近",
        "一个",
        "所有",
        "每个",
        "我们",
        "他们",
        "整个",
        "全部",
        "有的",
        "什么",
        "哪些",
    }
)


@dataclass(frozen=True)
class Found:
    """Words of the notes and what they say: a division's code, or the words themselves."""

    start: int
    end: int
    value: str


class Divisions:
    """The cities and counties of the province by every name people have for them."""

    def __init__(
        self, names: Mapping[str, frozenset[str]], paths: Mapping[str, str], unsure: Iterable[str]
    ) -> None:
        """Know codes by name and full names by code; `unsure` names are ordinary words, too."""
        self._names = dict(names)
        self.paths = dict(paths)
        weak = {name for name in unsure if name in names}
        strong = sorted(set(names) - weak, key=len, reverse=True)
        alternatives = [re.escape(name) for name in strong]
        doubtful = "|".join(map(re.escape, sorted(weak, key=len, reverse=True))) or "(?!)"
        alternatives += [
            f"(?<=[在住到去从回])(?:{doubtful})",
            f"(?:(?<=[，,。；;\\s])|\\A)(?:{doubtful})(?={_ALONE})",
        ]
        self._pattern = re.compile("|".join(alternatives) or "(?!)")

    @classmethod
    def read(cls, gazetteer: Path, guards: Path) -> Divisions:
        """Read `divisions.csv` and `aliases.csv` of a folder, and the guards of place names."""
        names: dict[str, set[str]] = {}
        paths: dict[str, str] = {}
        with (gazetteer / "divisions.csv").open(encoding="utf-8", newline="") as lines:
            rows = [row for row in csv.DictReader(lines) if row["level"] in {"prefecture", "county"}]
        own = {row["adcode"]: row["name"] for row in rows}
        for row in rows:
            code = row["adcode"]
            paths[code] = own.get(row["parent_adcode"], "") + row["name"]
            for name in _spellings(row["name"], row["level"]):
                names.setdefault(name, set()).add(code)
        with (gazetteer / "aliases.csv").open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if row["adcode"] in own and not row["alias"].isascii():
                    names.setdefault(row["alias"], set()).add(row["adcode"])
        raw = yaml.safe_load(guards.read_text("utf-8"))
        known = {name: frozenset(codes) for name, codes in names.items() if name not in set(raw["never"])}
        return cls(known, paths, raw["context"])

    def find(self, notes: str) -> Found | None:
        """Return the division the matter lies in: the smallest that is named, the last of several, origins behind."""
        mentions = [
            (match.start(), match.end(), self._names[match[0]]) for match in self._pattern.finditer(notes)
        ]
        cities = {
            code for _, _, codes in mentions if len(codes) == 1 for code in codes if code.endswith("00")
        }
        found = [
            one for one in (self._settled(mention, mentions, cities, notes) for mention in mentions) if one
        ]
        return max(found, key=lambda one: self._rank(one, notes), default=None)

    def _settled(
        self,
        mention: tuple[int, int, frozenset[str]],
        mentions: list[tuple[int, int, frozenset[str]]],
        cities: set[str],
        notes: str,
    ) -> Found | None:
        start, end, codes = mention
        if len(codes) > 1:  # 广安 is the city when nothing says that its district is meant
            inside = frozenset(code for code in codes if f"{code[:4]}00" in cities)
            codes = frozenset(code for code in codes if code.endswith("00")) or inside
        if len(codes) != 1:
            return None
        (code,) = codes
        for before, until, others in mentions:
            if f"{code[:4]}00" in others and code not in others and _JOIN.fullmatch(notes, until, start):
                start = before
        return Found(start, end, code)

    def _rank(self, found: Found, notes: str) -> tuple[bool, bool, int]:
        is_origin = _ORIGIN.search(notes[: found.start]) is not None
        return not is_origin, not found.value.endswith("00"), found.start


def find_place(clause: str) -> tuple[int, int] | None:
    """Return where in a clause a place is named, with its house number; None when it names none."""
    for match in _PLACE.finditer(clause):
        lead = _BEFORE.match(match[0])
        start = match.start() + (lead.end() if lead else 0)
        words = clause[start : match.end()]
        name = re.sub(rf"(?:{_SUFFIXES}).*$", "", words)
        if len(name) >= _SHORTEST_STEM and name not in _VAGUE:
            return start, match.end()
    return None


def _spellings(name: str, level: str) -> set[str]:
    names = {name}
    short = _ETHNIC.sub("", name)
    if level == "prefecture":
        names |= {name.removesuffix("市")} | ({short, f"{short}州"} if short != name else set())
    else:
        stem = short if short != name else name[:-1]
        names |= {stem} if len(stem) >= _SHORTEST_STEM else set()
    return names
