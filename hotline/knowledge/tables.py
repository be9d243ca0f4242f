"""The tables of the knowledge editors. Contents are JSON: the shape of an entry is `knowledge.models`'s affair."""

from __future__ import annotations

import sqlalchemy as sa

from ..store import metadata

head = sa.Table(
    "knowledge_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("seeded_at", sa.String(40)),
)

entries = sa.Table(
    "knowledge_entries",
    metadata,
    sa.Column("entry_id", sa.String(128), primary_key=True),
    sa.Column("topic", sa.String(64), nullable=False),
    # What the product's file said when it was last taken over, and what it says now where the editors' text won.
    sa.Column("file_digest", sa.String(64)),
    sa.Column("upstream_digest", sa.String(64)),
    sa.Column("upstream", sa.Text),
)

versions = sa.Table(
    "knowledge_versions",
    metadata,
    sa.Column("entry_id", sa.String(128), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("state", sa.String(10), nullable=False, index=True),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("origin", sa.String(10), nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("authors", sa.Text, nullable=False),
    sa.Column("reviewer", sa.String(40), nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("overridden", sa.Text, nullable=False),
    sa.Column("emergency", sa.Boolean, nullable=False),
    sa.Column("live_from", sa.String(40)),
    sa.Column("live_until", sa.String(40)),
    sa.Column("published_at", sa.String(40)),
    sa.Column("order", sa.Integer, nullable=False),
    sa.Column("edit", sa.Integer, nullable=False),
)

steps = sa.Table(
    "knowledge_steps",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("entry_id", sa.String(128), nullable=False, index=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("person", sa.String(40), nullable=False),
    sa.Column("step", sa.String(20), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)

questions = sa.Table(
    "knowledge_questions",
    metadata,
    sa.Column("question_id", sa.Integer, primary_key=True),
    sa.Column("folded", sa.String(300), nullable=False, unique=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("reason", sa.String(20), nullable=False),
    sa.Column("disputed", sa.String(128), nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("first_at", sa.String(40), nullable=False),
    sa.Column("last_at", sa.String(40), nullable=False, index=True),
    sa.Column("state", sa.String(10), nullable=False, index=True),
    sa.Column("entry_id", sa.String(128), nullable=False),
    sa.Column("decided_by", sa.String(40), nullable=False),
)
