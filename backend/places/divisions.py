"""Administrative divisions in memory: by code, by any of their names (ambiguity kept), and up and down the tree."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import ahocorasick

from backend.places.folding import fold

_ETHNIC = "藏族|羌族|彝族|回族|苗族|土家族|蒙古族|傈僳族|纳西族|白族|傣族|布依族|满族|壮族"
_SUFFIXES = {
    "province": re.compile(r"省$"),
    "prefecture": re.compile(rf"(?:(?:{_ETHNIC})+自治州|自治州|市|地区)$"),
    "county": re.compile(rf"(?:(?:{_ETHNIC})+自治县|自治县|区|市|县)$"),
    "township": re.compile(rf"(?:街道办事处|街道|镇|(?:{_ETHNIC})+乡|乡)$"),
}
_ALSO_PARTS_OF_ESTATES = frozenset({"东区", "西区", "城区"})
"""Counties of 攀枝花 whose bare names stand in every other address as a part of an estate."""
_ORDER = {"province": 0, "prefecture": 1, "county": 2, "functional": 3, "township": 4}


@dataclass(frozen=True)
class Place:
    """One division. `lat`/`lon` are WGS-84 degrees of its seat, `None` where not known."""

    code: str
    name: str
    level: str
    parent_code: str | None = None
    path: str = ""
    lat: float | None = None
    lon: float | None = None
    aliases: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """The name without its kind (武侯区 → 武侯, 阿坝藏族羌族自治州 → 阿坝); short names stay whole (高县)."""
        suffix = _SUFFIXES.get(self.level)
        stem = suffix.sub("", self.name) if suffix else self.name
        return stem if len(stem) > 1 else self.name


@dataclass(frozen=True)
class Mention:
    """A name found in folded text, with every division that bears it."""

    start: int
    end: int
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Divisions:
    """All divisions of the province.

    Args:
        places: every division once.
        zone_towns: functional zone → the townships it looks after.
    """

    places: tuple[Place, ...]
    zone_towns: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def by_code(self) -> dict[str, Place]:
        """Every division by its code."""
        return {place.code: place for place in self.places}

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        children: dict[str, list[str]] = defaultdict(list)
        for place in self.places:
            if place.parent_code:
                children[place.parent_code].append(place.code)
        return children

    @cached_property
    def town_zones(self) -> dict[str, tuple[str, ...]]:
        """Township → the functional zones that look after it."""
        zones: dict[str, list[str]] = defaultdict(list)
        for zone, towns in self.zone_towns.items():
            for town in towns:
                zones[town].append(zone)
        return {town: tuple(found) for town, found in zones.items()}

    @cached_property
    def _by_name(self) -> dict[str, list[Place]]:
        names: dict[str, list[Place]] = defaultdict(list)
        for place in self.places:
            for name in {fold(spelling) for spelling in (place.name, place.stem, *place.aliases)}:
                names[name].append(place)
        return names

    def folded_names(self) -> Iterable[str]:
        """Every folded name, stem and alias."""
        return self._by_name.keys()

    def named(self, text: str) -> list[Place]:
        """Divisions that are called exactly `text`: full name, stem, alias, old name, or a path of such names.

        All that fit are given, coarse before fine, then by code: 市中区 is in 内江 and in 乐山. A path decides between
        them: 内江市中区, 成都市高新区.
        """
        folded = fold(text)
        found = {place.code: place for place in self._by_name.get(folded, [])}
        for cut in range(1, len(folded)):
            for above in self._by_name.get(folded[:cut], []):
                below = self._by_name.get(folded[cut:], []) or self.named_below(folded[cut:], above.code)
                found |= {place.code: place for place in below if self.lies_in(place.code, above.code)}
        return sorted(found.values(), key=lambda place: (_ORDER[place.level], place.code))

    def named_below(self, folded: str, code: str) -> list[Place]:
        """As `named`, of names below `code` only; the shorter remainder of a path."""
        return [place for place in self.named(folded) if place.code != code] if len(folded) > 1 else []

    def up(self, code: str) -> Iterator[Place]:
        """The division and all above it, finest first."""
        current = self.by_code.get(code)
        while current is not None:
            yield current
            current = self.by_code.get(current.parent_code or "")

    def down(self, code: str) -> frozenset[str]:
        """Codes of the division, of all below it, and of the streets of its functional zones."""
        found, todo = set(), [code]
        while todo:
            current = todo.pop()
            if current in found:
                continue
            found.add(current)
            todo.extend(self._children.get(current, ()))
            todo.extend(self.zone_towns.get(current, ()))
        return frozenset(found)

    def lies_in(self, code: str, above: str) -> bool:
        """Whether a division is `above` or lies in it, by the tree or through a functional zone."""
        return any(place.code == above for place in self.up(code)) or code in self.zone_towns.get(above, ())

    def county_of(self, code: str) -> str | None:
        """The county (or functional zone) that a division is or lies in, `None` above counties."""
        return next((place.code for place in self.up(code) if place.level in ("county", "functional")), None)

    def listing_units(self, code: str) -> frozenset[str]:
        """Counties and functional zones whose lists may speak of the division.

        A county shares its streets with the zones that look after them, and a zone with the counties they lie in.
        """
        place = self.by_code.get(code)
        if place is None:
            return frozenset()
        if place.level == "township":
            return frozenset({self.county_of(code) or code, *self.town_zones.get(code, ())})
        below = self.down(code)
        units = {one for one in below if self.by_code[one].level in ("county", "functional")}
        for town in below & self.town_zones.keys():
            units.update(self.town_zones[town])
        if place.level == "functional":
            units.update(filter(None, (self.county_of(town) for town in self.zone_towns.get(code, ()))))
        return frozenset(units)

    def towns_of(self, code: str) -> list[Place]:
        """Townships of a county, or the streets of a functional zone, in order of code."""
        if code in self.zone_towns:
            return [self.by_code[town] for town in self.zone_towns[code] if town in self.by_code]
        return [
            self.by_code[one] for one in self._children.get(code, ()) if self.by_code[one].level == "township"
        ]

    def point(self, code: str) -> tuple[float, float, str] | None:
        """(lat, lon, level) of the division or of the nearest one above it that has a position."""
        for place in self._with_streets(code):
            if place.lat is not None and place.lon is not None:
                return place.lat, place.lon, place.level
        return None

    def _with_streets(self, code: str) -> Iterator[Place]:
        """The division, then (of a functional zone) its streets and their counties, then what lies above."""
        place = self.by_code.get(code)
        if place is not None and place.level == "functional":
            yield place
            towns = self.towns_of(code)
            yield from towns
            for town in towns:
                yield from list(self.up(town.code))[1:2]
        yield from self.up(code)

    @cached_property
    def _mentions(self) -> ahocorasick.Automaton:
        automaton = ahocorasick.Automaton()
        spoken: dict[str, list[Place]] = defaultdict(list)
        for name, places in self._by_name.items():
            for place in places:
                whole = place.level != "township" or name == fold(place.name)
                if len(name) > 1 and whole and name not in _ALSO_PARTS_OF_ESTATES:
                    spoken[name].append(place)
        for name, places in spoken.items():
            automaton.add_word(name, (name, tuple(places)))
        automaton.make_automaton()
        return automaton

    def mentions(self, folded: str) -> list[Mention]:
        """Names of divisions in folded text, the longest where they overlap. Townships count by full name only."""
        if not self.places:
            return []
        found = [
            Mention(end + 1 - len(name), end + 1, places)
            for end, (name, places) in self._mentions.iter(folded)
        ]
        found.sort(key=lambda one: (one.start - one.end, one.start))
        kept: list[Mention] = []
        for one in found:
            if not any(one.start < other.end and other.start < one.end for other in kept):
                kept.append(one)
        return sorted(kept, key=lambda one: one.start)


def full_path(code: str, by_code: dict[str, tuple[str, str | None]]) -> str:
    """The names from the province down without separators; `by_code` gives name and parent of each code."""
    names: list[str] = []
    current: str | None = code
    while current is not None and current in by_code and len(names) < len(_ORDER):
        name, parent = by_code[current]
        names.append(name)
        current = parent
    return "".join(reversed(names))


def places_from_rows(rows: Iterable[dict[str, str]], aliases: Iterable[dict[str, str]] = ()) -> list[Place]:
    """Divisions from rows of `divisions.csv` and `aliases.csv` (see docs/data.md).

    Raises:
        KeyError: when a column is missing.
        ValueError: when a coordinate is not a number.
    """
    rows = list(rows)
    tree = {row["adcode"]: (row["name"], row["parent_adcode"] or None) for row in rows}
    others: dict[str, list[str]] = defaultdict(list)
    for alias in aliases:
        others[alias["adcode"]].append(alias["alias"])
    return [
        Place(
            code=row["adcode"],
            name=row["name"],
            level=row["level"],
            parent_code=row["parent_adcode"] or None,
            path=full_path(row["adcode"], tree),
            lat=float(row["lat"]) if row["lat"] else None,
            lon=float(row["lon"]) if row["lon"] else None,
            aliases=tuple(others[row["adcode"]]),
        )
        for row in rows
    ]
