"""Sittings under way and the counts of days, in the bot's own database.

A turn is counted in the transaction that stores it: not without it, and not twice. A sitting that is over becomes
counts of its day and is forgotten; the counts hold nobody.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.figures.sittings import GAP_S, Counted, Sitting, counts_of, grown, is_over, turn_of

_metadata = sa.MetaData()
_sittings = sa.Table(
    "assistant_sittings",
    _metadata,
    sa.Column("sender_id", sa.String(255), primary_key=True),
    sa.Column("day", sa.String(10), nullable=False),
    sa.Column("last", sa.Float, nullable=False, index=True),
    sa.Column("channel", sa.String(40), nullable=False),
    sa.Column("district", sa.String(12), nullable=False),
    sa.Column("turns", sa.Integer, nullable=False),
    sa.Column("misunderstood", sa.Integer, nullable=False),
    sa.Column("handed_over", sa.Boolean, nullable=False),
    sa.Column("topics", sa.Text, nullable=False),
)
_days = sa.Table(
    "assistant_days",
    _metadata,
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("name", sa.String(20), primary_key=True),
    sa.Column("by", sa.String(10), primary_key=True),
    sa.Column("part", sa.String(64), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)
_PART: Final = 64
# Built once: building them costs more than running them, and two of them run in every turn.
_READ: Final = sa.select(_sittings).where(_sittings.c.sender_id == sa.bindparam("whose"))
_BEGIN: Final = _sittings.insert()
_GO_ON: Final = _sittings.update().where(_sittings.c.sender_id == sa.bindparam("whose"))


def make_tables(engine: Any) -> None:
    """Make the tables that are missing."""
    _metadata.create_all(engine)


def count_turn(connection: Any, sender_id: str, events: Sequence[Mapping[str, Any]]) -> None:
    """Count a turn by its events, in the transaction that stores them; one conversation has one turn at a time."""
    turn = turn_of(events)
    if turn is None:
        return
    before = _read(connection, sender_id)
    if before is not None and is_over(before, turn.at):
        end_sitting(connection, sender_id)
        before = None
    row = _row(grown(before, turn))
    if before is None or not connection.execute(_GO_ON, {"whose": sender_id, **row}).rowcount:
        connection.execute(_BEGIN, {"sender_id": sender_id, **row})


def end_sitting(connection: Any, sender_id: str) -> None:
    """Make a sitting counts of its day, and forget whose it was."""
    sitting = _read(connection, sender_id)
    if sitting is None:
        return
    mine = (_sittings.c.sender_id == sender_id) & (_sittings.c.last == sitting.last)
    if connection.execute(_sittings.delete().where(mine)).rowcount:
        _add(connection, sitting.day, counts_of([sitting]))


class AssistantFigures:
    """The counts of days, for whoever may read them."""

    def __init__(self, engine: Any) -> None:
        """Use the bot's database; its tables are there."""
        self._engine = engine

    def end_old(self, now: float) -> int:
        """End the sittings that are over at `now`; return how many."""
        old = sa.select(_sittings.c.sender_id).where(_sittings.c.last < now - GAP_S)
        with self._engine.connect() as connection:
            senders = list(connection.execute(old).scalars())
        for sender_id in senders:
            with self._engine.begin() as connection:
                end_sitting(connection, sender_id)
        return len(senders)

    def days(self, first: str, last: str) -> dict[str, Counted]:
        """Return the counts of the days from `first` to `last` (ISO dates), sittings under way included."""
        found: dict[str, Counted] = {}
        with self._engine.begin() as connection:
            for row in connection.execute(sa.select(_days).where(_days.c.day.between(first, last))):
                found.setdefault(row.day, Counted())[row.name, row.by, row.part] += row.count
            under_way = sa.select(_sittings).where(_sittings.c.day.between(first, last))
            for row in connection.execute(under_way):
                found.setdefault(row.day, Counted()).update(counts_of([_sitting(row)]))
        return found


def _read(connection: Any, sender_id: str) -> Sitting | None:
    row = connection.execute(_READ, {"whose": sender_id}).first()
    return None if row is None else _sitting(row)


def _sitting(row: Any) -> Sitting:
    return Sitting(
        row.day,
        row.last,
        row.channel,
        row.district,
        row.turns,
        row.misunderstood,
        row.handed_over,
        json.loads(row.topics),
    )


def _row(sitting: Sitting) -> dict[str, Any]:
    return {
        "day": sitting.day,
        "last": sitting.last,
        "channel": sitting.channel[:40],
        "district": sitting.district[:12],
        "turns": sitting.turns,
        "misunderstood": sitting.misunderstood,
        "handed_over": sitting.handed_over,
        "topics": json.dumps(dict(sitting.topics)),
    }


def _add(connection: Any, day: str, counts: Counted) -> None:
    """Add to the counts of a day; whoever is second to begin one adds to it."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    for (name, by, part), count in counts.items():
        new = dialect.insert(_days).values(day=day, name=name, by=by, part=part[:_PART], count=count)
        more = {"count": _days.c.count + new.excluded.count}
        connection.execute(new.on_conflict_do_update(index_elements=["day", "name", "by", "part"], set_=more))
