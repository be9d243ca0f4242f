"""Charts as shapes: bars that stand on each other, lines that break where nothing is known. Pure; drawn by templates.

Every chart carries its own table, so that whoever does not see it reads the same.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ..words import spoken_date
from .counts import Counts, added
from .days import Period
from .definitions import Definition, value_of
from .wording import number_words

WIDTH, HEIGHT = 720, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 12, 16, 36
_TICKS: Final = 4
#: More labels below a chart than these would lie on each other.
_MOST_LABELS: Final = 12
_DAYS_ALONE, _DAYS_BY_WEEK = 31, 120


@dataclass(frozen=True)
class Bar:
    """A rectangle; `kind` is its series, 0 first; `title` says what it stands for."""

    x: float
    y: float
    width: float
    height: float
    kind: int
    title: str


@dataclass(frozen=True)
class Dot:
    """A measured point of a line."""

    x: float
    y: float
    title: str


@dataclass(frozen=True)
class Label:
    """Words at a place."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Chart:
    """A chart. `lines` are the points of each unbroken piece; `target_y` is where the target lies."""

    key: str
    title: str
    across: tuple[Label, ...]
    ticks: tuple[Label, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    series: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = ()
    lines: tuple[str, ...] = ()
    dots: tuple[Dot, ...] = ()
    target_y: float | None = None
    target: str = ""


def stretches(period: Period) -> list[tuple[str, Period]]:
    """Return the days of a period as they stand below a chart: single, by seven, or by month, with their names."""
    if period.length <= _DAYS_ALONE:
        return [(spoken_date(day), Period("free", day, day)) for day in period.days()]
    found: list[tuple[str, Period]] = []
    first = period.first
    while first <= period.last:
        last = min(_last_of(first, period.length), period.last)
        weekly = period.length <= _DAYS_BY_WEEK
        name = f"{spoken_date(first)}起" if weekly else f"{first.year}年{first.month}月"
        found.append((name, Period("free", first, last)))
        first = last + dt.timedelta(days=1)
    return found


def _last_of(first: dt.date, length: int) -> dt.date:
    if length <= _DAYS_BY_WEEK:
        return first + dt.timedelta(days=6)
    following = (first.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return following - dt.timedelta(days=1)


def stacked(key: str, title: str, across: Sequence[str], series: Mapping[str, Sequence[int]]) -> Chart:
    """Return bars of counts, the series standing on each other."""
    totals = [sum(values) for values in zip(*series.values(), strict=True)]
    top = _ceiling(max(totals, default=0))
    slot = (WIDTH - _LEFT - _RIGHT) / max(1, len(across))
    bars = []
    for place, name in enumerate(across):
        below = 0
        for kind, (label, values) in enumerate(series.items()):
            amount = values[place]
            if amount:
                y = _y(below + amount, top)
                height = _y(below, top) - y
                x = _LEFT + place * slot + slot * 0.15
                bars.append(Bar(x, y, slot * 0.7, height, kind, f"{name} {label} {amount}"))
            below += amount
    rows = [(name, *(str(values[place]) for values in series.values())) for place, name in enumerate(across)]
    return Chart(
        key=key,
        title=title,
        series=tuple(series),
        bars=tuple(bars),
        across=_across(across, slot),
        ticks=_ticks(top, lambda number: f"{number:.0f}"),
        head=("", *series),
        rows=tuple(rows),
    )


def line(definition: Definition, period: Period, days: Mapping[dt.date, Counts]) -> Chart:
    """Return how a figure went on over a period; it breaks where there was no case."""
    pieces = stretches(period)
    totals = [added(days[day] for day in piece.days() if day in days) for _, piece in pieces]
    values = [value_of(definition, total).number for total in totals]
    names, words = [name for name, _ in pieces], [number_words(definition, value) for value in values]
    aim = definition.target
    known = [value for value in values if value is not None]
    top = 1.0 if definition.kind == "share" else _ceiling(max([*known, aim or 0]))
    slot = (WIDTH - _LEFT - _RIGHT) / max(1, len(pieces))
    points = [
        None
        if value is None
        else Dot(_LEFT + (place + 0.5) * slot, _y(value, top), f"{names[place]} {words[place]}")
        for place, value in enumerate(values)
    ]
    return Chart(
        key=definition.key,
        title=definition.label,
        lines=_unbroken(points),
        dots=tuple(point for point in points if point is not None),
        across=_across(names, slot),
        ticks=_ticks(top, lambda number: number_words(definition, number)),
        target_y=None if aim is None else _y(aim, top),
        target="" if aim is None else f"目标{number_words(definition, aim)}",
        head=("", definition.label),
        rows=tuple(zip(names, words, strict=True)),
    )


def _unbroken(points: Sequence[Dot | None]) -> tuple[str, ...]:
    pieces: list[list[str]] = [[]]
    for point in points:
        if point is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{point.x:.1f},{point.y:.1f}")
    return tuple(" ".join(piece) for piece in pieces if len(piece) > 1)


def _y(value: float, top: float) -> float:
    return _TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - value / top)


def _ceiling(most: float) -> float:
    """Return a round number that is not smaller, so that the ticks are round too."""
    if most <= _TICKS:
        return float(_TICKS)
    unit = 10 ** math.floor(math.log10(most))
    return float(next(step * unit for step in (1, 2, 4, 6, 8, 10) if step * unit >= most))


def _across(names: Sequence[str], slot: float) -> tuple[Label, ...]:
    every = -(-len(names) // _MOST_LABELS)
    return tuple(
        Label(_LEFT + (place + 0.5) * slot, HEIGHT - 12, name)
        for place, name in enumerate(names)
        if place % every == 0
    )


def _ticks(top: float, words: Callable[[float], str]) -> tuple[Label, ...]:
    steps = (top * step / _TICKS for step in range(_TICKS + 1))
    return tuple(Label(_LEFT - 8, _y(step, top), words(step)) for step in steps)
