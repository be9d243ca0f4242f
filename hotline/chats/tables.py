"""The tables of chats, on SQLite and PostgreSQL. Times are unix seconds; what people said lies sealed."""

from __future__ import annotations

import sqlalchemy as sa

from ..store import metadata

_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_LIVING = sa.text("state IN ('queued', 'offered', 'active')")

#: Whoever writes takes this row first: feed numbers follow one another in the order of the commits.
chat_head = sa.Table(
    "chat_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("feed", sa.BigInteger, nullable=False),
)

chats = sa.Table(
    "chats",
    metadata,
    sa.Column("chat_id", sa.String(32), primary_key=True),
    sa.Column("conversation_id", sa.String(128), nullable=False, index=True),
    sa.Column("channel", sa.String(24), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("agent", sa.String(40), index=True),
    sa.Column("department", sa.String(40)),
    sa.Column("department_name", sa.String(60)),
    sa.Column("reason", sa.String(16), nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("topic", sa.String(64), nullable=False),
    sa.Column("district", sa.String(12), nullable=False),
    sa.Column("group", sa.String(40), nullable=False),
    sa.Column("passed", sa.Text, nullable=False),
    sa.Column("opened_at", sa.Float, nullable=False),
    sa.Column("state_since", sa.Float, nullable=False),
    sa.Column("queued_since", sa.Float, nullable=False),
    sa.Column("waits_for", sa.String(8)),
    sa.Column("waits_since", sa.Float, nullable=False),
    sa.Column("reminded", sa.Boolean, nullable=False),
    sa.Column("taken_at", sa.Float),
    sa.Column("first_reply_at", sa.Float),
    sa.Column("ended_at", sa.Float),
    sa.Column("outcome", sa.String(20)),
    sa.Column("rating", sa.Integer),
    sa.Column("last_seq", sa.Integer, nullable=False),
    sa.Column("large_type", sa.Boolean, nullable=False),
    sa.Column("quota_left", sa.Integer),
    sa.Column("quota_until", sa.Float),
    sa.Column("due_at", sa.Float),
    sa.Column("request_id", sa.String(64), nullable=False, unique=True),
    sa.Column("context", sa.LargeBinary, nullable=False),
    sa.Index("chats_due", "due_at"),
    sa.Index("chats_by_state", "state", "opened_at"),
    sa.Index("chats_ended", "ended_at"),
    sa.Index(
        "chats_one_living",
        "conversation_id",
        unique=True,
        sqlite_where=_LIVING,
        postgresql_where=_LIVING,
    ),
)

#: When which department was part of which chat; `version` is the chat's since it joined.
chat_joins = sa.Table(
    "chat_joins",
    metadata,
    sa.Column("chat_id", sa.String(32), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("department", sa.String(40), nullable=False, index=True),
    sa.Column("joined_at", sa.Float, nullable=False),
    sa.Column("parted_at", sa.Float),
)

chat_events = sa.Table(
    "chat_events",
    metadata,
    sa.Column("feed", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("chat_id", sa.String(32), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("author", sa.String(40), nullable=False),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.Column("client_id", sa.String(64)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("chat_id", "seq"),
    sa.UniqueConstraint("chat_id", "client_id"),
)

#: What the assistant's process must still be told. One conversation's letters go in the order of `id`.
chat_outbox = sa.Table(
    "chat_outbox",
    metadata,
    sa.Column("id", _id, primary_key=True, autoincrement=True),
    sa.Column("name", sa.String(48), nullable=False),
    sa.Column("chat_id", sa.String(32), nullable=False),
    sa.Column("conversation_id", sa.String(128), nullable=False, index=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("not_before", sa.Float, nullable=False, index=True),
    sa.Column("lease_until", sa.Float, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sqlite_autoincrement=True,
)

chat_presence = sa.Table(
    "chat_presence",
    metadata,
    sa.Column("agent", sa.String(40), primary_key=True),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("skills", sa.Text, nullable=False),
    sa.Column("capacity", sa.Integer, nullable=False),
    sa.Column("since", sa.Float, nullable=False),
    sa.Column("seen_at", sa.Float, nullable=False),
    sa.Column("last_given", sa.Float, nullable=False),
)
