"""Keeps the counts of days. A day that is written again replaces what was there, whole; a final one stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from .counts import Counts, Key
from .tables import figure_counts, figure_days


@dataclass(frozen=True)
class Counted:
    """When a day was counted (unix seconds), and whether for good."""

    at: float
    final: bool


class FigureBook:
    """The day figures of all sources."""

    def __init__(self, engine: Any) -> None:
        """Use the desk's store."""
        self._engine = engine

    def put(self, source: str, days: Mapping[dt.date, tuple[Counts, bool]], at: float) -> list[dt.date]:
        """Write the counts of days, each with whether it is for good, in place of earlier ones, all or nothing.

        Two processes that count the same day at once both find the same, and one after the other writes it.

        Returns:
            The days that were written: what was final already stays as it is.
        """
        try:
            return self._put(source, days, at)
        except IntegrityError:  # another process has begun a day meanwhile; now it is there
            return self._put(source, days, at)

    def _put(self, source: str, days: Mapping[dt.date, tuple[Counts, bool]], at: float) -> list[dt.date]:
        written = []
        with self._engine.begin() as connection:
            for day, (counts, final) in days.items():
                if _take(connection, source, day, at, final):
                    _write(connection, source, day, counts)
                    written.append(day)
        return written

    def counted(self, source: str, first: dt.date, last: dt.date) -> dict[dt.date, Counted]:
        """Return which days of a source have been counted, and when."""
        query = sa.select(figure_days).where(
            figure_days.c.source == source,
            figure_days.c.day.between(first.isoformat(), last.isoformat()),
        )
        with self._engine.connect() as connection:
            return {
                dt.date.fromisoformat(row.day): Counted(row.counted_at, row.final)
                for row in connection.execute(query)
            }

    def days(self, first: dt.date, last: dt.date) -> Mapping[dt.date, Counts]:
        """Return the counts in all, without breakdowns, of each day that has any."""
        c = figure_counts.c
        query = sa.select(c.day, c.name, c.amount).where(
            c.day.between(first.isoformat(), last.isoformat()), c.by == ""
        )
        found: dict[dt.date, Counts] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                found.setdefault(dt.date.fromisoformat(row.day), Counts())[Key(row.name)] = row.amount
        return found

    def total(self, first: dt.date, last: dt.date) -> Counts:
        """Return all counts of a period, added up by the database."""
        c = figure_counts.c
        query = (
            sa.select(c.name, c.by, c.part, sa.func.sum(c.amount).label("amount"))
            .where(c.day.between(first.isoformat(), last.isoformat()))
            .group_by(c.name, c.by, c.part)
        )
        with self._engine.connect() as connection:
            return Counts(
                {Key(row.name, row.by, row.part): int(row.amount) for row in connection.execute(query)}
            )


def _take(connection: Any, source: str, day: dt.date, at: float, final: bool) -> bool:
    """Note that a day is counted; False when it was final. Whoever has taken it writes alone until the commit."""
    mine = (figure_days.c.source == source) & (figure_days.c.day == day.isoformat())
    still_open = sa.update(figure_days).where(mine, figure_days.c.final.is_(False))
    if connection.execute(still_open.values(counted_at=at, final=final)).rowcount:
        return True
    if connection.execute(sa.select(figure_days.c.day).where(mine)).first() is not None:
        return False
    new = {"source": source, "day": day.isoformat(), "counted_at": at, "final": final}
    connection.execute(sa.insert(figure_days).values(new))
    return True


def _write(connection: Any, source: str, day: dt.date, counts: Counts) -> None:
    mine = (figure_counts.c.source == source) & (figure_counts.c.day == day.isoformat())
    connection.execute(sa.delete(figure_counts).where(mine))
    rows = [
        {"source": source, "day": day.isoformat(), **_columns(key), "amount": amount}
        for key, amount in counts.items()
        if amount
    ]
    if rows:
        connection.execute(sa.insert(figure_counts), rows)


def _columns(key: Key) -> dict[str, str]:
    return {"name": key.name, "by": key.by, "part": key.part}
