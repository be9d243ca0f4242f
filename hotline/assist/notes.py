"""Notes of a call: masked at entry without moving a character, cut into clauses, what was answered left aside. Pure.

Masking keeps the length, so that a span of what the agent sees is the same span of what is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from privacy.finding import Finding
from privacy.masking import mask_value
from privacy.recognise import find

#: What a line begins with that holds an answer, and nothing a caller said.
ANSWERED: Final = "已答复："
_ANSWER_LINE: Final = re.compile(rf"^{ANSWERED}.*$", re.MULTILINE)
_CLAUSE: Final = re.compile(r"[^，,。．；;！!？?\n]+")
_SENTENCE: Final = re.compile(r"[^。！!？?\n]+")


@dataclass(frozen=True)
class Clause:
    """A piece of notes between two marks of punctuation, blanks at its edges left out."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Masked:
    """Notes without personal data, as long as before, and what was found in them."""

    text: str
    found: tuple[Finding, ...]


def masked(notes: str) -> Masked:
    """Put stars over personal data, each character in its place."""
    found = tuple(find(notes))
    pieces, done = [], 0
    for finding in found:
        pieces += [notes[done : finding.start], _starred(notes[finding.start : finding.end], finding)]
        done = finding.end
    return Masked("".join(pieces) + notes[done:], found)


def heard(notes: str) -> str:
    """Return the notes with blanks in place of what was answered: as long as before."""
    return _ANSWER_LINE.sub(lambda match: " " * len(match[0]), notes)


def clauses(notes: str) -> list[Clause]:
    """Return the clauses of what was heard, in their order."""
    return _pieces(_CLAUSE, notes)


def sentences(notes: str) -> list[Clause]:
    """Return the sentences of what was heard, in their order."""
    return _pieces(_SENTENCE, notes)


def _pieces(pattern: re.Pattern[str], notes: str) -> list[Clause]:
    found = []
    for match in pattern.finditer(heard(notes)):
        text = match[0].strip()
        if text:
            start = match.start() + match[0].index(text)
            found.append(Clause(start, start + len(text), text))
    return found


def _starred(typed: str, finding: Finding) -> str:
    """Lay the mask of a value over the characters it was typed with: `138 1234 5678` → `138 **** 5678`."""
    places = [place for place, character in enumerate(typed) if character.isalnum()]
    mask = [character for character in mask_value(finding.kind, finding.value) if not character.isspace()]
    value = [character for character in finding.value if character.isalnum()]
    laid = list(typed)
    for number, place in enumerate(places):
        fits = len(mask) == len(value) == len(places)
        if not fits or mask[number] == "*":
            laid[place] = "*"
    return "".join(laid)
