"""Agents an hour needs, from what came in during the last weeks, beside those who are planned. Pure."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from ..words import CHINA
from .book import Aim, Staffing
from .erlang import needed
from .planning import HOURS

_HOUR_S: Final = 3600.0
_WEEKDAYS: Final = 7


@dataclass(frozen=True)
class Stream:
    """Calls or chats of the last weeks.

    Attributes:
        arrivals: mean number in each hour of each weekday, Monday first.
        handle_s: mean handling time; `None` where too few were finished.
        at_once: how many one agent handles at the same time, at least 1.
    """

    arrivals: tuple[tuple[float, ...], ...]
    handle_s: float | None
    at_once: float = 1.0


@dataclass(frozen=True)
class Hour:
    """An hour of a day.

    Attributes:
        hour: from this hour on.
        chats, calls: expected arrivals.
        for_chats, for_calls: agents needed; `None` where it cannot be said.
        needed: both together, at least as many as always.
        planned: agents on the plan.
    """

    hour: int
    chats: float
    calls: float
    for_chats: int | None
    for_calls: int | None
    needed: int
    planned: int

    @property
    def missing(self) -> int:
        """Return how many are missing; below 0: how many are too many."""
        return self.needed - self.planned


def stream(
    arrived: Iterable[float], handled: Sequence[float], weeks: int, least: int, at_once: float = 1.0
) -> Stream:
    """Return the stream of some weeks.

    Args:
        arrived: when each came, unix seconds.
        handled: seconds each finished one took.
        weeks: how many whole weeks `arrived` spans, at least 1.
        least: fewer finished ones give no mean.
        at_once: see `Stream`.
    """
    counts: Counter[tuple[int, int]] = Counter()
    for unix in arrived:
        at = dt.datetime.fromtimestamp(unix, CHINA)
        counts[at.weekday(), at.hour] += 1
    arrivals = tuple(
        tuple(counts[weekday, hour] / weeks for hour in range(HOURS)) for weekday in range(_WEEKDAYS)
    )
    return Stream(arrivals, fmean(handled) if len(handled) >= least else None, max(1.0, at_once))


def agents_for(arrivals: float, of: Stream, aim: Aim) -> int | None:
    """Return the agents that an hour with so many arrivals needs; `None` when handling times are not known.

    Who handles several chats at once is several places to be served at: Erlang's formula counts places.
    """
    if not arrivals:
        return 0
    if of.handle_s is None:
        return None
    places = needed(arrivals / _HOUR_S * of.handle_s, of.handle_s, aim.part, aim.within_s)
    return math.ceil(places / of.at_once)


def hours_of(weekday: int, chats: Stream, calls: Stream, planned: Sequence[int], how: Staffing) -> list[Hour]:
    """Return every hour of a weekday, 0 is Monday."""
    hours = []
    for hour in range(HOURS):
        came = chats.arrivals[weekday][hour]
        called = calls.arrivals[weekday][hour]
        for_chats = agents_for(came, chats, how.chats)
        for_calls = agents_for(called, calls, how.calls)
        together = max(how.least, (for_chats or 0) + (for_calls or 0))
        hours.append(Hour(hour, came, called, for_chats, for_calls, together, planned[hour]))
    return hours


def gaps(hours: Sequence[Hour]) -> list[tuple[int, int, int]]:
    """Return runs of hours with too few agents as first hour, hour after the last, and the most that are missing."""
    runs: list[tuple[int, int, int]] = []
    for hour in hours:
        if hour.missing <= 0:
            continue
        if runs and runs[-1][1] == hour.hour:
            first, _, most = runs.pop()
            runs.append((first, hour.hour + 1, max(most, hour.missing)))
        else:
            runs.append((hour.hour, hour.hour + 1, hour.missing))
    return runs
