"""Closed vocabularies: a canonical value for each way of saying it, longest match first, with guards.

A lexicon file is a list of `{value, say: [...], pattern: regex, unless_before, unless_after, only_before, only_after,
**extra}`; every key that is not a guard is passed on as an extra key of the entity.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Set

from bot.nlu.rewriting import guarded

_CONTROL_KEYS = frozenset(
    {"value", "say", "pattern", "unless_before", "unless_after", "only_before", "only_after"}
)


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
        """Compile `entries` (see the module docstring)."""
        alternatives = []
        for entry in entries:
            extra = {key: value for key, value in entry.items() if key not in _CONTROL_KEYS}
            for word in entry.get("say", ()):
                alternatives.append((len(str(word)), guarded(re.escape(str(word)), entry, str(word)), entry, extra))
            if "pattern" in entry:
                alternatives.append((len(entry["value"]), guarded(entry["pattern"], entry, ""), entry, extra))
        alternatives.sort(key=lambda item: -item[0])
        self._meanings = [(str(entry["value"]), extra) for _, _, entry, extra in alternatives]
        self._pattern = re.compile("|".join(f"({expression})" for _, expression, _, _ in alternatives) or r"(?!)")

    @property
    def values(self) -> Set[str]:
        """Return all canonical values."""
        return {value for value, _ in self._meanings}

    def find(self, text: str) -> Iterator[Found]:
        """Yield what is found, from left to right, without overlaps."""
        for match in self._pattern.finditer(text):
            assert match.lastindex is not None  # every alternative is one group
            value, extra = self._meanings[match.lastindex - 1]
            yield Found(match.start(), match.end(), value, extra=dict(extra))
