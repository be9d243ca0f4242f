"""A period as its readers see it: every figure with its target and the period before, days, hours, topics, places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .book import FigureBook
from .counts import By, Counts
from .days import Period
from .definitions import GROUPS, Definition, Value, definitions, is_met, topic_words, value_of
from .wording import change_words, number_words, target_words

HOURS: Final = tuple(f"{hour:02d}" for hour in range(24))
#: Topics that are shown.
MOST_TOPICS: Final = 10
_UNKNOWN: Final = "未说明"


@dataclass(frozen=True)
class Tile:
    """One figure of a period in words. `met`: whether its target is met, `None` when that cannot be said."""

    definition: Definition
    value: Value
    before: Value
    words: str
    target: str
    met: bool | None
    change: str


@dataclass(frozen=True)
class Summary:
    """A period.

    Attributes:
        period: which, `before` the one it is compared with.
        counts: of the period, with all breakdowns.
        tiles: all figures, in the order of their file.
        days: counts of each of its days, without breakdowns.
        missing: days of the period that no source, or not every source, has counted, by source.
        silent: sources of which not one day of the period is counted.
        counted_at: when each source was counted last, unix seconds.
    """

    period: Period
    before: Period
    counts: Counts
    tiles: tuple[Tile, ...]
    days: Mapping[dt.date, Counts]
    missing: Mapping[str, int]
    silent: frozenset[str]
    counted_at: Mapping[str, float]

    def topics(self, name: str) -> list[tuple[str, int]]:
        """Return what a count was about most, in words; greetings and the like have none and are left out."""
        words = topic_words()
        ranked = sorted(self.counts.parts(name, "topic").items(), key=lambda item: (-item[1], item[0]))
        named = [
            (words.get(topic, _UNKNOWN if topic == "" else ""), amount) for topic, amount in ranked if amount
        ]
        return [(word, amount) for word, amount in named if word][:MOST_TOPICS]

    def parts(self, name: str, by: By, order: Sequence[str]) -> list[int]:
        """Return the parts of a breakdown in a given order."""
        found = self.counts.parts(name, by)
        return [found.get(part, 0) for part in order]


def summary_of(book: FigureBook, sources: Sequence[str], period: Period) -> Summary:
    """Read a period from the book; `sources` are those that have begun: of the others nothing is missing."""
    before = period.before()
    # First what is known, then the counts: what is added meanwhile is shown without being promised.
    known = {source: book.counted(source, period.first, period.last) for source in sources}
    counts, earlier = book.total(period.first, period.last), book.total(before.first, before.last)
    silent = frozenset(source for source in GROUPS if not known.get(source))
    silent_before = frozenset(one for one in GROUPS if not book.counted(one, before.first, before.last))
    return Summary(
        period=period,
        before=before,
        counts=counts,
        tiles=tuple(
            tile_of(one, _value(one, counts, silent), _value(one, earlier, silent_before))
            for one in definitions()
        ),
        days=book.days(period.first, period.last),
        missing={source: period.length - len(days) for source, days in known.items()},
        silent=silent,
        counted_at={source: max(one.at for one in days.values()) for source, days in known.items() if days},
    )


def _value(definition: Definition, counts: Counts, silent: frozenset[str]) -> Value:
    """Return a figure's value; of a source that has told nothing there is none, not even 0."""
    return Value(None, 0) if definition.group in silent else value_of(definition, counts)


def tile_of(definition: Definition, value: Value, before: Value) -> Tile:
    """Return a figure of a period beside the one before."""
    return Tile(
        definition=definition,
        value=value,
        before=before,
        words=number_words(definition, value.number),
        target=target_words(definition, value),
        met=is_met(definition, value),
        change=change_words(definition, value, before),
    )
