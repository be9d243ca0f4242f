"""The desk's own tables, the same on SQLite and PostgreSQL. Work orders themselves live on the platform."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from privacy.database import open_engine

metadata = sa.MetaData()

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("agent", sa.String(40), nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("subject", sa.String(128), nullable=False, index=True),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("request_id", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)

audit_head = sa.Table(
    "audit_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)

audit_anchor = sa.Table(
    "audit_anchor",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("conversation_id", sa.String(128), primary_key=True),
    sa.Column("owner", sa.String(10), nullable=False),
    sa.Column("agent", sa.String(40)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("since", sa.String(40), nullable=False),
)

used_nonces = sa.Table(
    "used_nonces",
    metadata,
    sa.Column("client_id", sa.String(40), primary_key=True),
    sa.Column("nonce", sa.String(64), primary_key=True),
    sa.Column("expires", sa.Integer, nullable=False, index=True),
)

# What earlier forms of the desk kept and nobody reads any more: addresses and session ids.
_GONE = ("login_tries", "ended_sessions")

# The audit is append-only for the application too, not only by good manners: nothing changes, and only what the
# anchor covers goes (`Audit.shorten`, after three years).
_COVERED = "EXISTS (SELECT 1 FROM audit_anchor WHERE audit_anchor.seq >= OLD.seq)"
_GUARDS = {
    "sqlite": [
        "CREATE TRIGGER IF NOT EXISTS audit_no_update BEFORE UPDATE ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END",
        "DROP TRIGGER IF EXISTS audit_no_delete",
        f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit WHEN NOT {_COVERED} "
        "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END",
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' AND {_COVERED} THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION 'the audit is append-only'; END $$",
        "DROP TRIGGER IF EXISTS audit_guard ON audit",
        "CREATE TRIGGER audit_guard BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
    ],
}


def open_store(url: str) -> Any:
    """Return an engine on the desk's store, its tables and columns made when they are missing."""
    engine = open_engine(url)
    _add_columns(engine)
    metadata.create_all(engine)
    with engine.begin() as connection:
        for statement in _GUARDS.get(engine.dialect.name, []):
            connection.execute(sa.text(statement))
        for table in _GONE:
            connection.execute(sa.text(f"DROP TABLE IF EXISTS {table}"))
    return engine


def _add_columns(engine: Any) -> None:
    """Give tables of an earlier form the columns they lack; each of those may be empty."""
    found = sa.inspect(engine)
    for table in metadata.sorted_tables:
        if not found.has_table(table.name):
            continue
        known = {column["name"] for column in found.get_columns(table.name)}
        for column in table.columns:
            if column.name not in known:
                kind = column.type.compile(engine.dialect)
                with engine.begin() as connection:
                    connection.execute(sa.text(f'ALTER TABLE {table.name} ADD COLUMN "{column.name}" {kind}'))
