"""Figures of suggestions, computed from what is kept of calls."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from .tables import calls, suggestions


@dataclass(frozen=True)
class Tally:
    """How often suggestions stood on a screen, were opened, told to a caller, or called wrong."""

    calls: int
    shown: int
    clicked: int
    used: int
    wrong: int


@dataclass(frozen=True)
class EntryTally:
    """The same of one entry; `wrong` by reason."""

    entry_id: str
    tally: Tally
    wrong: Mapping[str, int]


def tally(engine: Any, since: dt.datetime) -> tuple[Tally, list[EntryTally]]:
    """Return the figures of all suggestions since a moment, and of each entry, the most called wrong first."""
    at = since.astimezone(dt.timezone.utc).isoformat()
    with engine.connect() as connection:
        rows = connection.execute(sa.select(suggestions).where(suggestions.c.at >= at)).all()
        count = connection.execute(
            sa.select(sa.func.count()).select_from(calls).where(calls.c.begun_at >= at)
        ).scalar_one()
    by_entry: dict[str, list[Any]] = {}
    for row in rows:
        by_entry.setdefault(row.entry_id, []).append(row)
    entries = [
        EntryTally(entry_id, _tally(of_entry), Counter(row.wrong for row in of_entry if row.wrong))
        for entry_id, of_entry in by_entry.items()
    ]
    entries.sort(key=lambda one: (-one.tally.wrong, -one.tally.shown, one.entry_id))
    return _tally(rows, count), entries


def _tally(rows: list[Any], count: int | None = None) -> Tally:
    return Tally(
        calls=count if count is not None else len({row.number for row in rows}),
        shown=len(rows),
        clicked=sum(row.clicked for row in rows),
        used=sum(row.used for row in rows),
        wrong=sum(bool(row.wrong) for row in rows),
    )
