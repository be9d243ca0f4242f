"""Finds the words of a list that stand where their guards allow, longest first.

A guard is a rule's optional keys: `unless_before`, `unless_after`, `only_before`, `only_after` (regular expressions;
those before the word are alternatives of fixed width), and `whole: true` (the word is the whole text). A Latin word
must stand alone.
"""

import re
from typing import Any, Dict, Generic, Iterable, List, Tuple, TypeVar

import ahocorasick

Payload = TypeVar("Payload")
Hit = Tuple[int, int, Payload]
GUARDS = frozenset({"unless_before", "unless_after", "only_before", "only_after", "whole"})


def guarded(expression: str, rule: Dict[str, Any]) -> "re.Pattern[str]":
    """Compile `expression` with the guards of `rule` around it."""
    if rule.get("whole"):
        return re.compile(rf"\A{expression}\Z")
    pieces = [f"(?<!{part})" for part in str(rule.get("unless_before", "")).split("|") if part]
    if "only_before" in rule:
        pieces.append("(?:" + "|".join(_preceded(part) for part in rule["only_before"].split("|")) + ")")
    pieces.append(expression)
    if "unless_after" in rule:
        pieces.append(f"(?!{rule['unless_after']})")
    if "only_after" in rule:
        pieces.append(f"(?={rule['only_after']})")
    return re.compile("".join(pieces))


def _preceded(part: str) -> str:
    return part if part == r"\A" else f"(?<={part})"


class GuardedWords(Generic[Payload]):
    """An automaton over words, each with a guard and what it stands for."""

    def __init__(self, entries: Iterable[Tuple[str, Dict[str, Any], Payload]]) -> None:
        """Index `(word, rule, payload)`; of two entries for one word the first whose guard allows wins."""
        self._automaton = ahocorasick.Automaton()
        self._entries: Dict[str, List[Tuple[re.Pattern[str], Payload]]] = {}
        for word, rule, payload in entries:
            alone = word.isascii() and word[:1].isalnum()
            expression = rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])" if alone else re.escape(word)
            self._entries.setdefault(word, []).append((guarded(expression, rule), payload))
            self._automaton.add_word(word, word)
        if self._entries:
            self._automaton.make_automaton()

    def hits(self, text: str) -> List[Hit[Payload]]:
        """Return all allowed hits, overlapping ones too."""
        found: List[Hit[Payload]] = []
        if not self._entries:
            return found
        for last, word in self._automaton.iter(text):
            start = last + 1 - len(word)
            for pattern, payload in self._entries[word]:
                if pattern.match(text, start):
                    found.append((start, last + 1, payload))
                    break
        return found


def longest(hits: Iterable[Hit[Payload]]) -> List[Hit[Payload]]:
    """Keep the longest of overlapping hits, the leftmost of equally long ones; in the order of the text."""
    kept: List[Hit[Payload]] = []
    for hit in sorted(hits, key=lambda item: (item[0] - item[1], item[0])):
        if all(hit[1] <= other[0] or other[1] <= hit[0] for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda item: item[0])
