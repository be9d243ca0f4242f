"""Which places a sentence names: longest spelling first, aligned with words, ambiguity kept.

Steps: find all spellings (Aho-Corasick), refuse those that cut words apart or are ordinary words here, keep the longest
of what overlaps, join “成都” + “武侯区” into one, use every other place of the sentence to settle what is ambiguous.
"""

import functools
import re
from dataclasses import dataclass, replace
from typing import Iterable, List, Optional, Sequence, Set, Tuple

import ahocorasick

from bot.nlu.gazetteer import (
    FAR_STEM,
    FULL,
    LANDMARK,
    LATIN,
    TOWN_STEM,
    Gazetteer,
    Place,
    Reading,
    distinct,
    gazetteer,
    place_words,
)
from bot.nlu.resources import read_lexicon
from bot.nlu.segmentation import segmenter

_LEFT_CONTEXT = re.compile(
    r"(?:\A|[,.?!;:，。、()\s]|在|去|到|来|从|回|离|往|由|住|飞|自|至|我们|我家|是|查|回来|区|县|市|和|跟|与|过|叫|帮我看|哪个是|对于)$"
)
_RIGHT_CONTEXT = re.compile(
    r"\Z|[,.?!;:，。、()\s]|哪|有|的|区|县|市|镇|这|那|附近|周边|人|可|能|做|核酸|回|去|到|来|疫|高风|中风|低风|风险|是|在|离|要|怎|现|今|最|封|解|转|过|打|算|属|和|跟|医院|街|东|西|南|北|24|全|免"
)
_TRAVEL_LEFT = re.compile(r"(?:从|去|到|回|在|由|自|来自|经|往|飞|离开|\A)$")
_TRAVEL_RIGHT = re.compile(r"(?:回|来|到|去|返|过来|飞|出发|市|那边|这边)")
_TOWN_RIGHT = re.compile(r"(?:街道|镇|乡|片区|场镇|那边|这边|附近|周边|哪|有没有|有核酸|的核酸|核酸)")
_JOINING = re.compile(r"(?:市|省|的|区|县| |,|那边的?|这边的?)?")
_ENGLISH_RANK = re.compile(r"\s+(?:district|city|county|province|prefecture)\b")
_WITH_PEOPLE = ("人", "籍", "市民", "市区", "城区")
_RANKING = {
    "province": 0,
    "prefecture": 0,
    "county": 1,
    "functional": 2,
    "landmark": 3,
    "township": 4,
    "abroad": 0,
}
_SHORT_NAME = 2


@dataclass(frozen=True)
class PlaceMention:
    """A place named in `[start, end)` of the normalised text; more than one reading means it is ambiguous."""

    start: int
    end: int
    spelling: str
    places: Tuple[Place, ...]

    @property
    def place(self) -> Optional[Place]:
        """Return the one place meant, or None when there are several."""
        return self.places[0] if len(self.places) == 1 else None


@dataclass(frozen=True)
class _Candidate:
    start: int
    end: int
    spelling: str
    readings: Tuple[Reading, ...]
    whole_words: bool


@dataclass(frozen=True)
class _Spot:
    """Where a spelling stands: `[start, end)` of `text`, at the edges of words or not, right after a place or not."""

    text: str
    start: int
    end: int
    starts_word: bool
    ends_word: bool
    beside_place: bool

    @property
    def word(self) -> str:
        return self.text[self.start : self.end]

    @property
    def aligned(self) -> bool:
        return self.starts_word and self.ends_word

    @property
    def whole(self) -> bool:
        return self.start == 0 and self.end == len(self.text)

    @property
    def like_a_place(self) -> bool:
        before = _LEFT_CONTEXT.search(self.text[: self.start])
        return before is not None and _RIGHT_CONTEXT.match(self.text, self.end) is not None

    @property
    def travelled(self) -> bool:
        return bool(_TRAVEL_LEFT.search(self.text[: self.start]) or _TRAVEL_RIGHT.match(self.text, self.end))


class PlaceFinder:
    """Finds places in normalised text."""

    def __init__(self, places: Gazetteer) -> None:
        """Build the automaton over all spellings of `places`."""
        self._gazetteer = places
        self._automaton = ahocorasick.Automaton()
        for spelling in places.readings:
            self._automaton.add_word(spelling, spelling)
        for mask in read_lexicon("place_guards")["masks"]:
            if mask not in places.readings:
                self._automaton.add_word(mask, mask)
        self._automaton.make_automaton()

    def find(self, text: str) -> Tuple[PlaceMention, ...]:
        """Return the places named in `text`, in order, not overlapping."""
        hits = [(end - len(word) + 1, end + 1, word) for end, word in self._automaton.iter(text)]
        if not hits:
            return ()
        candidates = self._accepted(text, hits)
        mentions = [self._mention(candidate) for candidate in _longest(candidates)]
        return tuple(self._settle(self._join(text, mentions)))

    def _accepted(self, text: str, hits: List[Tuple[int, int, str]]) -> List[_Candidate]:
        words = segmenter().cut(text)
        starts, ends = {word[1] for word in words}, {word[2] for word in words}
        masked = [(start, end) for start, end, word in hits if word not in self._gazetteer.readings]
        found: List[_Candidate] = []
        place_ends: Set[int] = set()
        for start, end, word in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
            if any(a <= start < b and end - start < b - a for a, b in masked):
                continue
            ends_word = end in ends or _stands_before_people(text, start, end, words)
            spot = _Spot(text, start, end, start in starts, ends_word, start in place_ends)
            readings = tuple(reading for reading in self._readings(spot) if self._fits(reading, spot))
            if readings:
                found.append(_Candidate(start, end, word, readings, spot.aligned))
                place_ends.update((end, end + 1))
        return found

    def _readings(self, spot: _Spot) -> List[Reading]:
        """Return what the spelling may mean; nothing when it is an ordinary word here."""
        certain = spot.whole or spot.beside_place or (spot.aligned and spot.like_a_place)
        if spot.word in self._gazetteer.context_needed and not certain:
            return []
        return self._gazetteer.readings.get(spot.word, [])

    def _fits(self, reading: Reading, spot: _Spot) -> bool:
        aligned = spot.aligned or spot.whole or spot.beside_place
        size = spot.end - spot.start
        if reading.strength == LATIN:
            return _stands_alone(spot.text, spot.start, spot.end)
        if reading.strength in (FULL, LANDMARK) and size > _SHORT_NAME:
            return aligned or spot.starts_word or size > _SHORT_NAME + 1
        if reading.strength == TOWN_STEM:
            return spot.beside_place or (aligned and self._names_town(spot))
        if reading.strength == FAR_STEM:
            return aligned and (spot.beside_place or spot.travelled)
        return aligned

    def _names_town(self, spot: _Spot) -> bool:
        """A township's bare name stands in a place's position and is no ordinary word."""
        ordinary = segmenter().knows(spot.word) and spot.word not in place_words()
        return spot.whole or (
            not ordinary and spot.like_a_place and bool(_TOWN_RIGHT.match(spot.text, spot.end))
        )

    def _mention(self, candidate: _Candidate) -> PlaceMention:
        ranked = distinct(reading.place for reading in candidate.readings)
        return PlaceMention(candidate.start, candidate.end, candidate.spelling, ranked)

    def _join(self, text: str, mentions: List[PlaceMention]) -> List[PlaceMention]:
        """Join a place with the smaller one that follows it: “成都” + “武侯区”."""
        joined: List[PlaceMention] = []
        for mention in mentions:
            rank = _ENGLISH_RANK.match(text, mention.end) if mention.spelling.isascii() else None
            end = rank.end() if rank else mention.end
            before = joined[-1] if joined else None
            if before is not None and _JOINING.fullmatch(text, before.end, mention.start):
                inside = self._inside(mention.places, before.places)
                if inside:
                    joined[-1] = PlaceMention(before.start, end, mention.spelling, inside)
                    continue
            joined.append(replace(mention, end=end))
        return joined

    def _inside(self, places: Iterable[Place], containers: Iterable[Place]) -> Tuple[Place, ...]:
        wanted = set(containers)
        return tuple(place for place in places if wanted & set(self._gazetteer.ancestors(place)))

    def _settle(self, mentions: List[PlaceMention]) -> List[PlaceMention]:
        settled = []
        for mention in mentions:
            others = [place for other in mentions if other is not mention for place in other.places]
            inside = self._inside(mention.places, others)
            settled.append(replace(mention, places=_preferred(inside or mention.places)))
        return settled


def _preferred(places: Tuple[Place, ...]) -> Tuple[Place, ...]:
    """Prefer Sichuan to elsewhere and a larger division to a smaller one of the same name; else keep the ambiguity."""
    here = tuple(place for place in places if place.in_sichuan) or places
    best = min(_RANKING[place.level] for place in here)
    kept = tuple(place for place in here if _RANKING[place.level] == best)
    if best == 0 and len(kept) > 1:
        provinces = tuple(place for place in kept if place.level == "province")
        return provinces[:1] or kept
    return kept


def _longest(candidates: List[_Candidate]) -> List[_Candidate]:
    """Keep the longest of overlapping candidates, whole words before others."""
    chosen: List[_Candidate] = []
    for candidate in sorted(candidates, key=lambda c: (-(c.end - c.start) - 1.5 * c.whole_words, c.start)):
        if all(candidate.end <= other.start or other.end <= candidate.start for other in chosen):
            chosen.append(candidate)
    return sorted(chosen, key=lambda c: c.start)


def _stands_alone(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())


def _stands_before_people(text: str, start: int, end: int, words: Sequence[Tuple[str, int, int]]) -> bool:
    """“成都人”, “四川籍” are one word of the dictionary and name the place all the same."""
    return any(a == start and end < b and text[end:b] in _WITH_PEOPLE for _, a, b in words)


@functools.lru_cache(maxsize=1)
def place_finder() -> PlaceFinder:
    """Return the finder of this process, built at first use."""
    return PlaceFinder(gazetteer())


@functools.lru_cache(maxsize=2048)
def places_in(text: str) -> Tuple[PlaceMention, ...]:
    """Return the places of a normalised text; the latest texts are remembered, as several components ask."""
    return place_finder().find(text)
