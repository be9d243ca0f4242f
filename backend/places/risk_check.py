"""The verdict on a place in words: which entries of a risk list cover it.

Rules:
    * An exact name (or a street with its number) of the list is needed for a verdict; a slip of the pen is asked back.
    * Several entries that cover the place: the highest level holds.
    * The place is listed, but the question names less than the list (no building, no phase): asked back.
    * The place is listed, and the building asked is not: the county's remainder (除高、中风险区以外的其他区域) holds.
    * The place is not listed: the county's remainder holds where the county is known; otherwise unknown.
Pure: the same list, question and divisions give the same verdict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from backend.places.divisions import Divisions, Mention
from backend.places.risk_cover import Cover, judge, street_agrees
from backend.places.risk_index import LEVELS, Hit, Key, ListedArea, RiskIndex, fold_question
from backend.places.risk_names import SURE_NAME
from backend.places.risk_query import Asked, after_street_number, read_tail, stands_alone

MOST_CANDIDATES = 8
MOST_SAME_PLACE = 30
LONGEST_TEXT = 200

_ANOTHER_NAME = re.compile(r"大道|路|街(?!道)|巷|道|花园|家园|公园|苑|小区|广场|国际|新城|公馆|城(?!区)")
"""A division's name with this behind it is the name of a road or an estate (沙湾路, 金牛花园)."""

_FILLING = re.compile(
    r"是不是|有没有|请问|高风险|中风险|低风险|高中风险|中高风险|风险等级|风险区|风险|区域|地区|这边|那边|现在|目前|今天|什么|哪些|哪个|哪里|"
    r"多少|怎么样|一下|我在|我住|我们|[我你您是不吗呢啊嘛么属于的有在住查看问下等级级几,?算为和啥子咋样]"
)
"""Words of a question that name no place."""

NOTE_NO_LIST = "没有这个时间的风险区名单。"
NOTE_WHICH_PART = "名单只写了其中一部分，请说明期数、楼栋、单元或门牌号。"
NOTE_WHICH_PLACE = "名单里没有完全相同的名称，请确认是不是下面的地方。"
NOTE_NEAR = "名单只写到具体地点，不能判断它的周边。"
NOTE_WHICH_COUNTY = "不知道是哪个区县，请补充区县。"
NOTE_WHICH_ADDRESS = "这里有中高风险区，请说明具体的小区、楼栋或门牌号。"
NOTE_NOT_LISTED = "这个区县没有列入当天的风险区名单。"
NOTE_LESS_EXACT = "名单没有分期或分区，按同名小区判断。"


@dataclass(frozen=True)
class Match:
    """An entry that covers the place; `matched` is the name of the list found in the question."""

    area: ListedArea
    matched: str
    how: str


@dataclass(frozen=True)
class Verdict:
    """The level of a place (`high`, `medium`, `low`, `unknown`) with what it rests on."""

    level: str
    matches: tuple[Match, ...] = ()
    same_place: tuple[ListedArea, ...] = ()
    candidates: tuple[str, ...] = ()
    note: str | None = None


@dataclass
class _Findings:
    """What the entries said about one question."""

    covering: list[Match] = field(default_factory=list)
    open: list[Key] = field(default_factory=list)
    not_covering: list[Key] = field(default_factory=list)
    doubtful: list[Key] = field(default_factory=list)
    near: list[Key] = field(default_factory=list)
    any_shops: list[Key] = field(default_factory=list)
    less_exact: bool = False
    covered: set[int] = field(default_factory=set)

    def listed(self) -> list[Key]:
        return [*self.open, *self.not_covering, *self.near]


class RiskChecker:
    """Answers questions against one list.

    Args:
        index: the areas in force.
        divisions: names of divisions, to know which county is meant.
    """

    def __init__(self, index: RiskIndex, divisions: Divisions) -> None:
        self.index = index
        self.divisions = divisions
        self._names = frozenset(name for name in divisions.folded_names() if len(name) > 1)

    def check(self, text: str, division: str | None = None) -> Verdict:
        """The verdict on `text`, read as a place in `division` when given.

        Args:
            text: what the person says; only its first 200 characters are read.
            division: code of the division the person is known to mean.
        """
        question = fold_question(text[:LONGEST_TEXT])
        if not self.index.listed:
            return Verdict("unknown", note=NOTE_NO_LIST)
        hits = self.index.hits(question)
        mentions = self._places_named(question, hits)
        units = self._units(mentions, division)
        found = self._judge(question, hits, units)
        verdict = self._conclude(question, found, units, mentions)
        quoted = self.index.quoted(question)
        if quoted is None or quoted[0].level == verdict.level:
            return verdict
        if units is not None and quoted[0].division not in units:
            return verdict
        return Verdict(quoted[0].level, (Match(quoted[0], quoted[1], "whole"),), verdict.same_place)

    def _places_named(self, question: str, hits: list[Hit]) -> list[Mention]:
        """Divisions named in the question, without those that are a part of an estate's name."""
        return [
            mention
            for mention in self.divisions.mentions(question)
            if not any(
                hit.start < mention.end
                and mention.start < hit.end
                and len(hit.text) > mention.end - mention.start
                for hit in hits
            )
            and not _ANOTHER_NAME.match(question, mention.end)
        ]

    def _units(self, mentions: list[Mention], division: str | None) -> frozenset[str] | None:
        """Counties and zones meant, `None` when any may be; what the text says narrows what the caller says."""
        units = self.divisions.listing_units(division) if division else None
        for mention in mentions:
            named = frozenset().union(*(self.divisions.listing_units(place.code) for place in mention.places))
            narrower = named if units is None else units & named
            units = narrower or units
        return units

    def _judge(self, question: str, hits: list[Hit], units: frozenset[str] | None) -> _Findings:
        found = _Findings()
        possible = None if units is None else units | self._zones_beside(units)
        for hit in hits:
            alone = stands_alone(question[: hit.start], self._names)
            for key in hit.keys:
                if possible is not None and key.entry.area.division not in possible:
                    continue
                sure = alone and (len(hit.text) >= SURE_NAME or units is not None)
                self._judge_key(question, hit, key, found, sure=sure)
        decided = {id(key.entry) for key in found.not_covering} | found.covered
        found.open = [key for key in found.open if id(key.entry) not in decided]
        return found

    def _zones_beside(self, units: frozenset[str]) -> frozenset[str]:
        """Functional zones of the same cities: which streets they look after is not known for all of them."""
        tree = self.divisions.by_code
        cities = {tree[unit].parent_code for unit in units}
        return frozenset(
            code
            for code in self.index.listed
            if tree[code].level == "functional" and tree[code].parent_code in cities
        )

    def _judge_key(self, question: str, hit: Hit, key: Key, found: _Findings, *, sure: bool) -> None:
        rest = question[hit.end :]
        asked = after_street_number(rest) if key.by_street else read_tail(rest, (key.name.tail,))
        wanted, given = set(key.name.quals), set(asked.quals)
        if asked.other:
            return
        if not sure:
            found.doubtful.append(key)
        elif asked.near:
            found.near.append(key)
        elif wanted - given and given:
            found.not_covering.append(key)
        elif wanted - given:
            (found.open if _may_cover(key, asked, question) else found.not_covering).append(key)
        else:
            judgement = judge(key.entry.place, asked, question, by_street=key.by_street)
            if judgement.cover is Cover.YES:
                found.less_exact = found.less_exact or bool(given - wanted)
                found.covered.add(id(key.entry))
                if judgement.how == "shop_front" and not asked.numbers:
                    found.any_shops.append(key)
                found.covering.append(Match(key.entry.area, _spoken(hit, asked), judgement.how))
            elif judgement.cover is Cover.PARTLY:
                found.open.append(key)
            elif not key.by_street or street_agrees(key.entry.place, asked):
                found.not_covering.append(key)

    def _conclude(
        self, question: str, found: _Findings, units: frozenset[str] | None, mentions: list[Mention]
    ) -> Verdict:
        best = max((LEVELS[match.area.level] for match in found.covering), default=-1)
        higher = [key for key in found.open if LEVELS[key.entry.area.level] > best]
        counties = {match.area.division for match in found.covering}
        if len(counties) > 1 and units is None:
            names = tuple(f"{self._county(code)}{found.covering[0].matched}" for code in sorted(counties))
            return Verdict(
                "unknown", same_place=_areas(found.listed()), candidates=names, note=NOTE_WHICH_COUNTY
            )
        if len({key.entry.area.level for key in found.any_shops}) > 1:
            return Verdict(
                "unknown", (), _areas(found.any_shops), self._parts(found.any_shops), NOTE_WHICH_PART
            )
        if found.covering and not higher:
            return self._covered(found)
        same = _areas([*found.listed(), *self._family(found)])
        if found.open:
            return Verdict("unknown", (), same, self._parts(found.open), NOTE_WHICH_PART)
        asked_back = self._ask_back(question, found, units, same)
        if asked_back is not None:
            return asked_back
        return self._remainder(question, found, units, mentions, same)

    def _ask_back(
        self, question: str, found: _Findings, units: frozenset[str] | None, same: tuple[ListedArea, ...]
    ) -> Verdict | None:
        """A question back when the words are near a listed place without naming it."""
        if found.near:
            return Verdict("unknown", same_place=same, note=NOTE_NEAR)
        if not found.not_covering:
            doubtful = [*self.index.similar(question, units), *found.doubtful]
            if doubtful:
                return Verdict("unknown", candidates=self._labels(doubtful), note=NOTE_WHICH_PLACE)
        return None

    def _covered(self, found: _Findings) -> Verdict:
        matches = sorted(found.covering, key=lambda match: -LEVELS[match.area.level])
        unique = list({match.area.area_id: match for match in reversed(matches)}.values())[::-1]
        covered = {match.area.area_id for match in unique}
        others = tuple(
            area for area in _areas([*found.listed(), *self._family(found)]) if area.area_id not in covered
        )
        note = NOTE_LESS_EXACT if found.less_exact else None
        return Verdict(unique[0].area.level, tuple(unique), others, note=note)

    def _remainder(
        self,
        question: str,
        found: _Findings,
        units: frozenset[str] | None,
        mentions: list[Mention],
        same: tuple[ListedArea, ...],
    ) -> Verdict:
        """The rest of the county: of the one that lists the place, or of the one the person means."""
        meant = {key.entry.area.division for key in found.not_covering} or self._narrow(units, mentions)
        if len(meant) != 1:
            return Verdict("unknown", same_place=same, note=NOTE_WHICH_COUNTY)
        unit = next(iter(meant))
        inside = self._rows_inside(question, unit, mentions)
        if inside:
            return Verdict("unknown", same_place=inside, note=NOTE_WHICH_ADDRESS)
        area = self.index.remainders.get(unit)
        if area is None:
            note = NOTE_NOT_LISTED if unit not in self.index.listed else None
            return Verdict("unknown", same_place=same, note=note)
        return Verdict("low", (Match(area, self._county(unit), "remainder"),), same)

    def _rows_inside(self, question: str, unit: str, mentions: list[Mention]) -> tuple[ListedArea, ...]:
        """High and medium rows of a county or town, when the question names nothing finer: it has no one level."""
        rest = question
        for mention in reversed(mentions):
            rest = rest[: mention.start] + rest[mention.end :]
        if len(_FILLING.sub("", rest)) > 1:
            return ()
        named = [place for mention in mentions[-1:] for place in mention.places]
        town = next((place for place in named if place.level == "township"), None)
        rows = (
            area
            for area in self.index.areas
            if area.division == unit and area.level != "low" and (town is None or town.name in area.text)
        )
        return tuple(sorted(rows, key=lambda area: -LEVELS[area.level]))[:MOST_SAME_PLACE]

    def _narrow(self, units: frozenset[str] | None, mentions: list[Mention]) -> set[str]:
        """The one county meant. Zones give way to the county unless the words or the street say the zone."""
        if units is None or len(units) <= 1:
            return set(units or ())
        for mention in reversed(mentions):
            for place in mention.places:
                zones = set(self.divisions.town_zones.get(place.code, ())) & units
                if zones and len(mention.places) == 1:
                    return zones
                if place.code in units:
                    return {place.code}
        counties = {unit for unit in units if self.divisions.by_code[unit].level == "county"}
        return counties if len(counties) == 1 else set(units)

    def _family(self, found: _Findings) -> list[Key]:
        """Other entries of the same estate: the same name in the same county."""
        bases = {(key.name.base, key.entry.area.division) for key in found.listed()}
        bases |= {(match.matched, match.area.division) for match in found.covering}
        return [
            key
            for base, division in sorted(bases)
            for key in self.index.by_key.get(base, ())
            if key.entry.area.division == division and not key.by_street
        ]

    def _parts(self, keys: list[Key]) -> tuple[str, ...]:
        labels = {key.name.label for key in keys}
        return (
            self._labels(keys)
            if len(labels) > 1
            else tuple(dict.fromkeys(area.text for area in _areas(keys)))[:MOST_CANDIDATES]
        )

    def _labels(self, keys: list[Key]) -> tuple[str, ...]:
        labels = (self._label(key) for key in keys)
        return tuple(dict.fromkeys(labels))[:MOST_CANDIDATES]

    def _label(self, key: Key) -> str:
        name, town = key.name.label, key.entry.town
        return f"{self._county(key.entry.area.division)}{'' if name.startswith(town) else town}{name}"

    def _county(self, code: str) -> str:
        place = self.divisions.by_code.get(code)
        return place.name if place else ""


def _may_cover(key: Key, asked: Asked, question: str) -> bool:
    """Whether the entry would cover the question, if the phase that is not named were this one."""
    return judge(key.entry.place, asked, question, by_street=key.by_street).cover is not Cover.NO


def _spoken(hit: Hit, asked: Asked) -> str:
    """The name as found, with the house number of a street."""
    return (
        f"{hit.text}{min(asked.street_numbers)}号"
        if asked.street_numbers and hit.keys[0].by_street
        else hit.text
    )


def _areas(keys: list[Key]) -> tuple[ListedArea, ...]:
    areas = {key.entry.area.area_id: key.entry.area for key in keys}
    return tuple(sorted(areas.values(), key=lambda area: -LEVELS[area.level]))[:MOST_SAME_PLACE]
