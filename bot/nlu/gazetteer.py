"""The places the assistant knows, and every way of writing each of them.

Sichuan down to townships, functional zones, landmarks and hospitals; the rest of China down to counties.
"""

import csv
import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, FrozenSet, Iterable, Iterator, List, Optional, Tuple

import jieba
import pypinyin

from bot.nlu.resources import read_gazetteer, read_lexicon

SICHUAN = "51"
_ETHNIC = (
    "壮族|回族|维吾尔|藏族|羌族|彝族|苗族|土家族|侗族|布依族|朝鲜族|满族|蒙古族|(?<!内)蒙古|哈萨克族|哈萨克|柯尔克孜|傣族|景颇族|白族|傈僳族|哈尼族|瑶族|黎族|畲族|"
    "水族|仡佬族|土族|撒拉族|东乡族|保安族|裕固族|锡伯|达斡尔族|鄂温克族|鄂伦春|佤族|拉祜族|布朗族|纳西族|普米族|怒族|独龙族|毛南族|仫佬族|各族"
)
_SUFFIX = re.compile(
    rf"(?:{_ETHNIC})*(?:特别行政区|自治区|自治州|自治县|自治旗|地区|街道|新区|林区|特区|[省市区县镇乡盟旗])$"
)
_SHORTEST_STEM = 2
_EXTRA_PROVINCES = (("710000", "台湾省"),)
_EXTRA_LATIN = {
    "shaanxi": "610000", "inner mongolia": "150000", "tibet": "540000", "hong kong": "810000", "hongkong": "810000",
    "macau": "820000", "macao": "820000", "taiwan": "710000", "peking": "110000",
}  # fmt: skip
_EXTRA_SHORT = {"内蒙": "150000", "黔": "520000"}
_MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})
_ENTITY_OF_LEVEL = {
    "province": "province", "prefecture": "city", "county": "district", "functional": "district", "township": "town",
    "landmark": "landmark", "abroad": "province",
}  # fmt: skip

# How sure a spelling is: with its suffix; without; a township's without (needs its county beside it); an outside
# county's without (needs a travel word); in Latin letters; a landmark.
FULL, SHORT, TOWN_STEM, FAR_STEM, LATIN, LANDMARK = (
    "full",
    "short",
    "town_stem",
    "far_stem",
    "latin",
    "landmark",
)


@dataclass(frozen=True)
class Place:
    """One place; `code` is its adcode (landmarks: `L` and a number), `parent` the code of what contains it."""

    code: str
    name: str
    level: str
    parent: Optional[str]
    kind: str = ""

    @property
    def entity(self) -> str:
        """Return the name of the entity that speaks of such a place."""
        return "city" if self.code in _MUNICIPALITIES else _ENTITY_OF_LEVEL[self.level]

    @property
    def in_sichuan(self) -> bool:
        """Tell whether the place lies in the province."""
        return self.level == "landmark" or self.code.lstrip("F").startswith(SICHUAN)


@dataclass(frozen=True)
class Reading:
    """A place that a spelling may mean, and how sure that spelling is."""

    place: Place
    strength: str


def stem_of(name: str) -> str:
    """Return a division's name without its rank and nationalities: 阿坝藏族羌族自治州 → 阿坝, 春熙路街道 → 春熙路."""
    stem = _SUFFIX.sub("", name)
    return stem if len(stem) >= _SHORTEST_STEM else name


class Gazetteer:
    """All places and their spellings."""

    def __init__(self) -> None:
        """Read the files of `data/gazetteer`."""
        self.places: Dict[str, Place] = {}
        self.readings: Dict[str, List[Reading]] = {}
        self.context_needed: FrozenSet[str] = frozenset(read_lexicon("place_guards")["context"])
        self._never: FrozenSet[str] = frozenset(read_lexicon("place_guards")["never"])
        self._read_divisions()
        self._read_china()
        self._read_aliases()
        self._read_landmarks()
        for code, name in enumerate(read_lexicon("abroad")):
            self._add(name, Place(f"A{code}", name, "abroad", None), LATIN if name.isascii() else SHORT)

    def ancestors(self, place: Place) -> Iterator[Place]:
        """Yield what contains `place`, from the smallest to the province."""
        parent = place.parent
        while parent and parent in self.places:
            place = self.places[parent]
            yield place
            parent = place.parent

    def path(self, place: Place) -> str:
        """Return the full name, e.g. 四川省成都市武侯区."""
        names = [place.name, *(above.name for above in self.ancestors(place))]
        return "".join(reversed(names))

    def _add(self, spelling: str, place: Place, strength: str) -> None:
        if spelling in self._never:
            return
        known = self.readings.setdefault(spelling, [])
        known[:] = [reading for reading in known if reading.place != place or reading.strength != TOWN_STEM]
        if all(reading.place != place for reading in known):
            known.append(Reading(place, strength))

    def _division(self, row: Dict[str, str]) -> Place:
        place = Place(row["adcode"], row["name"], row["level"], row["parent_adcode"] or None)
        self.places[place.code] = place
        self._add(place.name, place, FULL)
        return place

    def _read_divisions(self) -> None:
        for row in read_gazetteer("divisions"):
            place = self._division(row)
            stem = stem_of(place.name)
            if place.level == "township":
                if stem != place.name:
                    self._add(stem, place, TOWN_STEM)
            elif place.level != "functional":
                self._add(stem, place, SHORT)
                self._add_latin(place, stem)

    def _read_china(self) -> None:
        known_words = place_words()
        rows = [row for row in read_gazetteer("china") if not row["adcode"].startswith(SICHUAN)]
        extra = [
            {"adcode": code, "name": name, "level": "province", "parent_adcode": ""}
            for code, name in _EXTRA_PROVINCES
        ]
        for row in [*rows, *extra]:
            place = self._division(row)
            stem = stem_of(place.name)
            if place.level != "county":
                self._add(stem, place, SHORT)
                self._add_latin(place, stem)
            elif stem in known_words:
                self._add(stem, place, FAR_STEM)
        for spelling, code in _EXTRA_SHORT.items():
            self._add(spelling, self.places[code], SHORT)
        for spelling, code in _EXTRA_LATIN.items():
            self._add(spelling, self.places[code], LATIN)

    def _add_latin(self, place: Place, stem: str) -> None:
        if len(stem) < _SHORTEST_STEM or stem == place.name:
            return
        syllables = pypinyin.lazy_pinyin(_latin_readings().get(stem, stem), style=pypinyin.Style.NORMAL)
        if place.code != "610000":  # 陕西 is written shaanxi, shanxi is 山西
            self._add("".join(syllables), place, LATIN)
            self._add(" ".join(syllables), place, LATIN)

    def _read_aliases(self) -> None:
        for row in read_gazetteer("aliases"):
            place = self.places.get(row["adcode"])
            if place is not None:
                self._add(row["alias"], place, FULL if row["alias"][-1:] in "区县市州镇" else SHORT)

    def _read_landmarks(self) -> None:
        for number, row in enumerate(read_gazetteer("landmarks")):
            place = Place(f"L{number}", row["name"], "landmark", row["adcode"], row["kind"])
            for spelling in [row["name"], *filter(None, row["aliases"].split("|"))]:
                self._add(spelling.lower(), place, LANDMARK)


def _latin_readings() -> Dict[str, str]:
    """Names whose usual pinyin is read wrongly character by character."""
    return {
        "重庆": "崇庆",
        "乐山": "勒山",
        "长沙": "常沙",
        "厦门": "夏门",
        "乐至": "勒至",
        "长春": "常春",
        "长宁": "常宁",
    }


@functools.lru_cache(maxsize=1)
def place_words() -> FrozenSet[str]:
    """Return the words jieba's dictionary tags as place names."""
    path = Path(jieba.__file__).with_name("dict.txt")
    with path.open(encoding="utf-8", newline="") as lines:
        return frozenset(
            row[0] for row in csv.reader(lines, delimiter=" ", quoting=csv.QUOTE_NONE) if row[-1] == "ns"
        )


@functools.lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """Return the gazetteer of this process, read at first use."""
    return Gazetteer()


def distinct(places: Iterable[Place]) -> Tuple[Place, ...]:
    """Return `places` without repeats, in order."""
    return tuple(dict.fromkeys(places))
