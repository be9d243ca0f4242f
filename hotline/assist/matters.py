"""What a call is about, which facts that matter needs, and what to ask next (`questions.yml`). Pure.

A matter's questions hold on the days of the rule behind them, like an entry of the knowledge base.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast

import yaml

from backend_client import RequestKind

from .moments import Moment
from .notes import clauses, heard
from .places import Found, find_place

_FILE: Final = Path(__file__).with_name("questions.yml")
_PHONE: Final = re.compile(r"[\d*＊]{3,4}\*{4}\d{4}|\d{3,4}-?\d{7,8}")


@dataclass(frozen=True)
class Fact:
    """Something an order needs to say, and how notes show that it is said."""

    name: str
    label: str
    ask: str
    finder: str
    pattern: re.Pattern[str] | None


@dataclass(frozen=True)
class Matter:
    """What calls are about; `ask` holds a question for each fact, in the order in which they are asked.

    Notes must say one of `need`; each pattern of `when` that they say, too, speaks for the matter.
    """

    id: str
    label: str
    when: tuple[re.Pattern[str], ...]
    need: re.Pattern[str]
    ask: Mapping[str, str]
    kind: RequestKind
    topic: str
    begins: dt.date
    until: dt.date | None
    source: str

    def holds_on(self, day: dt.date) -> bool:
        """Whether its questions are asked on that day."""
        return self.begins <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Recognised:
    """A matter and words that speak for it."""

    matter: Matter
    start: int
    end: int


@dataclass(frozen=True)
class Answered:
    """A question of the list: said already (`start`, `end` of the notes), set aside by the agent, or open."""

    fact: str
    label: str
    ask: str
    start: int = -1
    end: int = -1
    is_skipped: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it is still to be asked."""
        return self.start < 0 and not self.is_skipped


@dataclass(frozen=True)
class Heard:
    """What code has found in notes: the division, and every time that is named."""

    division: Found | None
    moments: tuple[Moment, ...]


@dataclass(frozen=True)
class Book:
    """The whole of `questions.yml`."""

    facts: Mapping[str, Fact]
    matters: tuple[Matter, ...]
    kinds: tuple[tuple[RequestKind, re.Pattern[str]], ...]
    urgent: re.Pattern[str]
    groups: tuple[tuple[str, re.Pattern[str]], ...]

    def matter(self, matter_id: str) -> Matter | None:
        """Return a matter by its id."""
        return next((matter for matter in self.matters if matter.id == matter_id), None)

    def recognise(self, notes: str, day: dt.date) -> Recognised | None:
        """Return what notes are about: the matter most speaks for, of several alike the one named last."""
        said = heard(notes)
        best: tuple[int, int] = (0, 0)
        found = None
        for matter in self.matters:
            need = _last(matter.need, said)
            if need is None or not matter.holds_on(day):
                continue
            hits = [match for match in (_last(pattern, said) for pattern in matter.when) if match is not None]
            rank = (len(hits), max((match.start() for match in hits), default=0))
            if hits and rank > best:
                best, found = rank, Recognised(matter, *hits[0].span())
        return found

    def checklist(self, matter: Matter, notes: str, known: Heard, skipped: Collection[str]) -> list[Answered]:
        """Return the matter's questions in their order, each with where the notes answer it."""
        found = []
        for name, words in matter.ask.items():
            fact = self.facts[name]
            place = _where(fact, notes, known)
            start, end = place if place is not None else (-1, -1)
            found.append(Answered(name, fact.label, words, start, end, name in skipped))
        return found


def next_question(checklist: Iterable[Answered]) -> Answered | None:
    """Return the first question that is open; None when everything needed was said."""
    return next((one for one in checklist if one.is_open), None)


@lru_cache(maxsize=1)
def question_book() -> Book:
    """Return the book of `questions.yml`, read once."""
    return read_book(yaml.safe_load(_FILE.read_text("utf-8")))


def read_book(raw: Mapping[str, Any]) -> Book:
    """Return the book of a parsed file.

    Raises:
        KeyError: a matter asks for a fact that is not there.
        re.error: a pattern cannot be read.
    """
    facts = {
        name: Fact(
            name,
            one["label"],
            one["ask"],
            one.get("finder", ""),
            _any([one["near"]] if "near" in one else one.get("found")),
        )
        for name, one in raw["facts"].items()
    }
    return Book(
        facts,
        tuple(_matter(one, facts) for one in raw["matters"]),
        tuple((cast(RequestKind, one["kind"]), re.compile(one["say"])) for one in raw["kinds"]),
        re.compile(raw["urgent"]),
        tuple((one["group"], re.compile(one["say"], re.IGNORECASE)) for one in raw["special_groups"]),
    )


def _matter(raw: Mapping[str, Any], facts: Mapping[str, Fact]) -> Matter:
    return Matter(
        id=raw["id"],
        label=raw["label"],
        when=tuple(re.compile(pattern, re.IGNORECASE) for pattern in raw["when"]),
        need=re.compile(raw["need"], re.IGNORECASE),
        ask={name: words or facts[name].ask for name, words in raw["ask"].items()},
        kind=cast(RequestKind, raw["order"]["kind"]),
        topic=raw["order"]["topic"],
        begins=raw["from"],
        until=raw["until"],
        source=raw["source"],
    )


def _any(patterns: list[str] | None) -> re.Pattern[str] | None:
    return re.compile("|".join(patterns), re.IGNORECASE) if patterns else None


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    last = None
    for match in pattern.finditer(text):
        last = match if match.end() > match.start() else last
    return last


def _where(fact: Fact, notes: str, known: Heard) -> tuple[int, int] | None:
    """Return where notes say a fact; None when they do not."""
    if fact.finder == "district":
        return (known.division.start, known.division.end) if known.division is not None else None
    if fact.finder == "moment":
        near = [moment for moment in known.moments if _beside(fact.pattern, notes, moment)]
        return (near[-1].start, near[-1].end) if near else None
    if fact.finder == "place":
        return place_in(notes)
    pattern = _PHONE if fact.finder == "phone" else fact.pattern
    match = pattern.search(heard(notes)) if pattern is not None else None
    return match.span() if match is not None else None


def place_in(notes: str) -> tuple[int, int] | None:
    """Return where notes name a place for the first time."""
    for clause in clauses(notes):
        span = find_place(clause.text)
        if span is not None:
            return clause.start + span[0], clause.start + span[1]
    return None


def _beside(pattern: re.Pattern[str] | None, notes: str, moment: Moment) -> bool:
    """Whether a moment stands in a clause that says what it must say, or at its edge to the next."""
    if pattern is None:
        return True
    said = clauses(notes)
    at = next((n for n, clause in enumerate(said) if clause.start <= moment.start < clause.end), None)
    return at is not None and any(pattern.search(clause.text) for clause in said[at : at + 2])
