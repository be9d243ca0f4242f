"""A line over time as an inline SVG's numbers: no script, no inline style, every value also in a table. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

WIDTH: Final = 720
HEIGHT: Final = 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 44, 24, 36
_RULES: Final = 4


@dataclass(frozen=True)
class Mark:
    """One value: where it lies, what it says, and of how many cases it is the mean; a gap has no height."""

    x: float
    y: float | None
    label: str
    said: str
    count: int


@dataclass(frozen=True)
class Chart:
    """What the template draws: `lines` are runs of neighbouring values, `rules` heights with their labels."""

    title: str
    marks: tuple[Mark, ...]
    lines: tuple[str, ...]
    rules: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to draw."""
        return all(mark.y is None for mark in self.marks)


def line_chart(
    values: Sequence[tuple[str, float | None, int]], *, top: float, title: str, unit: str
) -> Chart:
    """Return a chart from 0 to `top`; a period without a value is a gap, never a 0.

    Args:
        values: label, value and number of cases for each period, in order.
        top: the greatest value there can be, more than 0.
        title: what is drawn.
        unit: said after each value.
    """
    step = (WIDTH - _LEFT - _RIGHT) / max(1, len(values) - 1)
    marks = tuple(
        Mark(
            x=round(_LEFT + place * step, 1),
            y=None if value is None else _height(value, top),
            label=label,
            said="没有评分" if value is None else f"{value:.1f}{unit}",
            count=count,
        )
        for place, (label, value, count) in enumerate(values)
    )
    runs = (list(run) for drawn, run in groupby(marks, lambda mark: mark.y is not None) if drawn)
    lines = tuple(" ".join(f"{mark.x},{mark.y}" for mark in run) for run in runs)
    rules = tuple(
        (_height(top * part / _RULES, top), f"{top * part / _RULES:g}") for part in range(_RULES + 1)
    )
    return Chart(title, marks, lines, rules)


def _height(value: float, top: float) -> float:
    return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * value / top, 1)
