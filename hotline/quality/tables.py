"""Tables of quality, in the desk's store. Times are unix seconds; what people wrote lies sealed."""

from __future__ import annotations

import sqlalchemy as sa

from ..store import metadata

#: A sample: of a week (`auto/…`, once) or of any days by hand. `first_day` is by the clock of its source.
draws = sa.Table(
    "quality_draws",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("source", sa.String(8), nullable=False),
    sa.Column("automatic", sa.Boolean, nullable=False),
    sa.Column("first_day", sa.String(10), nullable=False),
    sa.Column("last_day", sa.String(10), nullable=False),
    sa.Column("seed", sa.String(64), nullable=False),
    sa.Column("drawn_by", sa.String(40), nullable=False),
    sa.Column("drawn_at", sa.Float, nullable=False, index=True),
    sa.Column("population", sa.Integer, nullable=False),
)

cases = sa.Table(
    "quality_cases",
    metadata,
    sa.Column("case_id", sa.String(32), primary_key=True),
    sa.Column("source", sa.String(8), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("agent", sa.String(40), nullable=False, index=True),
    sa.Column("taking_part", sa.Text, nullable=False),
    sa.Column("stratum", sa.String(64), nullable=False),
    sa.Column("ended_at", sa.Float, nullable=False),
    sa.Column("why", sa.String(12), nullable=False),
    sa.Column("drawn_at", sa.Float, nullable=False),
    sa.Column("scorer", sa.String(40), index=True),
    sa.Column("state", sa.String(12), nullable=False, index=True),
    sa.Column("total", sa.Integer),
    sa.Column("scored_at", sa.Float, index=True),
    sa.Column("appeal_until", sa.Float),
    sa.Column("body", sa.LargeBinary),
    sa.UniqueConstraint("source", "subject"),
)

#: Which cases a sample holds; a case that two samples hold is scored once.
drawn = sa.Table(
    "quality_drawn",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("case_id", sa.String(32), primary_key=True),
    sa.Column("why", sa.String(12), nullable=False),
)

sheets = sa.Table(
    "quality_sheets",
    metadata,
    sa.Column("case_id", sa.String(32), primary_key=True),
    sa.Column("scorer", sa.String(40), primary_key=True),
    sa.Column("submitted", sa.Boolean, nullable=False),
    sa.Column("card_version", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("saved_at", sa.Float, nullable=False),
    sa.Column("edit", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
