"""Closed vocabularies: a canonical value for each way of saying it, longest match first, with guards.

A lexicon file is a list of `{value, say: [words], pattern: regex, **guards, **extra}`; every key that is neither of
these nor a guard is passed on as an extra key of the entity.
"""

from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Set, Tuple

from bot.nlu.guarded_words import GUARDS, GuardedWords, guarded, longest

_OWN_KEYS = GUARDS | {"value", "say", "pattern"}
Meaning = Tuple[str, Dict[str, Any]]


@dataclass(frozen=True)
class Found:
    """Something recognised in `[start, end)` of the normalised text."""

    start: int
    end: int
    value: str
    entity: str = ""
    extra: Dict[str, Any] = field(default_factory=dict)


class Vocabulary:
    """Finds the words of one lexicon in a normalised text."""

    def __init__(self, entries: List[Dict[str, Any]]) -> None:
        """Index `entries` (see the module docstring)."""
        self.values: Set[str] = {str(entry["value"]) for entry in entries}
        self._words: GuardedWords[Meaning] = GuardedWords(
            (str(word), entry, _meaning(entry)) for entry in entries for word in entry.get("say", ())
        )
        self._patterns = [
            (guarded(entry["pattern"], entry), _meaning(entry)) for entry in entries if "pattern" in entry
        ]

    def find(self, text: str) -> Iterator[Found]:
        """Yield what is found, from left to right, without overlaps."""
        hits = self._words.hits(text)
        for pattern, meaning in self._patterns:
            hits += [(match.start(), match.end(), meaning) for match in pattern.finditer(text)]
        for start, end, (value, extra) in longest(hits):
            yield Found(start, end, value, extra=dict(extra))


def _meaning(entry: Dict[str, Any]) -> Meaning:
    return str(entry["value"]), {key: value for key, value in entry.items() if key not in _OWN_KEYS}
