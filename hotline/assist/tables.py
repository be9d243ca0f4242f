"""The tables of calls. What was said lies in them sealed; figures and states do not."""

from __future__ import annotations

import sqlalchemy as sa

from ..store import metadata

calls = sa.Table(
    "calls",
    metadata,
    sa.Column("number", sa.String(24), primary_key=True),
    sa.Column("agent", sa.String(40), nullable=False, index=True),
    sa.Column("begun_at", sa.String(40), nullable=False, index=True),
    sa.Column("ended_at", sa.String(40)),
    # What it is about, where, and in which language: as far as the notes say.
    sa.Column("matter", sa.String(40), nullable=False),
    sa.Column("topic", sa.String(24), nullable=False),
    sa.Column("district", sa.String(12), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    # The number of the notes that are kept: only a higher one overwrites them.
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("order_key", sa.String(32), nullable=False),
    sa.Column("order_number", sa.String(40), nullable=False),
)

suggestions = sa.Table(
    "call_suggestions",
    metadata,
    sa.Column("number", sa.String(24), primary_key=True),
    sa.Column("entry_id", sa.String(128), primary_key=True),
    sa.Column("at", sa.String(40), nullable=False, index=True),
    sa.Column("clicked", sa.Boolean, nullable=False),
    sa.Column("used", sa.Boolean, nullable=False),
    sa.Column("wrong", sa.String(20), nullable=False),
)

# `number` is that of a call, or the id of a chat.
looks = sa.Table(
    "call_looks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("number", sa.String(64), nullable=False, index=True),
    sa.Column("agent", sa.String(40), nullable=False),
    sa.Column("at", sa.String(40), nullable=False, index=True),
    sa.Column("purpose", sa.String(20), nullable=False),
    sa.Column("outcome", sa.String(10), nullable=False),
)
