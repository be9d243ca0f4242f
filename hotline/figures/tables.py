"""The tables of day figures: whole numbers, nobody in them. They stay when conversations are deleted."""

from __future__ import annotations

import sqlalchemy as sa

from ..store import metadata

#: Which days were counted, of which source, when; a final count is not repeated.
figure_days = sa.Table(
    "figure_days",
    metadata,
    sa.Column("source", sa.String(12), primary_key=True),
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("counted_at", sa.Float, nullable=False),
    sa.Column("final", sa.Boolean, nullable=False),
)

figure_counts = sa.Table(
    "figure_counts",
    metadata,
    sa.Column("source", sa.String(12), primary_key=True),
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("name", sa.String(24), primary_key=True),
    sa.Column("by", sa.String(10), primary_key=True),
    sa.Column("part", sa.String(64), primary_key=True),
    sa.Column("amount", sa.BigInteger, nullable=False),
)
