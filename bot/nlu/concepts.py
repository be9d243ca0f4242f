"""Concepts of a question: which of the lexicon's topics and question forms it touches."""

import functools
import re
from typing import Dict, List, Tuple

import ahocorasick

from bot.nlu.resources import read_lexicon


class ConceptFinder:
    """Finds the concepts of `data/lexicon/concepts.yml` in normalised text."""

    def __init__(self, lexicon: Dict[str, List[str]]) -> None:
        """Build an automaton over the Chinese words and one expression for the Latin ones."""
        self.names: Tuple[str, ...] = tuple(sorted(lexicon))
        self._by_word: Dict[str, List[str]] = {}
        for concept, words in lexicon.items():
            for word in words:
                self._by_word.setdefault(str(word), []).append(concept)
        self._automaton = ahocorasick.Automaton()
        for word in self._by_word:
            self._automaton.add_word(word, word)
        self._automaton.make_automaton()

    def find(self, text: str) -> Tuple[str, ...]:
        """Return the names of the concepts in `text`, sorted."""
        found = set()
        for end, word in self._automaton.iter(text):
            if not word.isascii() or _alone(text, end - len(word) + 1, end + 1):
                found.update(self._by_word[word])
        return tuple(sorted(found))


_LETTER = re.compile(r"[a-z0-9]")


def _alone(text: str, start: int, end: int) -> bool:
    return not _LETTER.match(text[start - 1 : start] or " ") and not _LETTER.match(text, end)


@functools.lru_cache(maxsize=1)
def concept_finder() -> ConceptFinder:
    """Return the finder of this process, built at first use."""
    return ConceptFinder(read_lexicon("concepts"))
