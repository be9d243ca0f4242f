"""The tables of the telephone. Callers' numbers lie in them sealed, beside a keyed hash by which one is known again."""

from __future__ import annotations

import sqlalchemy as sa

from ..store import metadata

#: What the exchange has said; an event's name is the keyed hash of its content.
telephone_events = sa.Table(
    "telephone_events",
    metadata,
    sa.Column("call_id", sa.String(64), primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("agent", sa.String(40), nullable=False),
    sa.Column("line", sa.String(20), nullable=False),
    sa.Column("caller", sa.LargeBinary),
)

#: Each call as its events say it stands. `missed` is the case in which its caller is called back.
telephone_calls = sa.Table(
    "telephone_calls",
    metadata,
    sa.Column("call_id", sa.String(64), primary_key=True),
    sa.Column("line", sa.String(20), nullable=False),
    sa.Column("rang_at", sa.Float, nullable=False, index=True),
    sa.Column("answered_at", sa.Float),
    sa.Column("over_at", sa.Float),
    sa.Column("outcome", sa.String(12), nullable=False),
    sa.Column("caller", sa.LargeBinary),
    sa.Column("caller_hash", sa.String(64), nullable=False, index=True),
    sa.Column("missed", sa.String(24), nullable=False, index=True),
)

#: Which call of the desk, with its notes, belongs to an agent's part of a call, or to calling back (`of` is the case).
telephone_pads = sa.Table(
    "telephone_pads",
    metadata,
    sa.Column("of", sa.String(64), primary_key=True),
    sa.Column("agent", sa.String(40), primary_key=True),
    sa.Column("number", sa.String(24), nullable=False, unique=True),
    sa.Column("began", sa.Float, nullable=False),
    sa.Column("ended", sa.Float),
)

#: Who sits at which telephone from when on; "" is nobody.
telephone_seats = sa.Table(
    "telephone_seats",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("extension", sa.String(12), nullable=False, index=True),
    sa.Column("agent", sa.String(40), nullable=False),
    sa.Column("since", sa.Float, nullable=False),
)

#: Rows to be written first by whoever decides something about an agent or a caller: one after the other.
telephone_turns = sa.Table(
    "telephone_turns",
    metadata,
    sa.Column("of", sa.String(64), primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
)

#: Callers to be called back. `open_for` is the caller's hash while the case is open: a caller has one open case.
missed_calls = sa.Table(
    "missed_calls",
    metadata,
    sa.Column("number", sa.String(24), primary_key=True),
    sa.Column("caller", sa.LargeBinary, nullable=False),
    sa.Column("caller_hash", sa.String(64), nullable=False, index=True),
    sa.Column("open_for", sa.String(64), unique=True),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("agent", sa.String(40), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("first_at", sa.Float, nullable=False, index=True),
    sa.Column("claimed_at", sa.Float),
    sa.Column("tried_at", sa.Float),
    sa.Column("closed_at", sa.Float),
    sa.Column("reason", sa.String(20), nullable=False),
)
