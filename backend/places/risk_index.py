"""All areas of one risk list, indexed so that a question finds its places in well under a millisecond."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import ahocorasick

from backend.places.folding import fold
from backend.places.risk_names import ROAD_END, SURE_NAME, EstateName
from backend.places.risk_text import Place, Surroundings, read_area

_QUOTED = 8
"""A row's words of at least this many signs are a quotation."""
_NOT_THIS = re.compile(r"(?:的|,)?(?:以外|之外|除外|外|附近|旁边|隔壁|对面|周边|周围|[A-Z\d])")
_ENDING = 4
"""An ending of a name with this many signs reminds of the whole wherever it stands; a shorter one at a beginning."""
_STARTS = re.compile(r"[区市县镇乡村社道路街段号,、的在住去是到家查问\d]")
LEVELS = {"low": 0, "medium": 1, "high": 2}


@dataclass(frozen=True)
class ListedArea:
    """One row of a risk list. `division` is the county or functional zone that lists it."""

    area_id: str
    level: str
    division: str
    text: str
    since: datetime | None = None


@dataclass(frozen=True)
class Entry:
    """One place of one row."""

    area: ListedArea
    place: Place
    town: str


@dataclass(frozen=True)
class Key:
    """One way in: an entry under one of its names or streets."""

    entry: Entry
    name: EstateName
    by_street: bool


@dataclass(frozen=True)
class Hit:
    """A key's text found in a question, from `start` to `end` of the folded question."""

    start: int
    end: int
    text: str
    keys: tuple[Key, ...]


@dataclass
class RiskIndex:
    """Areas of one list by name and street, with the remainder of each county.

    Args:
        areas: the rows in force.
        surroundings: for each division code the folded names that may stand in front of its places.
    """

    areas: Sequence[ListedArea]
    surroundings: dict[str, Surroundings]
    remainders: dict[str, ListedArea] = field(init=False, default_factory=dict)
    by_key: dict[str, list[Key]] = field(init=False)
    listed: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.by_key = defaultdict(list)
        self._texts: dict[str, ListedArea] = {}
        for area in self.areas:
            self._add(area)
        self.listed = frozenset(area.division for area in self.areas)
        self._automaton = ahocorasick.Automaton()
        for key in self.by_key:
            self._automaton.add_word(key, key)
        if self.by_key:
            self._automaton.make_automaton()

    def _add(self, area: ListedArea) -> None:
        read = read_area(area.text, self.surroundings.get(area.division, Surroundings()))
        if read.remainder:
            self.remainders[area.division] = area
            return
        words = fold_question(area.text)
        if words not in self._texts or LEVELS[self._texts[words].level] < LEVELS[area.level]:
            self._texts[words] = area
        for place in read.places:
            entry = Entry(area, place, read.town)
            for name in place.names:
                self.by_key[name.base].append(Key(entry, name, by_street=False))
            for street in place.streets:
                self.by_key[street].append(Key(entry, EstateName(street), by_street=True))

    def hits(self, question: str) -> list[Hit]:
        """Names and streets of the list in a folded question, longest first where they overlap, in order of place."""
        if not self.by_key:
            return []
        found = [
            Hit(end + 1 - len(key), end + 1, key, tuple(self.by_key[key]))
            for end, key in self._automaton.iter(question)
            if not (key.endswith("街") and question[end + 1 : end + 2] == "道")  # 玉林街道 is not 玉林街
        ]
        found.sort(key=lambda hit: hit.start - hit.end)
        kept: list[Hit] = []
        for hit in found:
            if not any(other.start <= hit.start and hit.end <= other.end for other in kept):
                kept.append(hit)
        return sorted(kept, key=lambda hit: hit.start)

    def quoted(self, question: str) -> tuple[ListedArea, str] | None:
        """The row whose own words stand in a folded question as a whole, and these words; the longest one."""
        for text in sorted((text for text in self._texts if text in question), key=len, reverse=True):
            end = question.index(text) + len(text)
            if len(text) >= _QUOTED and not _NOT_THIS.match(question, end):
                return self._texts[text], text
        return None

    def similar(self, question: str, divisions: frozenset[str] | None) -> list[Key]:
        """Keys that may have been meant: one wrong sign in a name (two in long ones), or its first part left out."""
        signs = set(question)
        close: list[Key] = []
        shortest = SURE_NAME if "栋" in question else SURE_NAME + 1
        for text, keys in self.by_key.items():
            slips = 1 if len(text) < 6 else 2  # noqa: PLR2004 - a long name bears two slips
            too_short = len(text) < shortest or ROAD_END.search(text)
            if too_short or (
                sum(sign in signs for sign in text) < len(text) - slips and not _ends_with(text, question)
            ):
                continue
            usable = [
                key
                for key in keys
                if not key.by_street and (divisions is None or key.entry.area.division in divisions)
            ]
            if usable and (_ends_with(text, question) or _slips(text, question) <= slips):
                close.append(usable[0])
        return close


def fold_question(text: str) -> str:
    """A folded question: brackets are dropped, for people write 千居朝阳(北区) and 千居朝阳北区."""
    return re.sub(r"[()\[\]]", "", fold(text))


def _ends_with(name: str, question: str) -> bool:
    """Whether the question holds the end of the name without its first signs (龙湾御府 of 华润龙湾御府)."""
    for cut in range(1, len(name) - SURE_NAME + 1):
        start = question.find(name[cut:])
        if start < 0:
            continue
        if len(name) - cut >= _ENDING and cut <= len(name) // 2:
            return True
        if not start or _STARTS.match(question[start - 1]):
            return True
    return False


def _slips(name: str, question: str) -> int:
    """The fewest edits that turn `name` into some part of `question` (Sellers)."""
    row = [0] * (len(question) + 1)
    for i, sign in enumerate(name, 1):
        left_up, row[0] = row[0], i
        for j, other in enumerate(question, 1):
            left_up, row[j] = row[j], min(left_up + (sign != other), row[j] + 1, row[j - 1] + 1)
    return min(row)


def folded_names(names: Iterable[str]) -> tuple[str, ...]:
    """Names as they appear in folded text, longest first."""
    return tuple(sorted({fold(name) for name in names if name}, key=len, reverse=True))
