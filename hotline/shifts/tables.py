"""Tables of shifts, in the desk's store. Days are ISO dates in China, times unix seconds."""

from __future__ import annotations

import sqlalchemy as sa

from ..store import metadata

#: Whoever changes the plan takes this row first: two shifts of an agent never meet, whoever plans beside whom.
head = sa.Table(
    "shift_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("revision", sa.Integer, nullable=False),
)

shifts = sa.Table(
    "shifts",
    metadata,
    sa.Column("shift_id", sa.String(32), primary_key=True),
    sa.Column("agent", sa.String(40), nullable=False, index=True),
    sa.Column("day", sa.String(10), nullable=False, index=True),
    sa.Column("template", sa.String(20), nullable=False),
    sa.Column("starts", sa.Float, nullable=False, index=True),
    sa.Column("ends", sa.Float, nullable=False),
    sa.Column("planned_by", sa.String(40), nullable=False),
)

leaves = sa.Table(
    "shift_leaves",
    metadata,
    sa.Column("leave_id", sa.String(32), primary_key=True),
    sa.Column("agent", sa.String(40), nullable=False, index=True),
    sa.Column("first_day", sa.String(10), nullable=False),
    sa.Column("last_day", sa.String(10), nullable=False, index=True),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("state", sa.String(10), nullable=False, index=True),
    sa.Column("asked_at", sa.Float, nullable=False),
    sa.Column("decided_by", sa.String(40), nullable=False),
    sa.Column("reply", sa.String(200), nullable=False),
)

swaps = sa.Table(
    "shift_swaps",
    metadata,
    sa.Column("swap_id", sa.String(32), primary_key=True),
    sa.Column("asker", sa.String(40), nullable=False, index=True),
    sa.Column("other", sa.String(40), nullable=False, index=True),
    sa.Column("shift_id", sa.String(32), nullable=False),
    sa.Column("other_shift_id", sa.String(32), nullable=False),
    sa.Column("state", sa.String(10), nullable=False, index=True),
    sa.Column("asked_at", sa.Float, nullable=False),
    sa.Column("decided_by", sa.String(40), nullable=False),
    sa.Column("reply", sa.String(200), nullable=False),
)
