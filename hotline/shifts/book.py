"""Shift templates, rules and aims as data (`shifts.yml`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("shifts.yml")


@dataclass(frozen=True)
class Template:
    """A shift of each day: from `begins`, for `length`; over midnight when it does not end on the same day."""

    key: str
    label: str
    begins: dt.time
    length: dt.timedelta

    def says(self) -> str:
        """Return its hours in words: 23:30–次日08:00."""
        start = dt.datetime.combine(dt.date.min, self.begins)
        end = start + self.length
        return f"{start:%H:%M}–{'次日' if end.date() != start.date() else ''}{end:%H:%M}"


@dataclass(frozen=True)
class Rules:
    """What is warned of: less rest than `rest` between two shifts, more than `days_in_a_row` working days."""

    rest: dt.timedelta
    days_in_a_row: int


@dataclass(frozen=True)
class Aim:
    """`part` of those who come wait no longer than `within_s` seconds."""

    part: float
    within_s: float


@dataclass(frozen=True)
class Staffing:
    """How needs are reckoned; see the file."""

    weeks: int
    least: int
    least_measured: int
    chats: Aim
    calls: Aim


@dataclass(frozen=True)
class ShiftBook:
    """The whole file; templates by key, in its order."""

    templates: Mapping[str, Template]
    rules: Rules
    staffing: Staffing


def read(raw: Mapping[str, Any]) -> ShiftBook:
    """Return the book of a parsed file.

    Raises:
        ValueError: a time that is none, a key twice, or an aim that nobody can reach.
    """
    templates = [_template(one) for one in raw["templates"]]
    by_key = {template.key: template for template in templates}
    if len(by_key) != len(templates):
        raise ValueError("shifts.yml: a template has the key of another one")
    staffing = raw["staffing"]
    aims = {name: Aim(**staffing[name]) for name in ("chats", "calls")}
    for name, aim in aims.items():
        if not 0 < aim.part < 1 or aim.within_s <= 0:
            raise ValueError(f"shifts.yml: the aim for {name} is not between 0 and 1, or within no time")
    return ShiftBook(
        templates=by_key,
        rules=Rules(dt.timedelta(hours=raw["rules"]["rest_hours"]), raw["rules"]["days_in_a_row"]),
        staffing=Staffing(staffing["weeks"], staffing["least"], staffing["least_measured"], **aims),
    )


def _template(one: Mapping[str, str]) -> Template:
    begins, ends = (dt.time.fromisoformat(one[end]) for end in ("from", "to"))
    start = dt.datetime.combine(dt.date.min, begins)
    end = dt.datetime.combine(dt.date.min, ends)
    if end <= start:
        end += dt.timedelta(days=1)
    return Template(one["key"], one["label"], begins, end - start)


@lru_cache(maxsize=1)
def shift_book() -> ShiftBook:
    """Return the book of this installation, read once."""
    return read(yaml.safe_load(_FILE.read_text("utf-8")))
