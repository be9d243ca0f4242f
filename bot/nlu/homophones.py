"""Typing mistakes that sound right: 建康码 → 健康码, 武候区 → 武侯区.

A run of characters is corrected only when it has the same length and toneless sound as a word of the lexicon, is no
word of the dictionary itself, and begins and ends where words begin and end.
"""

import functools
from typing import Dict, FrozenSet, Iterable, List, Optional, Set, Tuple

import pypinyin

from bot.nlu.mapped_text import Edit, MappedText
from bot.nlu.resources import read_gazetteer
from bot.nlu.segmentation import segmenter

# Sounds that Sichuan speakers, and their keyboards' fuzzy input, do not tell apart.
_FUZZY = (("zh", "z"), ("ch", "c"), ("sh", "s"))
# A question particle at the end of a run is far more often a particle than a mistake (“是绿吗”).
_PARTICLES = frozenset("吗嘛妈么呢吧啊的了是在去")
_SHORTEST_PLACE = 3


@functools.lru_cache(maxsize=30_000)
def _sounds(char: str) -> FrozenSet[str]:
    readings = pypinyin.pinyin(char, style=pypinyin.Style.NORMAL, heteronym=True, errors="ignore")
    return frozenset(_blur(sound) for reading in readings for sound in reading)


@functools.lru_cache(maxsize=30_000)
def _usual_sound(char: str) -> str:
    return _blur("".join(pypinyin.lazy_pinyin(char, style=pypinyin.Style.NORMAL, errors="ignore")))


def _blur(sound: str) -> str:
    for exact, fuzzy in _FUZZY:
        if sound.startswith(exact):
            sound = fuzzy + sound[len(exact) :]
    if sound.endswith(("ing", "eng")):
        sound = sound[:-1]
    return "l" + sound[1:] if sound.startswith("n") and len(sound) > 1 else sound


def _word_sounds(word: str) -> Tuple[str, ...]:
    return tuple(_blur(sound) for sound in pypinyin.lazy_pinyin(word, style=pypinyin.Style.NORMAL))


def _places() -> Iterable[str]:
    for row in read_gazetteer("divisions"):
        if row["level"] in ("prefecture", "county") and len(row["name"]) >= _SHORTEST_PLACE:
            yield row["name"]


class HomophoneFixer:
    """Corrects homophones of domain words and of Sichuan's prefectures and counties."""

    def __init__(self, words: Iterable[str]) -> None:
        """Index `words` and the division names by the sound of their first character."""
        self._by_first: Dict[str, List[Tuple[str, Tuple[str, ...], bool]]] = {}
        self._known: Set[str] = {row["name"] for row in read_gazetteer("china")}
        for word, is_place in [*((word, False) for word in words), *((word, True) for word in _places())]:
            self._known.add(word)
            sounds = _word_sounds(word)
            self._by_first.setdefault(sounds[0], []).append((word, sounds, is_place))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def apply(self, text: MappedText) -> MappedText:
        """Return `text` with its homophones corrected."""
        candidates = self._candidates(text.text)
        if not candidates:
            return text
        words = segmenter().cut(text.text)
        starts, ends = {word[1] for word in words}, {word[2] for word in words}
        edits: List[Edit] = []
        for start, end, word in candidates:
            if start in starts and end in ends and (not edits or edits[-1].end <= start):
                edits.append(Edit(start, end, word))
        return text.apply(edits)

    def _candidates(self, text: str) -> List[Tuple[int, int, str]]:
        found = []
        for start, char in enumerate(text):
            if char.isascii():
                continue
            match = self._match_at(text, start)
            if match is not None:
                found.append((start, start + len(match), match))
        return found

    def _match_at(self, text: str, start: int) -> Optional[str]:
        best: Optional[str] = None
        for sound in sorted(_sounds(text[start])):
            for word, sounds, is_place in self._by_first.get(sound, ()):
                run = text[start : start + len(word)]
                if run == word:
                    return None
                if (best is None or len(word) > len(best)) and self._is_mistake(run, word, sounds, is_place):
                    best = word
        return best

    def _is_mistake(self, run: str, word: str, sounds: Tuple[str, ...], is_place: bool) -> bool:
        if len(run) != len(word) or not all(
            sound in _sounds(char) for char, sound in zip(run, sounds, strict=True)
        ):
            return False
        if run in self._known or segmenter().knows(run):
            return False
        if is_place:
            return run[-1] == word[-1] and all(map(str.__eq__, map(_usual_sound, run), sounds))
        return not any(typed != meant and typed in _PARTICLES for typed, meant in zip(run, word, strict=True))
