"""Shifts on a plan: when they are, which cannot be together, what to be warned of, who is there when. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ..words import CHINA
from .book import Rules, Template

HOURS: Final = 24
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """From `starts` until before `ends`, aware times."""

    starts: dt.datetime
    ends: dt.datetime

    def meets(self, other: Span) -> bool:
        """Tell whether the two have a moment in common."""
        return self.starts < other.ends and other.starts < self.ends

    def holds(self, moment: dt.datetime) -> bool:
        """Tell whether a moment lies within."""
        return self.starts <= moment < self.ends


@dataclass(frozen=True)
class Shift:
    """One agent's shift; `day` is the one it begins on."""

    shift_id: str
    agent: str
    day: dt.date
    template: str
    span: Span


@dataclass(frozen=True)
class Absence:
    """Days an agent is on leave, both of them within."""

    agent: str
    first: dt.date
    last: dt.date

    def covers(self, shift: Shift) -> bool:
        """Tell whether a shift begins within it."""
        return self.agent == shift.agent and self.first <= shift.day <= self.last


@dataclass(frozen=True)
class Concern:
    """Something about a plan that a leader should see; `rest` is what lies between two shifts."""

    kind: Literal["rest", "row", "leave"]
    shift: Shift
    before: Shift | None = None
    rest: dt.timedelta | None = None
    days: int = 0


def span_of(day: dt.date, template: Template) -> Span:
    """Return when a shift of `day` is, China's time."""
    starts = dt.datetime.combine(day, template.begins, CHINA)
    return Span(starts, starts + template.length)


def conflict(span: Span, own: Iterable[Shift]) -> Shift | None:
    """Return which of an agent's shifts meets a new one; `None` when none does."""
    return next((shift for shift in own if shift.span.meets(span)), None)


def concerns(shifts: Iterable[Shift], leaves: Collection[Absence], rules: Rules) -> list[Concern]:
    """Return what is wrong with a plan, by agent and time."""
    own: defaultdict[str, list[Shift]] = defaultdict(list)
    for shift in shifts:
        own[shift.agent].append(shift)
    return [
        concern
        for agent in sorted(own)
        for concern in _of_agent(sorted(own[agent], key=lambda shift: shift.span.starts), leaves, rules)
    ]


def _of_agent(own: Sequence[Shift], leaves: Collection[Absence], rules: Rules) -> Iterator[Concern]:
    before: Shift | None = None
    row = 0
    for shift in own:
        if any(leave.covers(shift) for leave in leaves):
            yield Concern("leave", shift)
        if before is not None:
            rest = shift.span.starts - before.span.ends
            if rest < rules.rest:
                yield Concern("rest", shift, before, rest)
        if before is None or shift.day != before.day:
            row = row + 1 if before is not None and shift.day - before.day == _DAY else 1
            if row % (rules.days_in_a_row + 1) == 0:  # a longer row is told of every week
                yield Concern("row", shift, days=row)
        before = shift


def present(shifts: Iterable[Shift], leaves: Collection[Absence], moment: dt.datetime) -> list[Shift]:
    """Return the shifts whose agents should be there at a moment, those on leave left out."""
    return [
        shift
        for shift in shifts
        if shift.span.holds(moment) and not any(leave.covers(shift) for leave in leaves)
    ]


def coverage(shifts: Sequence[Shift], leaves: Collection[Absence], day: dt.date) -> list[int]:
    """Return how many agents are planned in each hour of a day: who is there in the middle of it."""
    middle = dt.datetime.combine(day, dt.time(0, 30), CHINA)
    moments = (middle + dt.timedelta(hours=hour) for hour in range(HOURS))
    return [len({shift.agent for shift in present(shifts, leaves, moment)}) for moment in moments]
