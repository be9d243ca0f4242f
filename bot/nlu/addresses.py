"""Free addresses and clinics: 锦东庭园14栋, 人民南路四段15号, 双楠社区卫生服务中心.

An address is found by its end (building, house number, kind of estate or road) and read leftwards, word by word, until
a word that only leads up to it. The divisions before it are places of their own.
"""

import functools
import re
from typing import Dict, FrozenSet, Iterator, List, Sequence, Tuple

from bot.nlu.place_finder import PlaceMention, places_in
from bot.nlu.private_tokens import PRIVATE_TOKEN
from bot.nlu.resources import read_lexicon
from bot.nlu.segmentation import segmenter
from bot.nlu.vocabulary import Found

_COUNT = r"(?:[a-z]?\d{1,4}[a-z]?|[一二三四五六七八九十]{1,3}|[a-z])"
_COUNTS = rf"{_COUNT}(?:[-~至到、,，和及]{_COUNT})*"
_UNIT = (
    r"(?:号楼|号院|栋楼?|幢|座|单元|号门|弄|组|社|期|楼"
    r"|号(?!线|码|公告|病例|针|时|做|去|回|打|开|的|早|晚|上午|下午))"
)
_BUILDING = re.compile(
    rf"{_COUNTS}{_UNIT}(?:[、,和及]?{_COUNTS}{_UNIT})*(?:\d{{3,4}}室?)?(?:底商|门面|商铺)?"
)
_SECTION = r"(?:[一二三四五六七八九十]段)?"
_LONGEST_NAME = 16
_SHORTEST_NAME = 2


class AddressFinder:
    """Finds addresses and institutions in normalised text."""

    def __init__(self, words: Dict[str, List[str]]) -> None:
        """Compile the lists of `data/lexicon/address_words.yml`."""
        self._stop: FrozenSet[str] = frozenset(words["stop"])
        self._never: Tuple[str, ...] = tuple(words["never"])
        kinds = [_alternatives(words["estates"]), _alternatives(words["roads"]) + _SECTION]
        self._endings = re.compile("|".join(f"(?:{kind})" for kind in kinds))
        self._clinics = re.compile(_alternatives(words["institutions"]))

    def find(self, text: str, places: Sequence[PlaceMention]) -> Iterator[Found]:
        """Yield `address` and `institution` findings that do not repeat a place already found."""
        starts = [start for _, start, _ in segmenter().cut(text)]
        taken: List[Tuple[int, int]] = [token.span() for token in PRIVATE_TOKEN.finditer(text)]
        for match in self._clinics.finditer(text):
            start = self._name_start(text, match.start(), starts, places, through_places=True)
            named = match.start() - start >= _SHORTEST_NAME - 1
            known = any(place.start <= start and match.end() <= place.end for place in places)
            if named and not known and _free(start, match.end(), taken):
                taken.append((start, match.end()))
                yield Found(start, match.end(), text[start : match.end()], entity="institution")
        for start, end in self._addresses(text, starts, places):
            if _free(start, end, taken):
                taken.append((start, end))
                yield Found(start, end, text[start:end], entity="address")

    def _addresses(
        self, text: str, starts: List[int], places: Sequence[PlaceMention]
    ) -> Iterator[Tuple[int, int]]:
        buildings = list(_BUILDING.finditer(text))
        for building in buildings:
            start = self._name_start(text, building.start(), starts, places, through_places=False)
            if building.start() - start >= _SHORTEST_NAME:
                yield start, building.end()
        for ending in self._endings.finditer(text):
            if any(text.endswith(word, 0, ending.end()) for word in self._never):
                continue
            start = self._name_start(text, ending.start(), starts, places, through_places=False)
            known = any(
                place.start <= start < place.end or start < place.end <= ending.end() for place in places
            )
            if ending.start() - start >= _SHORTEST_NAME and not known:
                yield start, ending.end()

    def _name_start(
        self, text: str, end: int, starts: List[int], places: Sequence[PlaceMention], *, through_places: bool
    ) -> int:
        """Return where the name that ends at `end` begins; `end` itself when there is none."""
        begin = end
        landmark_ends = {place.end: place.start for place in places if places_a_name(place) or through_places}
        walls = {place.end for place in places}
        while begin > 0 and end - begin < _LONGEST_NAME:
            if begin in landmark_ends:
                return landmark_ends[begin]
            if begin in walls:
                return begin
            start = max((at for at in starts if at < begin), default=0)
            word = text[start:begin]
            if word in self._stop or not _can_be_name(word):
                break
            begin = start
        return begin


def places_a_name(place: PlaceMention) -> bool:
    """Tell whether a place is a landmark: “环球中心” + “E5座” is one address."""
    return all(reading.level == "landmark" for reading in place.places)


def _can_be_name(word: str) -> bool:
    return all(char.isalnum() or char in "·-" for char in word)


def _alternatives(words: List[str]) -> str:
    return "(?:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + ")"


def _free(start: int, end: int, taken: List[Tuple[int, int]]) -> bool:
    return all(end <= a or b <= start for a, b in taken)


@functools.lru_cache(maxsize=2048)
def addresses_in(text: str) -> Tuple[Found, ...]:
    """Return the addresses and clinics of a normalised text; the latest texts are remembered."""
    return tuple(address_finder().find(text, places_in(text)))


@functools.lru_cache(maxsize=1)
def address_finder() -> AddressFinder:
    """Return the finder of this process, built at first use."""
    return AddressFinder(read_lexicon("address_words"))
