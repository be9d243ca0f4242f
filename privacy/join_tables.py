"""The tables of joined conversations; only :mod:`privacy.joins` reads and writes them. Times are unix seconds."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

metadata: Final = sa.MetaData()
codes: Final = sa.Table(
    "join_codes",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("conversation", sa.String(64), nullable=False, index=True),
    sa.Column("person", sa.String(64), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("expires_at", sa.Float, nullable=False, index=True),
    sa.Column("used_by", sa.String(64)),
    sa.Column("receipt", sa.String(24)),
)
guesses: Final = sa.Table(
    "join_guesses",
    metadata,
    sa.Column("person", sa.String(64), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("since", sa.Float, nullable=False, index=True),
)
circles: Final = sa.Table(
    "join_circles",
    metadata,
    sa.Column("conversation", sa.String(64), primary_key=True),
    sa.Column("circle", sa.String(32), nullable=False, index=True),
    sa.Column("person", sa.String(64), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("joined_at", sa.Float, nullable=False),
    sa.Column("seen_at", sa.Float, nullable=False, index=True),
    sa.Column("named", sa.Boolean, nullable=False),
)
orders: Final = sa.Table(
    "join_orders",
    metadata,
    sa.Column("order_id", sa.String(64), primary_key=True),
    sa.Column("conversation", sa.String(64), nullable=False, index=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)
letters: Final = sa.Table(
    "join_letters",
    metadata,
    sa.Column("letter_id", sa.String(32), primary_key=True),
    sa.Column("conversation", sa.String(64), nullable=False, index=True),
    sa.Column("channel", sa.String(24), nullable=False, index=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("at", sa.Float, nullable=False, index=True),
)
history: Final = sa.Table(
    "join_history",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("conversation", sa.String(64), nullable=False, index=True),
    sa.Column("receipt", sa.String(24), nullable=False),
    sa.Column("act", sa.String(12), nullable=False),
    sa.Column("at", sa.Float, nullable=False, index=True),
)
